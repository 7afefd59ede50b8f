"""Many possible edits of a song, spread over how long and how loud they are.

Draws of the tuned policy and of the base, as in `deliver`, but more of them, and chosen not for the
best alone. The plane of length and loudness is cut into cells, and each cell gives its best edit
before any cell gives its second (an archive of elites: Mouret and Clune, 2015). So the map reaches
from the shortest to the longest and from the calmest to the loudest that was drawn, and is no cloud
around what is most probable. An edit that differs too little from one on the map is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.edits import Candidate, Edit, Limits, Origin
from ml_core.domain.mapping import MappedEdit
from ml_core.domain.models import BASE
from ml_core.domain.ratings import Mark
from ml_core.domain.requests import Delivered
from ml_core.edits.features.edit_features import FEATURE_NAMES, edit_features, path_features
from ml_core.edits.features.song_tables import song_tables
from ml_core.edits.graph.edit_graph import EditGraph, Path, edit_from_path
from ml_core.edits.joins.cost import costs_at
from ml_core.edits.limits.checks import broken_limit
from ml_core.policy.decode import draw_paths
from ml_core.policy.path_distribution import Draw, PathDistribution
from ml_core.progress import Progress
from ml_core.training.checkpoint import BASE_MODEL, Model
from ml_core.training.deliver import scene_without
from ml_core.training.song_scene import PESSIMISM, SongScene, song_seed

Array = NDArray[np.float64]

DRAWS_EACH = 8
"""Draws for each edit that the map is to hold, so that cells have some to choose from."""
DRAWS_EACH_WISHED = 3
"""Under a wished length: exact draws take longer (12 s for 8 each of a song of 4:51, 4.5 s so)."""
LEAST_APART = 0.05
"""Share of the kept seconds in which two edits of a map differ at least."""
_STREAM = 1  # another stream of chance than `deliver` draws from

_LENGTH, _LOUDNESS = (FEATURE_NAMES.index(name) for name in ("log_duration", "energy"))
_JOIN_COST = FEATURE_NAMES.index("join_cost_mean")
_COLUMNS = {name: FEATURE_NAMES.index(name) for name in ("intro_kept", "outro_kept", "voice_kept")}


def map_edits(
    model: Model,
    graph: EditGraph,
    limits: Limits,
    seed: int,
    progress: Progress,
    n_edits: int,
    first: Sequence[Delivered] = (),
    marks: Sequence[Mark] = (),
    checkpoint: str = BASE,
) -> tuple[MappedEdit, ...]:
    """Edits for a song's map: the alternatives, then what fills the plane, cell by cell.

    The same for the same model, song, limits, marks and seed; all of them keep the limits.

    Args:
        model: `BASE_MODEL` without a taste.
        graph: of the song.
        limits: hard limits that every edit keeps.
        seed: of the draws.
        progress: told of each edit that is placed.
        n_edits: how many in all; fewer where the song does not hold as many.
        first: those that come first whatever else there is, as `deliver` gave them.
        marks: joins heard as bad, avoided where the song has any other.
        checkpoint: id to name as the origin.

    Raises:
        UserError: if no edit keeps the limits.
    """
    progress.report(0.0, "Looking for edits")
    if limits.cut_least:  # Found and not drawn: all of it is few edits, next to each other.
        return mapped(graph, first)
    scene = scene_without(graph, limits, marks)
    rng = np.random.default_rng([*song_seed(graph, seed), _STREAM])
    each = DRAWS_EACH_WISHED if limits.is_wish else DRAWS_EACH
    draws = _draws(model, scene, n_edits * each, rng)
    paths = [path for path, _ in draws]
    progress.report(0.3, "Looking for edits")
    features = path_features(graph, paths)
    kept_s = [_kept_of(graph, one.edit) for one in first]
    taken: list[tuple[Edit, Origin]] = []
    plane = np.stack([np.exp(features[:, _LENGTH]), features[:, _LOUDNESS]], axis=1)
    for index in spread_order(plane, _score(model, scene, features)):
        if len(first) + len(taken) >= n_edits:
            break
        path, style = draws[index]
        mine = _kept_of_path(graph, path)
        if not _is_apart(mine, kept_s):
            continue
        edit = edit_from_path(graph, path)
        if broken_limit(edit, graph, limits) is None:
            taken.append((edit, Origin(checkpoint if model.is_tuned else BASE, style, seed)))
            kept_s.append(mine)
            share = (len(first) + len(taken)) / n_edits
            progress.report(0.3 + 0.65 * share, "Looking for edits")
    found = [*first, *_judged(model, scene, taken)]
    return mapped(graph, found)


def spread_order(plane: Array, score: Array) -> list[int]:
    """The order in which edits are taken so that they spread over a plane, the better ones first.

    Args:
        plane: where each edit lies, (n, 2).
        score: of each, higher is better, (n,).

    Returns:
        Indices, (n,): the best edit of each cell of the plane, then the second best, and so on.
    """
    n = len(plane)
    n_cells = max(1, int(np.sqrt(n / DRAWS_EACH)))
    low, span = plane.min(0), np.ptp(plane, axis=0)
    place = (plane - low) / np.where(span > 0, span, 1.0)
    column, row = np.minimum((place * n_cells).astype(np.int64), n_cells - 1).T
    cell = column * n_cells + row
    order = np.argsort(-score, kind="stable")
    seen: dict[int, int] = {}
    turn = np.zeros(n, np.int64)
    for index in order.tolist():
        turn[index] = seen.get(int(cell[index]), 0)
        seen[int(cell[index])] = int(turn[index]) + 1
    return [int(index) for index in np.lexsort((-score, turn))]


def _draws(model: Model, scene: SongScene, n: int, rng: np.random.Generator) -> list[Draw]:
    """Distinct draws, half of a tuned policy and half of the base."""
    n_tuned = n // 2 if model.is_tuned else 0
    found: dict[Path, int] = {}
    for policy, n_each in ((model.policy, n_tuned), (BASE_MODEL.policy, n - n_tuned)):
        if n_each:
            for path, style in draw_paths(PathDistribution(scene.chain, policy), n_each, rng):
                found.setdefault(path, style)
    return list(found.items())


def _score(model: Model, scene: SongScene, features: Array) -> Array:
    """As `deliver` ranks: by the taste's cautious guess, or by smooth joins before any taste.

    Joins rougher than is usual for the song come behind all others of a cell.
    """
    cost = features[:, _JOIN_COST]
    is_rough = cost > float(scene.usual_features[:, _JOIN_COST].mean())
    if model.reward is None:
        return np.asarray(-cost)
    mean, variance = model.reward.difference(features, scene.reference)
    score = np.nan_to_num(mean - PESSIMISM * np.sqrt(variance))
    return np.asarray(score - np.where(is_rough, 1.0 + float(np.ptp(score)), 0.0))


def _judged(
    model: Model, scene: SongScene, taken: Sequence[tuple[Edit, Origin]]
) -> list[Delivered]:
    """What the taste says of each, as `deliver` says it; why is left to whoever asks."""
    if not taken:
        return []
    features = edit_features(scene.graph, [edit for edit, _ in taken])
    mean, deviation = np.zeros(len(taken)), np.zeros(len(taken))
    if model.reward is not None:
        mean, variance = model.reward.difference(features, scene.reference)
        deviation = np.sqrt(variance)
    return [
        Delivered(
            Candidate(edit, origin, tuple(row.tolist())),
            float(mean[k]),
            float(deviation[k]),
            float(row[_JOIN_COST]),
            is_proven=model.is_proven,
        )
        for k, ((edit, origin), row) in enumerate(zip(taken, features, strict=True))
    ]


def mapped(graph: EditGraph, found: Sequence[Delivered]) -> tuple[MappedEdit, ...]:
    """Edits with what places each on a map."""
    is_sung = bool(song_tables(graph).sung.any())
    dots = []
    for one in found:
        features = one.candidate.features
        intro, ending, singing = (_share(features[column]) for column in _COLUMNS.values())
        dots.append(
            MappedEdit(
                one,
                loudness=_share(0.5 + features[_LOUDNESS]),
                intro_kept=intro,
                ending_kept=ending,
                singing_kept=singing if is_sung else None,
                roughest_join=_roughest_join(graph, one.edit),
            )
        )
    return tuple(dots)


def _share(value: float) -> float:
    return min(1.0, max(0.0, float(value)))


def _roughest_join(graph: EditGraph, edit: Edit) -> int:
    joins = [(end, start) for (_, end), (start, _) in pairwise(edit.spans)]
    if not joins:
        return -1
    leave, enter = zip(*joins, strict=True)
    return int(np.argmax(costs_at(graph.analysis, graph.distances, leave, enter)))


def _kept_of_path(graph: EditGraph, path: Path) -> Array:
    """Seconds kept of each bar, (n_bars,)."""
    kept = np.zeros(graph.n_bars)
    for first, last in path:
        kept[first : last + 1] = graph.bar_s[first : last + 1]
    return kept


def _kept_of(graph: EditGraph, edit: Edit) -> Array:
    """Seconds kept of each bar, (n_bars,)."""
    edges = graph.edges_samples
    kept = np.zeros(graph.n_bars)
    for start, end in edit.spans:
        kept += np.maximum(0, np.minimum(edges[1:], end) - np.maximum(edges[:-1], start))
    return kept / edit.sample_rate_hz


def _is_apart(mine: Array, others: Sequence[Array]) -> bool:
    """Whether an edit differs enough (Jaccard) from each of the others."""
    if not others:
        return True
    kept = np.stack(others)
    shared, either = np.minimum(kept, mine).sum(1), np.maximum(kept, mine).sum(1)
    return bool(np.all(shared <= (1.0 - LEAST_APART) * either))
