"""What a bar is like: the numbers that taste is learned over."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.analysis.bars.sections import distances, usual_distance
from ml_core.analysis.bars.segments import segment_means, unit_rows
from ml_core.analysis.spectra.reading import CHROMA_HZ, FRAME_HZ, Spectra

Floats = NDArray[np.float32]

BAR_FEATURE_NAMES = (
    "loudness_db",
    "onset_density",
    "brightness",
    "low_db",
    "flux",
    "novelty",
    "repetition",
    "hookness",
    "energy",
    *(f"chroma_{pitch}" for pitch in range(12)),
)
# Nothing is quieter than this, so that silence has a number.
FLOOR_DB = -80.0
# A flux peak counts as an onset when it is this much above the song's usual flux.
ONSET_RATIO = 1.5
# A recurrence counts only from so many bars away; nearer ones are the same riff running on.
RECURRENCE_BARS = 4
# A bar that comes back this many times is fully repeated.
RECURRENCES = 3
_CHUNK_BARS = 512


def to_db(amplitude: Floats) -> Floats:
    """Amplitude to decibels, `FLOOR_DB` at least."""
    floor = 10 ** (FLOOR_DB / 20)
    level: Floats = (20 * np.log10(np.maximum(amplitude, floor))).astype(np.float32)
    return level


def onset_frames(flux: Floats) -> NDArray[np.bool_]:
    """Frames where something starts: peaks of the flux over all bands, bool (n_frames,)."""
    strength = flux[:, 0]
    onsets = np.zeros(len(strength), np.bool_)
    if len(strength) < 3:
        return onsets
    middle = strength[1:-1]
    usual = float(strength.mean())
    onsets[1:-1] = (middle > strength[:-2]) & (middle >= strength[2:])
    onsets[1:-1] &= middle > max(ONSET_RATIO * usual, 1e-4)
    return onsets


def rank(values: Floats) -> Floats:
    """0 for the smallest to 1 for the largest; equal values share theirs; one alone is 0.5."""
    if len(values) < 2:
        return np.full(len(values), 0.5, np.float32)
    ordered = np.sort(values)
    below = np.searchsorted(ordered, values, side="left")
    not_above = np.searchsorted(ordered, values, side="right")
    return ((below + not_above - 1) / 2 / (len(values) - 1)).astype(np.float32)


def repetition(pattern: Floats) -> Floats:
    """How much each bar recurs elsewhere, 0..1, float32 (n_bars,).

    The mean likeness exp(-(distance / usual)^2 * 4) of the three bars most like it that are at
    least four bars away.
    """
    n = len(pattern)
    result = np.zeros(n, np.float32)
    if n <= RECURRENCE_BARS:
        return result
    usual = usual_distance(pattern)
    bars = np.arange(n)
    nearest = min(RECURRENCES, n - RECURRENCE_BARS)
    for start in range(0, n, _CHUNK_BARS):
        rows = bars[start : start + _CHUNK_BARS]
        apart = distances(pattern[rows], pattern) / usual
        apart[np.abs(rows[:, None] - bars) < RECURRENCE_BARS] = np.inf
        closest = np.partition(apart, nearest - 1, axis=1)[:, :nearest]
        result[rows] = np.exp(-4 * np.square(closest)).mean(axis=1)
    return result


def bar_features(
    spectra: Spectra, bar_edges_s: NDArray[np.float64], pattern: Floats, change: NDArray[np.float64]
) -> Floats:
    """Float32 (n_bars, n_features), in the order of `BAR_FEATURE_NAMES`.

    Args:
        spectra: of the song.
        bar_edges_s: (n_bars + 1,).
        pattern: (n_bars, n), see `sections.bar_pattern`.
        change: (n_bars,) novelty.
    """
    power = segment_means(
        np.square(np.column_stack([spectra.rms, spectra.kick])), FRAME_HZ, bar_edges_s
    )
    levels = to_db(np.sqrt(power))
    onsets = segment_means(
        onset_frames(spectra.flux)[:, None].astype(np.float32), FRAME_HZ, bar_edges_s
    )
    flux = segment_means(spectra.flux[:, :1], FRAME_HZ, bar_edges_s)
    # Weighted by level, so that the hiss between notes does not count as brightness.
    weight = np.square(spectra.rms)[:, None]
    weighted = segment_means(
        np.hstack([weight, weight * spectra.centroid[:, None]]), FRAME_HZ, bar_edges_s
    )
    brightness = weighted[:, 1] / (weighted[:, 0] + 1e-12)
    chroma = unit_rows(segment_means(spectra.chroma, CHROMA_HZ, bar_edges_s))
    recurs = repetition(pattern)
    loudness_rank = rank(levels[:, 0])
    return np.column_stack(
        [
            levels[:, 0],
            onsets[:, 0] * FRAME_HZ,
            brightness,
            levels[:, 1],
            flux[:, 0],
            change.astype(np.float32),
            recurs,
            rank(recurs) * loudness_rank,
            loudness_rank,
            chroma,
        ]
    ).astype(np.float32)
