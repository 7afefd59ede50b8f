"""Places of the song in its edits, and back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from editor_app.sound.lane_map import LaneMap
from ml_core.domain.edits import Edit

RATE_HZ = 1000
EDIT = Edit("ab" * 32, RATE_HZ, ((1000, 3000), (5000, 6000), (9000, 20_000)))
MAP = LaneMap.of_edit(EDIT, EDIT.n_samples, RATE_HZ)


@given(st.integers(0, EDIT.n_samples - 1))
def test_every_sample_of_an_edit_has_its_place_and_comes_back(position: int) -> None:
    place = MAP.to_song(position)
    assert any(start <= place < end for start, end in EDIT.spans)
    assert MAP.from_song(place) == position


def test_cut_places_lead_to_the_next_kept_one() -> None:
    assert MAP.from_song(0) == 0
    assert MAP.from_song(3000) == MAP.from_song(4999) == 2000
    assert MAP.from_song(7000) == 3000
    assert MAP.to_song(MAP.from_song(3000)) != 3000


def test_where_nothing_is_left_the_last_four_seconds_are_heard() -> None:
    assert MAP.from_song(20_000) == EDIT.n_samples - 4000
    short = LaneMap.of_edit(Edit("ab" * 32, RATE_HZ, ((0, 1500),)), 1500, RATE_HZ)
    assert short.from_song(2000) == 0


def test_the_end_of_a_span_is_not_the_start_of_the_next() -> None:
    assert MAP.to_song(1999) == 2999
    assert MAP.to_song(2000) == 5000
    assert MAP.to_song(EDIT.n_samples) == 20_000


def test_at_another_rate_places_move_with_it() -> None:
    n_samples = round(EDIT.n_samples * 1.5)
    faster = LaneMap.of_edit(EDIT, n_samples, 1500)
    assert faster.to_song(0) == 1500
    assert faster.to_song(3000) == 7500
    assert faster.from_song(7500 + 100) == 3100
    for position in range(0, n_samples, 97):
        assert faster.from_song(faster.to_song(position)) == position


def test_a_place_kept_out_of_order_is_found() -> None:
    moved = LaneMap.of_edit(Edit("ab" * 32, RATE_HZ, ((5000, 6000), (0, 1000))), 2000, RATE_HZ)
    assert moved.from_song(500) == 1500
    assert moved.from_song(2000) == 0


def test_the_song_maps_to_itself() -> None:
    song = LaneMap.of_song(10_000, RATE_HZ)
    assert song.from_song(1234) == 1234 and song.to_song(1234) == 1234
    assert song.from_song(10_000) == 6000
