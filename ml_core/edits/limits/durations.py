"""How long the paths through a graph can be, worked out exactly by dynamic programming."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Ends = tuple[NDArray[np.float64], NDArray[np.float64]]

STEP_S = 0.05
"""Durations are told apart in steps of this: as much as placing one join moves it."""


def shortest_and_longest_s(
    bar_s: NDArray[np.float64],
    segment_ok: Bools,
    start_ok: Bools,
    end_ok: Bools,
    join_ok: Bools,
    beyond_s: Ends | None = None,
) -> tuple[float, float] | None:
    """Durations of the shortest and the longest allowed path in seconds; None without any path."""
    before_s, after_s = beyond_s or _none_beyond(len(bar_s))
    bounds = []
    for sign in (1.0, -1.0):
        # best[s]: sign x duration of the best path that starts with bar s; from the end backwards.
        n = len(bar_s)
        ends_s = np.cumsum(bar_s)
        starts_s = ends_s - bar_s
        best = np.full(n, np.inf)
        rest = np.where(end_ok, sign * after_s, np.inf)
        for s in range(n - 1, -1, -1):
            onward = rest[s:] + sign * (ends_s[s:] - starts_s[s])
            best[s] = np.min(np.where(segment_ok[s, s:], onward, np.inf))
            np.minimum(rest, np.where(join_ok[:, s], best[s], np.inf), out=rest)
        found = np.min(np.where(start_ok, best + sign * before_s, np.inf))
        if not np.isfinite(found):
            return None
        bounds.append(sign * float(found))
    return bounds[0], bounds[1]


def durations_reach(
    bar_s: NDArray[np.float64],
    masks: tuple[Bools, Bools, Bools, Bools],
    range_s: tuple[float, float],
    beyond_s: Ends | None = None,
) -> tuple[float, ...]:
    """Empty if some allowed path lasts within `range_s`; else the nearest durations around it.

    Args:
        bar_s: seconds of each bar, (n_bars,).
        masks: segment_ok, start_ok, end_ok and join_ok as in `AllowedPaths`.
        range_s: shortest and longest duration in seconds.
        beyond_s: what is heard before the first and after the last bar line, (n_bars,) each;
            nothing where it is not given.
    """
    before_s, after_s = beyond_s or _none_beyond(len(bar_s))
    segment_ok, start_ok, end_ok, _ = masks
    total_s = np.concatenate([[0.0], np.cumsum(bar_s)])
    one_segment_s = total_s[None, 1:] - total_s[:-1, None] + before_s[:, None] + after_s[None]
    one_piece = segment_ok & start_ok[:, None] & end_ok[None, :]
    if np.any(one_piece & (one_segment_s >= range_s[0]) & (one_segment_s <= range_s[1])):
        return ()
    reachable = _reachable_steps(total_s, masks, (before_s, after_s))
    low, high = (max(0, round(bound_s / STEP_S)) for bound_s in range_s)
    inside = (reachable >> low) & ((1 << max(1, high - low + 1)) - 1)
    if inside:
        return ()
    below, above = reachable & ((1 << low) - 1), reachable >> (high + 1)
    nearest = []
    if below:
        nearest.append((below.bit_length() - 1) * STEP_S)
    if above:
        nearest.append((high + (above & -above).bit_length()) * STEP_S)
    return tuple(nearest)


def _none_beyond(n_bars: int) -> Ends:
    return np.zeros(n_bars), np.zeros(n_bars)


def _reachable_steps(
    total_s: NDArray[np.float64], masks: tuple[Bools, Bools, Bools, Bools], beyond_s: Ends
) -> int:
    """Set of durations of all allowed paths as bits of one integer, bit k for k steps."""
    segment_ok, start_ok, end_ok, join_ok = masks
    n = len(start_ok)
    steps = np.rint(total_s / STEP_S).astype(np.int64).tolist()
    before, after = (np.rint(s / STEP_S).astype(np.int64) for s in beyond_s)
    least = max(0, -int(min(before.min(), after.min())))  # bits are not counted below 0
    # Heard before a segment that starts with bar s.
    begun = [1 << k if ok else 0 for ok, k in zip(start_ok, (before + least).tolist(), strict=True)]
    ended = [0] * n  # heard when a segment ends with bar e
    finished = 0
    for bar in range(n):
        for e in (np.flatnonzero(segment_ok[bar, bar:]) + bar).tolist() if begun[bar] else ():
            ended[e] |= begun[bar] << (steps[e + 1] - steps[bar])
        if end_ok[bar]:
            finished |= ended[bar] << int(after[bar] + least)
        for following in np.flatnonzero(join_ok[bar]).tolist() if ended[bar] else ():
            begun[following] |= ended[bar]
    return finished >> 2 * least
