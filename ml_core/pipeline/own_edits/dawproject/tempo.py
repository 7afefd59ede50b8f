"""Beats and seconds of an arrangement, where its tempo may change."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ml_core.domain.files.clips_read import MOST_CLIPS

_BPM = (0.1, 1e5)
_EVEN = 1e-9


@dataclass(frozen=True, slots=True)
class _Stretch:
    """From a beat on: the tempo there, and by how much it rises with each beat."""

    beat: float
    second: float
    bpm: float
    rise: float

    def seconds(self, beats: float) -> float:
        """How long so many beats last; the integral of 60 / tempo over them."""
        if abs(self.rise) < _EVEN:
            return 60.0 * beats / self.bpm
        return 60.0 / self.rise * math.log1p(self.rise * beats / self.bpm)

    def beats(self, seconds: float) -> float:
        """The inverse of `seconds`."""
        if abs(self.rise) < _EVEN:
            return seconds * self.bpm / 60.0
        return self.bpm / self.rise * math.expm1(self.rise * seconds / 60.0)


class TempoMap:
    """Which second each beat falls on.

    Args:
        bpm: the tempo at the beginning.
        points: (beat, tempo, whether it goes to the next one in a line), in order; its first
            tempo holds before it, its last one after it.

    Raises:
        ValueError: if a tempo is none, or the points are not in order.
    """

    def __init__(self, bpm: float, points: Iterable[tuple[float, float, bool]] = ()) -> None:
        given = list(points) or [(0.0, bpm, False)]
        if any(not _BPM[0] <= tempo <= _BPM[1] for _, tempo, _ in given):
            raise ValueError("its tempo is none")
        second = 60.0 * given[0][0] / given[0][1]
        self._stretches = [_Stretch(given[0][0], second, given[0][1], 0.0)]
        for (beat, tempo, is_line), (next_beat, next_tempo, _) in pairwise(given):
            length = next_beat - beat
            if not 0.0 <= length < math.inf:
                raise ValueError("its tempo goes back in time")
            rise = (next_tempo - tempo) / length if is_line and length else 0.0
            here = _Stretch(beat, second, tempo, rise)
            second += here.seconds(length)
            self._stretches += [here, _Stretch(next_beat, second, next_tempo, 0.0)]
        self._beats = [one.beat for one in self._stretches]
        self._seconds = [one.second for one in self._stretches]

    def to_seconds(self, beat: float) -> float:
        """The second that a beat falls on."""
        one = self._stretches[max(0, bisect_right(self._beats, beat) - 1)]
        return one.second + one.seconds(beat - one.beat)

    def to_beats(self, second: float) -> float:
        """The beat that a second falls on."""
        one = self._stretches[max(0, bisect_right(self._seconds, second) - 1)]
        return one.beat + one.beats(second - one.second)


def tempo_map(root: Any) -> TempoMap:
    """The tempo of a project, with its automation.

    Raises:
        ValueError: if it can't be one.
    """
    tempo = root.find("./Transport/Tempo")
    bpm = float(tempo.get("value", "120")) if tempo is not None else 120.0
    curve = root.find("./Arrangement/TempoAutomation")
    found = [] if curve is None else curve.findall("./RealPoint")
    if len(found) > MOST_CLIPS:
        raise ValueError("its tempo changes too often")
    points: list[tuple[float, float, bool]] = []
    arrangement_unit = root.find("./Arrangement").get("timeUnit") if found else None
    in_seconds = bool(found) and (curve.get("timeUnit") or arrangement_unit) == "seconds"
    before_s = 0.0
    for point in found:
        at, value = float(point.get("time")), float(point.get("value"))
        if in_seconds:  # To beats, at the tempo so far.
            last = points[-1] if points else (0.0, value, False)
            mean = (last[1] + value) / 2 if last[2] else last[1]
            at, before_s = last[0] + (at - before_s) * mean / 60.0, at
        points.append((at, value, point.get("interpolation") == "linear"))
    return TempoMap(bpm, points)
