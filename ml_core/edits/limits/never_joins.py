"""Joins that a person never wants to hear, found again in a song's graph."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.edits import Edit
from ml_core.edits.graph.edit_graph import EditGraph

REACH_S = 0.5
"""A join is the one that was heard wherever both its sides lie within this of it."""


def joins_near(graph: EditGraph, joins_s: Iterable[tuple[float, float]]) -> NDArray[np.bool_]:
    """Which joins are one of the given, bool (n_bars, n_bars).

    Args:
        graph: of the song.
        joins_s: (where the song is left, where it is entered), in seconds.
    """
    rate = graph.analysis.sample_rate_hz
    leave_s, enter_s = (at / rate for at in graph.all_join_edges_samples)
    near = np.zeros(leave_s.shape, np.bool_)
    for from_s, to_s in joins_s:
        near |= (np.abs(leave_s - from_s) <= REACH_S) & (np.abs(enter_s - to_s) <= REACH_S)
    return near


def first_join_near(
    edit: Edit, joins_s: Iterable[tuple[float, float]]
) -> tuple[float, float] | None:
    """The first of the given joins that an edit has, None if it has none of them."""
    rate, given = edit.sample_rate_hz, list(joins_s)
    for (_, leave), (enter, _) in zip(edit.spans[:-1], edit.spans[1:], strict=True):
        for from_s, to_s in given:
            is_near = max(abs(leave / rate - from_s), abs(enter / rate - to_s)) <= REACH_S
            if is_near and leave != enter:
                return from_s, to_s
    return None
