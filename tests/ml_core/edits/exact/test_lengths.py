"""How much an edit is stretched, and what is told of it."""

from __future__ import annotations

import pytest

from ml_core.domain.edits import Edit
from ml_core.edits.exact.lengths import Stretch, stretch_to, stretch_words
from ml_core.errors import UserError

EDIT = Edit("0" * 64, 1000, ((0, 40_000), (50_000, 70_000)))


def test_an_edit_near_enough_stays() -> None:
    for exact_s in (None, 60.0, 59.992, 60.008):
        assert stretch_to(EDIT, exact_s).is_none
    assert stretch_words("a.wav", stretch_to(EDIT, 60.0), 1000) == ""


def test_an_edit_gets_the_length_to_the_sample() -> None:
    stretch = stretch_to(EDIT, 60.6)
    assert (stretch.from_samples, stretch.to_samples) == (60_000, 60_600)
    assert stretch_words("a.wav", stretch, 1000) == (
        "All of a.wav was made 1.00 % longer, from 60.00 s to 60.60 s, at its own pitch."
    )


@pytest.mark.parametrize(("exact_s", "nearest"), [(58.7, "58.80 s"), (62.0, "61.20 s")])
def test_more_than_a_fiftieth_is_refused_with_the_nearest(exact_s: float, nearest: str) -> None:
    with pytest.raises(UserError, match="2 % would be heard") as refused:
        stretch_to(EDIT, exact_s)
    assert nearest in refused.value.remedy
    assert not stretch_to(EDIT, float(nearest.removesuffix(" s"))).is_none


def test_a_stretch_beyond_is_no_stretch() -> None:
    with pytest.raises(ValueError, match="fiftieth"):
        Stretch(1000, 1030)
