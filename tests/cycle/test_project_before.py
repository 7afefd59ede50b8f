"""What a person has from the build before opens unchanged: project, settings, names, window.

`project_before` was made by that build: two demo songs rated, trained and exported, a second taste,
and a window that was moved, resized and given other keys.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings

from editor_app.frame import single_instance
from editor_app.settings import Settings
from ml_core import paths
from ml_core.cli import main
from ml_core.pipeline.tasks import TASKS

BEFORE = Path(__file__).with_name("project_before")
EXPECTED: dict[str, Any] = json.loads((BEFORE / "expected.json").read_text("utf-8"))


def unpack_into(folder: Path) -> None:
    """Make a project's folder as that build left it."""
    shutil.copytree(BEFORE / "models", paths.models_dir(folder))
    with closing(sqlite3.connect(paths.database_path(folder))) as database:
        database.executescript((BEFORE / "tastecut.sql").read_text("utf-8"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    unpack_into(tmp_path / "project")
    return tmp_path / "project"


@pytest.fixture
def tastecut(project: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    def run(*arguments: str) -> dict[str, Any]:
        code = main(["--project", str(project), "--json", *arguments])
        out = capsys.readouterr()
        assert code == 0, out.err
        return dict(json.loads(out.out))

    return run


def test_ratings_tastes_and_the_model_in_use_are_there(tastecut, demo_songs) -> None:
    # Its songs lie on another machine.
    assert [song["status"] for song in tastecut("songs")["songs"]] == ["gone", "gone"]
    checks = {check["name"]: check["ok"] for check in tastecut("doctor")["checks"]}
    assert all(checks[name] for name in ("project file", "ratings", "queue"))
    names = {taste["name"]: taste for taste in tastecut("tastes")["tastes"]}
    assert set(names) == {"My taste", "Reel"}
    history = tastecut("history")
    assert [one["checkpoint"] for one in history["activations"]] == [EXPECTED["best"]]
    found = tastecut("add", *(str(truth.path) for truth in demo_songs))
    assert [song["id"] for song in found["songs"]] == [1, 2], "known by their bytes"
    assert [song["status"] for song in tastecut("songs")["songs"]] == ["ready", "ready"]
    counts = tastecut("taste")["counts"]
    assert (counts["A"], counts["B"], counts["tie"], counts["skip"]) == (4, 4, 2, 2)


def test_its_model_delivers_the_edits_that_it_did(tastecut, demo_songs, tmp_path) -> None:
    tastecut("add", *(str(truth.path) for truth in demo_songs))
    named = ("--pattern", "{name}")  # As files were called by that build.
    made = tastecut("export", "1", "2", "--out", str(tmp_path / "edits"), "--seed", "3", *named)
    assert made["failed"] == []
    records = {Path(file).name: Path(file).with_suffix(".edit.json") for file in made["files"]}
    kept = {name: json.loads(file.read_text())["kept_samples"] for name, file in records.items()}
    assert kept == EXPECTED["kept"]


def test_names_between_processes_are_the_same(monkeypatch) -> None:
    # A batch was a task for each song then; what is left of one is kept with the project now.
    assert set(EXPECTED["tasks"]) - {"export"} <= set(TASKS)
    monkeypatch.setattr(single_instance.getpass, "getuser", lambda: "someone")
    assert single_instance._server_name(Path("/music/project")) == EXPECTED["server"]


def test_settings_are_read_as_they_were_written(qapp, tmp_path) -> None:
    file = tmp_path / "settings.ini"
    shutil.copyfile(BEFORE / "settings.ini", file)
    settings = Settings(QSettings(str(file), QSettings.Format.IniFormat))
    assert (settings.theme, settings.volume, settings.place) == ("light", 0.4, "export")
    assert (settings.audio_device, settings.export_format) == ("Speakers", "flac")
    assert (settings.songs_folder, settings.export_folder) == ("/music/in", "/music/out")
    assert not settings.play_next_at_once and not settings.listen_first
    assert settings.waveforms_hidden
    assert settings.recent_projects == [Path("/home/someone/project")]
    assert settings.keys("rate_a") == ["Ctrl+Alt+1"] and settings.keys("rate_b") is None
