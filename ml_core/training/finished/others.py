"""The other edits of its song that a finished edit was taken out of.

Nobody knows what the person left aside, so draws of the base policy stand for it. Half of them are
as long as the edit, so that what it keeps is told apart from how long it is. All are where its
length was asked for, and length then tells nothing.

An edit that was made another way of cutting (off the bar lines, say) differs from all draws in
*how* it was cut, which is then taken for *what* is liked. So where its joins lie outside what the
draws show, the others are cut as it is: its own pieces moved by whole bars.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.edits import Edit, Limits
from ml_core.domain.finished_edits import FinishedEdit
from ml_core.edits.features.edit_features import FEATURE_NAMES, edit_features, path_features
from ml_core.edits.graph.edit_graph import EditGraph, Path
from ml_core.errors import UserError
from ml_core.policy.decode import draw_paths
from ml_core.policy.path_distribution import PathDistribution, PolicyParameters
from ml_core.policy.styles import BaseChain, base_chain
from ml_core.training.finished.spans import heard_once, moved_by_bars

Floats = NDArray[np.float64]

N_OTHERS = 16
"""Measured: 8 tell less, 32 no more."""

POOL_DRAWS = 200
ALIKE = 40
"""Of the pool, the nearest in length, of which those as long as the edit are drawn."""
ALIKE_RATIO = 0.05
"""Where the last of these is further off, draws of about the wished length are made besides."""

OWN_WAY = N_OTHERS
"""Others that are cut as the edit is, where it is cut another way than draws are."""
USUAL_SHARE = 0.95
"""Share of the draws' joins that are no rougher than what counts as their way."""

LENGTHS = tuple(
    FEATURE_NAMES.index(name)
    for name in ("keep_ratio", "keep_ratio_squared", "log_duration", "log_duration_squared")
)
JOINS = tuple(FEATURE_NAMES.index(name) for name in ("join_cost_mean", "join_cost_max"))

_MOST_KEPT = 256
_kept: OrderedDict[tuple[object, ...], tuple[Floats, Floats]] = OrderedDict()


def taken_and_others(graph: EditGraph, edit: FinishedEdit) -> tuple[Floats, Floats]:
    """Features of a finished edit (n_features,) and of the others, (N_OTHERS, n_features).

    The same for the same song and edit; the latest ones are kept in memory.

    Raises:
        UserError: if the base policy has no edit of the song.
    """
    analysis = graph.analysis
    key = (analysis.sha256, analysis.version, graph.n_bars, edit.spans, edit.is_length_given)
    if key not in _kept:
        _kept[key] = _drawn(graph, edit)
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    return _kept[key]


def _drawn(graph: EditGraph, edit: FinishedEdit) -> tuple[Floats, Floats]:
    spans = heard_once(edit.spans, graph)
    own = edit_features(graph, [_edit(graph, spans)])[0]
    rng = np.random.default_rng([int(graph.analysis.sha256[:15], 16), *_seed(spans)])
    chain = base_chain(graph, Limits())
    pool = _paths(chain, POOL_DRAWS, rng)
    features = path_features(graph, pool)
    moved = _own_way(graph, spans, rng) if _cut_otherwise(own, features) else []
    n_free = N_OTHERS - len(moved)
    n_alike = n_free if edit.is_length_given else n_free // 2
    alike = _as_long(graph, features, edit_s=_lasts_s(spans, graph), rng=rng)
    parts = [
        alike[rng.choice(len(alike), n_alike, replace=len(alike) < n_alike)],
        features[rng.choice(len(features), n_free - n_alike, replace=False)],
    ]
    if moved:
        parts.append(edit_features(graph, [_edit(graph, one) for one in moved]))
    others = np.concatenate(parts)
    if edit.is_length_given:
        others[:, LENGTHS] = own[list(LENGTHS)]
    return own, others


def _cut_otherwise(own: Floats, pool: Floats) -> bool:
    """Whether an edit's joins are rougher than those of draws."""
    columns = list(JOINS)
    return bool((own[columns] > np.quantile(pool[:, columns], USUAL_SHARE, axis=0)).any())


def _own_way(
    graph: EditGraph, spans: tuple[tuple[int, int], ...], rng: np.random.Generator
) -> list[tuple[tuple[int, int], ...]]:
    moved = [moved_by_bars(spans, graph, rng) for _ in range(OWN_WAY)]
    return [one for one in moved if one is not None]


def _as_long(graph: EditGraph, features: Floats, edit_s: float, rng: np.random.Generator) -> Floats:
    """Features of draws as long as the edit, as far as the song has some."""
    off = np.abs(features[:, FEATURE_NAMES.index("log_duration")] - math.log(edit_s / 60.0))
    nearest = np.argsort(off, kind="stable")[:ALIKE]
    if off[nearest[-1]] > math.log1p(ALIKE_RATIO):
        with suppress(UserError):
            chain = base_chain(graph, Limits.lasting(edit_s))
            return path_features(graph, _paths(chain, ALIKE, rng))
    return features[nearest]


def _paths(chain: BaseChain, n: int, rng: np.random.Generator) -> list[Path]:
    policy = PathDistribution(chain, PolicyParameters.base())
    return [path for path, _ in draw_paths(policy, n, rng)]


def _edit(graph: EditGraph, spans: tuple[tuple[int, int], ...]) -> Edit:
    return Edit(graph.analysis.sha256, graph.analysis.sample_rate_hz, spans)


def _lasts_s(spans: tuple[tuple[int, int], ...], graph: EditGraph) -> float:
    return sum(end - start for start, end in spans) / graph.analysis.sample_rate_hz


def _seed(spans: tuple[tuple[int, int], ...]) -> list[int]:
    return [at for span in spans for at in span]
