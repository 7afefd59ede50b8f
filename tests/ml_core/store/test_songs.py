"""Songs: known by content, found by id, path or hash, kept for rating or comparing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from ml_core.domain.models import ComparisonSession
from ml_core.errors import UserError
from ml_core.store import Store
from tests.faults.store.store_builder import answered, pair, sha_of, song


def add(store: Store, *numbers: int) -> None:
    for number in numbers:
        store.songs.add(song(number), "ready")


def uses(store: Store) -> dict[str, str]:
    return {entry.song.sha256: entry.use for entry in store.songs.listed()}


def reserved(store: Store) -> set[str]:
    return {sha for sha, use in uses(store).items() if use == "compare"}


def test_a_song_is_what_was_added(store: Store) -> None:
    changes, entry = store.songs.add(song(1), "ready")
    assert "songs" in changes
    assert entry.song == song(1)
    assert (entry.id, entry.status, entry.use) == (1, "ready", "rate")
    assert store.songs.listed() == [entry]


def test_the_same_content_is_one_song_whose_newest_path_comes_first(store: Store) -> None:
    store.songs.add(song(1, "/a.wav"), "ready")
    _, entry = store.songs.add(song(1, "/b.wav"))
    assert entry.song.paths == ("/b.wav", "/a.wav")
    assert entry.status == "ready", "a song that is ready need not wait again"
    _, entry = store.songs.add(song(1, "/a.wav"))
    assert entry.song.paths == ("/a.wav", "/b.wav")
    assert len(store.songs.listed()) == 1


def test_fault_28_a_file_replaced_under_its_name_is_another_song(store: Store) -> None:
    store.songs.add(song(1, "/a.wav"), "ready")
    store.songs.add(song(2, "/a.wav"), "ready")
    old, new = store.songs.listed()
    assert (old.song.paths, old.status) == ((), "failed")
    assert "replaced" in old.message
    assert new.song.path == "/a.wav"
    found = store.songs.find("/a.wav")
    assert found is not None and found.song.sha256 == sha_of(2)


def test_a_song_is_found_by_id_path_and_hash(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a song.wav"
    store.songs.add(song(1, str(path)), "ready")
    for text in ("1", str(path), str(tmp_path / "x" / ".." / "a song.wav"), sha_of(1)):
        found = store.songs.find(text)
        assert found is not None and found.id == 1, text
    found = store.songs.find(sha_of(1)[:10])
    assert found is not None
    for text in ("2", "", "nothing.wav", sha_of(2), "99999999999999999999"):
        assert store.songs.find(text) is None, text


def test_any_file_name_comes_back_as_it_was(store: Store) -> None:
    names = ("/m/日本語 \n 'x' \"y\".wav", "/m/not utf-8 \udcff\udce9.wav", "/m/emoji 🎵.wav")
    for number, name in enumerate(names):
        store.songs.add(song(number, name), "ready")
        found = store.songs.find(name)
        assert found is not None and found.song.path == name


def test_status_tempo_and_meter_are_kept(store: Store) -> None:
    store.songs.add(song(1))
    store.songs.set_status(sha_of(1), "ready", "", 120.5, 4)
    store.songs.set_status(sha_of(1), "failed", "It is silent.")
    (entry,) = store.songs.listed()
    assert (entry.status, entry.message) == ("failed", "It is silent.")
    assert (entry.tempo_bpm, entry.meter) == (120.5, 4)


def test_a_removed_song_comes_back_with_its_id(store: Store) -> None:
    add(store, 1, 2)
    store.songs.remove(sha_of(1))
    assert [entry.id for entry in store.songs.listed()] == [2]
    assert store.songs.find(sha_of(1)) is None and store.songs.find("1") is None
    add(store, 1)
    assert [entry.id for entry in store.songs.listed()] == [1, 2]


@pytest.mark.parametrize(
    ("n_songs", "n_reserved"), [(1, 0), (7, 0), (8, 3), (12, 3), (13, 3), (16, 4), (30, 7)]
)
def test_a_quarter_is_reserved_at_least_three_from_eight_on(
    store: Store, n_songs: int, n_reserved: int
) -> None:
    add(store, *range(n_songs))
    assert len(reserved(store)) == n_reserved
    assert {entry.song.sha256 for entry in store.songs.reserved()} == reserved(store)


def test_a_reserved_song_that_is_lost_is_replaced_by_one(store: Store) -> None:
    add(store, *range(12))
    store.songs.set_status(min(reserved(store)), "failed", "It is gone.")
    ready = {entry.song.sha256 for entry in store.songs.listed() if entry.status == "ready"}
    assert len(reserved(store) & ready) == 3
    store.songs.remove(min(reserved(store) & ready))
    add(store, 12)
    assert len(reserved(store)) == 3


def test_the_reserve_does_not_depend_on_the_order_of_adding(tmp_path: Path) -> None:
    chosen = []
    for seed in range(3):
        numbers = list(range(20))
        random.Random(seed).shuffle(numbers)
        with Store.open(tmp_path / str(seed)) as store:
            add(store, *numbers)
            chosen.append(reserved(store))
    assert chosen[0] == chosen[1] == chosen[2]


def test_the_reserve_is_stable_and_takes_no_song_that_was_asked_about(
    store: Store, rng: random.Random
) -> None:
    add(store, *range(8))
    before = reserved(store)
    asked = [n for n in range(8) if sha_of(n) not in before]
    store.pairs.add([pair(rng, number) for number in asked])
    add(store, *range(8, 40))
    after = reserved(store)
    assert before <= after
    assert len(after) == 10
    assert not after & {sha_of(number) for number in asked}


def test_a_persons_choice_sticks(store: Store) -> None:
    add(store, *range(8))
    given_back = min(reserved(store))
    store.songs.set_use(given_back, "rate")
    left_out = max(set(uses(store)) - reserved(store))
    store.songs.set_use(left_out, "out")
    add(store, *range(8, 12))
    assert uses(store)[given_back] == "rate"
    assert uses(store)[left_out] == "out"
    assert len(reserved(store)) == 2, "one fewer, since a person gave one back"
    assert store.songs.use_notes(given_back)[-1][1:] == ("rate", "chosen by hand")


def test_the_use_of_an_unknown_song_is_refused(store: Store) -> None:
    with pytest.raises(UserError):
        store.songs.set_use(sha_of(1), "rate")


def test_a_song_that_was_rated_is_no_honest_reserve(store: Store, rng: random.Random) -> None:
    add(store, 0)
    _, (asked,) = store.pairs.add([pair(rng, 0)])
    store.ratings.add(answered(asked))
    store.songs.set_use(sha_of(0), "compare")
    assert uses(store) == {sha_of(0): "compare"}
    assert store.songs.reserved() == []


def test_songs_of_a_finished_comparison_leave_the_reserve(store: Store, rng: random.Random) -> None:
    add(store, *range(8))
    compared = sorted(reserved(store))
    numbers = [n for n in range(8) if sha_of(n) in compared]
    _, session = store.sessions.add(
        ComparisonSession("base", "c1", 3, True, 5), [pair(rng, n) for n in numbers]
    )
    first, second, third = store.pairs.of_session(session.id)
    for asked in (first, second):
        changes, _ = store.ratings.add(answered(asked))
        assert "songs" not in changes
        assert reserved(store) == set(compared)
    changes, _ = store.ratings.add(answered(third))
    assert "songs" in changes
    assert not reserved(store) & set(compared)
    assert "compared in session 1" in store.songs.use_notes(compared[0])[-1][2]
    assert len(reserved(store)) == 3, "songs that were never asked about take their place"
