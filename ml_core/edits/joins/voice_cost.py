"""What it costs to cut into singing: a word cut is worse than music that goes on a little oddly."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import maximum_filter1d

from ml_core.domain.songs import VOICE_HZ, SongAnalysis

Floats = NDArray[np.float64]

PHRASE_WEIGHT = 1.4
NOTE_WEIGHT = 1.0
PHRASE_REACH_S = 0.06
NOTE_REACH_S = 0.02
"""A side costs 1.4 x the largest probability of a phrase within +-60 ms and 1 x that of a note
within +-20 ms, in units of the join cost's percentile. Measured on eight sung songs, each with its
voice found by weights fitted without it:
- Sides surely in a phrase and in a note are .18 and .03 of some 900. With 1 x for a phrase they are
  .25 and .02 of some 370, and where nothing is spared .70 and .16.
- With the voice found by a logistic regression instead of the network they are .32 and .05 at
  .7 x, .22-.28 and .03-.04 at 1.4 x, and .21 and .04 at 2 and 2, with a fifth fewer joins a minute.
- With the true voice they are .08 and .00 at .7 x, .01 and .00 at 1.4 x. So what is left is what
  detection misses.
- Wider reaches and probabilities made surer (twice and three times the log-odds) were no better
  beyond the noise."""

COST_A_PERCENTILE = 0.8
"""Join costs rise by so much from their 5th percentile to their median, per unit of percentile:
what turns percentiles into costs (measured: median of 17 songs, .5 to 1.4)."""


LEAST_SPREAD = 0.05
SURE_SPREAD = 0.15
"""Probabilities say how surely the song is sung at all. Where they hardly differ within it, there
is nothing to spare. Their standard deviation for a phrase is .20-.36 in sung songs, with weights
fitted without them, and .00-.15 in seventeen songs without singing."""


def singing_weight(analysis: SongAnalysis) -> float:
    """How much of a voice's cost counts in a song, 0..1."""
    if len(analysis.voice) == 0:
        return 0.0
    spread = float(np.nan_to_num(analysis.voice[:, 1].astype(np.float64)).std())
    return min(1.0, max(0.0, (spread - LEAST_SPREAD) / (SURE_SPREAD - LEAST_SPREAD)))


def voice_costs(analysis: SongAnalysis, samples: ArrayLike) -> Floats:
    """What cutting at places of the source costs, in the shape of `samples`; 0 without a voice."""
    places = np.asarray(samples, dtype=np.float64)
    weight = singing_weight(analysis)
    if weight == 0.0:
        return np.zeros(places.shape)
    note, phrase = np.nan_to_num(analysis.voice.astype(np.float64)).T
    frames = np.rint(places / analysis.sample_rate_hz * VOICE_HZ).astype(np.int64)
    frames = np.clip(frames, 0, len(note) - 1)
    cost = PHRASE_WEIGHT * _largest_near(phrase, PHRASE_REACH_S)[frames]
    cost += NOTE_WEIGHT * _largest_near(note, NOTE_REACH_S)[frames]
    return np.asarray(weight * COST_A_PERCENTILE * cost)


def _largest_near(probability: Floats, reach_s: float) -> Floats:
    return np.asarray(maximum_filter1d(probability, 2 * round(reach_s * VOICE_HZ) + 1))
