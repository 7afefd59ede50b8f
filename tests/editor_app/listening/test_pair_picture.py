"""What a pair's picture says: differences, labels, joins, bar lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from editor_app.listening.pair_picture import Difference, differences, pair_picture
from tests.editor_app.listening.sample_pair import BAR, RATE_HZ, a_pair, edit_of_bars

A = edit_of_bars((0, 8), (16, 24))
B = edit_of_bars((4, 20))


def seconds(bars: float) -> float:
    return bars * BAR / RATE_HZ


def test_differences_are_what_only_one_edit_keeps() -> None:
    assert differences(A, B) == (
        Difference(seconds(0), seconds(4), "A"),
        Difference(seconds(8), seconds(16), "B"),
        Difference(seconds(20), seconds(24), "A"),
    )
    assert differences(A, A) == ()


def test_a_join_placed_a_little_earlier_is_no_difference() -> None:
    moved = edit_of_bars((0, 8), (16, 24), lead_samples=RATE_HZ // 2)
    assert differences(A, moved) == ()


def test_two_differences_side_by_side_stay_apart_and_one_sides_parts_are_one() -> None:
    first, second = edit_of_bars((0, 4), (8, 12)), edit_of_bars((0, 2), (4, 8), (10, 12))
    assert differences(first, second) == (
        Difference(seconds(2), seconds(4), "A"),
        Difference(seconds(4), seconds(8), "B"),
        Difference(seconds(8), seconds(10), "A"),
    )


def test_the_words_of_a_lane(tmp_path: Path) -> None:
    picture = pair_picture(a_pair(tmp_path, A, B), A, B)
    lane = picture.lanes["A"]
    assert [(s.parts, s.bars) for s in lane.segments] == [
        ("Part A", "bars 1\N{EN DASH}8"),
        ("Part B", "bars 17\N{EN DASH}24"),
    ]
    assert [(s.parts, s.bars) for s in picture.lanes["B"].segments] == [
        ("Parts A, B", "bars 5\N{EN DASH}20")
    ]
    assert [join.tooltip for join in lane.joins] == ["Join 1 of 1, at 0:16: from bar 8 to bar 17"]
    assert lane.joins[0].at_s == pytest.approx(seconds(8))
    assert picture.lanes["B"].joins == ()


def test_a_join_that_slid_off_its_bar_line_keeps_no_other_part(tmp_path: Path) -> None:
    slid = edit_of_bars((0, 4), (16, 24), lead_samples=round(0.9 * RATE_HZ))
    segments = pair_picture(a_pair(tmp_path, slid, B), slid, B).lanes["A"].segments
    assert [(s.parts, s.bars) for s in segments] == [
        ("Part A", "bars 1\N{EN DASH}4"),
        ("Part B", "bars 17\N{EN DASH}24"),
    ]


def test_bar_lines_and_brackets_lie_in_the_lanes_own_time(tmp_path: Path) -> None:
    picture = pair_picture(a_pair(tmp_path, A, B), A, B)
    lane = picture.lanes["B"]
    assert lane.differences_s == ((seconds(4), seconds(12)),)
    assert picture.lanes["A"].differences_s == (
        (seconds(0), seconds(4)),
        (seconds(12), seconds(16)),
    )
    np.testing.assert_allclose(lane.bar_lines_s, [seconds(bar) for bar in range(1, 16)])
    assert lane.is_phrase.tolist() == [bar % 4 == 0 for bar in range(5, 20)]


def test_sections_reach_over_the_pick_up_and_the_tail(tmp_path: Path) -> None:
    picture = pair_picture(a_pair(tmp_path, A, B), A, B).song
    assert picture.sections[0][0] == 0.0
    assert picture.sections[-1][1] == picture.duration_s
    assert [label for *_, label in picture.sections] == ["A", "B"]


def test_waveforms_share_one_height_and_survive_missing_files(tmp_path: Path) -> None:
    pair = a_pair(tmp_path, A, B)
    picture = pair_picture(pair, A, B)
    assert picture.lanes["A"].peak == picture.lanes["B"].peak == picture.song.peak > 0
    columns = picture.lanes["A"].wave.columns(0, 1, 100)
    assert columns.shape == (100, 3) and columns.any()
    Path(pair.edits[0].peaks_file).unlink()
    again = pair_picture(pair, A, B).lanes["A"].wave.columns(0, 1, 100)
    np.testing.assert_allclose(again, columns, rtol=1e-5)
    Path(pair.edits[0].file).unlink()
    assert not pair_picture(pair, A, B).lanes["A"].wave.columns(0, 1, 100).any()
