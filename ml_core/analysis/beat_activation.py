"""How much each moment sounds like a beat: a linear model over onsets, rises and chord changes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d
from scipy.special import expit

from ml_core.analysis.beat_weights import INTERCEPT, WEIGHTS
from ml_core.analysis.spectra import CHROMA_HZ, FRAME_HZ, N_MELS, Spectra

Floats = NDArray[np.float32]

N_ONSET_BANDS = 8
N_RISE_BANDS = 4
# Two means over 80 ms each tell a sound that stays from a click.
RISE_FRAMES = 8
# Everything is judged against what the song does within 5 s of it, ...
USUAL_FRAMES = 10 * FRAME_HZ
# ... against its surroundings of a second, and against the largest within 0.12 s.
CONTRAST_FRAMES = FRAME_HZ
PEAK_FRAMES = 25
# The model's log-odds are flattened so much before they enter the beat search: measured best, as
# neighbouring frames are not independent, which the search takes them to be.
FLATTENING = 0.7
LEAST, MOST = 0.001, 0.95
# Chunks of a minute with a margin that covers all that a frame looks at keep memory small.
_CHUNK_FRAMES = 60 * FRAME_HZ
_MARGIN_FRAMES = USUAL_FRAMES // 2 + CONTRAST_FRAMES


def beat_log_odds(spectra: Spectra) -> NDArray[np.float64]:
    """Log-odds that a beat lies within 20 ms of each frame, (n_frames,)."""
    n_frames = len(spectra.logmel)
    tonal = tonal_change(spectra)
    result = np.empty(n_frames)
    for start in range(0, n_frames, _CHUNK_FRAMES):
        end = min(start + _CHUNK_FRAMES, n_frames)
        first = max(0, start - _MARGIN_FRAMES)
        last = min(n_frames, end + _MARGIN_FRAMES)
        rows = activation_features(spectra.logmel[first:last], tonal[first:last])
        result[start:end] = rows[start - first : end - first] @ np.array(WEIGHTS) + INTERCEPT
    return result


def beat_activation(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the beat search takes, (n_frames,) in 0.001..0.95."""
    activation: NDArray[np.float64] = np.clip(expit(FLATTENING * log_odds), LEAST, MOST)
    return activation


def tonal_change(spectra: Spectra) -> Floats:
    """How much new chroma and new bass chroma sounds at each frame, float32 (n_frames, 2)."""
    frames = np.arange(len(spectra.logmel)) * (CHROMA_HZ / FRAME_HZ)
    columns = []
    for chroma in (spectra.chroma, spectra.bass):
        level = np.sqrt(np.mean(np.square(chroma), dtype=np.float64)) + 1e-9
        logs = np.log1p(3.0 * chroma / level)
        change = np.zeros(len(logs))
        if len(logs) > 4:
            rise = logs[3:-1] + logs[4:] - logs[:-4] - logs[1:-3]
            change[2:-2] = np.maximum(rise, 0).mean(axis=1)
        columns.append(np.interp(frames, np.arange(len(change)), change))
    return np.column_stack(columns).astype(np.float32)


def activation_features(logmel: Floats, tonal: Floats) -> Floats:
    """What the model looks at, float32 (n_frames, 45).

    Fifteen quantities (onsets in eight bands and in all, rises that stay in four bands, change of
    chroma and of bass), each in three ways: against the usual, below its largest nearby, and above
    its mean nearby.
    """
    quantities = maximum_filter1d(_quantities(logmel, tonal), 3, axis=0)
    usual = uniform_filter1d(quantities, USUAL_FRAMES, axis=0) + np.float32(1e-6)
    level = np.log(quantities / usual + np.float32(0.1))
    below_peak = level - maximum_filter1d(level, PEAK_FRAMES, axis=0)
    above_mean = level - uniform_filter1d(level, CONTRAST_FRAMES, axis=0)
    return np.hstack([level, below_peak, above_mean]).astype(np.float32)


def _quantities(logmel: Floats, tonal: Floats) -> Floats:
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
    return np.hstack([bands, onset.mean(axis=1, keepdims=True), rises, tonal])
