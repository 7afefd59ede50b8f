"""Where one stretched part of a sound goes over into the next.

Both tell the same time in their overlap, but the vocoder's phases differ. So the later part may be
moved by some milliseconds, as far as makes it most alike to the earlier one: from there on the
sound lies so much beside the even time map.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.edits.render import crossfade

Audio = NDArray[np.float32]

SEAM_REACH_S = 4.0
"""A seam lies within this of the middle between two parts: far enough to find a good place."""

SEAM_LAG_S = 0.008
"""The later part is moved by this at most: half a period of 62 Hz, and less than ears tell."""

SEAM_FADE_S = 0.03
_STEP_S = 0.005
_COARSE_LAG_S = 0.001


@dataclass(frozen=True, slots=True)
class Seam:
    """A fade of two parts over output samples [start, stop), the later one moved by `lag`."""

    start: int
    stop: int
    lag: int = 0


@dataclass(frozen=True, slots=True)
class Stretched:
    """A stretched part, float32 (n, n_channels); its first sample is `start` of the output."""

    start: int
    sound: Audio

    @property
    def stop(self) -> int:
        """The output sample after its last one."""
        return self.start + len(self.sound)

    def before(self, position: int) -> Audio:
        """What lies before a position of the output."""
        return self.sound[: max(0, position - self.start)]

    def after(self, position: int) -> Stretched:
        """What lies from a position of the output on."""
        return Stretched(position, self.sound[position - self.start :].copy())

    def moved(self, lag: int) -> Stretched:
        """The same, later by so many samples."""
        return Stretched(self.start + lag, self.sound)

    def between(self, start: int, stop: int) -> Audio:
        """Output samples [start, stop)."""
        return self.sound[start - self.start : stop - self.start]


def find_seam(left: Stretched, right: Stretched, middle: int, sample_rate_hz: int) -> Seam:
    """The seam near `middle` of the output at which two parts differ least.

    How they differ is told by the square of 1 - their normalized correlation, times their level:
    likeness decides, and of places as alike the quieter one.
    """
    n, reach, step, most, coarse = (
        round(s * sample_rate_hz)
        for s in (SEAM_FADE_S, SEAM_REACH_S, _STEP_S, SEAM_LAG_S, _COARSE_LAG_S)
    )
    first = max(left.start, right.start + most, middle - reach)
    last = min(left.stop, right.stop - most, middle + reach) - n
    one, other = (Stretched(part.start, _mono(part.sound)) for part in (left, right))

    def difference(place: tuple[int, int]) -> float:
        start, lag = place
        a, b = one.between(start, start + n), other.between(start - lag, start - lag + n)
        level = (float(np.dot(a, a)) * float(np.dot(b, b))) ** 0.25
        return level * (1.0 - float(np.dot(a, b)) / level**2) ** 2 if level > 0.0 else 0.0

    lags = range(-most, most + 1, max(1, coarse))
    starts = range(first, max(first, last) + 1, max(1, step))
    start, near = min(((start, lag) for start in starts for lag in lags), key=difference)
    fine = range(max(-most, near - coarse), min(most, near + coarse) + 1)
    _, lag = min(((start, lag) for lag in fine), key=difference)
    return Seam(start, start + n, lag)


def seam_fade(left: Stretched, right: Stretched, seam: Seam) -> Audio:
    """The sound of a seam; the later part is moved already."""
    return crossfade(left.between(seam.start, seam.stop), right.between(seam.start, seam.stop))


def _mono(sound: Audio) -> Audio:
    return np.ascontiguousarray(sound.mean(axis=1), dtype=np.float32)
