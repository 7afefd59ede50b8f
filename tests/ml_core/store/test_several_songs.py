"""What is done to several songs at once: one transaction, and all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from ml_core.domain.songs import SongUse
from ml_core.errors import NotSavedError, UserError
from ml_core.store import Store
from ml_core.store.sqlite import database
from ml_core.store.sqlite.changes import NOTHING, Changes
from tests.faults.store.store_builder import pair, sha_of, song

N_SONGS = 9
"""More than the fewest that have a reserve."""

OUT: dict[str, SongUse] = {sha_of(number): "out" for number in range(3)}

Operation = Callable[[Store], object]
OPERATIONS: dict[str, tuple[str, Operation]] = {
    "add": ("INSERT ON songs", lambda s: s.songs.add_all([song(20), song(21), song(22)])),
    "add again": (
        "UPDATE ON songs",
        lambda s: s.songs.add_all([song(k, f"/n{k}") for k in range(3)]),
    ),
    "remove": ("UPDATE ON songs", lambda s: s.songs.change({}, list(OUT))),
    "use": ("INSERT ON song_use_history", lambda s: s.songs.change(OUT)),
    "restore": ("UPDATE ON songs", lambda s: s.songs.restore([sha_of(7), sha_of(8)])),
}


@pytest.fixture
def filled(store: Store) -> Store:
    """Songs of which two were taken off the list again."""
    store.songs.add_all([song(number) for number in range(N_SONGS)], "ready")
    store.songs.change({}, [sha_of(7), sha_of(8)])
    return store


def everything(store: Store) -> list[list[tuple[object, ...]]]:
    tables = ("songs", "song_paths", "song_uses", "song_use_history")
    return [[tuple(r) for r in store._database.rows(f"SELECT * FROM {t}")] for t in tables]


@contextmanager
def commits(store: Store) -> Iterator[list[str]]:
    """Collects the commits made meanwhile."""
    seen: list[str] = []
    connection = store._database.connection
    connection.set_trace_callback(lambda sql: seen.append(sql) if sql == "COMMIT" else None)
    yield seen
    connection.set_trace_callback(None)


def refuse_second(store: Store, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the second row that is written be refused, as if by the disk."""
    monkeypatch.setattr(database, "not_saved", lambda *_: NotSavedError("The disk is full."))
    store._database.connection.executescript(
        "CREATE TEMP TABLE written (n); "
        f"CREATE TEMP TRIGGER refuse BEFORE {what} BEGIN "
        "INSERT INTO written VALUES (1); "
        "SELECT RAISE(ABORT, 'refused') WHERE (SELECT count(*) FROM written) = 2; END"
    )


@pytest.mark.parametrize("name", OPERATIONS)
def test_several_songs_are_one_transaction(filled: Store, name: str) -> None:
    before = everything(filled)
    with commits(filled) as seen:
        OPERATIONS[name][1](filled)
    assert len(seen) == 1
    assert everything(filled) != before


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_refusal_at_the_second_song_leaves_all_as_it_was(
    filled: Store, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, work = OPERATIONS[name]
    before = everything(filled)
    refuse_second(filled, where, monkeypatch)
    with pytest.raises(NotSavedError):
        work(filled)
    assert everything(filled) == before
    filled._database.connection.execute("DROP TRIGGER refuse")
    work(filled)
    assert everything(filled) != before


def test_a_song_that_is_not_there_refuses_all_uses_and_removals(filled: Store) -> None:
    before = everything(filled)
    with pytest.raises(UserError, match="not in the project"):
        filled.songs.change({sha_of(0): "out", sha_of(99): "out"}, [sha_of(1)])
    assert everything(filled) == before


def test_songs_come_as_they_were_added(store: Store) -> None:
    _, entries = store.songs.add_all([song(2), song(1), song(2, "/other.wav")])
    assert [entry.song.sha256 for entry in entries] == [sha_of(2), sha_of(1), sha_of(2)]
    assert entries[0] == entries[2] and entries[0].song.path == "/other.wav"
    assert store.songs.add_all([]) == (NOTHING, [])


def test_a_batch_is_reserved_as_songs_added_one_by_one(store: Store, tmp_path) -> None:
    store.songs.add_all([song(number) for number in range(N_SONGS)], "ready")
    with Store.open(tmp_path / "other") as other:
        for number in range(N_SONGS):
            other.songs.add(song(number), "ready")
        assert [e.use for e in other.songs.listed()] == [e.use for e in store.songs.listed()]
    assert [e.use for e in store.songs.listed()].count("compare") == 3


def test_restored_songs_are_as_they_were(filled: Store, rng) -> None:
    filled.pairs.add([pair(rng)])
    filled.songs.set_status(sha_of(1), "failed", "It is silent.")
    filled.songs.change({sha_of(2): "out"})
    before = filled.songs.listed()
    filled.songs.change({}, [sha_of(k) for k in range(3)], still_teach=False)
    # What happened to a song meanwhile stays.
    filled.songs.set_status(sha_of(0), "ready", "", 97.0, 3)
    changes: Changes = filled.songs.restore([sha_of(k) for k in range(3)])
    assert changes == {"songs", "comparisons"}
    assert filled.songs.listed()[1:] == before[1:] and filled.songs.listed()[0].tempo_bpm == 97.0
    assert filled.songs.removed(still_teach=False) == []
