"""How much each beat sounds like the first of a bar: a linear model over what is on the beats."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from ml_core.analysis.bars.segments import (
    closing_edge,
    peaks_near,
    segment_means,
    standardized,
    unit_rows,
)
from ml_core.analysis.spectra.reading import CHROMA_HZ, FRAME_HZ, Spectra
from ml_core.analysis.weights import FITTED, Weights

Floats = NDArray[np.float32]

N_MFCC = 13
# Harmony and bass are compared over so many beats before and from each beat on, and timbre too.
HARMONY_REACHES = (1, 2, 3, 4, 8)
TIMBRE_REACHES = (1, 2, 4, 8)
# A beat is set against those one, two and four beats away: the backbeat and the bar.
CONTRAST_BEATS = (1, 2, 4)
# An onset belongs to a beat within this reach.
ONSET_REACH_S = 0.04


def mfcc(logmel: Floats) -> Floats:
    """Mel cepstrum 1..13 of log-mel rows, float32 (n, 13)."""
    cepstrum: Floats = fft.dct(logmel, axis=1, norm="ortho")[:, 1 : N_MFCC + 1]
    return cepstrum


def bar_start_score(features: Floats, weights: Weights = FITTED) -> NDArray[np.float64]:
    """Log-odds that a bar starts with each beat, (n_beats,)."""
    score: NDArray[np.float64] = features.astype(np.float64) @ weights.bar[:-1] + weights.bar[-1]
    return score


def bar_score_features(
    spectra: Spectra, quantities: Floats, beats_s: NDArray[np.float64]
) -> Floats:
    """What tells the first beat of a bar, float32 (n_beats, 176), standardized within the song.

    Each beat has 44 descriptions: the fifteen quantities at the beat and half a beat later, and the
    change of harmony, bass and timbre over some beats. Each of them is then set against its
    neighbours, too.

    Args:
        spectra: of the song.
        quantities: (n_frames, 15), see `onsets.onset_quantities`.
        beats_s: (n_beats,), rising.
    """
    rows = standardized(_descriptions(spectra, quantities, beats_s))
    contrasts = [
        rows - 0.5 * (np.roll(rows, beats, axis=0) + np.roll(rows, -beats, axis=0))
        for beats in CONTRAST_BEATS
    ]
    return np.hstack([rows, *contrasts]).astype(np.float32)


def _descriptions(spectra: Spectra, quantities: Floats, beats_s: NDArray[np.float64]) -> Floats:
    edges_s = closing_edge(beats_s)
    halves_s = beats_s + np.diff(edges_s) / 2
    usual = quantities.mean(axis=0) + np.float32(1e-6)
    columns = []
    for times_s in (beats_s, halves_s):
        strength = peaks_near(quantities, FRAME_HZ, times_s, ONSET_REACH_S / 2, ONSET_REACH_S / 2)
        columns.append(np.log(strength / usual + np.float32(0.1)))
    chroma = segment_means(spectra.chroma, CHROMA_HZ, edges_s)
    bass = segment_means(spectra.bass, CHROMA_HZ, edges_s)
    timbre = standardized(mfcc(segment_means(spectra.logmel, FRAME_HZ, edges_s)))
    changes = [_turn(chroma, reach) for reach in HARMONY_REACHES]
    changes += [_turn(bass, reach) for reach in HARMONY_REACHES]
    changes += [_step(timbre, reach) for reach in TIMBRE_REACHES]
    return np.hstack([*columns, np.column_stack(changes)]).astype(np.float32)


def _sums_around(rows: Floats, reach: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sums of the `reach` rows before each row, and from it on, for rows from `reach` on."""
    n = len(rows)
    sums = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0, dtype=np.float64)])
    at = np.arange(reach, n)
    return sums[at] - sums[at - reach], sums[np.minimum(at + reach, n)] - sums[at]


def _turn(rows: Floats, reach: int) -> Floats:
    """Cosine distance of what is before each row and what follows, (n,); 0 for the first ones."""
    turn = np.zeros(len(rows), np.float32)
    if len(rows) > reach:
        before, after = _sums_around(rows, reach)
        norms = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
        turn[reach:] = 1 - np.einsum("ij,ij->i", before, after) / (norms + 1e-9)
    return turn


def _step(rows: Floats, reach: int) -> Floats:
    """Distance of the means before each row and from it on, (n,); 0 for the first ones."""
    step = np.zeros(len(rows), np.float32)
    if len(rows) > reach:
        before, after = _sums_around(rows, reach)
        n_after = np.minimum(np.arange(reach, len(rows)) + reach, len(rows)) - np.arange(
            reach, len(rows)
        )
        step[reach:] = np.linalg.norm(after / n_after[:, None] - before / reach, axis=1)
    return step


def beat_pattern(spectra: Spectra, beats_s: NDArray[np.float64]) -> Floats:
    """Harmony and timbre of each beat, for telling at which distance a song repeats."""
    edges_s = closing_edge(beats_s)
    chroma = unit_rows(segment_means(spectra.chroma, CHROMA_HZ, edges_s))
    timbre = standardized(mfcc(segment_means(spectra.logmel, FRAME_HZ, edges_s)))
    return np.hstack([chroma, 0.3 * timbre]).astype(np.float32)
