"""What a person corrected about a song's beats and bars: steps in the order they were made."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any, Literal, Self, get_args

from ml_core.errors import UserError

StepKind = Literal["double", "halve", "shift", "meter", "tap", "move", "move_one", "stretch"]

METER_RANGE = (2, 7)
"""Beats a bar that can be chosen."""

FEWEST_TAPS = 4
"""Three distances of beats: one that is off is outvoted."""

_MOST_TAPS = 10_000
_MOST_SHIFT = 1_000
_MOST_STEPS, _MOST_BY_HAND = 100, 400
_MOST_SAMPLES = 2**53
"""Beyond it JSON of other programs is not exact; a song of a thousand years."""

TEMPO_RANGE_BPM = (25.0, 430.0)
"""Beyond these nobody counts beats, and beats closer together can't be put on onsets one by one."""


class CorrectionRefused(UserError):
    """A correction that makes no sense for the song as it is found now."""


@dataclass(frozen=True, slots=True)
class Step:
    """One correction.

    Attributes:
        kind: "double" or "halve" the tempo; "shift" all bars; set the "meter"; "tap" the beats;
            "move" a bar line, with all later ones up to the next that was set by hand, or
            "move_one" alone; give a "stretch" a tempo or a meter of its own.
        value: of "shift", how many beats later bars start (negative: earlier), never 0; of "meter",
            beats a bar; of "stretch", the same, 0 for as it is; 0 otherwise.
        taps: of "tap", and of a "stretch" whose beats were tapped, source samples, rising.
        places: in source samples; of "move" and "move_one", where the line was and where it goes;
            of "stretch", its start and end; none otherwise.
        bpm: of "stretch", beats a minute; 0 for as it is.
    """

    kind: StepKind
    value: int = 0
    taps: tuple[int, ...] = ()
    places: tuple[int, ...] = ()
    bpm: float = 0.0

    def __post_init__(self) -> None:
        low, high = METER_RANGE
        if self.kind not in get_args(StepKind):
            raise ValueError(f"no such correction: {self.kind!r}")
        has_meter = self.kind == "meter" or (self.kind == "stretch" and self.value != 0)
        if has_meter and not low <= self.value <= high:
            raise ValueError(f"a bar has {low} to {high} beats")
        self._require_places()
        if self.kind == "shift" and not 0 < abs(self.value) <= _MOST_SHIFT:
            raise ValueError("bars are shifted by some beats")
        rises = all(a < b for a, b in zip(self.taps, self.taps[1:], strict=False))
        has_taps = self.kind == "tap" or (self.kind == "stretch" and self.taps)
        if has_taps and not (
            FEWEST_TAPS <= len(self.taps) <= _MOST_TAPS and rises and self.taps[0] >= 0
        ):
            raise ValueError(f"the beat needs at least {FEWEST_TAPS} taps that rise")
        if (self.value and self.kind not in ("shift", "meter", "stretch")) or (
            self.taps and self.kind not in ("tap", "stretch")
        ):
            raise ValueError(f"{self.kind} takes no such value")

    def _require_places(self) -> None:
        inside = all(0 <= place <= _MOST_SAMPLES for place in self.places)
        n_wanted = 2 if self.kind in ("move", "move_one", "stretch") else 0
        if len(self.places) != n_wanted or not inside:
            raise ValueError(f"{self.kind} takes {n_wanted} places within the song")
        if self.kind != "stretch":
            if self.bpm:
                raise ValueError("only a stretch has a tempo of its own")
            if n_wanted and self.places[0] == self.places[1]:
                raise ValueError("a line is moved to another place")
            return
        slowest, fastest = TEMPO_RANGE_BPM
        if self.places[0] >= self.places[1]:
            raise ValueError("a stretch begins before it ends")
        if self.bpm and not slowest <= self.bpm <= fastest:
            raise ValueError(f"a tempo is {slowest:.0f} to {fastest:.0f} beats a minute")
        if not (self.bpm or self.value or self.taps):
            raise ValueError("a stretch gets a tempo, a meter or taps")


