"""Opening, migrating, backing up and restoring."""

from __future__ import annotations

import errno
import random
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ml_core.errors import NotSavedError, UserError
from ml_core.paths import backups_dir, database_path, journal_path, lock_path
from ml_core.store import DamagedStoreError, Store
from ml_core.store.backup import copies
from ml_core.store.backup.copies import backups_in
from ml_core.store.backup.soundness import Findings, look_at_file
from ml_core.store.file import file_system, restoring, writer_lock
from ml_core.store.sqlite import schema
from tests.faults.store.next_version import migrating_to_next
from tests.faults.store.store_builder import answered, fill, filled_project, pair, song

RELEASED = Path(__file__).resolve().parent / "released"


def version_of(project: Path) -> int:
    with closing(sqlite3.connect(database_path(project))) as raw:
        return int(raw.execute("PRAGMA user_version").fetchone()[0])


def test_a_new_project_is_made_whole(project: Path) -> None:
    with Store.open(project) as store:
        assert store.songs.listed() == [] and store.warnings == []
        assert all(check.ok for check in store.check()), store.check()
    assert sorted(path.name for path in project.iterdir()) == [
        journal_path(project).name,
        lock_path(project).name,
        database_path(project).name,
    ], "closing leaves no log, and nothing half made stays"


def test_reading_a_project_that_is_not_there_makes_nothing(project: Path) -> None:
    with Store.open(project, write=False) as store:
        assert store.songs.listed() == [] and store.ratings.current() == []
        assert all(check.ok for check in store.check()), store.check()
        with pytest.raises(NotSavedError):
            store.songs.add(song(1))
    assert not project.exists()


def test_a_folder_that_can_not_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UserError, match="file/project"):
        Store.open(tmp_path / "file" / "project")


def test_closing_lets_the_next_one_write(project: Path) -> None:
    store = Store.open(project)
    with pytest.raises(UserError, match="another Tastecut"):
        Store.open(project)
    store.close()
    store.close()
    Store.open(project).close()


def test_an_error_while_opening_lets_the_next_one_write(project: Path) -> None:
    filled_project(project, 3)
    whole = database_path(project).read_bytes()
    database_path(project).write_bytes(b"")
    with pytest.raises(DamagedStoreError, match="empty"):
        Store.open(project)
    database_path(project).write_bytes(whole)
    Store.open(project).close()


def test_a_file_taken_away_while_open_is_noticed(store: Store, project: Path) -> None:
    fill(store, 1)
    moved = project / "moved"
    database_path(project).rename(moved)
    with pytest.raises(NotSavedError, match="moved"):
        fill(store, 1)
    moved.rename(database_path(project))
    fill(store, 1)


