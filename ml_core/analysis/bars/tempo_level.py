"""Whether a song's tempo is likely half or twice the one found: the beat is easily heard so.

Of 40 rendered pieces with exact truth the beats of four are found at twice the true tempo. All four
are told by this; of the 35 that are right ten are told too, six as possibly half and four as twice
(each piece by weights that were fitted without it). Of grids of true beats that were doubled or
halved on purpose .93 are told. Of 18 real songs without truth, five. The tempo by itself tells
nearly as much (three of the four, with the same false alarms): so ambiguous is tempo.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.songs import SongAnalysis

Floats = NDArray[np.float64]

TEMPO, ONE_TO_TWO, TWO_TO_FOUR = range(3)
"""Columns of `level_features`."""

# From here on the person is asked: hearing both costs her a moment, a wrong tempo every edit.
LIKELY = 0.45
# Written by packaging/beat_network/fit_tempo_level.py: one for each feature, the last for none.
HALF_WEIGHTS = (4.023, -7.311, -1.341)
DOUBLE_WEIGHTS = (-4.202, 4.855, -2.768)
USUAL_BPM = 118.0
# With fewer beats nothing repeats often enough.
FEWEST_BEATS = 32


def other_tempo(analysis: SongAnalysis) -> float:
    """By what the tempo has to be multiplied to be the likelier one: .5, 2, or 1 if it is likely.

    Args:
        analysis: as found, without corrections.
    """
    if not analysis.has_beat or len(analysis.beat_samples) < FEWEST_BEATS:
        return 1.0
    first, end = next((a, b) for name, a, b in analysis.beat_blocks if name == "onset")
    features = level_features(analysis.tempo_bpm, analysis.beat_features[:, first:end])
    half = _chance(features[[TEMPO, TWO_TO_FOUR]], HALF_WEIGHTS)
    double = _chance(features[[TEMPO, ONE_TO_TWO]], DOUBLE_WEIGHTS)
    if max(half, double) <= LIKELY:
        return 1.0
    return 0.5 if half >= double else 2.0


def level_features(tempo_bpm: float, onsets: NDArray[np.float32]) -> Floats:
    """What tells the level of a tempo, (3,).

    The tempo in octaves from a usual one, and by how much less alike beats are one apart than two
    apart, and two than four, as logarithms of their mean distances.

    Args:
        onsets: (n_beats, n) the rise of bands in parts of each beat.
    """
    rows = onsets.astype(np.float64)
    rows = (rows - rows.mean(axis=0)) / (rows.std(axis=0) + 1e-6)
    one, two, four = (
        float(np.linalg.norm(rows[k:] - rows[:-k], axis=1).mean()) + 1e-9 for k in (1, 2, 4)
    )
    octaves = np.log2(tempo_bpm / USUAL_BPM)
    return np.array([octaves, np.log(one / two), np.log(two / four)])


def _chance(features: Floats, weights: tuple[float, ...]) -> float:
    *slopes, intercept = weights
    return float(1.0 / (1.0 + np.exp(-(features @ np.array(slopes) + intercept))))
