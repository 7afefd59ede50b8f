"""What a beat sounds like: the blocks that join costs compare, and levels at the bar lines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.analysis.bars.features import to_db
from ml_core.analysis.bars.score import mfcc
from ml_core.analysis.bars.segments import (
    closing_edge,
    peaks_near,
    segment_means,
    standardized,
    unit_rows,
)
from ml_core.analysis.spectra.reading import CHROMA_HZ, FRAME_HZ, Spectra
from ml_core.domain.songs import EIGHTHS

Floats = NDArray[np.float32]

LOGMEL_SLICES = 4
MFCC_SLICES = 2
ONSET_SLICES = 8
# A slice of the beat where next to nothing ever starts is not blown up to count like the others.
LEAST_DEVIATION = 0.1
# Natural logarithm to decibels of amplitude.
NEPER_DB = 8.685889638
# What a cut at an edge meets: the kick's body and the onset's rise lie in these reaches.
ONSET_BEFORE_S = 0.02
ONSET_AFTER_S = 0.08


def subdivided(edges_s: NDArray[np.float64], parts: int) -> NDArray[np.float64]:
    """Each segment in equal parts: (n - 1) * parts + 1 edges."""
    n = len(edges_s)
    return np.interp(np.arange((n - 1) * parts + 1) / parts, np.arange(n), edges_s)


def _slices(frames: Floats, edges_s: NDArray[np.float64], parts: int) -> Floats:
    means = segment_means(frames, FRAME_HZ, subdivided(edges_s, parts))
    return means.reshape(len(edges_s) - 1, parts * frames.shape[1])


def beat_features(
    spectra: Spectra, beats_s: NDArray[np.float64]
) -> tuple[Floats, tuple[tuple[str, int, int], ...]]:
    """Blocks of features of each beat, and where each block stands.

    The blocks: log-mel in four slices, unit chroma and bass chroma, standardized MFCC in two
    slices, onset pattern in eight slices of three bands over its deviation, and loudness in dB.
    Their weighted distances ranked joins best (area under the curve .987-.995, measured).

    Returns:
        float32 (n_beats, n), and (name, first column, end column) of each block.
    """
    edges_s = closing_edge(beats_s)
    logmel = _slices(spectra.logmel, edges_s, LOGMEL_SLICES)
    timbre = segment_means(spectra.logmel, FRAME_HZ, subdivided(edges_s, MFCC_SLICES))
    onset = _slices(spectra.flux[:, 1:], edges_s, ONSET_SLICES)
    deviation = onset.std(axis=0)
    power = segment_means(np.square(spectra.rms)[:, None], FRAME_HZ, edges_s)
    blocks = {
        "logmel": logmel,
        "chroma": unit_rows(segment_means(spectra.chroma, CHROMA_HZ, edges_s)),
        "bass": unit_rows(segment_means(spectra.bass, CHROMA_HZ, edges_s)),
        "mfcc": standardized(mfcc(timbre).reshape(len(beats_s), -1)),
        "onset": onset / np.maximum(deviation, LEAST_DEVIATION * deviation.max() + 1e-6),
        "loudness": to_db(np.sqrt(power)),
    }
    columns, first = [], 0
    for name, block in blocks.items():
        columns.append((name, first, first + block.shape[1]))
        first += block.shape[1]
    return np.hstack(list(blocks.values())).astype(np.float32), tuple(columns)


def edge_levels_db(spectra: Spectra, bar_edges_s: NDArray[np.float64], beat_s: float) -> Floats:
    """What the hard vetoes read at each bar line, float32 (n_edges, 4), in dB.

    Columns: loudness of the beat before, loudness of the beat after, the loudest moment below some
    200 Hz, and the mean rise over all mel bands. The last two are taken within -20..+80 ms.

    Args:
        spectra: of the song.
        bar_edges_s: (n_edges,).
        beat_s: length of a beat.
    """
    energy = np.concatenate([[0.0], np.cumsum(np.square(spectra.rms), dtype=np.float64)])
    last = len(energy) - 1

    def level(from_s: NDArray[np.float64], to_s: NDArray[np.float64]) -> Floats:
        first = np.clip(np.round(from_s * FRAME_HZ).astype(np.int64), 0, last - 1)
        end = np.clip(np.round(to_s * FRAME_HZ).astype(np.int64), first + 1, last)
        return to_db(np.sqrt((energy[end] - energy[first]) / (end - first)).astype(np.float32))

    kick = peaks_near(spectra.kick[:, None], FRAME_HZ, bar_edges_s, ONSET_BEFORE_S, ONSET_AFTER_S)
    rise = peaks_near(spectra.flux[:, :1], FRAME_HZ, bar_edges_s, ONSET_BEFORE_S, ONSET_AFTER_S)
    return np.column_stack(
        [
            level(bar_edges_s - beat_s, bar_edges_s),
            level(bar_edges_s, bar_edges_s + beat_s),
            to_db(kick)[:, 0],
            rise[:, 0] * NEPER_DB,
        ]
    ).astype(np.float32)


def eighth_levels_db(
    spectra: Spectra, beats_s: NDArray[np.float64], has_beat: bool
) -> NDArray[np.float16]:
    """`edge_levels_db` at each eighth of each beat, float16 (n_beats * 8, 4).

    Empty without a beat, where no place equals another one and joins stay at the bar lines.

    Args:
        spectra: of the song.
        beats_s: (n_beats,), rising.
        has_beat: false where the beats are only a fallback.
    """
    if not has_beat:
        return np.zeros((0, 4), np.float16)
    edges_s = closing_edge(beats_s)
    eighths_s = subdivided(edges_s, EIGHTHS)[:-1]
    beat_s = float(np.median(np.diff(edges_s)))
    return edge_levels_db(spectra, eighths_s, beat_s).astype(np.float16)
