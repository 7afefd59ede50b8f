"""A song's rules as masks over its bars and joins: where locked and forbidden spans are heard.

They are fixed in samples, so they are masked with the margins of `placement` where each join slid
to: no path within the masks breaks one once its joins are placed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.edits import Limits
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.edits.graph.kept_parts import ending_start_bar, intro_end_bar
from ml_core.edits.joins.cost import LEAD_S
from ml_core.edits.joins.placement import EARLIEST_S, LATEST_S, LONGEST_SHIFT_S
from ml_core.edits.limits.checks import pick_up_s, shortest_units, touched_bars, unlocked_silence
from ml_core.edits.limits.never_joins import joins_near

Masks = tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]


def required_bars(graph: EditGraph, limits: Limits, reach_s: float) -> NDArray[np.bool_]:
    """(n_bars,) bars that must be kept; a lock reaches `reach_s` further, where a cut may lie."""
    required = np.zeros(graph.n_bars, dtype=np.bool_)
    music = ~graph.silent
    if limits.keep_intro:
        required[: intro_end_bar(graph)] = music[: intro_end_bar(graph)]
    if limits.keep_ending:
        required[ending_start_bar(graph) :] = music[ending_start_bar(graph) :]
    for span in limits.locked:
        required |= touched_bars(graph, span[0], span[1] + reach_s)
    return required


def _touches(
    starts_s: NDArray[np.float64], ends_s: NDArray[np.float64], spans: Iterable[tuple[float, float]]
) -> NDArray[np.bool_]:
    """Whether intervals [start, end) overlap any of the spans; broadcasts."""
    touched = np.zeros(np.broadcast(starts_s, ends_s).shape, dtype=np.bool_)
    for start_s, end_s in spans:
        touched |= (starts_s < end_s) & (ends_s > start_s)
    return touched


def path_masks(graph: EditGraph, limits: Limits) -> Masks:
    """Segments, starts, ends and joins that keep a song's limits, but for lengths."""
    n = graph.n_bars
    bars = np.arange(n)
    edges_s = graph.edges_samples / graph.analysis.sample_rate_hz
    entry_s, exit_s = edges_s[:-1], edges_s[1:].copy()
    exit_s[:-1] -= LEAD_S
    forbidden = limits.forbidden
    silent = unlocked_silence(graph, limits)
    n_silent = np.concatenate([[0], np.cumsum(silent)])
    long_enough = bars[None, :] - bars[:, None] + 1 >= shortest_units(graph, limits)
    if limits.longest_segment_bars is not None:
        most = limits.longest_segment_bars * graph.units_a_bar
        long_enough &= bars[None, :] - bars[:, None] + 1 <= most
    segment_ok = long_enough & ~_touches(entry_s[:, None], exit_s[None, :], forbidden)
    segment_ok &= n_silent[None, 1:] == n_silent[:-1, None]
    start_s = graph.ends.start_samples / graph.analysis.sample_rate_hz
    start_ok = ~_touches(start_s, entry_s, forbidden)
    leave_s, enter_s = (at / graph.analysis.sample_rate_hz for at in graph.all_join_edges_samples)
    leaving = _touches(
        exit_s[:, None], np.maximum(leave_s, edges_s[1:, None]) + LATEST_S, forbidden
    )
    entering = _touches(enter_s - EARLIEST_S, entry_s[None, :], forbidden)
    # What is locked is kept up to a cut's lead at the end, and its shift too at a join, wherever
    # that slid to.
    reach_s = LEAD_S + LONGEST_SHIFT_S
    unlocked = _touches(leave_s - reach_s, enter_s, limits.locked)
    at_end = required_bars(graph, limits, LEAD_S)
    at_join = required_bars(graph, replace(limits, locked=()), 0.0)
    required = np.concatenate([[0], np.cumsum(at_end)])
    start_ok &= (required[:-1] == 0) & ~silent
    end_ok = np.asarray(required[1:] == required[-1]) & ~silent
    end_s = graph.ends.end_samples / graph.analysis.sample_rate_hz
    end_ok &= ~_touches(end_s, edges_s[1:] - LEAD_S, limits.locked)
    before = np.concatenate([[0], np.cumsum(at_join)])
    skipped = before[None, :-1] - before[1:, None]
    join_ok = graph.join_allowed & np.asarray(skipped <= 0) & ~unlocked
    join_ok &= ~leaving & ~entering
    if limits.never_joins:
        join_ok &= ~joins_near(graph, limits.never_joins)
    intro_end, ending_start = intro_end_bar(graph), ending_start_bar(graph)
    if limits.keep_intro and intro_end:
        join_ok[intro_end - 1] &= leave_s[intro_end - 1] >= edges_s[intro_end] - pick_up_s(graph)
    if limits.keep_ending:
        join_ok[:, ending_start] &= enter_s[:, ending_start] <= edges_s[ending_start]
    return segment_ok, start_ok, end_ok, join_ok
