"""What a person corrected about a song's beats and bars: steps in the order they were made."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any, Literal, Self, get_args

from ml_core.errors import UserError

StepKind = Literal["double", "halve", "shift", "meter", "tap"]

METER_RANGE = (2, 7)
"""Beats a bar that can be chosen."""

FEWEST_TAPS = 4
"""Three distances of beats: one that is off is outvoted."""

_MOST_TAPS = 10_000
_MOST_SHIFT = 1_000
_MOST_STEPS = 100


class CorrectionRefused(UserError):
    """A correction that makes no sense for the song as it is found now."""


@dataclass(frozen=True, slots=True)
class Step:
    """One correction.

    Attributes:
        kind: "double" or "halve" the tempo; "shift" all bars; set the "meter"; "tap" the beats.
        value: of "shift", how many beats later bars start (negative: earlier), never 0; of "meter",
            beats a bar; 0 otherwise.
        taps: of "tap", source samples, rising; none otherwise.
    """

    kind: StepKind
    value: int = 0
    taps: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        low, high = METER_RANGE
        if self.kind not in get_args(StepKind):
            raise ValueError(f"no such correction: {self.kind!r}")
        if self.kind == "meter" and not low <= self.value <= high:
            raise ValueError(f"a bar has {low} to {high} beats")
        if self.kind == "shift" and not 0 < abs(self.value) <= _MOST_SHIFT:
            raise ValueError("bars are shifted by some beats")
        rises = all(a < b for a, b in zip(self.taps, self.taps[1:], strict=False))
        if self.kind == "tap" and not (
            FEWEST_TAPS <= len(self.taps) <= _MOST_TAPS and rises and self.taps[0] >= 0
        ):
            raise ValueError(f"the beat needs at least {FEWEST_TAPS} taps that rise")
        if (self.value and self.kind not in ("shift", "meter")) or (
            self.taps and self.kind != "tap"
        ):
            raise ValueError(f"{self.kind} takes no such value")


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
        if len(self.steps) > _MOST_STEPS:
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
            if kind == "tap":
                steps.append(Step("tap", taps=tuple(int(tap) for tap in values[0])))
            else:
                steps.append(Step(kind, int(values[0]) if values else 0))
        return cls(tuple(steps), bool(data["confirmed"]))

    def _without_or_with(self, opposite: StepKind, kind: StepKind) -> Self:
        if self.steps and self.steps[-1].kind == opposite:
            return self._made(self.steps[:-1])
        return self._made((*self.steps, Step(kind)))

    def _made(self, steps: tuple[Step, ...]) -> Self:
        return type(self)(steps)


NO_CORRECTIONS = Corrections()
