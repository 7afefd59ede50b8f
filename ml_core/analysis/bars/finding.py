"""Bars: a hidden Markov model over meter (2 to 7) and position in the bar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

Floats = NDArray[np.float64]

METERS = (2, 3, 4, 5, 6, 7)
# The score's log-odds are flattened so much before the search. What neighbouring beats tell is far
# from independent, but the search takes it to be (downbeat F .72 without, .75 with, measured).
FLATTENING = 0.35
# The log-odds know that most beats don't start a bar, and the prices of meters charge for it again.
# So much is given back (measured: true meters in 90 of 100 pieces with it, 87 without).
GIVEN_BACK = 0.6
# Beats over which repetition is looked at: long enough for a phrase of eight bars, short enough for
# a part of a song. On 40 rendered pieces downbeats are the same with 32 to 96 as over the whole
# piece (F .821); on 14 made of two pieces each it rises from .781 to .831.
REPETITION_BEATS = 64


@dataclass(frozen=True, slots=True)
class BarPrices:
    """What the bar model charges, in nats: the best of a coarse search on rendered pieces.

    Attributes:
        meter: for each beat spent in a meter, in the order of `METERS`.
        slip: for going from any position to any other, in the same meter or another.
        change: for going from the end of a bar to the start of one in another meter (downbeat F on
            the pieces made of two rises from .831 to .841 with 8, .862 with 6, .872 with 4; on the
            others it stays .821 with 8, and drops to .809 with 4).
        repetition: weight of how well the song repeats at a bar's distance.
    """

    meter: tuple[float, ...] = (0.04, 0.015, 0.0, 0.04, 0.03, 0.04)
    slip: float = 13.0
    change: float = 8.0
    repetition: float = 0.3


@dataclass(frozen=True, slots=True)
class BarPath:
    """The best bars for a grid of beats.

    Attributes:
        position: int64 (n_beats,), 0 at the first beat of a bar.
        meter: int64 (n_beats,), of the bar that the beat is in.
        score: log-score of the path.
    """

    position: NDArray[np.int64]
    meter: NDArray[np.int64]
    score: float


def repetition_gain(pattern: NDArray[np.float32]) -> Floats:
    """How much better than usual the song repeats one and two bars later, (n_beats, n_meters).

    0 is the mean over all distances of 1 to 8 beats, 0.1 means a tenth less distance. Each beat
    sees the `REPETITION_BEATS` around it, so that another meter in a later part is heard.
    """
    n = len(pattern)
    lags = range(1, 2 * METERS[-1] + 1)
    if n < 2 * lags[-1]:
        return np.zeros((n, len(METERS)))
    distance = np.zeros((lags[-1] + 1, n))
    for lag in lags:
        each = np.linalg.norm(pattern[lag:] - pattern[:-lag], axis=1)
        # A distance belongs to the beat half-way; those beyond the ends are like the last ones.
        placed = np.pad(each, (lag // 2, lag - lag // 2), mode="edge")
        distance[lag] = uniform_filter1d(placed, min(n, REPETITION_BEATS), mode="nearest")
    usual = distance[1:9].mean(axis=0) + 1e-9
    return np.stack([(usual - (distance[m] + distance[2 * m]) / 2) / usual for m in METERS], axis=1)


def find_bars(
    bar_start_score: Floats, pattern: NDArray[np.float32], prices: BarPrices | None = None
) -> BarPath:
    """The most likely meter and bar position of each beat (Viterbi).

    Args:
        bar_start_score: (n_beats,) log-odds that a bar starts with the beat.
        pattern: (n_beats, n) what repeats, see `score.beat_pattern`.
        prices: of the model; None takes the measured ones.
    """
    prices = prices or BarPrices()
    n_beats = len(bar_start_score)
    score_at = FLATTENING * (bar_start_score + GIVEN_BACK)
    state_meter = np.concatenate([np.full(m, m) for m in METERS])
    state_position = np.concatenate([np.arange(m) for m in METERS])
    n_states = len(state_meter)
    starts = np.flatnonzero(state_position == 0)
    ends = np.append(starts[1:], n_states) - 1
    per_beat = np.repeat(
        prices.repetition * repetition_gain(pattern) - np.array(prices.meter), METERS, axis=1
    )
    is_start = state_position == 0

    value = per_beat[0] + np.where(is_start, score_at[0], 0.0)
    came_from = np.zeros((n_beats, n_states), np.int8)
    follows = np.arange(n_states) - 1
    for beat in range(1, n_beats):
        after = value[follows]
        source = follows.copy()
        # A bar's first beat follows the last one of a bar of the same meter.
        after[starts] = value[ends]
        source[starts] = ends
        best = int(value.argmax())
        slipped = value[best] - prices.slip
        source = np.where(after >= slipped, source, best)
        reached = np.maximum(after, slipped)
        # Another meter may begin where any bar ends.
        ended = int(ends[value[ends].argmax()])
        changed = value[ended] - prices.change
        turned = starts[reached[starts] < changed]
        reached[turned], source[turned] = changed, ended
        value = reached + per_beat[beat]
        value[is_start] += score_at[beat]
        came_from[beat] = source
    state = int(value.argmax())
    score = float(value[state])
    path = np.empty(n_beats, np.int64)
    for beat in range(n_beats - 1, -1, -1):
        path[beat] = state
        state = int(came_from[beat, state])
    return BarPath(state_position[path], state_meter[path], score)
