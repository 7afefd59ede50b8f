"""How far an edit's sound is stretched so that it lasts what was asked for, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass

from ml_core.domain.edits import Edit
from ml_core.errors import UserError

MOST_STRETCH = 0.02
"""Share by which an edit may be made longer or shorter: nobody hears its tempo change by less."""

NEAR_S = 0.009
"""An edit this near to the length asked for is left as it is. An exact length is one to 10 ms; a
millisecond is left for what resampling and encoders round."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """How long an edit's kept samples become, evenly over all of it.

    Attributes:
        from_samples: length of the edit as it was cut.
        to_samples: length of what is written, at the song's rate; the same where nothing is
            stretched.
    """

    from_samples: int
    to_samples: int

    def __post_init__(self) -> None:
        if self.from_samples <= 0 or self.to_samples <= 0:
            raise ValueError("lengths are positive")
        if abs(self.ratio - 1.0) > MOST_STRETCH + 0.5 / self.from_samples:
            raise ValueError("an edit is stretched by a fiftieth at most")

    @property
    def ratio(self) -> float:
        """Length of what is written by the length of what was cut."""
        return self.to_samples / self.from_samples

    @property
    def is_none(self) -> bool:
        """Whether every sample stays as it is."""
        return self.from_samples == self.to_samples

    @classmethod
    def none(cls, edit: Edit) -> Stretch:
        """Leaves an edit as it is."""
        return cls(edit.n_samples, edit.n_samples)


def stretch_to(edit: Edit, exact_s: float | None) -> Stretch:
    """The stretch that an edit needs to last `exact_s` seconds; none without such a length.

    Raises:
        UserError: if it would need more than `MOST_STRETCH`; it names the nearest length.
    """
    if exact_s is None or abs(edit.duration_s - exact_s) <= NEAR_S:
        return Stretch.none(edit)
    low_s, high_s = reach_s(edit.duration_s)
    wished = max(1, round(exact_s * edit.sample_rate_hz))
    if abs(wished - edit.n_samples) > MOST_STRETCH * edit.n_samples + 0.5:
        nearest_s = min((low_s, high_s), key=lambda reached_s: abs(reached_s - exact_s))
        raise UserError(
            f"The edit lasts {edit.duration_s:.2f} s and can't be stretched to {exact_s:.2f} s: "
            f"more than {MOST_STRETCH * 100:.0f} % would be heard.",
            f"The nearest exact length is {nearest_s:.2f} s.",
        )
    return Stretch(edit.n_samples, wished)


def reach_s(duration_s: float) -> tuple[float, float]:
    """Shortest and longest exact length that an edit of this duration can get, in seconds."""
    return duration_s * (1.0 - MOST_STRETCH), duration_s * (1.0 + MOST_STRETCH)


def durations_for_s(exact_s: float, share: float = MOST_STRETCH) -> tuple[float, float]:
    """Durations that an edit may have so that a stretch by `share` makes it last `exact_s`."""
    return exact_s / (1.0 + share), exact_s / (1.0 - share)


def stretch_words(name: str, stretch: Stretch, sample_rate_hz: int) -> str:
    """What a person is told of a stretched file of that name; empty where nothing was stretched."""
    if stretch.is_none:
        return ""
    by = f"{100.0 * abs(stretch.ratio - 1.0):.2f} %"
    longer = "longer" if stretch.ratio > 1.0 else "shorter"
    from_s, to_s = (n / sample_rate_hz for n in (stretch.from_samples, stretch.to_samples))
    return (
        f"All of {name} was made {by} {longer}, from {from_s:.2f} s to {to_s:.2f} s, at its own "
        "pitch."
    )
