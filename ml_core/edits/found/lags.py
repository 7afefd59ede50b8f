"""By how much a window of one waveform lies off a place in another: normalised correlation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import fft

from ml_core.edits.found.heard import Floats


@dataclass(frozen=True, slots=True)
class Lag:
    """Where a window agrees best.

    Attributes:
        samples: from the place that was looked at, with fraction.
        fit: the correlation there, 1 for the same sound.
    """

    samples: float
    fit: float


def find_lag(edit: Floats, song: Floats, at: int, place: int, size: int, reach: int) -> Lag | None:
    """The lag of `size` samples of the edit from `at` against the song from `place`.

    Args:
        reach: how far in samples from `place` is looked.

    Returns:
        None where the window lies outside of one of the sounds.
    """
    low, high = place - reach, place + size + reach
    if at < 0 or at + size > len(edit) or high <= 0 or low >= len(song):
        return None
    window, around = edit[at : at + size], piece(song, low, high)
    n = fft.next_fast_len(len(around), real=True)
    spectrum = fft.rfft(around, n) * np.conj(fft.rfft(window, n))
    products = fft.irfft(spectrum, n)[: 2 * reach + 1]
    power = np.concatenate([[0.0], np.cumsum(np.square(around, dtype=np.float64))])
    energy = np.maximum(power[size:] - power[:-size], 1e-9)
    own = max(float(np.square(window, dtype=np.float64).sum()), 1e-9)
    fits = products / np.sqrt(energy * own)
    k = int(fits.argmax())
    return Lag(k - reach + _vertex(fits, k), float(fits[k]))


def piece(sound: Floats, low: int, high: int) -> Floats:
    """Samples [low, high) of a sound, silence beyond its ends."""
    inside = sound[max(0, low) : max(0, high)]
    before = min(max(0, -low), high - low)
    return np.pad(inside, (before, max(0, high - low - before - len(inside))))


def _vertex(values: Floats, k: int) -> float:
    """Where the parabola through a peak and its neighbours has its top, from -.5 to .5."""
    if not 0 < k < len(values) - 1:
        return 0.0
    before, at, after = (float(x) for x in values[k - 1 : k + 2])
    curve = before - 2.0 * at + after
    return 0.5 * (before - after) / curve if curve < 0.0 else 0.0
