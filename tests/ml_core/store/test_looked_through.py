"""A large project is looked through whole once a day, and whenever anything of it has changed."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ml_core.own_files import PRIVATE_FILE
from ml_core.paths import cache_dir, database_path, journal_path
from ml_core.store import Store
from ml_core.store.file import checked, opening
from tests.faults.store.store_builder import fill, filled_project

LOOKS = ("look_at", "bring_together")


@pytest.fixture(autouse=True)
def _worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checked, "WORTH_BYTES", 0)


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What an opening has looked through."""
    names: list[str] = []
    for name in LOOKS:
        real = getattr(opening, name)

        def look(*args: object, _name: str = name, _real: Callable[..., object] = real) -> object:
            names.append(_name)
            return _real(*args)

        monkeypatch.setattr(opening, name, look)
    return names


def test_what_is_as_it_was_left_is_not_looked_through_again(
    project: Path, looked: list[str]
) -> None:
    filled_project(project, 5)
    looked.clear()
    for _ in range(2):
        with Store.open(project) as store:
            fill(store, 2, seed=len(looked) + 7)
        with Store.open(project, write=False) as store:
            n_ratings = len(store.ratings.current(include_skips=True))
    assert looked == [] and n_ratings == 9
    record = cache_dir(project) / "looked-through.json"
    assert record.stat().st_mode & 0o777 == PRIVATE_FILE


def _flip(file: Path, at: bytes) -> None:
    """Change a byte as a worn disk does: nothing tells of it."""
    stat, data = file.stat(), bytearray(file.read_bytes())
    data[data.rindex(at)] ^= 1
    file.write_bytes(data)
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def _flip_database(project: Path) -> None:
    _flip(database_path(project), b"spans")


def _flip_journal(project: Path) -> None:
    _flip(journal_path(project), b" r ")


def _replace(project: Path) -> None:
    copy = project / "copy"
    shutil.copy2(database_path(project), copy)
    copy.replace(database_path(project))


def _lose_the_journal(project: Path) -> None:
    journal_path(project).unlink()


def _spoil_the_record(project: Path) -> None:
    (cache_dir(project) / "looked-through.json").write_text('{"version": 4, "places": []}')


def _move(project: Path) -> None:
    """As a stranger hands a project on, with a record that says that all is well."""
    shutil.copytree(project, project.with_name("copy"))
    shutil.rmtree(project)
    project.with_name("copy").rename(project)


@pytest.mark.parametrize(
    "change",
    [_flip_database, _flip_journal, _replace, _lose_the_journal, _spoil_the_record, _move],
)
def test_what_has_changed_is_looked_through(
    project: Path, looked: list[str], change: Callable[[Path], None]
) -> None:
    filled_project(project, 5)
    change(project)
    looked.clear()
    with Store.open(project) as store:
        assert len(store.ratings.current(include_skips=True)) == 5
    assert set(looked) == set(LOOKS)


def test_what_a_kill_has_left_is_looked_through(project: Path, looked: list[str]) -> None:
    filled_project(project, 5)
    store = Store.open(project)
    fill(store, 1, seed=3)
    copy = project.with_name("killed")
    shutil.copytree(project, copy)
    store.close()
    looked.clear()
    Store.open(copy).close()
    assert set(looked) == set(LOOKS)


def test_another_day_everything_is_looked_through(
    project: Path, looked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    filled_project(project, 5)
    looked.clear()
    monkeypatch.setattr(checked, "today", lambda: "2031-01-01")
    Store.open(project).close()
    assert set(looked) == set(LOOKS)


def test_what_another_program_writes_meanwhile_is_looked_through(
    project: Path, looked: list[str]
) -> None:
    filled_project(project, 5)
    store = Store.open(project)
    with closing(sqlite3.connect(database_path(project))) as other:
        other.execute("PRAGMA wal_checkpoint")
        other.execute("UPDATE songs SET title = 'from elsewhere'")
        other.commit()
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    fill(store, 1, seed=3)
    store.close()
    looked.clear()
    Store.open(project).close()
    assert set(looked) == set(LOOKS)


def test_a_damaged_rating_is_mended_at_the_next_start_all_the_same(project: Path) -> None:
    filled_project(project, 5)
    with closing(sqlite3.connect(database_path(project))) as raw:
        raw.execute("DROP TRIGGER ratings_no_update")
        raw.execute("UPDATE ratings SET heard_a_s = 77 WHERE id = 3")
        raw.execute(
            "CREATE TRIGGER ratings_no_update BEFORE UPDATE ON ratings "
            "BEGIN SELECT RAISE(ABORT, 'ratings is append-only'); END"
        )
        raw.commit()
    with Store.open(project) as store:
        assert "1 rating was damaged" in store.warnings[0]
        assert 77 not in [one.heard_a_s for one in store.ratings.current(include_skips=True)]
