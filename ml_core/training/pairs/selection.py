"""Which pairs to ask: spread over the songs, half of them equally long, some asked again.

Length is the trap of this kind of learning: "the shorter one" explained 77 % of the decided ratings
of a first collection. So half of the pairs hold two edits of the same length that differ in what
they keep, and so do the first ones of every cycle: who is asked to choose between 0:39 and 1:30 is
asked about length alone. The first ones are as diverse as can be. After that the reward model of
the ratings so far tells which answers would teach it most (see `information`). A tenth of the pairs
are asked again with their sides swapped, to measure how far the person agrees with themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.edits import Origin, Span
from ml_core.domain.models import BASE
from ml_core.domain.ratings import Comparison, PairReason, counts
from ml_core.domain.requests import ProposeRequest, SongTask
from ml_core.edits.differing import spans_to_hear_s
from ml_core.edits.features.edit_features import path_features
from ml_core.edits.graph.edit_graph import EditGraph, edit_from_path
from ml_core.edits.graph.edit_graph import Path as BarPath
from ml_core.edits.limits.checks import broken_limit
from ml_core.errors import UserError
from ml_core.policy.decode import draw_paths
from ml_core.policy.path_distribution import PathDistribution
from ml_core.policy.styles import BaseChain, base_chain
from ml_core.progress import Progress
from ml_core.training.checkpoint import BASE_MODEL, Model
from ml_core.training.comparing.compare import MATCHED_RATIO, same_length
from ml_core.training.deliver import marked_joins
from ml_core.training.pairs.information import PairInformation

Floats = NDArray[np.float64]

POOL_EDITS = 48
"""Drawn per song: about 60 of their 1128 pairs then differ by at most 3 % in length."""
MOST_PAIRS = 480
"""Pairs of a song that are weighed against each other. Of 160, 320 and 480 all teach as much within
what 25 raters by two seeds can tell; of more, some are heard sooner (.67, .63, .63 of the time)."""
MATCHED_FIRST = 8
"""So many pairs of a cycle come first that are alike in length, where their songs allow it."""
REPEAT_EVERY = 10
REPEAT_DISTANCE = 9
"""A repeat comes at least 8 other pairs after its original."""
LEAST_DIFFERENCE = 0.15
"""Share of the kept audio in which two edits must differ to be worth a listen."""
JUDGING_S = 5.0
"""Spent on a pair besides listening: deciding, answering, and finding into the next one."""
PLACED_RATIO = 0.9 * MATCHED_RATIO
"""Joins move by some 50 ms when they are placed; pairs this near before stay matched after."""


def choose_pairs(
    request: ProposeRequest, graphs: Mapping[str, EditGraph], model: Model, progress: Progress
) -> list[Comparison]:
    """Pairs to ask next, in order; the same request gives the same pairs.

    Args:
        request: with the pairs that were asked before, so that none comes twice by accident.
        graphs: edit graph of each song by hash.
        model: active policy; with a trained one, half of each pool still comes from the base
            policy, so that what the taste has left behind is heard now and then.
        progress: one step a pair.

    Raises:
        UserError: if no song allows two different edits.
    """
    rng = np.random.default_rng([request.seed, len(request.asked)])
    turn = _Turn(request, graphs, model, rng)
    chosen: list[Comparison] = []
    for index in range(request.n_pairs):
        progress.report(index / request.n_pairs, "Choosing pairs")
        position = len(request.asked) + index
        pair = _repeat(request, chosen, position, rng) if request.with_repeats else None
        chosen.append(pair or turn.next_pair())
    return [replace(pair, position=k) for k, pair in enumerate(chosen)]


def is_repeat_turn(position: int) -> bool:
    """Whether the pair at this position of all pairs ever asked is a repeat.

    Once in every ten, at a place that differs from ten to ten, so that nobody learns it.
    """
    decade, place = divmod(position, REPEAT_EVERY)
    if decade == 0:
        return place == REPEAT_EVERY - 1
    return place == int(np.random.default_rng([decade, REPEAT_EVERY]).integers(REPEAT_EVERY))


def _repeat(
    request: ProposeRequest,
    chosen: Sequence[Comparison],
    position: int,
    rng: np.random.Generator,
) -> Comparison | None:
    """An earlier pair with its sides swapped, or None when it is not its turn.

    A pair that is still to be stored has no id yet. Pairs of this batch are named by their place in
    it, as a negative number that is resolved when the batch is stored.
    """
    if not is_repeat_turn(position):
        return None
    # Asked again, these would tell nothing of how steadily one judges by ear.
    silent = {r.comparison_id for r in request.ratings if not counts(r)}
    songs = {song.sha256 for song in request.songs}
    history = [*request.asked, *chosen]
    repeated = {pair.repeat_of for pair in history if pair.repeat_of is not None}
    open_to_repeat = []
    for index in range(len(history) - REPEAT_DISTANCE + 1):
        pair = history[index]
        known = pair.id or -(index - len(request.asked) + 1)
        if pair.repeat_of is None and known not in repeated | silent and pair.sha256 in songs:
            open_to_repeat.append((known, pair))
    if not open_to_repeat:
        return None
    known, pair = open_to_repeat[int(rng.integers(len(open_to_repeat)))]
    return replace(pair.swapped(), id=0, reason="repeat", repeat_of=known)


@dataclass(frozen=True, eq=False)
class _Pool:
    """Draws of one song, each path once; joins are placed only in what is chosen.

    Attributes:
        song: what they are draws of.
        paths: the draws.
        origins: of each.
        features: of each, (n_edits, n_features).
        kept_s: seconds kept of each bar, (n_edits, n_bars).
        spans: of each on its bar lines, in samples.
        rate_hz: of these.
    """

    song: SongTask
    paths: tuple[BarPath, ...]
    origins: tuple[Origin, ...]
    features: Floats
    kept_s: Floats
    spans: tuple[tuple[Span, ...], ...]
    rate_hz: int


class _Turn:
    """Whose turn it is among the songs, and what was drawn and chosen so far."""

    def __init__(
        self,
        request: ProposeRequest,
        graphs: Mapping[str, EditGraph],
        model: Model,
        rng: np.random.Generator,
    ) -> None:
        self._request, self._graphs, self._model, self._rng = request, graphs, model, rng
        self._songs = [song for song in request.songs if song.sha256 in graphs]
        self._seen = {frozenset((p.a.id, p.b.id)) for p in request.asked}
        self._fresh = [pair for pair in request.asked if pair.repeat_of is None]
        before = request.asked[: request.n_before_training]
        self._n_before = sum(pair.repeat_of is None for pair in before)
        # A repeat tells nothing new of its song, so it does not use up the song's turn.
        self._asked = Counter(pair.sha256 for pair in self._fresh)
        self._information = PairInformation(
            request.ratings, request.asked, graphs, request.by_eye, request.edits
        )
        self._pools: dict[str, _Pool] = {}
        self._why = ""

    def next_pair(self) -> Comparison:
        """A pair of the song that was asked least."""
        n_fresh = len(self._fresh)
        matched = 2 * sum(pair.reason == "matched" for pair in self._fresh) < n_fresh
        matched = matched or n_fresh - self._n_before < MATCHED_FIRST
        while self._songs:
            fewest = min(self._asked[song.sha256] for song in self._songs)
            next_up = [song for song in self._songs if self._asked[song.sha256] == fewest]
            song = next_up[int(self._rng.integers(len(next_up)))]
            pair = self._pair_of(song, matched)
            if pair is not None:
                self._asked[song.sha256] += 1
                self._seen.add(frozenset((pair.a.id, pair.b.id)))
                self._fresh.append(pair)
                return pair
            self._songs.remove(song)
        raise UserError(
            "None of the songs allows two different edits.",
            self._why or "Add songs, or change what the edits are for.",
        )

    def _pair_of(self, song: SongTask, matched: bool) -> Comparison | None:
        for fresh in (False, True):
            pool = self._pool(song, fresh)
            if pool is None:
                return None
            pair = self._choose(pool, matched=True) if matched else None
            pair = pair or self._choose(pool, matched=False)
            if pair is not None:
                return pair
        return None

    def _pool(self, song: SongTask, fresh: bool) -> _Pool | None:
        if fresh or song.sha256 not in self._pools:
            try:
                self._pools[song.sha256] = self._draw(song)
            except UserError as error:
                self._why = str(error)
                return None
        return self._pools[song.sha256]

    def _chain(self, graph: EditGraph, song: SongTask) -> BaseChain:
        avoided = marked_joins(graph, self._request.marks)
        if avoided:
            try:
                return base_chain(graph, song.limits, avoided)
            except UserError:
                pass
        return base_chain(graph, song.limits)

    def _draw(self, song: SongTask) -> _Pool:
        graph = self._graphs[song.sha256]
        chain = self._chain(graph, song)
        sources = [(BASE_MODEL, BASE)]
        if self._model is not BASE_MODEL:
            sources.append((self._model, self._request.model.id))
        found: dict[BarPath, Origin] = {}
        for source, checkpoint in sources:
            policy = PathDistribution(chain, source.policy)
            for path, style in draw_paths(policy, POOL_EDITS // len(sources), self._rng):
                found.setdefault(path, Origin(checkpoint, style, self._request.seed))
        paths = tuple(found)
        kept_s = np.zeros((len(paths), graph.n_bars))
        for row, path in zip(kept_s, paths, strict=True):
            for first, last in path:
                row[first : last + 1] = graph.bar_s[first : last + 1]
        features = path_features(graph, paths)
        edges = graph.edges_samples.tolist()
        spans = tuple(tuple((edges[a], edges[b + 1]) for a, b in path) for path in paths)
        rate_hz = graph.analysis.sample_rate_hz
        return _Pool(song, paths, tuple(found.values()), features, kept_s, spans, rate_hz)

    def _choose(self, pool: _Pool, matched: bool) -> Comparison | None:
        """The pair of the pool that would teach most and was not asked yet."""
        one, other = self._worth_a_listen(pool, matched)
        if not len(one):
            return None
        a, b = pool.features[one], pool.features[other]
        worth = self._information.of(a, b) / listening_cost(pool.spans, one, other, pool.rate_hz)
        for index in np.argsort(-worth, kind="stable"):
            pair = self._placed(pool, int(one[index]), int(other[index]), matched)
            if pair is not None:
                self._information.add(a[index], b[index])
                return pair
        return None

    def _worth_a_listen(
        self, pool: _Pool, matched: bool
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Indices of pairs that differ enough, alike in length where wanted."""
        one, other = np.triu_indices(len(pool.paths), 1)
        lasts_s = pool.kept_s.sum(1)
        if matched:
            longest = np.maximum(lasts_s[one], lasts_s[other])
            alike = np.abs(lasts_s[one] - lasts_s[other]) <= PLACED_RATIO * longest
            one, other = one[alike], other[alike]
        order = self._rng.permutation(len(one))[:MOST_PAIRS]
        one, other = one[order], other[order]
        shared = np.minimum(pool.kept_s[one], pool.kept_s[other]).sum(1)
        union = lasts_s[one] + lasts_s[other] - shared
        differ = shared <= (1.0 - LEAST_DIFFERENCE) * union
        return one[differ], other[differ]

    def _placed(self, pool: _Pool, one: int, other: int, matched: bool) -> Comparison | None:
        """The pair as edits with placed joins; None if it breaks a limit or was asked before."""
        if self._rng.random() < 0.5:
            one, other = other, one
        graph = self._graphs[pool.song.sha256]
        a, b = (edit_from_path(graph, pool.paths[k]) for k in (one, other))
        if frozenset((a.id, b.id)) in self._seen or (matched and not same_length(a, b)):
            return None
        if any(broken_limit(edit, graph, pool.song.limits) is not None for edit in (a, b)):
            return None
        chosen: PairReason = "active" if self._information.informed else "random"
        reason: PairReason = "matched" if matched else chosen
        return Comparison(a, b, reason, pool.origins[one], pool.origins[other])


def listening_cost(
    spans: Sequence[Sequence[Span]],
    one: NDArray[np.int64],
    other: NDArray[np.int64],
    rate_hz: int,
) -> Floats:
    """What pairs cost their listener: the square root of the seconds that each takes, (n_pairs,).

    A pair that differs in little is heard sooner, but chosen by the seconds alone such pairs are
    nearly all that is asked, and they teach less of what else there is to like. By the root, 48
    pairs took .63 of the time, at .842 of accuracy against .853 and wins of .925 against .920
    (`bench_listening`, 25 raters, two seeds).
    """
    pairs = list(zip(one.tolist(), other.tolist(), strict=True))
    heard_s = [
        spans_to_hear_s(spans[a], spans[b], rate_hz) + spans_to_hear_s(spans[b], spans[a], rate_hz)
        for a, b in pairs
    ]
    return np.sqrt(JUDGING_S + np.array(heard_s))
