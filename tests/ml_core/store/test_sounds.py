"""A song is its sound: files move, tags change, other files hold the same recording."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ml_core.domain.songs import Song
from ml_core.paths import database_path
from ml_core.store import Store
from tests.faults.store.store_builder import answered, pair, sha_of, song

RELEASED = Path(__file__).parent / "released"


def heard(number: int, *paths: str) -> Song:
    """A song as it is read from a file today: known by its sound."""
    return replace(
        song(number, *paths),
        sound=sha_of(number),
        fingerprint=f"print {number}".encode(),
        stamp=(1000 + number, 5),
    )


def uses(store: Store) -> dict[int, str]:
    return {entry.id: entry.use for entry in store.songs.listed()}


def test_fault_59_a_song_of_an_older_project_keeps_its_key_and_takes_its_sound(
    store: Store, rng: random.Random
) -> None:
    store.songs.add(song(1), "ready")
    _, pairs = store.pairs.add([pair(rng, 1)])
    store.ratings.add(answered(pairs[0], "A"))
    read_again = replace(heard(1, "/new/place.mp3"), title="New title", sound=sha_of(99))
    store.sounds.note_seen([read_again])
    _, entry = store.songs.add(replace(read_again, sha256=sha_of(99)))
    assert (entry.id, entry.status, entry.song.sha256) == (1, "ready", sha_of(1))
    assert entry.song.identity == sha_of(99)
    assert (entry.song.title, entry.song.path) == ("New title", "/new/place.mp3")
    assert [rating.sha256 for rating in store.ratings.current()] == [sha_of(1)]
    for text in (sha_of(99), sha_of(1), sha_of(99)[:10]):
        found = store.songs.find(text)
        assert found is not None and found.id == 1


def test_a_project_of_version_3_opens_with_its_keys_and_no_sounds(tmp_path: Path) -> None:
    script = (RELEASED / "version-3.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(database_path(tmp_path))) as raw:
        raw.executescript(script)
    with Store.open(tmp_path) as store:
        entries = store.songs.listed()
        assert [e.song.sha256 for e in entries] == [sha_of(0), sha_of(1)]
        assert [e.song.sound for e in entries] == ["", ""]
        assert [e.song.identity for e in entries] == [sha_of(0), sha_of(1)]


def test_what_a_file_was_is_kept_by_its_path(store: Store) -> None:
    store.songs.add(heard(1, "/a.wav"))
    assert store.sounds.stamps() == {"/a.wav": (1001, 5)}
    store.sounds.note_seen([replace(heard(1, "/b.wav"), stamp=(7, 8))])
    assert store.sounds.stamps() == {"/a.wav": (1001, 5), "/b.wav": (7, 8)}


def test_songs_are_compared_once(store: Store) -> None:
    store.songs.add_all([heard(1), heard(2), song(3)])
    asked = store.sounds.to_match()
    assert [row[0] for row in asked.new] == [1, 2] and asked.known == ()
    store.sounds.set_recordings({1: 1, 2: 1})
    asked = store.sounds.to_match()
    assert asked.new == () and [row[0] for row in asked.known] == [1]
    assert [entry.same_as for entry in store.songs.listed()] == [None, 1, None]


@pytest.mark.parametrize("rated", [1, 2])
def test_fault_60_a_recording_is_never_split_between_rating_and_reserve(
    store: Store, rng: random.Random, rated: int
) -> None:
    store.songs.add_all([heard(number) for number in range(1, 13)], "ready")
    _, pairs = store.pairs.add([pair(rng, rated)])
    store.ratings.add(answered(pairs[0], "A"))
    other = 3 - rated
    store.songs.set_use(sha_of(other), "compare")
    store.sounds.set_recordings({number: number for number in range(1, 13)} | {2: 1})
    assert uses(store)[1] == uses(store)[2] == "rate"
    assert not {1, 2} & {entry.id for entry in store.songs.reserved()}
    assert len(store.songs.reserved()) == 3, "others take their place"


def test_fault_60_a_reserved_recording_is_reserved_in_all_its_files(store: Store) -> None:
    store.songs.add_all([heard(number) for number in range(1, 13)], "ready")
    firsts = {number: (number + 1) // 2 * 2 - 1 for number in range(1, 13)}
    store.sounds.set_recordings(firsts)
    by_recording = {first: set() for first in firsts.values()}
    for number, first in firsts.items():
        by_recording[first].add(uses(store)[number])
    assert all(len(found) == 1 for found in by_recording.values())
    assert sum(found == {"compare"} for found in by_recording.values()) == 0, "six are too few"
    store.songs.set_use(sha_of(4), "compare")
    assert (uses(store)[3], uses(store)[4]) == ("compare", "compare")


def test_the_size_of_the_reserve_counts_recordings(store: Store) -> None:
    store.songs.add_all([heard(number) for number in range(1, 17)], "ready")
    store.sounds.set_recordings({number: (number + 1) // 2 * 2 - 1 for number in range(1, 17)})
    reserved = [number for number, use in uses(store).items() if use == "compare"]
    assert len(reserved) == 6 and len({(number + 1) // 2 for number in reserved}) == 3


def test_a_rated_file_takes_its_recording_out_of_the_reserve(
    store: Store, rng: random.Random
) -> None:
    store.songs.add_all([heard(number) for number in range(1, 13)], "ready")
    store.sounds.set_recordings({number: number for number in range(1, 13)} | {2: 1})
    store.songs.set_use(sha_of(2), "compare")
    _, pairs = store.pairs.add([pair(rng, 1)])
    store.ratings.add(answered(pairs[0], "A"))
    assert not {1, 2} & {entry.id for entry in store.songs.reserved()}


def test_songs_said_to_be_two_recordings_are_two_from_then_on(project: Path) -> None:
    with Store.open(project) as store:
        store.songs.add_all([heard(number) for number in range(1, 13)], "ready")
        store.sounds.set_recordings({number: number for number in range(1, 13)} | {2: 1, 3: 1})
        changes, before = store.sounds.separate([2])
        assert "songs" in changes and before == {2: 1, 1: 1, 3: 1}
    with Store.open(project) as store:
        assert [entry.same_as for entry in store.songs.listed()][:3] == [None, None, 1]
        store.songs.set_use(sha_of(2), "compare")
        store.songs.set_use(sha_of(1), "rate")
        assert (uses(store)[1], uses(store)[2], uses(store)[3]) == ("rate", "compare", "rate")
        asked = store.sounds.to_match()
        assert asked.new == () and [row[0] for row in asked.known][:2] == [1, 2]
        assert store.sounds.separate([2]) == (frozenset(), {}), "it is one already"


def test_the_others_of_a_first_song_stay_together(store: Store) -> None:
    store.songs.add_all([heard(number) for number in range(1, 5)], "ready")
    store.sounds.set_recordings({1: 1, 2: 1, 3: 1, 4: 4})
    _, before = store.sounds.separate([1])
    assert [entry.same_as for entry in store.songs.listed()] == [None, None, 2, None]
    store.sounds.set_recordings(before)
    assert [entry.same_as for entry in store.songs.listed()] == [None, 1, 1, None]


def test_the_reserve_counts_separated_songs_each(store: Store) -> None:
    store.songs.add_all([heard(number) for number in range(1, 9)], "ready")
    store.sounds.set_recordings(dict.fromkeys(range(1, 9), 1))
    assert "compare" not in uses(store).values(), "one recording is no reserve"
    store.sounds.separate(list(range(1, 9)))
    assert list(uses(store).values()).count("compare") == 3
