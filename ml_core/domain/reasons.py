"""Why an edit: what the learned wishes say of it."""

from __future__ import annotations

from dataclasses import dataclass

from ml_core.domain.checked import require


@dataclass(frozen=True, slots=True)
class Reason:
    """One of the learned wishes, and what it says of an edit.

    Attributes:
        feature: name of the edit feature that it is about.
        words: how the edit differs from the song's usual one in it.
        gain: utility that the edit gains by it; negative where the wish speaks against the edit.
        interval: (low, high) of nine of ten likely values of the gain.
    """

    feature: str
    words: str
    gain: float
    interval: tuple[float, float]

    def __post_init__(self) -> None:
        require(self.interval[0] <= self.interval[1], "an interval is (low, high)")
