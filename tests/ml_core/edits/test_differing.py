"""Where two edits differ: what must be heard to judge them."""

from __future__ import annotations

from ml_core.domain.edits import Edit, Span
from ml_core.domain.ratings import HEARD_S
from ml_core.edits.differing import differing, to_hear_s


def edit(*spans: Span) -> Edit:
    return Edit("a" * 64, 100, tuple((start * 100, end * 100) for start, end in spans))


def seconds(one: Edit, other: Edit) -> list[tuple[float, float]]:
    return [(start / 100, end / 100) for start, end in differing(one, other)]


def test_what_only_one_edit_plays_differs_and_in_the_other_the_join_that_leaves_it_out() -> None:
    whole, cut = edit((0, 60)), edit((0, 20), (30, 60))
    assert seconds(whole, cut) == [(18.5, 31.5)]
    assert seconds(cut, whole) == [(18.5, 21.5)]


def test_another_start_and_another_end_differ() -> None:
    short, whole = edit((10, 50)), edit((0, 60))
    assert seconds(short, whole) == [(0, 2), (38, 40)]
    assert seconds(whole, short) == [(0, 11.5), (48.5, 60)]


def test_a_shared_join_is_no_difference_nor_is_one_that_was_placed_a_moment_later() -> None:
    a = Edit("a" * 64, 100, ((0, 2000), (3000, 6000)))
    b = Edit("a" * 64, 100, ((0, 2030), (3030, 5000)))
    assert seconds(b, a) == [(38, 40)]
    assert seconds(a, b) == [(38.5, 50)]


def test_where_only_the_place_of_a_join_differs_that_place_counts() -> None:
    a = Edit("a" * 64, 100, ((0, 2000), (3000, 6000)))
    b = Edit("a" * 64, 100, ((0, 2030), (3030, 6000)))
    assert seconds(a, b) == [(18.5, 21.8)]


def test_the_same_music_in_another_order_differs_where_it_turns() -> None:
    there, back = edit((0, 20), (20, 40)), edit((20, 40), (0, 20))
    assert seconds(back, there) == [(0, 2), (18.5, 21.5), (38, 40)]
    assert seconds(there, back) == [(0, 2), (38, 40)]


def test_where_nothing_differs_all_counts() -> None:
    assert seconds(edit((0, 20), (20, 40)), edit((0, 40))) == [(0, 40)]


def test_what_differs_can_be_heard_for_long_enough_unless_the_edit_is_shorter() -> None:
    base = edit((0, 60))
    for other in (edit((0, 1), (2, 60)), edit((0, 58), (59, 60)), edit((1, 60)), edit((0, 59))):
        for pair in ((base, other), (other, base)):
            assert min(end - start for start, end in seconds(*pair)) >= HEARD_S
    assert seconds(edit((0, 1)), base) == [(0, 1)]


def test_time_to_hear_is_that_of_what_differs_with_two_seconds_around_in_both_edits() -> None:
    whole, cut = edit((0, 60)), edit((0, 20), (30, 60))
    assert to_hear_s(whole, cut) == to_hear_s(cut, whole) == 14 + 4


def test_no_more_is_to_be_heard_than_there_is() -> None:
    assert to_hear_s(edit((0, 20), (20, 40)), edit((0, 40))) == 80
    assert to_hear_s(edit((0, 3)), edit((5, 8))) == 6
