"""Where a bar line that is dragged comes to lie: on an onset or a beat that is near."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.edits.peaks import Pyramid

# An onset is heard against so much before it, and rises by so many times.
_BEFORE_S = 0.03
_LEAST_RISE = 1.5
# Below this share of the song's peak nothing starts.
_LEAST_LEVEL = 0.02


def snapped_s(
    wave: Pyramid, rate_hz: int, beats_s: NDArray[np.float64], at_s: float, reach_s: float
) -> float:
    """The onset nearest to what stands out most within reach, else a beat, else the place itself.

    Args:
        beats_s: of the grid as it is.
        reach_s: how far away something may lie.
    """
    onset_s = onset_near(wave, rate_hz, at_s, reach_s)
    if onset_s is not None:
        return onset_s
    near_s = beats_s[np.abs(beats_s - at_s) <= reach_s]
    return float(near_s[np.abs(near_s - at_s).argmin()]) if len(near_s) else at_s


def onset_near(wave: Pyramid, rate_hz: int, at_s: float, reach_s: float) -> float | None:
    """The steepest rise of the waveform within reach, in seconds; None where nothing rises."""
    step_s = wave.base_samples / rate_hz
    n_before = max(1, round(_BEFORE_S / step_s))
    first_s = at_s - reach_s - n_before * step_s
    n_columns = round((2 * reach_s) / step_s) + 2 * n_before
    columns = wave.columns(first_s * rate_hz, (first_s + n_columns * step_s) * rate_hz, n_columns)
    level = np.maximum(-columns[:, 0], columns[:, 1]).astype(np.float64)
    peak = float(max(-wave.levels[-1][:, 0].min(), wave.levels[-1][:, 1].max())) + 1e-9
    floor = _LEAST_LEVEL * peak
    sums = np.concatenate([[0.0], np.cumsum(level)])
    at = np.arange(n_before, n_columns - n_before)
    if not len(at):
        return None
    before = (sums[at] - sums[at - n_before]) / n_before
    rise = (level[at] + floor) / (before + floor)
    steepest = int(rise.argmax())
    if rise[steepest] < _LEAST_RISE or level[at[steepest]] < floor:
        return None
    # Where the rise begins: the first column of its run that is above what was before.
    while steepest > 0 and rise[steepest - 1] >= _LEAST_RISE:
        steepest -= 1
    return float(first_s + at[steepest] * step_s)
