"""A project as one file, by the command: `backup --archive` and `restore FILE.tastecut`."""

from __future__ import annotations

import importlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import soundfile

from ml_core.cli import main
from ml_core.pipeline import materials
from tests.ml_core.cli.conftest import Run

Refused = Callable[..., str]


@pytest.fixture
def at(capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    """Runs a verb on another project; returns its JSON."""

    def call(project: Path, *arguments: str | Path) -> dict[str, Any]:
        materials._kept.cache_clear()
        capsys.readouterr()
        code = main([str(a) for a in arguments] + ["--project", str(project), "--json"])
        out, err = capsys.readouterr()
        assert (code, err) == (0, "")
        data: dict[str, Any] = json.loads(out)
        return data

    return call


def _rate(run: Run, out: Path) -> None:
    pairs = run("propose", "--pairs", 4, "--out", out, "--seed", 1)["pairs"]
    rows = [{"pair": pair["id"], "answer": "AB"[k % 2]} for k, pair in enumerate(pairs)]
    (out / "answers.json").write_text(json.dumps(rows))
    assert run("rate", "--from", out / "answers.json")["accepted"] == 4


def test_an_opened_project_gives_the_same_edits_to_the_sample(
    run: Run,
    at: Callable[..., dict[str, Any]],
    project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _rate(run, tmp_path / "pairs")
    run("correct", "1", "--shift", "1")
    before = run("export", "1", "2", "--out", tmp_path / "before")["files"]
    saved = run("backup", "--archive", tmp_path / "all", "--with-songs")
    assert saved["file"] == str(tmp_path / "all.tastecut")
    assert (saved["songs"], saved["left_out"]) == (4, [])
    assert saved["bytes"] == (tmp_path / "all.tastecut").stat().st_size

    there = tmp_path / "there"
    opened = at(there, "restore", tmp_path / "all.tastecut")
    assert opened["project"] == str(there)
    assert (opened["ratings"], opened["songs"]) == (4, 4)
    assert opened["not_found"] == [] and opened["damaged"] == []
    shutil.rmtree(project)

    def never(*_: object) -> None:
        raise AssertionError("the analyses came along")

    analyse = importlib.import_module("ml_core.analysis.analyse")
    monkeypatch.setattr(analyse, "song_spectra", never)
    after = at(there, "export", "1", "2", "--out", tmp_path / "after")["files"]
    assert [Path(file).name for file in after] == [Path(file).name for file in before]
    for first, second in zip(before, after, strict=True):
        one, other = soundfile.read(first)[0], soundfile.read(second)[0]
        assert (one == other).all()
    listed = at(there, "songs")["songs"]
    assert all(Path(song["path"]).parent == there / "songs" for song in listed)
    assert at(there, "doctor")["ok"] in (True, False)  # It answers; sound may be missing here.


def test_songs_are_found_in_a_folder_that_is_named(
    run: Run, at: Callable[..., dict[str, Any]], short_songs: Path, tmp_path: Path
) -> None:
    own = Path(shutil.copytree(short_songs, tmp_path / "own"))
    run("add", own)
    run("backup", "--archive", tmp_path / "all.tastecut")
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(own, elsewhere / "deep")
    shutil.rmtree(own)
    opened = at(tmp_path / "new", "restore", tmp_path / "all.tastecut", "--songs", elsewhere)
    assert opened["not_found"] == []


def test_another_window_may_have_the_project_while_it_is_saved(
    run: Run, project: Path, tmp_path: Path
) -> None:
    from ml_core.store import Store

    with Store.open(project):
        assert run("backup", "--archive", tmp_path / "all.tastecut")["songs"] == 0


def test_what_makes_no_sense_is_refused(
    run: Run, refused: Refused, project: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "all.tastecut"
    run("backup", "--archive", archive)
    assert "exists already" in refused("backup", "--archive", archive)
    run("backup", "--archive", archive, "--overwrite")
    assert "--archive" in refused("backup", "--with-songs")
    assert "--archive" in refused("backup", tmp_path / "x", "--archive", tmp_path / "y")
    assert "can't be found" in refused("backup", "--archive", tmp_path / "no" / "where")
    copy = Path(run("backup")["file"])
    assert "--songs" in refused("restore", copy, "--songs", tmp_path)
    assert "not an empty folder" in refused("restore", archive)
    assert "There is no folder" in refused("restore", archive, "--songs", tmp_path / "nowhere")
    before = {path.name for path in tmp_path.iterdir()}
    run("restore", copy)
    assert {path.name for path in tmp_path.iterdir()} == before


def test_people_are_told_what_was_saved_found_and_not_found(
    run: Run, project: Path, tmp_path: Path, short_songs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = Path(shutil.copytree(short_songs, tmp_path / "own"))
    arguments = ["--project", str(tmp_path / "mine")]
    assert main(["add", str(own / "song 0.flac"), *arguments]) == 0
    (own / "song 0.flac").unlink()
    capsys.readouterr()
    assert main(["backup", "--archive", str(tmp_path / "a"), "--with-songs", *arguments]) == 0
    assert "are not in it: song 0." in capsys.readouterr().out
    new = ["--project", str(tmp_path / "new")]
    assert main(["restore", str(tmp_path / "a.tastecut"), *new]) == 0
    said = capsys.readouterr().out
    assert "Ratings: 0. Songs found: 0 of 1." in said
    assert "Not found: song 0. Add them from where they are now" in said
