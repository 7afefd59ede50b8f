"""How much each beat looks like the first of a bar: features of a beat, and fitted weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from ml_core.analysis.segments import (
    closing_edge,
    peaks_near,
    segment_means,
    standardized,
    unit_rows,
)
from ml_core.analysis.spectra import CHROMA_HZ, FRAME_HZ, Spectra

Floats = NDArray[np.float32]

N_MFCC = 13
BEAT_SCORE_FEATURES = (
    "flux",
    "flux_low",
    "flux_mid",
    "flux_high",
    "chroma_change",
    "bass_change",
    "chroma_change_2",
    "bass_change_2",
    "chroma_change_4",
    "timbre_change_4",
    "low_half_beat_later",
    "flux_half_beat_before",
)


def mfcc(logmel: Floats) -> Floats:
    """Mel cepstrum 1..13 of log-mel rows, float32 (n, 13)."""
    cepstrum: Floats = fft.dct(logmel, axis=1, norm="ortho")[:, 1 : N_MFCC + 1]
    return cepstrum


def _change(rows: Floats, reach: int) -> Floats:
    """Cosine distance of the sums of the `reach` rows before and from each row on, (n,)."""
    n = len(rows)
    change = np.zeros(n, np.float32)
    if n <= reach:
        return change
    sums = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0, dtype=np.float64)])
    at = np.arange(reach, n)
    before = sums[at] - sums[at - reach]
    after = sums[np.minimum(at + reach, n)] - sums[at]
    norms = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    change[reach:] = 1 - np.einsum("ij,ij->i", before, after) / (norms + 1e-9)
    return change


def _mean_step(rows: Floats, reach: int) -> Floats:
    """Distance of the means of the `reach` rows before and from each row on, (n,)."""
    n = len(rows)
    step = np.zeros(n, np.float32)
    if n <= reach:
        return step
    sums = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0, dtype=np.float64)])
    at = np.arange(reach, n)
    end = np.minimum(at + reach, n)
    before = (sums[at] - sums[at - reach]) / reach
    after = (sums[end] - sums[at]) / (end - at)[:, None]
    step[reach:] = np.linalg.norm(after - before, axis=1)
    return step


def beat_score_features(spectra: Spectra, beats_s: NDArray[np.float64]) -> Floats:
    """What tells the first beat of a bar, float32 (n_beats, 2 * 12).

    Each of `BEAT_SCORE_FEATURES`, standardized within the song: first against the mean of the
    beats before and after, then as it is.
    """
    edges_s = closing_edge(beats_s)
    periods_s = np.diff(edges_s)
    chroma = segment_means(spectra.chroma, CHROMA_HZ, edges_s)
    bass = segment_means(spectra.bass, CHROMA_HZ, edges_s)
    timbre = mfcc(segment_means(spectra.logmel, FRAME_HZ, edges_s))
    at_beat = peaks_near(spectra.flux, FRAME_HZ, beats_s)
    later = peaks_near(spectra.flux, FRAME_HZ, beats_s + periods_s / 2)
    before = peaks_near(spectra.flux, FRAME_HZ, np.maximum(beats_s - periods_s / 2, 0))
    raw = np.column_stack(
        [
            at_beat,
            _change(chroma, 1),
            _change(bass, 1),
            _change(chroma, 2),
            _change(bass, 2),
            _change(chroma, 4),
            _mean_step(timbre, 4),
            later[:, 1],
            before[:, 0],
        ]
    )
    rows = standardized(raw.astype(np.float32))
    contrast = rows - 0.5 * (np.roll(rows, 1, axis=0) + np.roll(rows, -1, axis=0))
    return np.hstack([contrast, rows]).astype(np.float32)


def beat_pattern(spectra: Spectra, beats_s: NDArray[np.float64]) -> Floats:
    """Harmony and timbre of each beat, for telling at which distance a song repeats."""
    edges_s = closing_edge(beats_s)
    chroma = unit_rows(segment_means(spectra.chroma, CHROMA_HZ, edges_s))
    timbre = standardized(mfcc(segment_means(spectra.logmel, FRAME_HZ, edges_s)))
    return np.hstack([chroma, 0.3 * timbre]).astype(np.float32)
