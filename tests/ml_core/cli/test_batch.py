"""Exporting many songs: which are meant, several at once, going on after a stop, and the log."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ml_core.cli.export.chosen_songs import chosen_songs
from ml_core.cli.export.pool import run_jobs
from ml_core.domain.files.batch import SongJob, SongOutcome
from ml_core.progress import Progress
from ml_core.store import Store
from ml_core.store.whereabouts import present_path
from tests.ml_core.cli.conftest import Run


def ids(store: Store, *texts: str, takes_all: bool = False) -> list[int | None]:
    """Ids of the songs that are meant."""
    named = chosen_songs(store, texts, takes_all)
    return [None if entry is None else entry.id for _, entry in named]


def test_songs_are_meant_by_pattern_folder_id_or_all(project: Path) -> None:
    with Store.open(project, write=False) as store:
        entries = store.songs.listed()
        every = [entry.id for entry in entries]
        folder = Path(present_path(entries[0])).parent
        name = Path(present_path(entries[0])).name
        assert ids(store, takes_all=True) == every
        assert ids(store, str(folder)) == every
        assert ids(store, str(folder / "*")) == every
        assert ids(store, f"{name[:-4].upper()}*") == [entries[0].id]
        assert ids(store, "nothing like it*") == [None]
        assert ids(store, str(folder.parent / "elsewhere")) == [None]


def test_a_song_named_twice_is_written_once(run: Run, project: Path, tmp_path: Path) -> None:
    with Store.open(project, write=False) as store:
        path = present_path(store.songs.listed()[0])
    data = run("export", 1, path, "1", str(Path(path).parent / "*"), "--out", tmp_path / "out")
    assert len(data["files"]) == len(set(data["files"]))
    assert len(list((tmp_path / "out").glob("*.wav"))) == len(data["files"])
    with Store.open(project, write=False) as store:
        assert len(data["files"]) == len(store.songs.listed())


def test_nothing_named_is_refused(refused: Callable[..., str], tmp_path: Path) -> None:
    assert "--all" in refused("export", "--out", tmp_path / "out")


def test_several_at_once_make_the_very_same_files(run: Run, tmp_path: Path) -> None:
    one = run("export", 1, 2, "--out", tmp_path / "one", "--jobs", 1)
    two = run("export", 1, 2, "--out", tmp_path / "two", "--jobs", 2)
    assert [Path(f).name for f in one["files"]] == [Path(f).name for f in two["files"]]
    for file in one["files"]:
        assert Path(file).read_bytes() == (tmp_path / "two" / Path(file).name).read_bytes()


def test_what_was_written_whole_is_not_made_again(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = ("--out", tmp_path / "out")
    (first,) = run("export", 1, *out)["files"]
    stamp = Path(first).stat().st_mtime_ns
    again = run("export", 1, 2, *out, "--resume")
    assert again["files"][0] == first and len(again["files"]) == 2
    assert Path(first).stat().st_mtime_ns == stamp
    other = run("export", 1, *out, "--resume", "--duration", 15)
    assert other["files"] != [first], "it was asked for something else"
    Path(first).unlink()
    (anew,) = run("export", 1, *out, "--resume")["files"]
    assert Path(anew).exists(), "a file that is gone is made again"


def test_the_log_has_a_line_for_each_song(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "logs" / "export.jsonl"
    run("export", 1, 99, "--out", tmp_path / "out", "--log", log)
    run("export", 2, "--out", tmp_path / "out", "--log", log)
    lines: list[dict[str, Any]] = [json.loads(line) for line in log.read_text().splitlines()]
    assert len(lines) == 3 and all(line["schema"] == 1 for line in lines)
    by_outcome = sorted(lines, key=lambda line: bool(line["failed"]))
    assert [len(line["files"]) for line in by_outcome] == [1, 1, 0]
    assert "99" in by_outcome[-1]["failed"][0]["message"]


def test_a_log_that_can_not_be_written_is_said(refused: Callable[..., str], tmp_path: Path) -> None:
    assert "log" in refused("export", 1, "--out", tmp_path / "out", "--log", tmp_path)


def test_a_stop_says_how_to_go_on(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    from ml_core.cli import main

    def stopping(jobs: list[SongJob], n: int | None, progress: Progress) -> Any:
        for done in run_jobs(jobs, 1, progress):
            yield done
            raise KeyboardInterrupt

    monkeypatch.setattr("ml_core.cli.export.exporting.run_jobs", stopping)
    out = tmp_path / "out"
    assert main(["export", "1", "2", "--out", str(out), "--project", str(project)]) == 2
    said = capsys.readouterr().err
    assert "1 of 2 songs" in said and "--resume" in said and "Traceback" not in said
    assert len(list(out.glob("*.wav"))) == len(list(out.glob("*.edit.json"))) == 1


def test_an_outcome_tells_its_files() -> None:
    assert SongOutcome("a.wav", (("b.wav", None),)).files == ("b.wav",)
