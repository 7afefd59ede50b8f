"""A song's graph with the joins that are ruled out for standing out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.edits.joins.cost import compare_bars
from ml_core.edits.joins.slides import REACH_BEATS, best_joins


def rough_graph(graph: EditGraph) -> EditGraph:
    """The graph with every forward join, at its cost; its bars and ends are the same.

    Joins still meet at the same place of the bar, and lie in no silence.
    """
    units = graph.analysis
    may_slide = graph.units_a_bar == 1
    _, bars = compare_bars(units, REACH_BEATS if may_slide else 0)
    position = _positions(graph)
    joins = best_joins(units, bars, position, may_slide, is_rough=True)
    return replace(
        graph,
        join_allowed=joins.allowed,
        join_cost=joins.cost,
        join_slide=joins.slide,
        kept_ends=graph.ends,
    )


def _positions(graph: EditGraph) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Each unit's position in its bar, int64 (n_bars,)."""
    if graph.units_a_bar == 1:
        return np.zeros(graph.n_bars, np.int64)
    step = max(1, graph.analysis.meter // graph.units_a_bar)
    return (graph.analysis.bar_start_beats // step % graph.units_a_bar).astype(np.int64)
