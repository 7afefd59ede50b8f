"""What restore and rate say where nothing, or only the journal, is left."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_core.cli import main
from ml_core.paths import backups_dir, journal_path
from ml_core.store.backup.copies import backups_in
from tests.faults.store.store_builder import filled_project


def test_the_journal_is_told_with_what_it_gave_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "project"
    filled_project(project, 7)
    for path in [*project.glob("tastecut.sqlite3*"), *backups_dir(project).iterdir()]:
        path.unlink()
    assert backups_in(backups_dir(project)) == []
    assert main(["restore", str(journal_path(project)), "--project", str(project)]) == 0
    said = capsys.readouterr().out
    assert "7 ratings" in said
    assert "Add your songs again" in said


def test_a_backup_is_told_with_its_ratings_and_no_songs_to_add(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "project"
    filled_project(project, 1)
    (backup,) = backups_in(backups_dir(project))
    assert main(["restore", str(backup.path), "--project", str(project)]) == 0
    said = capsys.readouterr().out
    assert "1 rating " in said
    assert "Add your songs again" not in said


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_an_empty_file_of_ratings_is_called_empty(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "filled.csv"
    file.write_bytes(content)
    assert main(["rate", "--from", str(file), "--project", str(tmp_path / "project")]) == 2
    assert "filled.csv is empty." in capsys.readouterr().err
