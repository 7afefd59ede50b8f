"""Where a song is silent for longer than music pauses: hidden tracks, gaps, files too long.

Silence is told by the song's own loudness, from the kept excerpt of its sound, so what was analysed
long ago needs no new analysis. It may be digital, dithered, the hiss of a tape or a room.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from ml_core.domain.songs import SongAnalysis
from ml_core.edits.silence.steady_noise import WINDOW_FRAMES, noise_frames

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Spans = tuple[tuple[int, int], ...]

FRAME_S = 0.05
"""Levels are heard in frames of this length, each without its mean: a DC offset is no sound."""

SILENT_BELOW_DB = 50.0
"""What lies so far below the loudness of the song's loud parts is silence."""

NOISE_BELOW_DB = 36.0
SMOOTH_FRAMES = 6
"""Up to here, smoothed over .3 s, a noise is silence too (a room, a tape): see `steady_noise`."""

PIECE_FRAMES = 1200
"""Noise is looked for in a minute at a time."""

CLICK_FRAMES = 3
CLICK_BELOW_DB = 20.0
CLICK_S = 0.01
BESIDE_CLICK_S = 1.0
"""A soft click parts no silence where this much of it lies on both sides: it is over within less
than three frames and has nearly all its power in 10 ms. The softest hat sounds on for longer, and
what ticks faster may be a count-in."""

LOUDEST_RANGE_DB = 70.0
GATE_DB = 10.0
"""The song's loudness: its mean power, without frames so far below the loudest one, then without
those so far below that mean (two gates, after ITU-R BS.1770)."""

LONGEST_PAUSE_S = 2.0
"""A silence up to so long is a pause."""

LONGEST_PAUSE_BARS = 2
BEAT_TOLERANCE = 0.15
PHASE_BEATS = 8
"""A rest in time is a pause up to so many bars: music comes back on a beat, within this share of
one, as the eight beats before it went."""

KEPT_AFTER_S = 0.25
KEPT_BEFORE_S = 0.05
"""What stays of a silence that is left out, so that the last sound can die away and the next one
starts whole. Six gaps kept in one edit stay under `LONGEST_PAUSE_S` together."""

_CHUNK_FRAMES = 4096


def silences(analysis: SongAnalysis) -> Spans:
    """Silence that is no pause of the music, as spans of samples, in order.

    What music needs of it is left outside: see `KEPT_AFTER_S`. Empty where the whole song is
    silent, since then nothing is music.

    Args:
        analysis: of the song, with its own bars.
    """
    rate, n = analysis.sample_rate_hz, analysis.n_samples
    found = []
    for first, end in _runs(silent_frames(analysis.excerpt, analysis.excerpt_hz)):
        start_s, end_s = first * FRAME_S, end * FRAME_S
        at_start, at_end = first == 0, (end + 1) * FRAME_S * rate >= n
        if end_s - start_s <= LONGEST_PAUSE_S:
            continue
        if not (at_start or at_end) and _is_rest(analysis, start_s, end_s):
            continue
        start = 0 if at_start else round((start_s + KEPT_AFTER_S) * rate)
        stop = n if at_end else round((end_s - KEPT_BEFORE_S) * rate)
        found.append((start, min(stop, n)))
    return tuple(found)


def silent_frames(excerpt: NDArray[np.float16], rate_hz: int) -> Bools:
    """Which frames of a song's excerpt are silent against its loud parts, (n_frames,)."""
    power = _frame_power(excerpt, rate_hz)
    loud = _loudness(power)
    if loud <= 0.0:
        return np.zeros(len(power), np.bool_)
    size = _frame_size(rate_hz)
    silent = power < loud * _ratio(-SILENT_BELOW_DB)
    smooth = uniform_filter1d(power, SMOOTH_FRAMES, mode="nearest")
    for first, end in _runs(smooth < loud * _ratio(-NOISE_BELOW_DB)):
        if end - first < WINDOW_FRAMES or silent[first:end].all():
            continue
        # In pieces that overlap, for an hour of hiss is large.
        for start in range(first, max(end - 2 * WINDOW_FRAMES, first + 1), PIECE_FRAMES):
            stop = min(end, start + PIECE_FRAMES + 2 * WINDOW_FRAMES)
            sound = excerpt[start * size : stop * size].astype(np.float64)
            silent[start:stop] |= noise_frames(sound, rate_hz, size)
    quiet = power < loud * _ratio(-CLICK_BELOW_DB)
    for (first, end), (start, stop) in pairwise(_runs(silent)):
        beside_s = min(end - first, stop - start) * FRAME_S
        if beside_s >= BESIDE_CLICK_S and start - end < CLICK_FRAMES and quiet[end:start].all():
            sound = excerpt[end * size : start * size].astype(np.float64)
            # One soft frame is where one noise ends and the next begins.
            is_edge = start - end == 1 and power[end] < loud * _ratio(-NOISE_BELOW_DB)
            silent[end:start] = is_edge or _is_click(sound, rate_hz)
    return silent


def _is_click(sound: Floats, rate_hz: int) -> bool:
    """Whether nearly all of a sound's power lies in a moment too short for an instrument."""
    power = np.cumsum(np.concatenate([[0.0], (sound - np.median(sound)) ** 2]))
    width = min(max(1, round(CLICK_S * rate_hz)), len(sound))
    return bool((power[width:] - power[:-width]).max() >= 0.95 * power[-1])


def _ratio(level_db: float) -> float:
    """Decibels as a ratio of powers."""
    return float(10.0 ** (level_db / 10.0))


def _frame_size(rate_hz: int) -> int:
    return max(1, round(FRAME_S * rate_hz))


def _frame_power(excerpt: NDArray[np.float16], rate_hz: int) -> Floats:
    """Mean square of each frame about its own mean, (n_frames,)."""
    size = _frame_size(rate_hz)
    n_frames = len(excerpt) // size
    power = np.zeros(n_frames)
    for start in range(0, n_frames, _CHUNK_FRAMES):
        end = min(n_frames, start + _CHUNK_FRAMES)
        part = excerpt[start * size : end * size].astype(np.float64).reshape(end - start, size)
        power[start:end] = part.var(axis=1)
    return np.nan_to_num(power, nan=0.0, posinf=0.0)


def _loudness(power: Floats) -> float:
    """Mean power of a song's loud frames; 0 where there is no sound."""
    if len(power) == 0 or not power.max() > 0.0:
        return 0.0
    heard = power[power > power.max() * _ratio(-LOUDEST_RANGE_DB)]
    return float(heard[heard >= heard.mean() * _ratio(-GATE_DB)].mean())


def _is_rest(analysis: SongAnalysis, start_s: float, end_s: float) -> bool:
    """Whether a silence within the song is a rest of the music that goes on in time after it."""
    rate = analysis.sample_rate_hz
    before = analysis.beat_samples[analysis.beat_samples <= start_s * rate] / rate
    if not analysis.has_beat or len(before) <= PHASE_BEATS:
        return False
    beat_s = float(np.median(np.diff(before[-PHASE_BEATS - 1 :])))
    rest = LONGEST_PAUSE_BARS * analysis.meter + BEAT_TOLERANCE
    if (end_s - start_s) / beat_s > rest:
        return False
    beats = (end_s - before[-1]) / beat_s
    return bool(abs(beats - round(beats)) <= BEAT_TOLERANCE)


def _runs(flags: Bools) -> list[tuple[int, int]]:
    """First and end of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]
