"""A project of short songs, made once, copied for each test that changes it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from ml_core.cli import main
from ml_core.demo_songs.pieces import synthesize_test_song
from tests.made_once import made_once

Run = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def short_songs(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """A folder of four songs of 40 s each, and one text file."""

    def make(folder: Path) -> None:
        for index, (tempo, meter) in enumerate([(120, 4), (100, 4), (132, 4), (110, 3)]):
            audio, rate, _ = synthesize_test_song(40.0, tempo, meter, seed=index)
            soundfile.write(folder / f"song {index}.flac", audio, rate)
        (folder / "notes.txt").write_text("not a song")

    return made_once("short songs", make, tmp_path_factory, pytestconfig)


@pytest.fixture(scope="session")
def filled_project(
    short_songs: Path, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Path:
    """A project with the short songs analysed."""

    def make(folder: Path) -> None:
        project = str(folder / "filled")
        assert main(["add", str(short_songs), "--project", project, "--json"]) == 0

    return made_once("filled project", make, tmp_path_factory, pytestconfig) / "filled"


@pytest.fixture
def project(filled_project: Path, tmp_path: Path) -> Path:
    """A copy that the test may change."""
    return Path(shutil.copytree(filled_project, tmp_path / "project"))


@pytest.fixture
def run(project: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a verb on the project; returns its JSON, after checking that nothing else is said."""

    def call(*arguments: str | Path) -> dict[str, Any]:
        capsys.readouterr()
        code = main([str(a) for a in arguments] + ["--project", str(project), "--json"])
        out, err = capsys.readouterr()
        assert code == 0, err
        assert err == ""
        data: dict[str, Any] = json.loads(out)
        assert data["schema"] == 1
        return data

    return call


@pytest.fixture
def refused(project: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs a verb that must end with exit code 2 and one sentence; returns the sentence."""

    def call(*arguments: str | Path) -> str:
        capsys.readouterr()
        code = main(["--project", str(project), *[str(a) for a in arguments]])
        out, err = capsys.readouterr()
        assert code == 2, err
        assert out == ""
        assert err.startswith("tastecut: ")
        assert err.count("\n") == 1
        assert "Traceback" not in err
        return err

    return call


@pytest.fixture
def not_done(project: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    """Runs a verb of which nothing can be done; returns its JSON, which is printed all the same."""

    def call(*arguments: str | Path) -> dict[str, Any]:
        capsys.readouterr()
        code = main([str(a) for a in arguments] + ["--project", str(project), "--json"])
        out, err = capsys.readouterr()
        assert code == 2, err
        assert err.startswith("tastecut: ") and err.count("\n") == 1, err
        data: dict[str, Any] = json.loads(out)
        return data

    return call


def kept_s(intervals: list[list[float]]) -> float:
    """Seconds kept."""
    return float(np.sum([end - start for start, end in intervals]))
