"""Edits changed by hand come back as ratings."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ml_core.cli import main
from ml_core.store import Store
from ml_core.store.own_edits import SETTING
from tests.ml_core.cli.conftest import Run


def _exported(run: Run, folder: Path) -> Path:
    song = run("songs")["songs"][0]["id"]
    (file,) = run("export", song, "--out", folder)["files"]
    return Path(file).with_suffix(".edit.json")


def _change(file: Path, **fields: object) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | fields))


def _shorter(file: Path) -> list[list[int]]:
    """The kept spans, the last one cut by a second."""
    spans = json.loads(file.read_text())["kept_samples"]
    rate = json.loads(file.read_text())["sample_rate_hz"]
    return [*spans[:-1], [spans[-1][0], spans[-1][1] - rate]]


def test_a_changed_edit_is_preferred_and_marked(run: Run, project: Path, tmp_path: Path) -> None:
    file = _exported(run, tmp_path)
    proposed, changed = json.loads(file.read_text())["kept_samples"], _shorter(file)
    _change(file, kept_samples=changed)
    assert run("rate", "--changed", file) == {"schema": 1, "accepted": 1, "refused": []}
    with Store.open(project) as store:
        (rating,) = store.ratings.current()
    assert (rating.source, rating.reason, rating.answer) == ("hand", "hand", "A")
    assert [list(span) for span in rating.a.spans] == changed
    assert [list(span) for span in rating.b.spans] == proposed
    with Store.open(project) as store:  # As by learn-edit: it is what Export shows.
        (own,) = store.settings.get(SETTING, {}).values()
    assert own["changed"]["spans"] == changed and own["came_from"] == file.name
    assert run("taste")["counts"]["by_hand"] == 1
    target = tmp_path / "ratings.json"
    run("rate", "--to", target)
    assert json.loads(target.read_text())["preferences"][0]["source"] == "hand"


def test_the_same_change_counts_once(run: Run, refused: Callable[..., str], tmp_path: Path) -> None:
    file = _exported(run, tmp_path)
    _change(file, kept_samples=_shorter(file))
    again = run("rate", "--changed", file, file)
    assert again["accepted"] == 1
    assert "rated already" in again["refused"][0]["reason"]
    assert "rated already" in refused("rate", "--changed", file)


def test_a_join_may_be_added_or_taken_away(run: Run, tmp_path: Path) -> None:
    file = _exported(run, tmp_path)
    spans = json.loads(file.read_text())["kept_samples"]
    _change(file, kept_samples=[[spans[0][0], spans[-1][1]]])
    assert run("rate", "--changed", file)["accepted"] == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "was not changed"),
        ({"kept_samples": [[0, 10**12]]}, "more than the song holds"),
        ({"kept_samples": [[5, 5]]}, "not the record"),
        ({"kept_samples": [[0.5, 90000]]}, "not the record"),
        ({"kept_samples": "all"}, "not the record"),
        ({"kept_samples": [[True, 90000]]}, "not the record"),
        ({"kept_samples": [[0, 90000]], "sha256": "0" * 64}, "not among your songs"),
        ({"kept_samples": [[0, 90000]], "sha256": "../../etc"}, "not the record"),
        ({"kept_samples": [[0, 90000]], "sample_rate_hz": float("inf")}, "not valid JSON"),
        ({"kept_samples": [[0, 90000]], "sample_rate_hz": 8000}, "not among your songs"),
    ],
)
def test_what_is_no_correction_is_refused(
    run: Run, refused: Callable[..., str], tmp_path: Path, fields: dict, words: str
) -> None:
    file = _exported(run, tmp_path)
    _change(file, **fields)
    assert words in refused("rate", "--changed", file)


def test_a_record_of_an_older_export_says_what_to_do(
    run: Run, refused: Callable[..., str], tmp_path: Path
) -> None:
    file = _exported(run, tmp_path)
    record = json.loads(file.read_text())
    del record["proposed_samples"]
    file.write_text(json.dumps(record))
    assert "Export the edit again" in refused("rate", "--changed", file)
    file.write_text("[]")
    assert "not the record" in refused("rate", "--changed", file)
    assert "There is no file" in refused("rate", "--changed", tmp_path / "missing.edit.json")


def test_a_change_counts_once_by_whichever_verb_and_another_edit_is_told(
    run: Run,
    refused: Callable[..., str],
    project: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    song, file = run("songs")["songs"][0]["id"], _exported(run, tmp_path)
    kept = json.loads(file.read_text())["kept_samples"]
    _change(file, kept_samples=_shorter(file))
    assert run("learn-edit", song, file)["edits"][0]["accepted"]
    assert "rated already" in refused("rate", "--changed", file)
    _change(file, kept_samples=[[kept[0][0] + 44_100, kept[0][1]], *kept[1:]])
    assert run("rate", "--changed", file)["accepted"] == 1
    (again,) = run("learn-edit", song, file)["edits"]
    assert not again["accepted"] and "counts already" in again["message"]
    assert run("taste")["counts"]["by_hand"] == 2
    _change(file, kept_samples=[[kept[0][0] + 66_150, kept[0][1]], *kept[1:]])
    assert main(["--project", str(project), "learn-edit", str(song), str(file)]) == 0
    assert "in the place of the edit that was your own before" in capsys.readouterr().out
