"""How long the edit of a path lasts, and a wished length as draws are to meet it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ml_core.edits.graph.edit_graph import EditGraph, Path

Floats = NDArray[np.float64]

NEAR_BARS = 0.2
"""Edits within this of a wished length count as meeting it, so that a taste still has a choice."""

FARTHEST_BARS = 0.5
"""What is further off a wished length is not what was asked for."""

ALIGNED_S = 0.05
"""Sides of a join are aligned by as much, which no path knows before its joins are placed."""


@dataclass(frozen=True, eq=False)
class EditLengths:
    """What an edit lasts beyond the bars that it keeps. All in seconds; less than 0 for less.

    Edits may take a sung pick-up along, or leave one out, and joins slide off their bar lines.

    Attributes:
        bar_s: of each bar, (n_bars,).
        before_s: before the bar line that an edit starts with, (n_bars,).
        after_s: after the last bar line, where an edit ends with each bar, (n_bars,).
        join_s: by the slide of each join, (n_bars, n_bars).
    """

    bar_s: Floats
    before_s: Floats
    after_s: Floats
    join_s: Floats

    @classmethod
    def of(cls, graph: EditGraph) -> EditLengths:
        """For a song's edits."""
        rate, edges = graph.analysis.sample_rate_hz, graph.edges_samples
        leave, enter = graph.all_join_edges_samples
        lines = graph.slid_edges_samples[:, 0]
        moved = (leave - lines[1:, None]) - (enter - lines[None, :-1])
        return cls(
            graph.bar_s,
            (edges[:-1] - graph.ends.start_samples) / rate,
            (graph.ends.end_samples - edges[1:]) / rate,
            moved / rate,
        )

    @property
    def ends_s(self) -> tuple[Floats, Floats]:
        """What is heard before the first and after the last bar line."""
        return self.before_s, self.after_s

    def duration_s(self, path: Path) -> float:
        """What the edit lasts, but for the alignment of its joins."""
        kept = sum(float(self.bar_s[first : last + 1].sum()) for first, last in path)
        moved = sum(
            float(self.join_s[last, following]) for (_, last), (following, _) in pairwise(path)
        )
        return kept + moved + float(self.before_s[path[0][0]] + self.after_s[path[-1][1]])


@dataclass(frozen=True, eq=False)
class LengthAim:
    """A wished length.

    Attributes:
        wished_s: the length.
        near_s: edits so close to it are taken where there are any.
        farthest_s: half a bar: no edit is further off.
        lengths: of the song's edits.
    """

    wished_s: float
    near_s: float
    farthest_s: float
    lengths: EditLengths

    @property
    def ranges_s(self) -> tuple[tuple[float, float], ...]:
        """Ranges of durations to draw from, the best first."""
        return tuple(
            (self.wished_s - reach_s, self.wished_s + reach_s)
            for reach_s in (self.near_s, self.farthest_s)
        )

    def is_met(self, lasts_s: float) -> bool:
        """Whether an edit is as near as edits of this song can be asked to be."""
        return abs(lasts_s - self.wished_s) <= self.near_s + ALIGNED_S


def farthest_s(graph: EditGraph, wished_s: float) -> float:
    """How far off a wished length an edit may last: half a bar, and never as much as half of it."""
    return min(FARTHEST_BARS * bar_s(graph), 0.5 * wished_s)


def bar_s(graph: EditGraph) -> float:
    """A usual bar of the song, in seconds."""
    return graph.units_a_bar * float(np.median(graph.bar_s))
