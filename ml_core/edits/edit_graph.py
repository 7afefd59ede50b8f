"""The bars of a song as the nodes of a graph whose arcs are the joins that may be made."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.edits import Edit
from ml_core.domain.songs import SongAnalysis
from ml_core.edits.bar_units import bar_units
from ml_core.edits.join_cost import LEAD_S, BeatDistances, compare_bars
from ml_core.edits.join_placement import JoinPlacement, place_join
from ml_core.edits.join_vetoes import allowed_joins

Path = tuple[tuple[int, int], ...]
"""(first bar, last bar) of each segment, inclusive; forward, at least one bar skipped between."""


@dataclass(frozen=True, eq=False)
class EditGraph:
    """What edits of one song are made from.

    Attributes:
        analysis: of the song; in very long and very short songs its bars are groups or parts of
            bars, see `bar_units`.
        distances: beats scaled for join costs.
        bar_distance: float32 (n_bars, n_bars), how differently two bars sound; 0 on the diagonal,
            1 at the median pair.
        join_allowed: bool (n_bars, n_bars), [e, s] true where bar e may be left for bar s.
        units_a_bar: how many of the graph's bars make one of the song's; more than 1 only in very
            short songs.
        join_cost: float32 (n_bars, n_bars), [e, s] the cost of leaving after bar e and entering
            bar s; 0 would be natural continuation; inf where it is not allowed.
        edges_samples: int64 (n_bars + 1,), from 0 to the song's end: bar 0 includes what comes
            before it, the last bar what comes after.
        bar_s: float64 (n_bars,), seconds between these edges.
    """

    analysis: SongAnalysis
    distances: BeatDistances
    bar_distance: NDArray[np.float32]
    join_allowed: NDArray[np.bool_]
    units_a_bar: int = 1
    join_cost: NDArray[np.float32] = field(init=False)
    edges_samples: NDArray[np.int64] = field(init=False)
    bar_s: NDArray[np.float64] = field(init=False)
    _placements: dict[tuple[int, int], JoinPlacement] = field(
        init=False, repr=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        n_bars = self.analysis.n_bars
        shape = (n_bars, n_bars)
        if self.bar_distance.shape != shape or self.join_allowed.shape != shape:
            raise ValueError("bar distances and allowed joins must be (n_bars, n_bars)")
        cost = np.full(shape, np.inf, dtype=np.float32)
        cost[:-1] = self.bar_distance[1:]
        cost[~self.join_allowed] = np.inf
        edges = self.analysis.bar_edges_samples.astype(np.int64).copy()
        edges[0], edges[-1] = 0, self.analysis.n_samples
        object.__setattr__(self, "join_cost", cost)
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

    def placement(self, last_bar: int, next_bar: int) -> JoinPlacement:
        """Where the join from `last_bar` to `next_bar` lies; worked out once."""
        key = (last_bar, next_bar)
        if key not in self._placements:
            edges = self.edges_samples
            self._placements[key] = place_join(
                self.analysis, int(edges[last_bar + 1]), int(edges[next_bar])
            )
        return self._placements[key]


def build_graph(analysis: SongAnalysis) -> EditGraph:
    """The edit graph of an analysed song."""
    units, position, units_a_bar = bar_units(analysis)
    distances, bar_distance = compare_bars(units)
    allowed = allowed_joins(units, bar_distance, position)
    return EditGraph(units, distances, bar_distance, allowed, units_a_bar)


START_FADE_S = 0.005
"""An edit that starts within the song rises over 5 ms: no click, and the onset 20 ms later whole."""

LONGEST_END_FADE_S = 0.8
"""An edit that ends within the song fades over its last beat, at most this long."""


def _end_fade_samples(graph: EditGraph, last_bar: int) -> int:
    """Length of the fade at the end of an edit that ends with a bar."""
    if last_bar + 1 == graph.n_bars:
        return 0
    rate = graph.analysis.sample_rate_hz
    return round(min(60.0 / max(graph.analysis.tempo_bpm, 1.0), LONGEST_END_FADE_S) * rate)


def edit_from_path(graph: EditGraph, path: Path) -> Edit:
    """The edit that plays the segments of a path.

    Args:
        graph: of the song.
        path: segments as in `Path`.

    Raises:
        ValueError: if the path is empty, leaves the song or does not go forward.
    """
    _check_path(graph, path)
    lead = round(LEAD_S * graph.analysis.sample_rate_hz)
    first, last = path[0][0], path[-1][1]
    joins = [graph.placement(path[k][1], path[k + 1][0]) for k in range(len(path) - 1)]
    start = max(0, int(graph.edges_samples[first]) - lead)
    end = int(graph.edges_samples[last + 1]) - (lead if last + 1 < graph.n_bars else 0)
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
        fade_out=_end_fade_samples(graph, last),
    )


def _check_path(graph: EditGraph, path: Path) -> None:
    if not path:
        raise ValueError("a path has one segment at least")
    earliest = 0
    for first, last in path:
        if not earliest <= first <= last < graph.n_bars:
            raise ValueError(f"not a forward path over {graph.n_bars} bars: {path}")
        earliest = last + 2
