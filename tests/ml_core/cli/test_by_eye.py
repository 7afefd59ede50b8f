"""Answers given by eye, by command: imported, counted, exported, left out of training or not."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

from ml_core.store import Store
from tests.ml_core.cli.conftest import Run

HEARD = (("10", "10"), ("10", "1.9"), ("", ""), ("0", "0"))
"""Seconds heard of A and of B: heard, by eye, not told, by eye."""


def rate_all(folder: Path) -> Path:
    file = folder / "feedback_template.csv"
    with file.open(encoding="utf-8", newline="") as read:
        rows = list(csv.DictReader(read))
    for row, (a_s, b_s) in zip(rows, HEARD, strict=True):
        row |= {"answer": "A", "heard_a_s": a_s, "heard_b_s": b_s}
    with file.open("w", encoding="utf-8", newline="") as write:
        writer = csv.DictWriter(write, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file


def test_every_verb_counts_the_same_and_tells_by_eye_apart(
    run: Run, project: Path, tmp_path: Path
) -> None:
    run("propose", "--pairs", "4", "--out", tmp_path / "pairs")
    assert run("rate", "--from", rate_all(tmp_path / "pairs"))["accepted"] == 4
    written = run("rate", "--to", tmp_path / "all.json")
    assert (written["ratings"], written["by_eye_left_out"], written["skip"]) == (2, 2, 0)
    hearing = ["heard", "by eye", "not told", "by eye"]
    preferences = json.loads((tmp_path / "all.json").read_text())["preferences"]
    assert [row["hearing"] for row in preferences] == hearing
    run("rate", "--to", tmp_path / "all.csv")
    with (tmp_path / "all.csv").open(encoding="utf-8", newline="") as read:
        assert [row["hearing"] for row in csv.DictReader(read)] == hearing
    taste = run("taste")["counts"]
    assert (taste["ratings"], taste["by_eye"], taste["by_eye_left_out"]) == (2, 2, 2)
    assert run("tastes")["tastes"][0]["ratings"] == 2
    run("backup")
    assert run("backup", "--list")["backups"][0]["ratings"] == 2
    with Store.open(project) as store:
        store.by_eye.set_teaches(True)
    assert run("tastes")["tastes"][0]["ratings"] == 4 == run("taste")["counts"]["ratings"]
    assert run("rate", "--to", tmp_path / "wanted.json")["ratings"] == 4


def test_training_says_how_many_were_left_out_and_learns_from_them_where_wanted(
    run: Run, refused: Callable[..., str], project: Path, tmp_path: Path
) -> None:
    run("propose", "--pairs", "4", "--out", tmp_path / "pairs")
    run("rate", "--from", rate_all(tmp_path / "pairs"))
    few = ("train", "--epochs", "1", "--episodes", "4")
    found = run(*few)
    assert (found["counts"]["A"], found["n_by_eye_left_out"]) == (2, 2)
    assert run("history")["checkpoints"][-1]["ratings"] == 2
    found = run(*few, "--by-eye")
    assert (found["counts"]["A"], found["n_by_eye_left_out"]) == (4, 0)
    assert run("history")["checkpoints"][-1]["ratings"] == 4
    assert run("tastes")["tastes"][0]["ratings"] == 4
    assert run(*few, "--no-by-eye")["n_by_eye_left_out"] == 2
    with Store.open(project) as store:
        assert not store.by_eye.teaches
        for rating in store.ratings.counting():
            store.ratings.withdraw(rating.id)
    assert "given by eye" in refused(*few)
