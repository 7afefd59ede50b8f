"""What was heard of a rating, and which answers count as ratings."""

from __future__ import annotations

from typing import Any

import pytest

from ml_core.domain.edits import Edit
from ml_core.domain.ratings import Rating, changed_by_hand, counting, counts

A = Edit("a" * 64, 100, ((0, 1000),))
B = Edit("a" * 64, 100, ((0, 500), (800, 1000)))


def rating(a_s: float | None, b_s: float | None, **more: Any) -> Rating:
    return Rating(1, A, B, **({"answer": "A"} | more), heard_a_s=a_s, heard_b_s=b_s)


@pytest.mark.parametrize(
    ("a_s", "b_s", "hearing"),
    [
        (2.0, 2.0, "heard"),
        (30.0, 2.5, "heard"),
        (0.0, 0.0, "by eye"),
        (1.99, 30.0, "by eye"),
        (30.0, 1.99, "by eye"),
        (None, 0.0, "by eye"),
        (None, None, "not told"),
        (30.0, None, "not told"),
    ],
)
def test_both_sides_must_have_been_heard_for_two_seconds(
    a_s: float | None, b_s: float | None, hearing: str
) -> None:
    assert rating(a_s, b_s).hearing == hearing
    assert rating(a_s, b_s).is_by_eye == (hearing == "by eye")


def test_a_change_by_hand_is_never_by_eye() -> None:
    assert not changed_by_hand(A, B).is_by_eye
    assert rating(0.0, 0.0, source="hand", reason="hand").hearing != "by eye"


def test_an_imported_answer_with_measured_seconds_is_judged_by_them() -> None:
    assert rating(0.0, 1.0, source="import").is_by_eye
    assert not rating(None, None, source="import").is_by_eye


def test_only_what_says_something_and_was_not_given_by_eye_counts() -> None:
    heard, tie = rating(3.0, 3.0), rating(3.0, 3.0, answer="tie")
    skip, told = rating(3.0, 3.0, answer="skip"), rating(None, None)
    eye, eye_skip = rating(0.0, 0.0), rating(0.0, 0.0, answer="skip")
    every = [heard, tie, skip, told, eye, eye_skip]
    assert counting(every) == [heard, tie, told]
    assert counting(every, by_eye=True) == [heard, tie, told, eye]
    assert not counts(eye)
    assert counts(eye, by_eye=True)
