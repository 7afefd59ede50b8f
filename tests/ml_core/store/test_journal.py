"""The journal: what it gives back, what may be done to it, and what must not come again."""

from __future__ import annotations

import errno
import os
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from ml_core.domain.ratings import Mark, Rating
from ml_core.errors import NotSavedError
from ml_core.paths import backups_dir, database_path, journal_path
from ml_core.store import DamagedStoreError, Store
from ml_core.store.backup.copies import backups_in
from ml_core.store.file import restoring
from ml_core.store.journal import writing
from ml_core.store.journal.reading import read_journal
from tests.faults.store.store_builder import answered, fill, filled_project, pair, sha_of, song


@contextmanager
def without_trigger(raw: sqlite3.Connection, name: str) -> Iterator[None]:
    """For a change that the database refuses: a project without its triggers is refused, too."""
    (sql,) = raw.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (name,)).fetchone()
    raw.execute(f"DROP TRIGGER {name}")
    yield
    raw.execute(sql)


def lose_all(project: Path) -> None:
    """Take away everything but the journal."""
    for path in project.glob("tastecut.sqlite3*"):
        path.unlink()
    for backup in backups_in(backups_dir(project)):
        backup.path.unlink()


def ratings_of(project: Path) -> list[Rating]:
    with Store.open(project) as store:
        assert store.warnings == []
        assert all(check.ok for check in store.check()), store.check()
        return store.ratings.current()


def test_fault_69_the_journal_alone_gives_every_rating_back(project: Path) -> None:
    with Store.open(project) as store:
        store.songs.add(song(0), "ready")
        ratings = fill(store, 20)
        store.ratings.withdraw(ratings[3].id)
        asked = store.pairs.by_id(ratings[5].comparison_id)
        store.ratings.add(answered(asked, "skip"))
        expected = store.ratings.current(include_skips=True)
        waiting = [pair.id for pair in store.pairs.waiting()]
        asked_pairs = store.pairs.asked()
    lose_all(project)
    for write in (True, False):
        with pytest.raises(DamagedStoreError, match="missing") as caught:
            Store.open(project, write=write)
        assert caught.value.backup == journal_path(project)
        assert str(journal_path(project)) in caught.value.remedy
    assert Store.restore(journal_path(project), project) is None
    with Store.open(project) as store:
        assert store.ratings.current(include_skips=True) == expected
        assert [pair.id for pair in store.pairs.waiting()] == waiting
        assert store.pairs.asked() == asked_pairs, "with their origins, places and times"
        assert store.warnings == []


def test_fault_69_tastes_marks_and_their_names_come_back(project: Path) -> None:
    with Store.open(project) as store:
        _, second = store.tastes.add("Short and loud")
        store.tastes.use(second.id)
        ratings = fill(store, 4)
        store.tastes.rename(second.id, "Radio")
        mark = Mark(ratings[0].comparison_id, sha_of(0), "bad_join", "A", 100, 200)
        first = store.marks.add(mark)[1]
        kept = store.marks.add(mark)[1]
        store.marks.withdraw(first.id)
    lose_all(project)
    Store.restore(journal_path(project), project)
    with Store.open(project) as store:
        assert [taste.name for taste in store.tastes.listed()] == ["My taste", "Radio"]
        assert store.ratings.current() == []
        store.tastes.use(second.id)
        assert store.ratings.current() == ratings
        assert store.marks.current() == [kept]


def test_what_was_taken_back_by_going_to_an_older_backup_stays_so(project: Path) -> None:
    ratings = filled_project(project, 10, 5)
    (backup,) = backups_in(backups_dir(project))
    Store.restore(backup.path, project)
    assert ratings_of(project) == ratings[:10]
    later = fill_closed(project, 2)
    database_path(project).unlink()
    with pytest.raises(DamagedStoreError) as caught:
        Store.open(project)
    assert caught.value.backup is not None
    Store.restore(caught.value.backup, project)
    assert caught.value.backup == backup.path, "not the copy made before going back"
    assert ratings_of(project) == ratings[:10] + later


