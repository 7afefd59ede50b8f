"""The bars of a song as the nodes of a graph whose arcs are the joins that may be made."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.edits import Edit, Span
from ml_core.domain.songs import SongAnalysis
from ml_core.edits.graph.bar_units import bar_units
from ml_core.edits.graph.edit_ends import START_FADE_S, EditEnds, edit_ends
from ml_core.edits.joins.cost import LEAD_S, BeatDistances, compare_bars
from ml_core.edits.joins.placement import JoinPlacement, place_join
from ml_core.edits.joins.slides import REACH_BEATS, best_joins, slid_edges
from ml_core.edits.silence.units import silent_bars

Path = tuple[tuple[int, int], ...]
"""(first bar, last bar) of each segment, inclusive; forward, at least one bar skipped between."""


@dataclass(frozen=True, eq=False)
class EditGraph:
    """What edits of one song are made from.

    Attributes:
        analysis: of the song; in very long and very short songs its bars are groups or parts of
            bars, and silence makes bars of its own, see `bar_units`.
        distances: beats scaled for join costs.
        bar_distance: float32 (n_bars, n_bars), how differently two bars sound; 0 on the diagonal,
            1 at the median pair.
        join_allowed: bool (n_bars, n_bars), [e, s] true where bar e may be left for bar s.
        join_cost: float32 (n_bars, n_bars), [e, s] the cost of leaving after bar e and entering
            bar s; 0 would be natural continuation; inf where it is not allowed.
        join_slide: int8 (n_bars, n_bars), eighths of a beat that both sides of a join lie before
            their bar line, negative for after it.
        units_a_bar: how many of the graph's bars make one of the song's; more than 1 only in very
            short songs.
        kept_ends: its beginnings and endings where they were worked out before, see `ends`.
        edges_samples: int64 (n_bars + 1,), from 0 to the song's end: bar 0 includes what comes
            before it, the last bar what comes after.
        bar_s: float64 (n_bars,), seconds between these edges.
        slid_edges_samples: int64 (n_bars + 1, n_slides), eighths of a beat before and after
            each bar line, see `slid_edges`.
    """

    analysis: SongAnalysis
    distances: BeatDistances
    bar_distance: NDArray[np.float32]
    join_allowed: NDArray[np.bool_]
    join_cost: NDArray[np.float32]
    join_slide: NDArray[np.int8]
    units_a_bar: int = 1
    kept_ends: EditEnds | None = field(default=None, repr=False)
    slid_edges_samples: NDArray[np.int64] = field(init=False)
    edges_samples: NDArray[np.int64] = field(init=False)
    bar_s: NDArray[np.float64] = field(init=False)
    _placements: dict[tuple[int, int], JoinPlacement] = field(
        init=False, repr=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        shape = (self.analysis.n_bars, self.analysis.n_bars)
        tables = (self.bar_distance, self.join_allowed, self.join_cost, self.join_slide)
        if any(table.shape != shape for table in tables):
            raise ValueError("what is said of pairs of bars must be (n_bars, n_bars)")
        if self.kept_ends is not None and self.kept_ends.start_samples.shape != shape[:1]:
            raise ValueError("what is said of beginnings and endings must be (n_bars,)")
        slid = slid_edges(self.analysis)
        slid[0] = 0
        slid[-1] += self.analysis.n_samples - slid[-1, 0]
        edges = self.analysis.bar_edges_samples.astype(np.int64).copy()
        edges[0], edges[-1] = 0, self.analysis.n_samples
        object.__setattr__(self, "slid_edges_samples", slid)
        object.__setattr__(self, "edges_samples", edges)
        object.__setattr__(self, "bar_s", np.diff(edges) / self.analysis.sample_rate_hz)

    @property
    def n_bars(self) -> int:
        """Number of bars."""
        return self.analysis.n_bars

    @property
    def song_s(self) -> float:
        """Duration of the song in seconds."""
        return self.analysis.n_samples / self.analysis.sample_rate_hz

    @cached_property
    def silent(self) -> NDArray[np.bool_]:
        """Which bars are silence that is no music, (n_bars,); see `edits.silence`."""
        return silent_bars(self.analysis)

    @property
    def silent_spans(self) -> tuple[Span, ...]:
        """Each stretch of such bars, in samples."""
        return self.bar_spans(self.silent)

    def bar_spans(self, bars: NDArray[np.bool_]) -> tuple[Span, ...]:
        """The samples of each run of the given bars, (n_bars,)."""
        turns = np.flatnonzero(np.diff(np.concatenate([[0], bars, [0]])))
        bounds = self.edges_samples[turns].reshape(-1, 2)
        return tuple((int(start), int(end)) for start, end in bounds)

    @property
    def music_s(self) -> float:
        """Seconds of the song that are music."""
        return self.song_s - float(self.bar_s[self.silent].sum())

    @cached_property
    def music_edges_s(self) -> NDArray[np.float64]:
        """Seconds of music before each bar, and in all, float64 (n_bars + 1,)."""
        music_s = np.where(self.silent, 0.0, self.bar_s)
        return np.concatenate([[0.0], np.cumsum(music_s)])

    @cached_property
    def music_bars(self) -> tuple[int, int]:
        """The first and the last bar that are music."""
        heard = np.flatnonzero(~self.silent)
        return (int(heard[0]), int(heard[-1])) if len(heard) else (0, self.n_bars - 1)

    def placement(self, last_bar: int, next_bar: int) -> JoinPlacement:
        """Where the join from `last_bar` to `next_bar` lies; worked out once."""
        key = (last_bar, next_bar)
        if key not in self._placements:
            self._placements[key] = place_join(self.analysis, *self.join_edges(*key))
        return self._placements[key]

    def join_edges(self, last_bar: int, next_bar: int) -> tuple[int, int]:
        """What a join leaves and enters, in samples: bar lines, or as far off as it slides."""
        slide = int(self.join_slide[last_bar, next_bar])
        slid = self.slid_edges_samples
        return int(slid[last_bar + 1, slide]), int(slid[next_bar, slide])

    @property
    def all_join_edges_samples(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """What each join leaves and enters, two of int64 (n_bars, n_bars); see `join_edges`."""
        bars = np.arange(self.n_bars)
        slid = self.slid_edges_samples
        return slid[bars[:, None] + 1, self.join_slide], slid[bars[None], self.join_slide]

    @cached_property
    def longest_slides_s(self) -> tuple[float, float]:
        """The furthest in seconds that a join or end lies before, and after, its bar line."""
        leave, enter = self.all_join_edges_samples
        lines = self.slid_edges_samples[:, 0]
        left, entered = leave - lines[1:, None], enter - lines[None, :-1]
        moved = np.stack([left, entered])[:, self.join_allowed]
        lead = round(LEAD_S * self.analysis.sample_rate_hz)
        of_ends = int((lines[1:] - lead - self.ends.end_samples).max(initial=0))
        before = max(of_ends, int((-moved).max(initial=0)))
        after = int(moved.max(initial=0))
        return before / self.analysis.sample_rate_hz, after / self.analysis.sample_rate_hz

    @cached_property
    def ends(self) -> EditEnds:
        """Where and how edits begin and end with each bar."""
        return self.kept_ends or edit_ends(
            self.analysis, self.edges_samples, self.slid_edges_samples
        )


def build_graph(analysis: SongAnalysis) -> EditGraph:
    """The edit graph of an analysed song."""
    units, position, units_a_bar = bar_units(analysis)
    may_slide = units_a_bar == 1
    distances, bars = compare_bars(units, REACH_BEATS if may_slide else 0)
    joins = best_joins(units, bars, position, may_slide)
    return EditGraph(
        units, distances, bars.distance, joins.allowed, joins.cost, joins.slide, units_a_bar
    )


def edit_from_path(graph: EditGraph, path: Path) -> Edit:
    """The edit that plays the segments of a path.

    Args:
        graph: of the song.
        path: segments as in `Path`.

    Raises:
        ValueError: if the path is empty, leaves the song or does not go forward.
    """
    _check_path(graph, path)
    first, last = path[0][0], path[-1][1]
    joins = [graph.placement(path[k][1], path[k + 1][0]) for k in range(len(path) - 1)]
    start, end = int(graph.ends.start_samples[first]), int(graph.ends.end_samples[last])
    starts = [start, *(join.to_sample for join in joins)]
    ends = [*(join.from_sample for join in joins), end]
    spans = tuple((a, max(a + 1, b)) for a, b in zip(starts, ends, strict=True))
    return Edit(
        sha256=graph.analysis.sha256,
        sample_rate_hz=graph.analysis.sample_rate_hz,
        spans=spans,
        fades=tuple(join.fade_samples for join in joins),
        gains_db=(0.0,) * len(spans),
        fade_in=round(START_FADE_S * graph.analysis.sample_rate_hz) if start > 0 else 0,
        fade_out=int(graph.ends.fade_out_samples[last]),
        tails=tuple(join.tail_samples for join in joins),
    )


def _check_path(graph: EditGraph, path: Path) -> None:
    if not path:
        raise ValueError("a path has one segment at least")
    earliest = 0
    for first, last in path:
        if not earliest <= first <= last < graph.n_bars:
            raise ValueError(f"not a forward path over {graph.n_bars} bars: {path}")
        earliest = last + 2
