"""What happens at each moment: onsets by band, rises that stay, new harmony.

The fifteen quantities that both the beat activation and the bar start score look at.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.analysis.spectra.reading import CHROMA_HZ, FRAME_HZ, N_MELS, Spectra

Floats = NDArray[np.float32]

N_ONSET_BANDS = 8
N_RISE_BANDS = 4
N_QUANTITIES = N_ONSET_BANDS + 1 + N_RISE_BANDS + 2
# Two means over 80 ms each tell a sound that stays from a click.
RISE_FRAMES = 8
# log(1 + 3 x chroma / its level): between loud notes only and every overtone.
CHROMA_GAIN = 3.0
_CHUNK_FRAMES = 60 * FRAME_HZ


def onset_quantities(spectra: Spectra) -> Floats:
    """Float32 (n_frames, 15), not negative.

    Onsets (rise of log-mel over 20 ms) in eight bands and in all, rises over 160 ms in four
    bands, and how much new chroma and new bass chroma sounds.
    """
    n_frames = len(spectra.logmel)
    result = np.empty((n_frames, N_QUANTITIES), np.float32)
    result[:, -2:] = _tonal_change(spectra)
    for start in range(0, n_frames, _CHUNK_FRAMES):
        end = min(start + _CHUNK_FRAMES, n_frames)
        first, last = max(0, start - RISE_FRAMES), min(n_frames, end + RISE_FRAMES)
        rows = _onsets_and_rises(spectra.logmel[first:last])
        result[start:end, :-2] = rows[start - first : end - first]
    return result


def _onsets_and_rises(logmel: Floats) -> Floats:
    n_frames = len(logmel)
    onset = np.zeros_like(logmel)
    onset[1:-1] = np.maximum(logmel[2:] - logmel[:-2], 0)
    bands = onset.reshape(n_frames, N_ONSET_BANDS, -1).mean(axis=2)
    sums = np.concatenate([np.zeros((1, N_MELS)), np.cumsum(logmel, axis=0, dtype=np.float64)])
    here = np.arange(n_frames)
    after = sums[np.minimum(here + RISE_FRAMES, n_frames)] - sums[here]
    before = sums[here] - sums[np.maximum(here - RISE_FRAMES, 0)]
    rise = np.maximum(after - before, 0).astype(np.float32) / RISE_FRAMES
    rises = rise.reshape(n_frames, N_RISE_BANDS, -1).mean(axis=2)
    return np.hstack([bands, onset.mean(axis=1, keepdims=True), rises])


def _tonal_change(spectra: Spectra) -> Floats:
    """New chroma and new bass chroma at each frame, float32 (n_frames, 2)."""
    frames = np.arange(len(spectra.logmel)) * (CHROMA_HZ / FRAME_HZ)
    columns = []
    for chroma in (spectra.chroma, spectra.bass):
        level = np.sqrt(np.mean(np.square(chroma), dtype=np.float64)) + 1e-9
        logs = np.log1p(CHROMA_GAIN * chroma / level)
        change = np.zeros(len(logs))
        if len(logs) > 4:
            rise = logs[3:-1] + logs[4:] - logs[:-4] - logs[1:-3]
            change[2:-2] = np.maximum(rise, 0).mean(axis=1)
        columns.append(np.interp(frames, np.arange(len(change)), change))
    return np.column_stack(columns).astype(np.float32)
