"""Which soft sound is steady noise, a room's or a tape's or the mains', and which is soft music.

A shaker and brushes are noise too, but they pulse: steadiness is heard in short frames, window by
window, so that noise may fade, swell slowly or begin anew. When unsure, it is music.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.ndimage import median_filter

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

WINDOW_FRAMES = 40
"""Noise is steady for at least so many frames, 2 s."""

MOST_PARTS = 5
PART_SAMPLES = 100
SPREAD_DB = 4.0
"""Levels are heard in fifths of a frame, 10 ms, two together; in longer parts where a part would
have too few samples to tell a level. In each window, without its slow
course (a parabola), 95 in 100 of them lie within this spread: those of white noise within 2 dB."""

PULSE_HZ = (0.9, 12.5)
PULSE_DB = 0.6
"""A periodic pulse this strong in the levels, as a sine's amplitude, is music. In noise none
reaches half of it."""

_CHUNK_WINDOWS = 2048
_SPECTRUM_HZ = 10.0
_LOWEST_HZ = 300.0
_NEIGHBOURS = 17
_PEAK_RATIO = 4.0
_MOST_TONAL = 0.2
"""A noise's mean spectrum is smooth: next to none of its power lies in lines, 10 Hz wide, that rise
by 6 dB over the median of those around them. In tones most of it does, however soft they are."""

_MAINS_HZ = (50.0, 60.0)
_MAINS_WIDTH_HZ = 1.0
_LEAST_MAINS = 0.9
_LEAST_BASS = 0.5
"""Hum has nine tenths of its power this near to multiples of the mains' frequency, some of it in
the first two. Bass is a line that holds half of all power and is no hum's."""


def noise_frames(sound: Floats, rate_hz: int, size: int) -> Bools:
    """Which frames of a soft sound are steady noise or the mains' hum, (n_frames,).

    Args:
        sound: (n_samples,), far below the song's loudness throughout.
        size: samples of a frame.
    """
    n_frames = len(sound) // size
    found = np.zeros(n_frames, np.bool_)
    if n_frames < WINDOW_FRAMES:
        return found
    steady = np.zeros(n_frames, np.bool_)
    for at in np.flatnonzero(_steady_windows(sound, rate_hz, size)):
        steady[at : at + WINDOW_FRAMES] = True
    starts = range(0, n_frames - WINDOW_FRAMES + 1)
    edges = np.flatnonzero(np.diff(steady.astype(np.int8))) + 1
    half = WINDOW_FRAMES // 2
    heard = {*starts[::half], starts[-1], *edges, *(edges - WINDOW_FRAMES)}
    for at in sorted(at for at in heard if at in starts):
        window = sound[at * size : (at + WINDOW_FRAMES) * size]
        smooth = steady[at : at + WINDOW_FRAMES].all() and _is_toneless(window, rate_hz)
        at_hz, power = _spectrum(window, rate_hz)
        if _hum_share(at_hz, power) >= _LEAST_MAINS or (smooth and not _bass(at_hz, power)):
            found[at : at + WINDOW_FRAMES] = True
    return found


def _steady_windows(sound: Floats, rate_hz: int, size: int) -> Bools:
    """Whether the window from each frame on neither pulses nor jumps, (n_windows,)."""
    parts = min(max(size // PART_SAMPLES, 1), MOST_PARTS)
    part = size // parts
    n_frames = len(sound) // size
    # The difference of neighbours makes low noise, which wavers by itself, as even as high noise.
    frames = np.diff(sound, prepend=sound[:1])[: n_frames * size].reshape(n_frames, size)
    power = (frames[:, : part * parts].reshape(-1, part) ** 2).mean(axis=1)
    power[:-1] = (power[:-1] + power[1:]) / 2.0
    level_db = 10.0 * np.log10(power + 1e-16)
    length = WINDOW_FRAMES * parts
    windows = sliding_window_view(level_db, length)[::parts]
    basis, _ = np.linalg.qr(np.vander(np.linspace(-1.0, 1.0, length), 3))
    at_hz = np.fft.rfftfreq(length, size / parts / rate_hz)
    pulses = (at_hz >= PULSE_HZ[0]) & (at_hz <= PULSE_HZ[1])
    steady = np.zeros(len(windows), np.bool_)
    for start in range(0, len(windows), _CHUNK_WINDOWS):
        chunk = windows[start : start + _CHUNK_WINDOWS]
        rest = chunk - (chunk @ basis) @ basis.T
        low, high = np.percentile(rest, [2.5, 97.5], axis=1)
        # Beyond the spread lie single clicks; they are no pulse.
        rest = np.clip(rest, low[:, None], high[:, None])
        pulse_db = 2.0 / length * np.abs(np.fft.rfft(rest, axis=1))[:, pulses].max(axis=1)
        steady[start : start + _CHUNK_WINDOWS] = (high - low < SPREAD_DB) & (pulse_db < PULSE_DB)
    return steady


def _is_toneless(sound: Floats, rate_hz: int) -> bool:
    """Whether a steady sound has no tones above the bass."""
    size = max(16, round(rate_hz / _SPECTRUM_HZ))
    frames = sound[: len(sound) // size * size].reshape(-1, size)
    heights = np.abs(np.fft.rfft((frames - frames.mean()) * np.hanning(size), axis=1)) ** 2
    mean = heights.mean(axis=0)[round(_LOWEST_HZ / _SPECTRUM_HZ) :]
    usual = median_filter(mean, _NEIGHBOURS, mode="nearest")
    lines = float(mean[mean > _PEAK_RATIO * usual].sum())
    return lines <= _MOST_TONAL * float(mean.sum())


def _spectrum(sound: Floats, rate_hz: int) -> tuple[Floats, Floats]:
    """Frequencies and powers of a window as a whole."""
    heights = np.abs(np.fft.rfft((sound - sound.mean()) * np.hanning(len(sound))))
    power = np.asarray(heights, np.float64) ** 2
    return np.asarray(np.fft.rfftfreq(len(sound), 1.0 / rate_hz), np.float64), power


def _hum_share(at_hz: Floats, power: Floats) -> float:
    """Share of the power at multiples of the mains' frequency; 0 without the first two."""
    shares = [0.0]
    for mains_hz in _MAINS_HZ:
        nearest = np.round(at_hz / mains_hz)
        on = (np.abs(at_hz - nearest * mains_hz) <= _MAINS_WIDTH_HZ) & (nearest > 0)
        lines = float(power[on].sum())
        first = float(power[on & (nearest <= 2)].sum())
        if lines > 0.0 and first > 0.01 * lines:
            shares.append(lines / float(power.sum()))
    return max(shares)


def _bass(at_hz: Floats, power: Floats) -> bool:
    """Whether most of a sound is one low tone that is not the mains'."""
    low = np.where((at_hz > 25.0) & (at_hz < _LOWEST_HZ), power, 0.0)
    peak = int(np.argmax(low))
    near = np.abs(at_hz - at_hz[peak]) <= 1.5 * _MAINS_WIDTH_HZ
    off_hz = min(abs(at_hz[peak] - round(at_hz[peak] / m) * m) for m in _MAINS_HZ)
    share = float(power[near].sum()) / max(float(power.sum()), 1e-30)
    return share >= _LEAST_BASS and off_hz > _MAINS_WIDTH_HZ / 2.0
