"""How badly an edit follows a line of its song, moment by moment."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.edits.found.heard import Floats
from ml_core.edits.found.lags import piece

Costs = NDArray[np.float64]

FOREIGN_MISFIT = float(np.log(0.88))
"""What playing something else costs a moment: a line must explain 12 % to be better."""

_SILENT_MISFIT = FOREIGN_MISFIT - 0.05
"""Silence goes with a line that is silent too, but with none that sounds."""

_FLOOR = 0.02
"""Share that is never explained: codecs and noise hide what is less."""

_SILENT_POWER = 1e-9
"""Mean square below which a moment is silent."""

_SONG_IS_SILENT = 100.0
"""By how much louder a song's moment may be that an edit's silence plays."""


def misfit(
    edit: Floats, song: Floats, offset: float, moments: range, weights: NDArray[np.float64]
) -> Costs:
    """The log of the share of the edit's energy around each moment that the song, at its best
    gain, does not explain: log(1 - rho^2 + _FLOOR).

    Args:
        edit, song: waves at WAVE_HZ.
        offset: of the line, in samples with fraction.
        moments: starts of the moments in samples, one every `step`.
        weights: of a moment and those around it.

    Returns:
        (len(moments),).
    """
    n, step = len(moments), moments.step
    low = moments.start
    own = piece(edit, low, low + n * step)
    whole = int(np.floor(low + offset))
    other = _between(piece(song, whole - 1, whole + n * step + 2), low + offset - whole)
    own_power, other_power, both = (
        _smoothed((a * b).reshape(n, step).sum(1, dtype=np.float64), weights)
        for a, b in ((own, own), (other, other), (own, other))
    )
    explained = np.clip(both, 0.0, None) ** 2 / np.maximum(own_power * other_power, 1e-20)
    costs: Costs = np.log(1.0 - np.clip(explained, 0.0, 1.0) + _FLOOR)
    silent = _SILENT_POWER * step * weights.sum()
    costs[own_power < silent] = 0.0
    costs[(own_power < silent) & (other_power < _SONG_IS_SILENT * silent)] = _SILENT_MISFIT
    return costs


def _between(samples: Floats, part: float) -> Floats:
    """The n - 3 samples that lie `part` behind the second of n: cubic, after Lagrange.

    A straight line would cost the highest tones so much that whole offsets seem to fit better.
    """
    weights = (
        -part * (part - 1.0) * (part - 2.0) / 6.0,
        (part + 1.0) * (part - 1.0) * (part - 2.0) / 2.0,
        -(part + 1.0) * part * (part - 2.0) / 2.0,
        (part + 1.0) * part * (part - 1.0) / 6.0,
    )
    n = len(samples) - 3
    total = np.zeros(n, np.float32)
    for k, weight in enumerate(weights):
        total += np.float32(weight) * samples[k : k + n]
    return total


def _smoothed(values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    around = len(weights) // 2
    padded = np.pad(values, around)
    return np.convolve(padded, weights, "valid")
