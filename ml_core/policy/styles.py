"""The base policy: a mixture of styles, each solved per song to hit its share of the length.

A single field over paths concentrates its keep ratio, so that "short" and "nearly all of it" would
never come from the same policy. A style fixes three things: how much of the allowed range of
lengths is kept, how long segments are, and how much a join's cost weighs. What keeping a bar is
worth is solved for each song, so that the style's mean duration hits its target.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.edits import Limits
from ml_core.edits.features.song_features import song_features
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.edits.limits.durations import shortest_and_longest_s
from ml_core.edits.limits.masks import AllowedPaths
from ml_core.errors import UserError
from ml_core.policy.path_features import UNIT_S, PathTerms, capped_join_cost, path_terms

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Style:
    """One way of cutting.

    Attributes:
        length: where in the allowed range of durations the mean lies, 0..1.
        segment_s: usual length of a segment.
        join_weight: nats that a join of cost 1 costs.
    """

    length: float
    segment_s: float
    join_weight: float


# With the usual limits (15-90 % of the song) these lengths keep .20, .31, .44, .57, .69 and .81.
LENGTHS = (0.06, 0.22, 0.39, 0.56, 0.72, 0.88)
SEGMENTS_S = (6.0, 14.0, 32.0)
JOIN_WEIGHTS = (0.3, 2.0)
STYLES = tuple(
    Style(length, segment_s, join_weight)
    for length in LENGTHS
    for segment_s in SEGMENTS_S
    for join_weight in JOIN_WEIGHTS
)
N_STYLES = len(STYLES)
N_STYLE_TERMS = 2

# A segment's length spreads by this many nats around the style's.
_SEGMENT_SPREAD = 0.6
# Each join costs a nat by itself: without need one does not cut.
_JOIN_NATS = 1.0
# People expect a beginning and an ending: each is given up at a price that grows with the distance.
_START_NATS, _START_NATS_PER_UNIT = 2.0, 0.1
_END_NATS, _END_NATS_PER_UNIT = 1.5, 0.02
# Nats for each unit of what a beginning or an ending costs by itself, see `edit_ends`.
_EDGE_NATS = 3.0
# The solve ends when every style's mean duration is this near, as a share of the song.
_SOLVE_TOLERANCE = 0.004
_SOLVE_STEPS = 20
# After so many of Newton's steps most have arrived (measured: 4-6 on 23 of 26 songs). Where they go
# round in circles, every other step from here on halves the bracket instead.
_NEWTON_STEPS = 6
_STEEPEST = 8.0
"""Nats for keeping two seconds more: far beyond what any style needs (measured: -3 to 2)."""

_CACHE_BYTES = 600_000_000


@dataclass(frozen=True, eq=False)
class BaseChain:
    """Every style of one song as a proper Markov chain: rows of probabilities that sum to 1.

    Attributes:
        terms: of the song's paths.
        allowed: the hard limits it was solved for.
        start: probability that the edit starts with bar s, (n_styles, n_bars).
        leave: leave[s][z, e - s], that a segment from s ends with e.
        enter: enter[e][z, s - e - 2], that after bar e bar s is entered.
        stop: that the edit ends with bar e, (n_bars, n_styles).
        mean_s: mean duration of each style, (n_styles,).
        song: what the song is like, (n_song_features,).
    """

    terms: PathTerms
    allowed: AllowedPaths
    start: Array
    leave: tuple[Array, ...]
    enter: tuple[Array, ...]
    stop: Array
    mean_s: Array
    song: Array

    @property
    def n_bars(self) -> int:
        """Number of bars."""
        return self.terms.n_bars

    @property
    def style_terms(self) -> Array:
        """What a style comes to on this song: log of its mean duration in minutes, and its square.

        (N_STYLES, N_STYLE_TERMS)
        """
        minutes = np.log(np.maximum(self.mean_s, 1.0) / 60.0)
        return np.stack([minutes, minutes**2], axis=1)

    @property
    def n_bytes(self) -> int:
        """Memory held."""
        return sum(row.nbytes for row in (*self.leave, *self.enter))


Joins = frozenset[tuple[int, int]]
"""(left after, entered) bars of joins."""

_Key = tuple[str, str, int, int, Limits, Joins]
_cache: OrderedDict[_Key, BaseChain] = OrderedDict()


def base_chain(graph: EditGraph, limits: Limits, avoided: Joins = frozenset()) -> BaseChain:
    """The base policy on a song under its hard limits; the latest ones are kept in memory.

    Args:
        graph: of the song.
        limits: that every edit keeps.
        avoided: joins that are ruled out besides.

    Raises:
        UserError: if no edit keeps all limits.
    """
    analysis = graph.analysis
    n_joins = int(graph.join_allowed.sum())
    key = (analysis.sha256, analysis.version, graph.n_bars, n_joins, limits, avoided)
    if key in _cache:
        _cache.move_to_end(key)
        return _cache[key]
    allowed = AllowedPaths.from_limits(graph, limits)
    if avoided:
        join_ok = allowed.join_ok.copy()
        join_ok[tuple(np.array(sorted(avoided)).T)] = False
        allowed = replace(allowed, join_ok=join_ok)
    chain = solve(graph, allowed)
    _cache[key] = chain
    while len(_cache) > 1 and sum(c.n_bytes for c in _cache.values()) > _CACHE_BYTES:
        _cache.popitem(last=False)
    return chain


def solve(graph: EditGraph, allowed: AllowedPaths) -> BaseChain:
    """Solve every style's worth of keeping a bar, by Newton's method inside a bracket.

    Raises:
        UserError: if no path is allowed.
    """
    field = _BaseField(graph, allowed)
    song_s = float(graph.bar_s[~graph.silent].sum())
    possible_s = shortest_and_longest_s(
        graph.bar_s, allowed.segment_ok, allowed.start_ok, allowed.end_ok, allowed.join_ok
    )
    if possible_s is None:
        raise _none_allowed()
    low_s, high_s = max(possible_s[0], allowed.shortest_s), min(possible_s[1], allowed.longest_s)
    target_s = np.array([low_s + style.length * (high_s - low_s) for style in STYLES])
    worth = np.zeros(N_STYLES)
    low, high = np.full(N_STYLES, -_STEEPEST), np.full(N_STYLES, _STEEPEST)
    for step in range(_SOLVE_STEPS):
        mean_s, variance = field.moments(worth)
        off_s = target_s - mean_s
        if np.all(np.abs(off_s) < _SOLVE_TOLERANCE * song_s):
            break
        low = np.where(off_s > 0, worth, low)
        high = np.where(off_s > 0, high, worth)
        # Newton's step on the log odds of the kept share, which are nearly linear in the worth;
        # d mean / d worth = variance / UNIT_S.
        share, target = (np.clip(x / song_s, 0.005, 0.995) for x in (mean_s, target_s))
        slope = variance / (UNIT_S * song_s * share * (1.0 - share))
        newton = worth + (_log_odds(target) - _log_odds(share)) / np.maximum(slope, 1e-6)
        inside = (newton > low) & (newton < high) & (step < _NEWTON_STEPS or step % 2 == 0)
        worth = np.where(inside, newton, 0.5 * (low + high))
    return field.chain(worth)


class _BaseField:
    """Log potentials of all styles, and messages through them from the song's end."""

    def __init__(self, graph: EditGraph, allowed: AllowedPaths) -> None:
        n = graph.n_bars
        self.allowed = allowed
        self.terms, self.song = path_terms(graph), song_features(graph)
        units = np.maximum(self.terms.segment_s, 1e-3) / UNIT_S
        self.units = units
        lengths = np.array(SEGMENTS_S)[:, None, None] / UNIT_S
        by_length = -(np.log(units[None] / lengths) ** 2) / (2 * _SEGMENT_SPREAD**2)
        by_length[:, ~(allowed.segment_ok & np.triu(np.ones((n, n), bool)))] = -np.inf
        weights = np.array(JOIN_WEIGHTS)[:, None, None]
        by_weight = -_JOIN_NATS - weights * capped_join_cost(graph)[None]
        forward = np.arange(n)[None, :] > np.arange(n)[:, None] + 1
        by_weight[:, ~(allowed.join_ok & forward)] = -np.inf
        self.by_length, self.by_weight = by_length, by_weight
        self.length_of = np.array([SEGMENTS_S.index(style.segment_s) for style in STYLES])
        self.weight_of = np.array([JOIN_WEIGHTS.index(style.join_weight) for style in STYLES])
        (first, last), at_s = graph.music_bars, graph.music_edges_s
        start = -_START_NATS * (np.arange(n) > first) - _START_NATS_PER_UNIT * at_s[:-1] / UNIT_S
        left_s = at_s[-1] - at_s[1:]
        end = -_END_NATS * (np.arange(n) < last) - _END_NATS_PER_UNIT * left_s / UNIT_S
        within = (np.arange(n) > first) & allowed.start_ok
        start += _among(graph.ends.start_cost, within)
        within = (np.arange(n) < last) & allowed.end_ok
        end += _among(graph.ends.end_cost, within)
        self.start = np.where(allowed.start_ok, start, -np.inf)
        self.end = np.where(allowed.end_ok, end, -np.inf)

    def moments(self, worth: Array) -> tuple[Array, Array]:
        """Mean and variance of each style's duration in seconds, (n_styles,)."""
        n = len(self.start)
        after, before = (np.full((N_STYLES, n), -np.inf) for _ in range(2))
        # Mean and mean square of the seconds still to come, after bar e and from bar s on.
        after_1, after_2, before_1, before_2 = (np.zeros((N_STYLES, n)) for _ in range(4))
        for bar in range(n - 1, -1, -1):
            enter, _ = self._enter(bar, before, after)
            after_1[:, bar] = np.einsum("zk,zk->z", enter, before_1[:, bar + 2 :])
            after_2[:, bar] = np.einsum("zk,zk->z", enter, before_2[:, bar + 2 :])
            leave = self._leave(bar, worth, before, after)
            seconds = self.terms.segment_s[bar, bar:]
            first = after_1[:, bar:]
            before_1[:, bar] = np.einsum("zk,zk->z", leave, seconds + first)
            square = seconds * (seconds + 2.0 * first) + after_2[:, bar:]
            before_2[:, bar] = np.einsum("zk,zk->z", leave, square)
        start = self._start(before)
        mean = np.einsum("zk,zk->z", start, before_1)
        return mean, np.einsum("zk,zk->z", start, before_2) - mean**2

    def chain(self, worth: Array) -> BaseChain:
        """The styles as chains of probabilities."""
        n = len(self.start)
        after, before = (np.full((N_STYLES, n), -np.inf) for _ in range(2))
        leave: list[Array] = [np.empty(0)] * n
        enter: list[Array] = [np.empty(0)] * n
        stop = np.zeros((n, N_STYLES))
        for bar in range(n - 1, -1, -1):
            enter[bar], stop[bar] = self._enter(bar, before, after)
            leave[bar] = self._leave(bar, worth, before, after)
        mean_s, _ = self.moments(worth)
        return BaseChain(
            terms=self.terms,
            allowed=self.allowed,
            start=self._start(before),
            leave=tuple(leave),
            enter=tuple(enter),
            stop=stop,
            mean_s=mean_s,
            song=self.song,
        )

    def _enter(self, bar: int, before: Array, after: Array) -> tuple[Array, Array]:
        """Probabilities of what follows bar `bar`; its message goes into `after`."""
        going_on = self.by_weight[self.weight_of, bar, bar + 2 :] + before[:, bar + 2 :]
        peak = np.maximum(going_on.max(1, initial=-np.inf), self.end[bar])
        peak = np.where(np.isfinite(peak), peak, 0.0)
        enter = np.exp(going_on - peak[:, None])
        stop = np.exp(self.end[bar] - peak)
        total = enter.sum(1) + stop
        after[:, bar] = _log(total) + peak
        total = np.where(total > 0, total, 1.0)
        return enter / total[:, None], stop / total

    def _leave(self, bar: int, worth: Array, before: Array, after: Array) -> Array:
        """Probabilities of where a segment from `bar` ends; its message goes into `before`."""
        ends = self.by_length[self.length_of, bar, bar:] + after[:, bar:]
        ends += worth[:, None] * self.units[bar, bar:]
        peak = ends.max(1)
        peak = np.where(np.isfinite(peak), peak, 0.0)
        leave = np.exp(ends - peak[:, None])
        total = leave.sum(1)
        before[:, bar] = _log(total) + peak
        return leave / np.where(total > 0, total, 1.0)[:, None]

    def _start(self, before: Array) -> Array:
        starts = self.start + before
        peak = starts.max(1, keepdims=True)
        if not np.all(np.isfinite(peak)):
            raise _none_allowed()
        mass = np.exp(starts - peak)
        share: Array = mass / mass.sum(1, keepdims=True)
        return share


def _among(cost: Array, within: NDArray[np.bool_]) -> Array:
    """Nats by which places within the song differ for their cost; on the whole they gain none."""
    nats = np.zeros(len(cost))
    if within.any():
        worth = -_EDGE_NATS * cost[within]
        nats[within] = worth - np.log(np.mean(np.exp(worth)))
    return nats


def _none_allowed() -> UserError:
    return UserError(
        "No edit of this song keeps all of the limits.",
        "Widen the lengths, or lock and forbid less.",
    )


def _log_odds(share: Array) -> Array:
    odds: Array = np.log(share / (1.0 - share))
    return odds


def _log(values: Array) -> Array:
    with np.errstate(divide="ignore"):
        logs: Array = np.log(values)
    return logs
