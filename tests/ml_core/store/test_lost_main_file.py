"""The project's file is gone and its log is left, as after kill -9 and a hand that tidied up."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest

from ml_core.domain.ratings import Rating
from ml_core.errors import UserError
from ml_core.paths import backups_dir, database_path, journal_path
from ml_core.store import Store
from ml_core.store.backup.copies import backups_in
from ml_core.store.file.write_ahead_log import log_path
from tests.faults.store.store_builder import fill, filled_project


@pytest.fixture
def killed(project: Path, tmp_path: Path) -> tuple[Path, list[Rating]]:
    """A project as kill -9 leaves it, its log unfolded, without its file; what was rated."""
    filled_project(project, 6)
    target = tmp_path / "killed"
    with Store.open(project) as store:
        fill(store, 20, seed=5)
        ratings = store.ratings.current()
        shutil.copytree(project, target)
    assert log_path(database_path(target)).stat().st_size > 0
    database_path(target).unlink()
    return target, ratings


def require_whole(project: Path, ratings: list[Rating]) -> None:
    """Every rating is there, SQLite finds nothing, and rating goes on."""
    with closing(sqlite3.connect(database_path(project))) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    with Store.open(project) as store:
        assert store.ratings.current() == ratings
        assert all(check.ok for check in store.check()), store.check()
        more = fill(store, 3, seed=random.Random(3).randrange(99))
    with Store.open(project) as store:
        assert store.ratings.current() == ratings + more


def test_the_journal_beside_a_left_over_log(killed: tuple[Path, list[Rating]]) -> None:
    project, ratings = killed
    shutil.rmtree(backups_dir(project))
    Store.restore(journal_path(project), project)
    require_whole(project, ratings)
    assert len(list(project.glob("*.damaged-*-wal"))) == 1, "the log is kept"


def test_a_backup_beside_a_left_over_log(killed: tuple[Path, list[Rating]]) -> None:
    project, ratings = killed
    Store.restore(backups_in(backups_dir(project))[-1].path, project)
    require_whole(project, ratings)


def test_a_left_over_log_gives_its_ratings_where_no_journal_is(
    killed: tuple[Path, list[Rating]],
) -> None:
    project, ratings = killed
    journal_path(project).unlink()
    Store.restore(backups_in(backups_dir(project))[-1].path, project)
    with Store.open(project) as store:
        found = store.ratings.current()
    assert [one.id for one in found] == [one.id for one in ratings]
    assert [one.answer for one in found] == [one.answer for one in ratings]
    require_whole(project, found)


@pytest.mark.parametrize("is_written", [True, False])
def test_damage_that_is_met_at_work_names_the_way_back(project: Path, is_written: bool) -> None:
    filled_project(project, 3)
    (backup,) = backups_in(backups_dir(project))
    damage = sqlite3.DatabaseError("database disk image is malformed")
    damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT

    class Damaged:
        in_transaction = False

        def __getattr__(self, name: str) -> object:
            raise damage

    with Store.open(project) as store:
        database = store._database
        whole, database.connection = database.connection, cast("sqlite3.Connection", Damaged())
        with pytest.raises(UserError, match="is damaged") as caught:
            if is_written:
                with database.writing():
                    pass
            else:
                database.rows("SELECT 1")
        database.connection = whole
    assert f'"tastecut restore {backup.path}"' in caught.value.remedy
