"""Whether a sound that is like a song, but not the same waveform, was shifted or stretched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from ml_core.edits.found.course import Run
from ml_core.edits.found.heard import WAVE_HZ, Floats, Heard
from ml_core.edits.found.lags import piece

_LIKE_SHARE = 0.6
"""Share of an edit whose course must run through the song to be called alike."""

_LONG_S = 2.0
_WINDOW_SAMPLES = 8192
_WINDOWS = 40
_STEPS_AN_OCTAVE = 600
_MOST_STEPS = 120
_LEAST_CHANGE = 0.006
_LEAST_PEAK = 0.35


@dataclass(frozen=True, slots=True)
class Change:
    """How an edit differs from its song; 1 for not at all.

    Attributes:
        speed: seconds of the song for each second of the edit.
        pitch: the edit's frequencies by the song's.
    """

    speed: float
    pitch: float

    @property
    def words(self) -> str:
        """What was done to it, "" if nothing."""
        speed, pitch = (abs(x - 1.0) > _LEAST_CHANGE for x in (self.speed, self.pitch))
        if speed and pitch:
            return f"it plays {_percent(self.speed)} {_which(self.speed, 'faster', 'slower')}"
        if speed:
            longer = 1.0 / self.speed
            return (
                f"it was stretched to be {_percent(longer)} {_which(longer, 'longer', 'shorter')}"
            )
        if pitch:
            return f"its pitch is {_percent(self.pitch)} {_which(self.pitch, 'higher', 'lower')}"
        return ""


def find_change(song: Heard, edit: Heard, runs: Sequence[Run]) -> Change | None:
    """What was done to an edit whose rough course runs through the song.

    Returns:
        None where it is not like the song at all.
    """
    long = [r for r in runs if r.start is not None and (r.end - r.first) * edit.frame_s > _LONG_S]
    lengths = np.array([run.end - run.first for run in long], float)
    if not lengths.size or lengths.sum() < _LIKE_SHARE * max(1, int(edit.is_heard.sum())):
        return None
    speed = float(np.average([run.slope for run in long], weights=lengths))
    profile = np.zeros(2 * _MOST_STEPS + 1)
    middles = np.linspace(0.0, lengths.sum(), _WINDOWS + 2)[1:-1]
    ends = lengths.cumsum()
    for middle in middles:
        k = int(np.searchsorted(ends, middle, side="right").clip(0, len(long) - 1))
        run, into = long[k], float(middle - (ends[k] - lengths[k]))
        assert run.start is not None
        own = _window(edit, run.first + into)
        other = _window(song, run.start + into * run.slope)
        profile += np.correlate(own, other, "full")[len(own) - 1 - _MOST_STEPS :][: len(profile)]
    profile /= _WINDOWS
    step = int(profile.argmax()) - _MOST_STEPS
    if profile.max() < _LEAST_PEAK:
        return None
    return Change(speed, float(2.0 ** (step / _STEPS_AN_OCTAVE)))


def _window(sound: Heard, frame: float) -> NDArray[np.float64]:
    """Log spectrum on a logarithmic scale around a frame, of mean 0 and length 1."""
    middle = round(frame * sound.frame_s * WAVE_HZ)
    around: Floats = piece(sound.wave, middle - _WINDOW_SAMPLES // 2, middle + _WINDOW_SAMPLES // 2)
    power = np.abs(fft.rfft(around * np.hanning(_WINDOW_SAMPLES), 2 * _WINDOW_SAMPLES))
    octaves = np.arange(round(3.4 * _STEPS_AN_OCTAVE)) / _STEPS_AN_OCTAVE
    places = 150.0 * 2.0**octaves * 2 * _WINDOW_SAMPLES / WAVE_HZ
    levels = np.interp(places, np.arange(len(power)), power)
    peaks = np.sqrt(levels)
    peaks -= np.convolve(np.pad(peaks, 100, "edge"), np.full(201, 1 / 201), "valid")
    unit: NDArray[np.float64] = peaks / (np.linalg.norm(peaks) + 1e-9)
    return unit


def _percent(ratio: float) -> str:
    return f"{100.0 * abs(ratio - 1.0):.1f} %"


def _which(ratio: float, above: str, below: str) -> str:
    return above if ratio > 1.0 else below
