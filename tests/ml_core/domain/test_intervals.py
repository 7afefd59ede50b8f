"""Intervals from outside."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_core.domain.intervals import spans_s, spans_samples, whole_number


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ([[20, 10]], "before it begins"),
        ([[10, 10]], "before it begins"),
        ([[-1, 5]], "before the song"),
        ([[0, 61]], "after the song"),
        ([[0, 5], [70, 80]], "after the song"),
        ([[0, math.inf]], "two numbers"),
        ([[math.nan, 5]], "two numbers"),
        ([[0, 10**400]], "two numbers"),
        ([["0", "5"]], "two numbers"),
        ([[True, 5]], "two numbers"),
        ([[0, 5, 6]], "two numbers"),
        ([5, 6], "two numbers"),
        ([], "no intervals"),
        (None, "no intervals"),
        ({"0": 1}, "no intervals"),
        ("01", "no intervals"),
        ([[0, 1]] * 10_001, "more than"),
    ],
)
def test_what_is_no_interval_of_the_song_is_refused(value: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        spans_s(value, 60.0)


def test_intervals_in_play_order_may_go_back() -> None:
    assert spans_s([[30, 40.5], [10, 20]], 60.0) == ((30.0, 40.5), (10.0, 20.0))
    assert spans_s([[0, 60.01]], 60.0) == ((0.0, 60.01),), "lengths are rounded"
    assert spans_samples([[0, 5], [3, 9]], 9) == ((0, 5), (3, 9))


@pytest.mark.parametrize("value", [[[0, 10]], [[0.0, 5]], [[4, 2]], [[0, 10**30]], [[-1, 3]]])
def test_samples_are_whole_and_within(value: object) -> None:
    with pytest.raises(ValueError, match="interval"):
        spans_samples(value, 9)


@pytest.mark.parametrize("value", [0, -1, 1.0, True, "1", None, 10**13])
def test_what_is_no_rate_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="whole number"):
        whole_number(value)


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda part: st.lists(part, max_size=3),
)


@given(_ANY)
def test_anything_is_intervals_or_refused(value: object) -> None:
    try:
        found = spans_s(value, 100.0)
    except ValueError:
        return
    assert found and all(0 <= start < end <= 100.05 for start, end in found)
