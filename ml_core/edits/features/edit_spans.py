"""The spans of many edits in one list, so that a feature of all of them is one sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.edits import Edit
from ml_core.edits.graph.edit_graph import EditGraph, Path
from ml_core.edits.joins.cost import LEAD_S

Floats = NDArray[np.float64]


_MOST_OVERLAPS = 1 << 20
"""Of spans with stretches of the song, worked out together: 8 MB each of three tables."""


@dataclass(frozen=True, eq=False)
class Spans:
    """All spans of all edits, clipped to the song.

    Attributes:
        start, end: float64 (n_spans,), samples.
        edit: int64 (n_spans,), index of the edit each belongs to.
        first: int64 (n_edits,), each edit's first span.
        n_edits: how many edits.
    """

    start: Floats
    end: Floats
    edit: NDArray[np.int64]
    first: NDArray[np.int64]
    n_edits: int

    @classmethod
    def of(cls, edits: Sequence[Edit], n_samples: int) -> Spans:
        """From edits of one song, at least one."""
        flat = np.array([span for edit in edits for span in edit.spans], dtype=np.float64)
        counts = np.array([len(edit.spans) for edit in edits])
        first = np.concatenate([[0], np.cumsum(counts)[:-1]])
        clipped = np.clip(flat, 0, n_samples)
        owner = np.repeat(np.arange(len(edits)), counts)
        return cls(clipped[:, 0], clipped[:, 1], owner, first, len(edits))

    @classmethod
    def of_paths(cls, graph: EditGraph, paths: Sequence[Path]) -> Spans:
        """From paths of a song, at least one and none of them empty, before joins are placed.

        Each join lies a lead before what it enters. Placing moves it by 50 ms at the most, and
        takes longer than all features together.
        """
        counts = np.array([len(path) for path in paths])
        if counts.min() < 1:
            raise ValueError("a path has one segment at least")
        first = np.concatenate([[0], np.cumsum(counts)[:-1]])
        segments = np.array([segment for path in paths for segment in path])
        starts = graph.ends.start_samples[segments[:, 0]].astype(np.float64)
        ends = graph.ends.end_samples[segments[:, 1]].astype(np.float64)
        lead = round(LEAD_S * graph.analysis.sample_rate_hz)
        entering = np.setdiff1d(np.arange(len(segments)), first)
        left, entered = segments[entering - 1, 1], segments[entering, 0]
        slide = graph.join_slide[left, entered]
        starts[entering] = np.maximum(graph.slid_edges_samples[entered, slide] - lead, 0)
        ends[entering - 1] = graph.slid_edges_samples[left + 1, slide] - lead
        ends = np.maximum(ends, starts + 1)
        n_samples = graph.analysis.n_samples
        owner = np.repeat(np.arange(len(paths)), counts)
        return cls(
            np.clip(starts, 0, n_samples), np.clip(ends, 0, n_samples), owner, first, len(paths)
        )

    @property
    def last(self) -> NDArray[np.int64]:
        """Each edit's last span, (n_edits,)."""
        return np.asarray(np.append(self.first[1:], len(self.start)) - 1)

    def add_up(self, values: Floats) -> Floats:
        """Sums over each edit's spans, (n_edits, ...)."""
        return np.asarray(np.add.reduceat(values, self.first, axis=0))

    def heard(self, edges: Floats) -> Floats:
        """Samples that each edit plays between edges, (n_edits, n_edges - 1); repeats count again.

        Args:
            edges: rising, in samples of the song.
        """
        found = np.empty((self.n_edits, len(edges) - 1))
        step = max(1, _MOST_OVERLAPS // max(1, len(self.start)))
        for column in range(0, len(edges) - 1, step):
            some = edges[column : column + step + 1]
            overlap = np.minimum(self.end[:, None], some[None, 1:]) - np.maximum(
                self.start[:, None], some[None, :-1]
            )
            found[:, column : column + step] = self.add_up(np.maximum(overlap, 0.0))
        return found

    def sources(self, places: Floats) -> Floats:
        """Samples of the song heard at places in the edits.

        Args:
            places: (n_edits, n_places), in 0..1 of each edit.
        """
        lasts = np.maximum(self.end - self.start, 1e-3)
        ends = np.cumsum(lasts)
        begin = ends[self.first] - lasts[self.first]
        total = self.add_up(lasts)
        place = begin[:, None] + places * total[:, None]
        span = np.searchsorted(ends, place, side="right")
        span = np.clip(span, self.first[:, None], self.last[:, None])
        return np.asarray(self.start[span] + (place - (ends[span] - lasts[span])))