def fill_closed(project: Path, n: int) -> list[Rating]:
    with Store.open(project) as store:
        return fill(store, n, seed=9)


def test_a_restore_cut_short_before_the_journal_brings_nothing_again(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ratings = filled_project(project, 10, 5)
    (backup,) = backups_in(backups_dir(project))
    monkeypatch.setattr(restoring, "_begin_journal", lambda *_: None)
    Store.restore(backup.path, project)
    assert ratings_of(project) == ratings[:10]
    assert ratings_of(project) == ratings[:10]
    content = read_journal(journal_path(project))
    assert content is not None and len(content.ratings) == 10


def test_fault_69_an_older_copy_put_back_is_made_good_once(project: Path) -> None:
    ratings = filled_project(project, 10)
    older = database_path(project).read_bytes()
    ratings += fill_closed(project, 3)
    database_path(project).write_bytes(older)
    with Store.open(project) as store:
        assert len(store.warnings) == 1
        assert store.warnings[0].startswith("3 ratings that the project's file lacked were taken")
        assert store.ratings.current() == ratings
    assert ratings_of(project) == ratings, "told once, added once"


def test_fault_69_what_was_taken_back_since_an_older_copy_is_taken_back_again(
    project: Path,
) -> None:
    ratings = filled_project(project, 10)
    older = database_path(project).read_bytes()
    with Store.open(project) as store:
        store.ratings.withdraw(ratings[4].id)
        asked = store.pairs.by_id(ratings[5].comparison_id)
        store.ratings.add(answered(asked, "skip"))
        expected = store.ratings.current(include_skips=True)
    database_path(project).write_bytes(older)
    with Store.open(project) as store:
        assert store.ratings.current(include_skips=True) == expected
        assert [pair.id for pair in store.pairs.waiting()] == [ratings[4].comparison_id]


def test_fault_69_an_addition_cut_short_before_the_journal_adds_nothing_twice(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ratings = filled_project(project, 10)
    older = database_path(project).read_bytes()
    ratings += fill_closed(project, 3)
    database_path(project).write_bytes(older)

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("ml_core.store.journal.recovering.write_anew", fail)
    with Store.open(project) as store:
        assert "can't be used" in store.warnings[-1]
        assert store.ratings.current() == ratings
        ratings += fill(store, 1, seed=11)
    monkeypatch.undo()
    assert ratings_of(project) == ratings
    content = read_journal(journal_path(project))
    assert content is not None and len(content.ratings) == len(ratings), "whole again"


def test_fault_69_an_emptied_store_is_damaged_however_sound_it_looks(project: Path) -> None:
    ratings = filled_project(project, 10, 5)
    with (
        closing(sqlite3.connect(database_path(project), isolation_level=None)) as raw,
        without_trigger(raw, "ratings_no_delete"),
    ):
        for table in ("current_ratings", "open_comparisons", "ratings", "comparisons"):
            raw.execute(f"DELETE FROM {table}")
    copies = backups_in(backups_dir(project))
    for write in (True, False):
        with pytest.raises(DamagedStoreError, match="lost all its 15 ratings") as caught:
            Store.open(project, write=write)
    assert backups_in(backups_dir(project)) == copies, "no backup of nothing"
    assert caught.value.backup is not None
    Store.restore(caught.value.backup, project)
    assert ratings_of(project) == ratings


def test_a_reader_sees_no_loss_while_the_first_rating_is_written(project: Path) -> None:
    with Store.open(project) as store:
        store._database.connection.execute("BEGIN IMMEDIATE")
        fill_journal_only(project)
        store._database.connection.execute("ROLLBACK")
        with Store.open(project, write=False) as reader:
            assert reader.ratings.current() == []


def fill_journal_only(project: Path) -> None:
    """Write another project's two ratings into this one's journal, as its own."""
    other = project.parent / "other"
    with Store.open(other) as store:
        fill(store, 1)
        fill(store, 1, seed=2)
    lines = journal_path(other).read_bytes().split(b"\n")
    with journal_path(project).open("ab") as file:
        file.write(b"\n".join(line for line in lines if b" r " in line) + b"\n")


def torn(content: bytes, rng: random.Random) -> bytes:
    return content[: -rng.randrange(1, 200)]


def bit_flipped(content: bytes, rng: random.Random) -> bytes:
    changed = bytearray(content)
    changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def cut_in_the_middle(content: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + content[start + 700 :]


def zeros_at_the_end(content: bytes, rng: random.Random) -> bytes:
    return content + bytes(4_096)


def header_gone(content: bytes, rng: random.Random) -> bytes:
    return content.partition(b"\n")[2]


def of_nothing(content: bytes, rng: random.Random) -> bytes:
    return b""


DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    torn,
    bit_flipped,
    cut_in_the_middle,
    zeros_at_the_end,
    header_gone,
    of_nothing,
)


@pytest.mark.parametrize("damage", DAMAGES)
def test_fault_69_a_damaged_journal_is_mended_from_the_store(
    damage: Callable[[bytes, random.Random], bytes], project: Path, rng: random.Random
) -> None:
    ratings = filled_project(project, 8, 3)
    for _ in range(5):
        file = journal_path(project)
        file.write_bytes(damage(file.read_bytes(), rng))
        assert ratings_of(project) == ratings
    lose_all(project)
    Store.restore(journal_path(project), project)
    with Store.open(project) as store:
        assert store.ratings.current() == ratings


@pytest.mark.parametrize("damage", DAMAGES[:-1])
def test_fault_69_each_whole_line_of_a_damaged_journal_counts(
    damage: Callable[[bytes, random.Random], bytes], project: Path, rng: random.Random
) -> None:
    with Store.open(project) as store:
        ratings = [r for seed in range(12) for r in fill(store, 1, seed)]
    file = journal_path(project)
    file.write_bytes(damage(file.read_bytes(), rng))
    lose_all(project)
    Store.restore(file, project)
    with Store.open(project) as store:
        found = {(r.a, r.b, r.answer) for r in store.ratings.current()}
    assert found <= {(r.a, r.b, r.answer) for r in ratings}
    assert len(found) >= len(ratings) - 3


def test_a_deleted_journal_is_made_again(project: Path) -> None:
    ratings = filled_project(project, 5)
    with Store.open(project) as store:
        journal_path(project).unlink()
        ratings += fill(store, 2, seed=3)
    lose_all(project)
    Store.restore(journal_path(project), project)
    with Store.open(project) as store:
        assert store.ratings.current() == ratings


def test_another_projects_journal_is_set_aside(project: Path, tmp_path: Path) -> None:
    ratings = filled_project(project, 3)
    filled_project(tmp_path / "other", 6)
    foreign = journal_path(tmp_path / "other").read_bytes()
    journal_path(project).write_bytes(foreign)
    with Store.open(project) as store:
        assert "another project" in store.warnings[0]
        assert store.ratings.current() == ratings
    assert (project / "tastecut.journal.other-1").read_bytes() == foreign
    assert ratings_of(project) == ratings


def test_a_commit_that_fails_leaves_no_line(
    store: Store, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store, 2)
    _, (asked,) = store.pairs.add([pair(random.Random(3))])
    before = journal_path(project).read_bytes()
    raw = sqlite3.connect(database_path(project), isolation_level=None)
    journal = store._database.second_copy
    assert journal is not None
    append = journal.append

    def append_then_lose_the_disk(connection: sqlite3.Connection) -> None:
        append(connection)
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(journal, "append", append_then_lose_the_disk)
    with suppress(sqlite3.OperationalError, NotSavedError):
        store.ratings.add(answered(asked))
    monkeypatch.undo()
    raw.close()
    assert journal_path(project).read_bytes() == before
    rating = store.ratings.add(answered(asked))[1]
    assert store.ratings.current()[-1] == rating


def test_fault_06_a_journal_that_can_not_be_written_refuses_the_rating(
    store: Store, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = fill(store, 2)
    _, (asked,) = store.pairs.add([pair(random.Random(3))])
    before = journal_path(project).read_bytes()
    write = os.write

    def half(descriptor: int, content: bytes) -> int:
        if len(content) > 100:
            return write(descriptor, content[:100])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writing.os, "write", half)
    with pytest.raises(NotSavedError, match="full"):
        store.ratings.add(answered(asked))
    monkeypatch.undo()
    assert journal_path(project).read_bytes() == before, "no half line"
    assert store.ratings.current() == kept and store.pairs.waiting() == [asked]
    store.ratings.add(answered(asked))


def test_fault_01_a_write_cut_short_between_journal_and_store(project: Path) -> None:
    """What a kill between the two leaves: the whole write comes again, a part of it never."""
    ratings = filled_project(project, 4)
    older = database_path(project).read_bytes()
    imported = fill_closed(project, 6)
    journal, whole = journal_path(project), journal_path(project).read_bytes()
    database_path(project).write_bytes(older)
    journal.write_bytes(whole[: whole.rindex(b" r ") - 20])
    with Store.open(project) as store:
        assert store.ratings.current() == ratings, "an import is kept whole or not at all"
    database_path(project).write_bytes(older)
    journal.write_bytes(whole)
    with Store.open(project) as store:
        assert store.ratings.current() == ratings + imported


def test_fault_12_damaged_values_are_mended_from_the_journal(project: Path) -> None:
    ratings = filled_project(project, 10, 5)
    damage = "UPDATE ratings SET answer = 'skip' WHERE id = 12"
    _damage(project, damage, "UPDATE ratings SET checksum = 'x' WHERE id = 3")
    # What an index holds differs from its row: only SQLite's whole check sees it.
    content = database_path(project).read_bytes()
    sha256 = ratings[6].sha256.encode()
    place = content.rindex(sha256)
    database_path(project).write_bytes(
        content[:place] + sha256[:-1] + b"!" + content[place + len(sha256) :]
    )
    with Store.open(project) as store:
        assert len(store.warnings) == 1 and "damaged" in store.warnings[0]
        assert store.ratings.damaged() == []
        assert store.ratings.current() == ratings
    with closing(sqlite3.connect(database_path(project))) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw.execute("UPDATE ratings SET answer = 'skip'")
    with Store.open(project) as store:
        assert store.warnings == []


def test_fault_13_a_flipped_bit_is_mended_by_going_back(project: Path) -> None:
    ratings = filled_project(project, 10, 5)
    journal_path(project).unlink()
    _damage(project, "UPDATE ratings SET checksum = 'x' WHERE id = 3")
    with Store.open(project) as store:
        assert [bad.id for bad in store.ratings.damaged()] == [3]
    (backup,) = backups_in(backups_dir(project))
    Store.restore(backup.path, project)
    assert ratings_of(project) == ratings


def _damage(project: Path, *changes: str) -> None:
    with (
        closing(sqlite3.connect(database_path(project), isolation_level=None)) as raw,
        without_trigger(raw, "ratings_no_update"),
    ):
        for change in changes:
            raw.execute(change)


def test_a_journal_that_can_not_be_used_is_told_and_rating_goes_on(project: Path) -> None:
    project.mkdir()
    journal_path(project).mkdir()
    with Store.open(project) as store:
        assert len(store.warnings) == 1 and str(journal_path(project)) in store.warnings[0]
        ratings = fill(store, 2)
        assert store.ratings.current() == ratings


def test_the_journal_is_a_small_part_of_the_project(project: Path) -> None:
    with Store.open(project) as store:
        fill(store, 400, n_spans=8)
        while_open = journal_path(project).stat().st_size
    assert while_open / 400 < 1_300, "the pairs, then the ratings, which hold them again"
    Store.open(project).close()  # Takes the pairs out that were rated since.
    n_bytes = journal_path(project).stat().st_size
    assert n_bytes < 0.5 * database_path(project).stat().st_size
    assert n_bytes / 400 < 900
