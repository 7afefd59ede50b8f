"""What the edits are for, and which songs fit it, by command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ml_core.cli import main
from ml_core.store import Store
from tests.ml_core.cli.conftest import Run


def test_it_is_said_at_once_which_songs_fit(
    run: Run, refused: Callable[..., str], project: Path, tmp_path: Path
) -> None:
    found = run("brief")
    assert found["brief"]["shortest_s"] is None and found["misfits"] == []
    assert found["fits"] == {"songs": 4, "fit": 4, "to_compare_on": 0, "unknown": 0}
    (note,) = found["notes"]
    assert "learned from" in note and "add songs" in note
    assert run("propose", "--pairs", 1, "--out", tmp_path / "one")["notes"] == [note]

    found = run("brief", "--shortest", "0:50", "--longest", "1:10")
    assert found["brief"]["longest_s"] == 70.0 and found["fits"]["fit"] == 0
    assert all("can last 0:50" in row["reason"] for row in found["misfits"])
    songs = run("songs")
    assert [song["fits"] for song in songs["songs"]] == [False] * 4
    assert all(song["misfit"] for song in songs["songs"]) and songs["fits"]["fit"] == 0
    assert "No song fits" in refused("propose", "--out", str(tmp_path / "two"))
    assert not (tmp_path / "two").exists() or not list((tmp_path / "two").iterdir())

    assert run("brief", "--any-length")["fits"]["fit"] == 4
    with Store.open(project, write=False) as store:
        assert len(store.fits.known()) == 4


def test_people_read_the_count_and_the_reasons(
    run: Run, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("brief", "--longest", "0:14")
    assert main(["songs", "--project", str(project)]) == 0
    out = capsys.readouterr().out
    assert "of 4 songs. Each lasts 0:14 at most." in out
    run("brief", "--shortest", "0:50")
    assert main(["songs", "--project", str(project)]) == 0
    out = capsys.readouterr().out
    assert "Fits 0 of 4 songs." in out and out.count("Does not fit: ") == 4


@pytest.mark.parametrize(
    "lengths",
    [
        ("--shortest", "1:00", "--longest", "0:30"),
        ("--shortest", "0"),
        ("--any-length", "--longest", "0:30"),
    ],
)
def test_lengths_that_make_no_sense_are_refused(
    refused: Callable[..., str], lengths: tuple[str, ...]
) -> None:
    assert "length" in refused("brief", *lengths)
