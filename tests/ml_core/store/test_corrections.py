"""Corrections of beats and bars: kept with the song, taken back, and fair to waiting pairs."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ml_core.domain.corrections import NO_CORRECTIONS
from ml_core.errors import UserError
from ml_core.paths import database_path
from ml_core.store import Store
from ml_core.store.records.corrections import SongGrid
from tests.faults.store.store_builder import answered, pair, sha_of, song

DOUBLED = NO_CORRECTIONS.doubled().shifted(-1)


def grid(corrections=DOUBLED) -> SongGrid:
    return SongGrid(corrections, 240.0, 3, "")


@pytest.fixture
def one(store: Store) -> Store:
    store.songs.add(song(0), "ready")
    store.songs.set_status(sha_of(0), "ready", "The bars are doubtful.", 120.0, 4)
    return store


def test_corrections_are_kept_with_what_they_give(one: Store, project: Path) -> None:
    changes = one.corrections.set_grid(sha_of(0), grid())
    assert "songs" in changes and "comparisons" in changes
    one.close()
    with Store.open(project) as again:
        (entry,) = again.songs.listed()
    assert entry.corrections == DOUBLED
    assert (entry.tempo_bpm, entry.meter, entry.message) == (240.0, 3, "")


def test_what_was_before_can_be_put_back(one: Store) -> None:
    before_entry, before = one.songs.listed()[0], one.corrections.grid(sha_of(0))
    one.corrections.set_grid(sha_of(0), grid())
    one.corrections.set_grid(sha_of(0), before)
    assert one.songs.listed() == [before_entry]


def test_waiting_pairs_of_another_grid_are_not_offered_until_it_is_back(one: Store) -> None:
    rng = random.Random(1)
    one.songs.add(song(1), "ready")
    _, pairs = one.pairs.add([pair(rng, 0), pair(rng, 0), pair(rng, 1)])
    before = one.corrections.grid(sha_of(0))
    one.corrections.set_grid(sha_of(0), grid())
    assert [waiting.sha256 for waiting in one.pairs.waiting()] == [sha_of(1)]
    _, (fresh,) = one.pairs.add([pair(rng, 0)])
    assert fresh in one.pairs.waiting(), "pairs of the new grid are"
    # To say that the bars fit makes no new grid: what waits stays.
    present = one.corrections.grid(sha_of(0))
    one.corrections.set_grid(
        sha_of(0), replace(present, corrections=DOUBLED.confirmed(), pairs_after=None)
    )
    assert fresh in one.pairs.waiting()
    one.corrections.set_grid(sha_of(0), before)
    assert set(pairs) <= set(one.pairs.waiting())
    assert all(check.ok for check in one.check()), one.check()


def test_ratings_are_not_touched(one: Store) -> None:
    rng = random.Random(2)
    _, (asked,) = one.pairs.add([pair(rng, 0)])
    _, rating = one.ratings.add(answered(asked, "A"))
    one.corrections.set_grid(sha_of(0), grid())
    assert one.ratings.current() == [rating] and one.ratings.damaged() == []


def test_a_removed_song_comes_back_with_its_corrections(one: Store) -> None:
    one.corrections.set_grid(sha_of(0), grid())
    one.songs.remove(sha_of(0))
    assert one.songs.listed() == []
    _, entry = one.songs.add(song(0))
    assert entry.corrections == DOUBLED


def test_a_song_that_is_not_there_is_refused(store: Store) -> None:
    with pytest.raises(UserError, match="not in the project"):
        store.corrections.set_grid(sha_of(9), grid())


def test_a_damaged_row_is_no_correction(one: Store, project: Path) -> None:
    one.corrections.set_grid(sha_of(0), grid())
    one.close()
    for text in (
        "{",
        '{"steps":[["shift"]],"confirmed":false}',
        '{"steps":[["fly"]],"confirmed":1}',
    ):
        with closing(sqlite3.connect(database_path(project))) as raw:
            raw.execute("UPDATE song_corrections SET corrections = ?", (text,))
            raw.commit()
        with Store.open(project) as again:
            assert again.songs.listed()[0].corrections == NO_CORRECTIONS
