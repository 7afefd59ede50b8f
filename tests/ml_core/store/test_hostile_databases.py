"""Fault 68: a file that another program made, or that was spoiled on purpose."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ml_core.errors import UserError
from ml_core.paths import backups_dir, database_path
from ml_core.store import DamagedStoreError, Store
from ml_core.store.backup.copies import good_backups
from ml_core.store.backup.soundness import look_at, look_at_file
from ml_core.store.sqlite import guards, known_schema, schema
from ml_core.store.sqlite.database import connect
from tests.faults.hostile.database_cases import SPOILED, SPOILED_ROWS, whole_project

RELEASED = Path(__file__).resolve().parent / "released"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "project"
    whole_project(folder)
    return folder


@pytest.fixture
def path(whole: Path, project: Path) -> Path:
    """The file of a copy of a whole project, without backups."""
    shutil.copytree(whole, project)
    shutil.rmtree(backups_dir(project), ignore_errors=True)
    return database_path(project)


@pytest.mark.parametrize("kind", SPOILED)
def test_fault_68_a_spoiled_file_is_refused_in_a_sentence(path: Path, kind: str) -> None:
    SPOILED[kind](path)
    before = path.read_bytes()
    for write in (True, False):
        with pytest.raises(UserError) as told:
            Store.open(path.parent, write=write)
        assert str(path.parent) in str(told.value) and told.value.remedy
        assert "\n" not in str(told.value)
    assert path.read_bytes() == before


@pytest.mark.parametrize("kind", sorted(set(SPOILED) - {"user_version 99"}))
def test_fault_68_a_spoiled_backup_is_passed_over(path: Path, kind: str) -> None:
    if kind.startswith("user_version 2147"):
        pytest.skip("a newer version is no damage")
    with Store.open(path.parent) as store:
        good = store.backup()
        spoiled = store.backup()
    SPOILED[kind](spoiled)
    assert next(good_backups(good.parent))[0].path == good
    assert not look_at_file(spoiled).is_sound


@pytest.mark.parametrize("kind", sorted(set(SPOILED_ROWS) - {"10 GB of nothing behind it"}))
def test_fault_68_a_spoiled_row_is_left_out(path: Path, kind: str) -> None:
    SPOILED_ROWS[kind](path)
    with Store.open(path.parent) as store:
        assert len(store.songs.listed()) == 3
        store.pairs.asked(), store.pairs.waiting(), store.ratings.current(), store.models.all()
        store.models.history(), store.sessions.all(), store.settings.brief(), store.tastes.listed()
        assert len(store.ratings.current()) == 13


def test_fault_68_the_newest_good_backup_is_offered(path: Path) -> None:
    with Store.open(path.parent) as store:
        backup = store.backup()
    SPOILED["recursion in a view"](path)
    with pytest.raises(DamagedStoreError) as told:
        Store.open(path.parent)
    assert told.value.backup == backup
    Store.restore(backup, path.parent)
    with Store.open(path.parent) as store:
        assert len(store.ratings.current()) == 13


@pytest.mark.parametrize("script", sorted(RELEASED.glob("*.sql")), ids=lambda path: path.stem)
def test_every_released_version_is_known(script: Path) -> None:
    with closing(sqlite3.connect(":memory:")) as raw:
        raw.executescript(script.read_text())
        version = int(raw.execute("PRAGMA user_version").fetchone()[0])
        assert known_schema.schema_digest(raw) == known_schema.known_digest(version)
        assert look_at(raw).is_sound


def test_the_present_version_is_known_by_its_own_text() -> None:
    with closing(sqlite3.connect(":memory:")) as raw:
        raw.executescript(schema.creation_sql())
        assert known_schema.schema_digest(raw) == known_schema.known_digest(schema.VERSION)


def test_fault_68_a_look_ends_in_time(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "_STEPS_BETWEEN_LOOKS", 10)
    with closing(connect(path, write=False)) as connection:
        with guards.time_limit(connection, 0.0), pytest.raises(sqlite3.OperationalError):
            connection.execute("SELECT count(*) FROM ratings").fetchone()
        assert connection.execute("SELECT count(*) FROM songs").fetchone()[0] == 3


def test_every_connection_trusts_no_schema(path: Path) -> None:
    for write in (True, False):
        with Store.open(path.parent, write=write) as store:
            (trusted,) = store._database.row("PRAGMA trusted_schema") or (None,)
            assert trusted == 0
            limit = store._database.connection.getlimit(sqlite3.SQLITE_LIMIT_LENGTH)
            assert limit == guards.LONGEST_VALUE_BYTES
