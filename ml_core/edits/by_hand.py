"""An edit changed by hand: bars left out or brought back, whatever a join there costs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.edits import Edit
from ml_core.edits.graph.edit_graph import EditGraph, Path, edit_from_path
from ml_core.errors import UserError


def kept_bars(graph: EditGraph, edit: Edit) -> NDArray[np.bool_]:
    """Which bars an edit keeps, (n_bars,): those whose middle is heard.

    Joins lie up to half a bar off their bar lines, so the lines themselves would mislead.
    """
    middle = (graph.edges_samples[:-1] + graph.edges_samples[1:]) / 2
    kept = np.zeros(graph.n_bars, dtype=bool)
    for start, end in edit.spans:
        kept |= (start <= middle) & (middle < end)
    return kept


def change_bars(graph: EditGraph, edit: Edit, span_s: tuple[float, float], keep: bool) -> Edit:
    """The edit with a stretch of the song left out or kept; the rest stays as it was.

    Args:
        graph: of the edit's song.
        edit: to be changed.
        span_s: the stretch in seconds of the song. The bars whose middle it holds are changed,
            or the one that it lies in.
        keep: whether the bars are to be heard.

    Raises:
        UserError: if nothing would be left.
    """
    kept = kept_bars(graph, edit)
    kept[_bars_in(graph, span_s)] = keep
    if not kept.any():
        raise UserError("An edit keeps one bar at least.", "Leave less of it out.")
    return edit_from_path(graph, _path(kept))


def bar_path(graph: EditGraph, edit: Edit) -> Path:
    """The (first, last) bar of each piece of an edit; see `kept_bars`."""
    return _path(kept_bars(graph, edit))


def is_on_bar_lines(graph: EditGraph, edit: Edit) -> bool:
    """Whether an edit is what its bars give: not if the bar lines have moved since it was cut."""
    kept = kept_bars(graph, edit)
    return bool(kept.any()) and edit_from_path(graph, _path(kept)).spans == edit.spans


def _bars_in(graph: EditGraph, span_s: tuple[float, float]) -> NDArray[np.int64]:
    start, end = (at_s * graph.analysis.sample_rate_hz for at_s in span_s)
    edges = graph.edges_samples
    middle = (edges[:-1] + edges[1:]) / 2
    inside = np.flatnonzero((start <= middle) & (middle < end))
    if len(inside):
        return inside
    at = int(np.searchsorted(edges, (start + end) / 2, side="right")) - 1
    return np.array([min(max(at, 0), graph.n_bars - 1)])


def _path(kept: NDArray[np.bool_]) -> Path:
    """(first, last) bar of each run of kept bars."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], kept, [False]]).astype(int)))
    return tuple((int(a), int(b) - 1) for a, b in edges.reshape(-1, 2))
