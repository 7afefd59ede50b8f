"""Whether a song is sung at all.

The probabilities of a note and of a phrase are found from ranks within the song, so a song without
singing gets some as well. Sung songs are told apart by their pitches: how strong, how steady and
how far in the middle of the stereo image these are. A linear model takes percentiles, spreads and
steps of the pitch and stereo columns.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from ml_core.analysis.voice.features import N_BANDS, N_PITCH_COLUMNS, N_STEREO_BANDS
from ml_core.analysis.voice.singing_weights import FITTED, SingingWeights

Floats = NDArray[np.float32]

N_LOOKED_AT = 2 * N_STEREO_BANDS + N_PITCH_COLUMNS
"""The last columns of `features.base_columns`."""

PERCENTILES = (10, 50, 90)
QUIETEST_LOG_MAGNITUDE = -8.0
"""Frames whose loudest band is below this are not looked at: near silence has no stereo image."""

MOST_DEVIATIONS = 3.0
"""A statistic further from the usual counts as this far: no single one decides."""

MONO_LOG_RATIO = -12.0
"""Sides weaker than this against the middle (natural logarithm of power): a mono song."""

SHARPNESS, OFFSET = 2.0, 0.5
"""From log-odds to a weight: half at -.5, since a word cut is worse than a voice that is not there.
Measured with all songs of an artist left out: 9 sung songs weigh .69 to 1, 17 without singing 0 to
.5, half of them below .05."""


def song_statistics(rows: Floats, base: Floats) -> NDArray[np.float64] | None:
    """What a song is judged by, float64 (90,); None where too little of it sounds.

    Args:
        rows: (n_frames, n_columns) of a `VoiceListener`.
        base: (n_frames, n_base), see `features.base_columns`.
    """
    heard = base[rows[:, :N_BANDS].max(axis=1) > QUIETEST_LOG_MAGNITUDE, -N_LOOKED_AT:]
    if len(heard) < 200:
        return None
    levels = np.percentile(heard, PERCENTILES, axis=0).ravel()
    steps = np.abs(np.diff(heard, axis=0)).mean(axis=0)
    return np.concatenate([levels, heard.std(axis=0), steps]).astype(np.float64)


def singing_share(rows: Floats, base: Floats, weights: SingingWeights = FITTED) -> float:
    """0..1: how far the song's voice counts.

    A mono song has no stereo image to judge by and counts as undecided.

    Args:
        rows, base: as in `song_statistics`.
        weights: fitted.
    """
    statistics = song_statistics(rows, base)
    if statistics is None:
        return 0.0
    sides = statistics[N_LOOKED_AT : N_LOOKED_AT + N_STEREO_BANDS]
    log_odds = 0.0
    if float(np.median(sides)) > MONO_LOG_RATIO:
        log_odds = float(deviations(statistics, weights) @ weights.linear + weights.intercept)
    return float(expit(SHARPNESS * (log_odds + OFFSET)))


def deviations(statistics: NDArray[np.float64], weights: SingingWeights) -> NDArray[np.float64]:
    """Statistics in standard deviations from the mean of the songs that were fitted on."""
    scaled = (statistics - weights.mean) / weights.deviation
    return np.asarray(np.clip(scaled, -MOST_DEVIATIONS, MOST_DEVIATIONS))
