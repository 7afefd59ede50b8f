"""How sure beats and bars are, as one number that a person can act on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.analysis.spectra import FRAME_HZ

Floats = NDArray[np.float64]


def beat_clarity(activation: Floats, beats_s: Floats) -> float:
    """How much more onset lies on the beats than elsewhere: 0 none, near 1 all of it.

    The mean activation within 20 ms of the beats against the mean over all frames.
    """
    if len(beats_s) < 4:
        return 0.0
    frames = np.round(beats_s * FRAME_HZ).astype(np.int64)
    near = np.clip(frames[:, None] + np.arange(-2, 3), 0, len(activation) - 1)
    on_beat = float(activation[near].max(axis=1).mean())
    # Chance: the mean of the largest of five frames anywhere.
    anywhere = np.lib.stride_tricks.sliding_window_view(activation, 5).max(axis=1)
    chance = float(anywhere.mean())
    return max(0.0, (on_beat - chance) / (1.0 - chance + 1e-9))


def bar_clarity(bar_start_score: Floats, position: NDArray[np.int64], meter: int) -> float:
    """Mean log-odds of the chosen bar starts above the best other position in the bar."""
    means = [
        float(bar_start_score[position == k].mean()) if np.any(position == k) else -np.inf
        for k in range(meter)
    ]
    return means[0] - max(means[1:]) if meter > 1 and np.isfinite(means[0]) else 0.0


def confidence(beats: float, bars: float) -> float:
    """0..1: the chance that the bars are right."""
    log_odds = -2.5 + 5.0 * beats + 0.8 * bars
    return float(1.0 / (1.0 + np.exp(-log_odds)))
