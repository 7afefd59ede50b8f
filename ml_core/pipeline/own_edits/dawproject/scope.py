"""Where a timeline's own time lies in the arrangement, and how its sound runs beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from ml_core.pipeline.own_edits.dawproject.tempo import TempoMap

BEATS, SECONDS = "beats", "seconds"
FAR_S = 1e6
"""Later than any arrangement ends."""

_SAMPLES_APART_S, _DRIFT = 5e-5, 1e-6
"""Warps that stray by no more say that the sound runs as it is: tools round their beats."""

_LOOKS = 8
"""Places beside the warps themselves at which that is looked at."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A timeline of an arrangement.

    Attributes:
        tempo: of the arrangement.
        unit: of its own time.
        zero: where its time 0 lies in the arrangement, in that unit.
        window: (start, end) in seconds of the arrangement of what is heard of it.
        follows_tempo: whether a clip said that its sound is told in beats.
    """

    tempo: TempoMap
    unit: str = BEATS
    zero: float = 0.0
    window: tuple[float, float] = (-FAR_S, FAR_S)
    follows_tempo: bool = False

    def seconds(self, time: float) -> float:
        """The arrangement's second at a time of its own."""
        at = self.zero + time
        return self.tempo.to_seconds(at) if self.unit == BEATS else at

    def own_time(self, second: float) -> float:
        """Its own time at a second of the arrangement."""
        at = self.tempo.to_beats(second) if self.unit == BEATS else second
        return at - self.zero

    def place(self, time: float, unit: str) -> float:
        """The arrangement's place, in a unit, at a time of its own."""
        if unit == self.unit:
            return self.zero + time
        second = self.seconds(time)
        return self.tempo.to_beats(second) if unit == BEATS else second

    def told_in(self, unit: str | None) -> Scope:
        """The same timeline, told in another unit; None leaves it."""
        if unit not in (BEATS, SECONDS) or unit == self.unit:
            return self
        return replace(self, unit=unit, zero=self.place(0.0, unit))

    def within(self, start_s: float, end_s: float) -> Scope:
        """As far as it is heard between two seconds."""
        low, high = self.window
        return replace(self, window=(max(low, start_s), min(high, end_s)))

    @property
    def is_heard(self) -> bool:
        """Whether anything of it is heard."""
        return self.window[1] - self.window[0] > 1e-9


def warped_from_s(warps: Any, scope: Scope) -> float | None:
    """Where in its file warped sound begins in a scope's window; None where it is stretched.

    Args:
        warps: the element, with (time, contentTime) at each of its warps.
        scope: that it lies in.

    Raises:
        ValueError: if its times are not in order.
    """
    scope = scope.told_in(warps.get("timeUnit"))
    points = [
        (float(one.get("time")), float(one.get("contentTime"))) for one in warps.findall("./Warp")
    ]
    start_s, end_s = scope.window
    if not points:
        return start_s - scope.seconds(0.0)
    if any(not a[0] < b[0] for a, b in pairwise(points)):
        raise ValueError("its warps are not in order")
    if len(points) == 1:
        return points[0][1] + start_s - scope.seconds(points[0][0])
    # Beyond its last warp it may be told without an end.
    end_s = min(end_s, max(start_s, scope.seconds(points[-1][0])))
    step_s = (end_s - start_s) / _LOOKS
    places = [start_s + k * step_s for k in range(_LOOKS + 1)]
    inside = (scope.seconds(time) for time, _ in points)
    places += [place for place in inside if start_s < place < end_s]
    ahead = [_content_s(points, scope.own_time(place)) - place for place in places]
    if max(ahead) - min(ahead) > _SAMPLES_APART_S + _DRIFT * (end_s - start_s):
        return None
    return start_s + ahead[0]


def _content_s(points: list[tuple[float, float]], time: float) -> float:
    """Where in the file a time lies: in a line between warps, and on beyond them."""
    k = 1
    while k < len(points) - 1 and points[k][0] < time:
        k += 1
    (t0, c0), (t1, c1) = points[k - 1], points[k]
    return c0 + (c1 - c0) * (time - t0) / (t1 - t0)
