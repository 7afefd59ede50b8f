"""Nobody else reads a project; and what was not made by Tastecut keeps its rights."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from ml_core.paths import backups_dir, database_path
from ml_core.store import Store
from tests.faults.store.store_builder import fill, filled_project

pytestmark = pytest.mark.skipif(os.name != "posix", reason="rights as on POSIX systems")


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def rights(folder: Path) -> dict[str, int]:
    paths = [folder, *folder.rglob("*")]
    return {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in paths}


def loose(folder: Path) -> dict[str, str]:
    return {name: oct(mode) for name, mode in rights(folder).items() if mode & 0o077}


def test_a_project_is_private_from_the_start(project: Path, tmp_path: Path) -> None:
    filled_project(project, 3, 2)
    with Store.open(project) as store:
        store.backup()
        fill(store, 1, seed=4)
        assert loose(project) == {}, "also the log beside an open database"
        own = store.backup(tmp_path / "copies" / "mine.sqlite3")
    assert stat.S_IMODE(own.stat().st_mode) == 0o600
    Store.restore(own, project)
    database_path(project).write_bytes(b"nothing" * 100)
    Store.restore(own, project)
    assert loose(project) == {}


def test_a_looser_project_is_tightened(project: Path) -> None:
    filled_project(project, 3)
    (project / "cache").mkdir()
    (project / "cache" / f"{'0' * 64}.analysis.npz").touch()
    for path in (project, *project.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    Store.open(project).close()
    assert loose(project) == {}


def test_a_persons_own_files_and_folder_keep_their_rights(project: Path) -> None:
    project.mkdir(mode=0o755)
    own = project / "song.wav"
    own.touch(0o644)
    filled_project(project, 3)
    before = loose(project)
    assert before == {".": "0o755", "song.wav": "0o644"}
    (backup,) = backups_dir(project).iterdir()
    backup.chmod(0o644)
    backups_dir(project).chmod(0o755)
    database_path(project).chmod(0o644)
    Store.open(project).close()
    assert loose(project) == before