def test_fault_18_a_disk_without_locks_is_warned_about(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(writer_lock.fcntl, "flock", refuse)
    with Store.open(project) as store:
        assert len(store.warnings) == 1 and "no locks" in store.warnings[0]
        fill(store, 2)


def test_fault_18_a_network_drive_is_warned_about(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mounts = tmp_path / "mounts"
    monkeypatch.setattr(file_system, "MOUNTS", mounts)
    mounts.write_text(f"a / ext4 rw 0 0\nserver:/home {tmp_path} nfs4 rw 0 0\n")
    with Store.open(project) as store:
        assert "network drive (nfs4)" in store.warnings[0]
        assert not all(check.ok for check in store.check())
    mounts.write_text(f"server:/home / nfs4 rw 0 0\na {tmp_path} ext4 rw 0 0\n")
    with Store.open(project) as store:
        assert store.warnings == []


def test_fault_04_a_migration_that_fails_leaves_the_old_tables(project: Path) -> None:
    ratings = filled_project(project, 5)

    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("ALTER TABLE songs ADD COLUMN mood TEXT")
        raise sqlite3.OperationalError("no room")

    with migrating_to_next(fail), pytest.raises(UserError, match="present version"):
        Store.open(project)
    assert version_of(project) == schema.VERSION
    with Store.open(project) as store:
        assert store.ratings.current() == ratings


def test_a_migration_backs_up_first_and_keeps_every_row(project: Path) -> None:
    ratings, was = filled_project(project, 5), schema.VERSION
    with migrating_to_next():
        with Store.open(project) as store:
            assert store.ratings.current() == ratings
            ratings += fill(store, 2)
        assert version_of(project) == schema.VERSION == was + 1
        with (
            closing(sqlite3.connect(database_path(project))) as raw,
            pytest.raises(sqlite3.IntegrityError, match="append-only"),
        ):
            raw.execute("DELETE FROM ratings")
        (before,) = [b for b in backups_in(backups_dir(project)) if not b.is_daily]
        assert look_at_file(before.path).version == was
        Store.restore(before.path, project)
        with Store.open(project) as store:
            assert store.ratings.current() == ratings[:5], "an old backup is migrated when restored"


def test_an_older_project_can_be_read_without_being_changed(project: Path) -> None:
    ratings = filled_project(project, 5)
    with migrating_to_next(), Store.open(project, write=False) as store:
        assert store.ratings.current() == ratings
    assert version_of(project) == schema.VERSION


@pytest.mark.parametrize("script", sorted(RELEASED.glob("*.sql")), ids=lambda path: path.stem)
def test_fault_16_every_released_version_opens(script: Path, project: Path) -> None:
    project.mkdir()
    with closing(sqlite3.connect(database_path(project))) as raw:
        raw.executescript(script.read_text(encoding="utf-8"))
    version = int(script.stem.removeprefix("version-"))
    with Store.open(project) as store:
        assert [entry.song.title for entry in store.songs.listed()] == ["Song 0", "Song 1"]
        assert [rating.answer for rating in store.ratings.current()] == ["A", "tie"]
        assert store.ratings.damaged() == []
        assert len(store.pairs.waiting()) == 2
        active = store.models.active()
        assert active is not None and active.id == "c1"
        assert len(store.marks.current()) == 1 and store.settings.brief().name == "reel"
        assert all(check.ok for check in store.check()), store.check()
        fill(store, 1)
    assert version_of(project) == schema.VERSION
    kept = [look_at_file(backup.path).version for backup in backups_in(backups_dir(project))]
    assert version in kept
    assert kept[0] == schema.VERSION, "and the project as it is now"


def test_every_released_version_has_its_file() -> None:
    stems = {path.stem for path in RELEASED.glob("*.sql")}
    assert stems == {f"version-{number}" for number in range(1, schema.VERSION + 1)}


class Days:
    """A calendar that a test turns."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = datetime(2026, 5, 1, tzinfo=UTC)
        monkeypatch.setattr(copies, "_today", lambda: self.now.date().isoformat())

    def pass_by(self, days: int) -> None:
        self.now += timedelta(days=days)


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Days:
    return Days(monkeypatch)


def test_one_backup_a_day_of_which_days_and_weeks_are_kept(project: Path, days: Days) -> None:
    Store.open(project).close()
    assert backups_in(backups_dir(project)) == [], "there is nothing to keep yet"
    filled_project(project, 2)
    for _ in range(20):
        days.pass_by(1)
        for _ in range(2):
            Store.open(project).close()
    found = backups_in(backups_dir(project))
    # Fourteen days; and of the week before them its last, since a week has one of its own.
    assert [backup.number for backup in found] == [*range(21, 7, -1), 3]
    assert all(look_at_file(backup.path).n_ratings == 2 for backup in found)


def test_fault_17_a_clock_set_back_changes_no_order(project: Path, days: Days) -> None:
    filled_project(project, 1)
    days.now = datetime(2020, 1, 1, tzinfo=UTC)
    with Store.open(project) as store:
        _, (asked,) = store.pairs.add([pair(random.Random(5))])
        _, last = store.ratings.add(answered(asked, utc="2020-01-01T00:00:00.000+00:00"))
        assert store.ratings.current()[-1] == last == store.ratings.last(1)[0]
    newest = backups_in(backups_dir(project))[0]
    assert newest.day == "2020-01-01" and newest.number == 2


def test_a_damaged_backup_is_passed_over(project: Path, days: Days) -> None:
    filled_project(project, 3)
    days.pass_by(1)
    Store.open(project).close()
    newest, good = backups_in(backups_dir(project))
    newest.path.write_bytes(newest.path.read_bytes()[:5_000])
    database_path(project).write_bytes(b"not a database" * 1_000)
    with pytest.raises(DamagedStoreError) as caught:
        Store.open(project)
    assert caught.value.backup == good.path
    assert str(good.path) in caught.value.remedy and "(3 ratings)" in caught.value.remedy
    with pytest.raises(DamagedStoreError):
        Store.open(project, write=False)


def test_a_copy_that_turns_out_damaged_is_no_backup(
    project: Path, days: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled_project(project, 3)
    days.pass_by(1)
    monkeypatch.setattr(copies, "look_at_file", lambda _: Findings("a page is broken"))
    with Store.open(project) as store:
        assert len(store.warnings) == 1 and "a page is broken" in store.warnings[0]
        fill(store, 1)
    assert len(list(backups_dir(project).iterdir())) == 1, "only yesterday's"


def test_without_a_backup_the_damaged_file_itself_is_rescued(project: Path) -> None:
    with Store.open(project) as store:
        ratings = fill(store, 30)
        store.ratings.withdraw(ratings[3].id)
        ratings = store.ratings.current()
    path = database_path(project)
    damaged = bytes(4_096) + path.read_bytes()[4_096:]
    path.write_bytes(damaged)
    journal_path(project).unlink()
    with pytest.raises(DamagedStoreError) as caught:
        Store.open(project)
    assert caught.value.backup is None and str(path) in caught.value.remedy
    kept = Store.restore(path, project)
    assert kept is not None and kept.read_bytes() == damaged
    with Store.open(project) as store:
        assert store.ratings.current() == ratings, "the same rows in the same order"
        assert len(store.pairs.waiting()) == 1, "what was taken back stays so"
        assert all(check.ok for check in store.check()), store.check()


def test_long_rows_are_rescued_from_their_overflow_pages(project: Path) -> None:
    with Store.open(project) as store:
        ratings = fill(store, 5, n_spans=600)
    path = database_path(project)
    path.write_bytes(bytes(4_096) + path.read_bytes()[4_096:])
    journal_path(project).unlink()
    Store.restore(path, project)
    with Store.open(project) as store:
        assert store.ratings.current() == ratings


def test_rescued_rows_follow_those_of_the_backup(project: Path) -> None:
    ratings = filled_project(project, 10, 10)
    (backup,) = backups_in(backups_dir(project))
    path = database_path(project)
    path.write_bytes(bytes(100) + path.read_bytes()[100:])
    journal_path(project).unlink()
    Store.restore(backup.path, project)
    with Store.open(project) as store:
        assert store.ratings.current() == ratings
        assert [entry.song.title for entry in store.songs.listed()] == ["Song 0"]


def test_restoring_a_whole_project_goes_back_and_keeps_it(project: Path, tmp_path: Path) -> None:
    ratings = filled_project(project, 4)
    with Store.open(project) as store:
        copy = store.backup(tmp_path / "copy.sqlite3")
        later = fill(store, 3)
    kept = Store.restore(copy, project)
    with Store.open(project) as store:
        assert store.ratings.current() == ratings, "a whole database is not mixed with the backup"
    assert kept is not None and look_at_file(kept).n_ratings == 7
    Store.restore(kept, project)
    with Store.open(project) as store:
        assert store.ratings.current() == ratings + later


def test_restoring_into_a_new_folder(project: Path, tmp_path: Path) -> None:
    ratings = filled_project(project, 4)
    (backup,) = backups_in(backups_dir(project))
    assert Store.restore(backup.path, tmp_path / "new") is None
    with Store.open(tmp_path / "new") as store:
        assert store.ratings.current() == ratings


def test_a_missing_file_is_a_loss_where_there_are_backups(project: Path) -> None:
    ratings = filled_project(project, 4)
    database_path(project).unlink()
    for write in (True, False):
        with pytest.raises(DamagedStoreError, match="missing") as caught:
            Store.open(project, write=write)
    assert caught.value.backup is not None
    assert Store.restore(caught.value.backup, project) is None
    with Store.open(project) as store:
        assert store.ratings.current() == ratings


def test_a_restore_that_is_cut_short_can_be_made_again(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ratings = filled_project(project, 10, 5)
    (backup,) = backups_in(backups_dir(project))
    path = database_path(project)
    path.write_bytes(bytes(100) + path.read_bytes()[100:])

    def cut_short(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(restoring, "sync_folder", cut_short)
    monkeypatch.setattr(type(path), "replace", cut_short)
    with pytest.raises(NotSavedError):
        Store.restore(backup.path, project)
    monkeypatch.undo()
    with pytest.raises(DamagedStoreError):
        Store.open(project)
    Store.restore(backup.path, project)
    with Store.open(project) as store:
        assert store.ratings.current() == ratings


def test_what_can_not_be_restored_is_refused(project: Path, tmp_path: Path) -> None:
    ratings = filled_project(project, 4)
    text = tmp_path / "notes.txt"
    text.write_text("not a backup")
    foreign = tmp_path / "foreign.sqlite3"
    with closing(sqlite3.connect(foreign)) as raw:
        raw.execute("CREATE TABLE t (x)")
    newer = tmp_path / "newer.sqlite3"
    newer.write_bytes(database_path(project).read_bytes())
    with closing(sqlite3.connect(newer)) as raw:
        raw.execute("PRAGMA user_version = 99")
    for file in (text, foreign, newer, tmp_path / "missing", tmp_path):
        with pytest.raises(UserError, match=file.name):
            Store.restore(file, project)
    with Store.open(project), pytest.raises(UserError, match="another Tastecut"):
        Store.restore(backups_in(backups_dir(project))[0].path, project)
    with Store.open(project) as store:
        assert store.ratings.current() == ratings


def test_a_backup_by_hand(store: Store, project: Path, tmp_path: Path) -> None:
    fill(store, 4)
    file = store.backup(tmp_path / "new folder" / "copy.sqlite3")
    in_folder = store.backup(tmp_path / "new folder")
    own = store.backup()
    assert own.parent == backups_dir(project) and in_folder.parent == tmp_path / "new folder"
    for copy in (file, in_folder, own):
        assert look_at_file(copy).n_ratings == 4
    for taken in (file, database_path(project)):
        before = taken.read_bytes()
        with pytest.raises(UserError, match="already"):
            store.backup(taken)
        assert taken.read_bytes() == before
    with Store.open(project, write=False) as reader:
        assert look_at_file(reader.backup(tmp_path / "by a reader.sqlite3")).n_ratings == 4


def test_the_doctor_sees_a_queue_that_differs_from_the_ratings(store: Store, project: Path) -> None:
    fill(store, 3)
    with closing(sqlite3.connect(database_path(project))) as raw:
        raw.execute("DELETE FROM current_ratings WHERE comparison_id = 2")
        raw.commit()
    failed = [check.name for check in store.check() if not check.ok]
    assert failed == ["queue"]