@dataclass(frozen=True, slots=True)
class Corrections:
    """All corrections of one song. Each method returns what holds after one more.

    Steps that take each other back leave nothing behind: to halve and then to double is no
    correction at all.

    Attributes:
        steps: in the order they were made.
        is_confirmed: the person listened and found that the bars fit.
    """

    steps: tuple[Step, ...] = ()
    is_confirmed: bool = False

    def __post_init__(self) -> None:
        by_hand = sum(bool(step.places) for step in self.steps)
        if by_hand > _MOST_BY_HAND or len(self.steps) - by_hand > _MOST_STEPS:
            raise ValueError("more corrections than anybody makes")

    def __bool__(self) -> bool:
        return bool(self.steps) or self.is_confirmed

    @property
    def key(self) -> str:
        """Names the grid that these steps make, in file names; empty for the one found."""
        if not self.steps:
            return ""
        text = json.dumps(self.to_json()["steps"], separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def doubled(self) -> Self:
        """Twice as many beats."""
        return self._without_or_with("halve", "double")

    def halved(self) -> Self:
        """Half as many beats."""
        return self._without_or_with("double", "halve")

    def shifted(self, beats: int) -> Self:
        """Bars start so many beats later; earlier where negative."""
        before = self.steps
        if before and before[-1].kind == "shift":
            beats += before[-1].value
            before = before[:-1]
        return self._made((*before, Step("shift", beats)) if beats else before)

    def with_meter(self, meter: int) -> Self:
        """Bars of so many beats, found anew: what was said of bars just before has no effect."""
        before = self.steps
        while before and before[-1].kind in ("shift", "meter"):
            before = before[:-1]
        return self._made((*before, Step("meter", meter)))

    def tapped(self, taps: tuple[int, ...]) -> Self:
        """Beats where they were tapped, in source samples; all earlier steps have no effect."""
        return self._made((Step("tap", taps=taps),))

    def moved(self, from_sample: int, to_sample: int, *, later_follow: bool) -> Self:
        """A bar line elsewhere. Moved again it is one step, and moved back it is none."""
        kind: StepKind = "move" if later_follow else "move_one"
        before = self.steps
        if before and before[-1].kind == kind and before[-1].places[1] == from_sample:
            from_sample = before[-1].places[0]
            before = before[:-1]
        if from_sample == to_sample:
            return self._made(before)
        return self._made((*before, Step(kind, places=(from_sample, to_sample))))

    def stretched(
        self,
        start: int,
        end: int,
        *,
        meter: int = 0,
        bpm: float = 0.0,
        taps: tuple[int, ...] = (),
    ) -> Self:
        """A stretch from bar line to bar line, in source samples, with a tempo or meter of its own.

        What was said of the very same stretch just before is said anew.
        """
        before = self.steps
        if before and before[-1].kind == "stretch" and before[-1].places == (start, end):
            last = before[-1]
            before = before[:-1]
            meter = meter or last.value
            if not (bpm or taps):
                bpm, taps = last.bpm, last.taps
        return self._made((*before, Step("stretch", meter, taps, (start, end), bpm)))

    @property
    def anchors(self) -> tuple[int, ...]:
        """Where lines were set by hand and stay when others move, in source samples, rising."""
        anchors: set[int] = set()
        for step in self.steps:
            match step.kind:
                case "tap" | "meter" | "shift":
                    anchors.clear()
                case "move" | "move_one":
                    anchors.discard(step.places[0])
                    anchors.add(step.places[1])
                case "stretch":
                    start, end = step.places
                    anchors = {one for one in anchors if not start < one < end} | {start, end}
        return tuple(sorted(anchors))

    @property
    def stretches(self) -> tuple[tuple[int, int], ...]:
        """Stretches that have a tempo or meter of their own, in source samples."""
        found: list[tuple[int, int]] = []
        for step in self.steps:
            if step.kind in ("tap", "meter"):
                found.clear()
            elif step.kind == "stretch":
                start, end = step.places
                found = [one for one in found if one[1] <= start or one[0] >= end]
                found.append((start, end))
        return tuple(sorted(found))

    def confirmed(self) -> Self:
        """The bars fit as they are."""
        return replace(self, is_confirmed=True)

    def to_json(self) -> dict[str, Any]:
        """Plain data, for the store and the command."""
        steps: list[list[Any]] = []
        for step in self.steps:
            match step.kind:
                case "tap":
                    steps.append([step.kind, list(step.taps)])
                case "shift" | "meter":
                    steps.append([step.kind, step.value])
                case "move" | "move_one":
                    steps.append([step.kind, *step.places])
                case "stretch":
                    steps.append([step.kind, *step.places, step.value, step.bpm, list(step.taps)])
                case _:
                    steps.append([step.kind])
        return {"steps": steps, "confirmed": self.is_confirmed}

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """What `to_json` gave.

        Raises:
            ValueError, KeyError, TypeError: if it is anything else.
        """
        steps = []
        for kind, *values in data["steps"]:
            match kind:
                case "tap":
                    steps.append(Step("tap", taps=tuple(int(tap) for tap in values[0])))
                case "move" | "move_one":
                    steps.append(Step(kind, places=tuple(int(place) for place in values)))
                case "stretch":
                    start, end, meter, bpm, taps = values
                    places = (int(start), int(end))
                    tapped = tuple(int(tap) for tap in taps)
                    steps.append(Step("stretch", int(meter), tapped, places, float(bpm)))
                case _:
                    steps.append(Step(kind, int(values[0]) if values else 0))
        return cls(tuple(steps), bool(data["confirmed"]))

    def _without_or_with(self, opposite: StepKind, kind: StepKind) -> Self:
        if self.steps and self.steps[-1].kind == opposite:
            return self._made(self.steps[:-1])
        return self._made((*self.steps, Step(kind)))

    def _made(self, steps: tuple[Step, ...]) -> Self:
        return type(self)(steps)


NO_CORRECTIONS = Corrections()
