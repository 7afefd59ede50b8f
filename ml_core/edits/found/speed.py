"""How much faster than its song an edit plays: up to .4 %, as tapes, turntables and clocks do."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from ml_core.edits.found.course import Run
from ml_core.edits.found.heard import WAVE_HZ, Floats
from ml_core.edits.found.lags import find_lag

MOST_CHANGE = 0.005
_STEPS = np.arange(-12, 13) * 0.0004
_CLEARLY = 1.02
"""The usual speed is kept unless another one agrees by this factor better."""

_WINDOW_S = 0.6
_LONGEST_RUNS = 8
_WINDOWS_A_RUN = 40
_LINE_FROM_S = 6.0
_NEAR_SAMPLES = 4.0
_LEAST_FIT = 0.3
_NO_CHANGE = 5e-6


def rough_speed(edit: Floats, song: Floats, runs: Sequence[Run], frame_s: float) -> float:
    """The speed in steps of .04 % at which windows of the longest runs agree best.

    A window of .6 s that plays .1 % off no longer agrees above a kilohertz.

    Args:
        edit, song: waves at WAVE_HZ.
        runs: the edit's course, in frames of `frame_s`.
    """
    size = round(_WINDOW_S * WAVE_HZ)
    usual = len(_STEPS) // 2
    fits = np.zeros(len(_STEPS))
    n = round(size / (1.0 + MOST_CHANGE))
    for run in _longest(runs):
        if (run.end - run.first) * frame_s < 2.0 * _WINDOW_S or run.start is None:
            continue
        middle = (run.end - run.first) // 2
        at = round((run.first + middle) * frame_s * WAVE_HZ) - size // 2
        place = round((run.start + middle * run.slope) * frame_s * WAVE_HZ) - size // 2
        window = edit[max(0, at) : at + size]
        if len(window) < size:
            continue
        reach = round(3 * frame_s * WAVE_HZ)
        for k, change in enumerate(_STEPS):
            times = np.arange(n) / (1.0 + change)
            stretched = np.interp(times, np.arange(size), window).astype(np.float32)
            lag = find_lag(stretched, song, 0, place, n, reach)
            fits[k] += 0.0 if lag is None else lag.fit
    best = int(fits.argmax())
    return 1.0 + float(_STEPS[best]) if fits[best] > _CLEARLY * fits[usual] else 1.0


def speed_left(edit: Floats, song: Floats, runs: Sequence[Run], frame_s: float) -> float:
    """What speed is left once the rough one was undone: the slope of a robust line through the
    lags along each long run, the median over all runs by their lengths.
    """
    found = [(run.end - run.first, _slope(edit, song, run, frame_s)) for run in _longest(runs)]
    known = sorted((slope, length) for length, slope in found if slope is not None)
    if not known:
        return 1.0
    slopes, lengths = (np.array(column, float) for column in zip(*known, strict=True))
    middle = int(np.searchsorted(np.cumsum(lengths), lengths.sum() / 2.0))
    slope = float(slopes[min(middle, len(slopes) - 1)])
    return 1.0 + slope if _NO_CHANGE < abs(slope) < MOST_CHANGE else 1.0


def _slope(edit: Floats, song: Floats, run: Run, frame_s: float) -> float | None:
    """The drift along a run in samples a sample; None if it can't be told."""
    per_frame = frame_s * WAVE_HZ
    first, end = run.first * per_frame, run.end * per_frame
    if run.start is None or end - first < _LINE_FROM_S * WAVE_HZ:
        return None
    size = round(_WINDOW_S * WAVE_HZ)
    rows: list[tuple[float, float]] = []
    slip = 0
    for at in np.linspace(first, end - size, _WINDOWS_A_RUN + 2)[1:-1]:
        place = round(run.start * per_frame + (at - first)) + slip
        lag = find_lag(edit, song, int(at), place, size, round(2.2 * per_frame))
        if lag is None or lag.fit < _LEAST_FIT:
            continue
        rows.append((float(at) - first, place + lag.samples - int(at)))
        if lag.fit > 2.0 * _LEAST_FIT:
            slip += round(lag.samples)
    return _robust_slope(rows)


def _robust_slope(rows: Sequence[tuple[float, float]]) -> float | None:
    """Theil and Sen's slope, then least squares through what lies near that line."""
    if len(rows) < 4:
        return None
    x, y = np.array(rows).T
    slope = float(np.median([(d - b) / (c - a) for (a, b), (c, d) in combinations(rows, 2)]))
    rest = y - slope * x
    near = np.abs(rest - np.median(rest)) < _NEAR_SAMPLES
    if near.sum() < 4 or abs(slope) > MOST_CHANGE:
        return None
    return float(np.polyfit(x[near], y[near], 1)[0])


def _longest(runs: Sequence[Run]) -> list[Run]:
    in_song = [run for run in runs if run.start is not None]
    return sorted(in_song, key=lambda run: run.first - run.end)[:_LONGEST_RUNS]
