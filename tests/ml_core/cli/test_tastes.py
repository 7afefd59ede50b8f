"""Several tastes by command: each verb works in one, and songs are removed or put to use."""

from __future__ import annotations

import csv
import shlex
from collections.abc import Callable
from pathlib import Path

from tests.ml_core.cli.conftest import Run

Refused = Callable[..., str]


def rate_all(folder: Path, answer: str) -> Path:
    file = folder / "feedback_template.csv"
    with file.open(encoding="utf-8", newline="") as read:
        rows = list(csv.DictReader(read))
    with file.open("w", encoding="utf-8", newline="") as write:
        writer = csv.DictWriter(write, list(rows[0]))
        writer.writeheader()
        writer.writerows([row | {"answer": answer} for row in rows])
    return file


def names(data: dict[str, object]) -> list[tuple[str, int, bool]]:
    tastes = data["tastes"]
    assert isinstance(tastes, list)
    return [(one["name"], one["ratings"], one["current"]) for one in tastes]


def test_a_taste_is_added_used_renamed_duplicated_reset_and_removed(
    run: Run, tmp_path: Path
) -> None:
    assert names(run("tastes")) == [("My taste", 0, True)]
    run("propose", "--pairs", "3", "--out", tmp_path / "mine")
    run("rate", "--from", rate_all(tmp_path / "mine", "A"))
    assert names(run("tastes", "--add", "Reel")) == [("My taste", 3, True), ("Reel", 0, False)]
    run("propose", "--taste", "reel", "--pairs", "2", "--out", tmp_path / "reel")
    run("rate", "--from", rate_all(tmp_path / "reel", "B"))
    assert names(run("tastes")) == [("My taste", 3, True), ("Reel", 2, False)]
    assert run("rate", "--taste", "Reel", "--to", tmp_path / "reel.json")["ratings"] == 2
    assert run("rate", "--to", tmp_path / "mine.json")["ratings"] == 3

    assert run("tastes", "--use", "REEL")["current"] == "Reel"
    assert run("rate", "--to", tmp_path / "again.json")["ratings"] == 2
    run("tastes", "--rename", "Reel", "Reel, short")
    data = run("tastes", "--duplicate", "My taste", "Radio edit")
    assert names(data)[2] == ("Radio edit", 3, False)
    assert names(run("tastes", "--reset", "Reel, short"))[-1] == ("Reel, short", 0, True)
    assert run("rate", "--to", tmp_path / "none.json")["ratings"] == 0
    assert ("Reel, short", 2, True) in names(run("tastes", "--undo-reset", "Reel, short"))
    assert [row[0] for row in names(run("tastes", "--remove", "Radio edit"))] == [
        "My taste",
        "Reel, short",
    ]


def test_each_taste_trains_its_own_model(run: Run, tmp_path: Path) -> None:
    run("propose", "--pairs", "6", "--out", tmp_path / "mine")
    run("rate", "--from", rate_all(tmp_path / "mine", "A"))
    run("tastes", "--duplicate", "My taste", "Copy")
    quick = ("--device", "cpu", "--epochs", "1", "--episodes", "1")
    mine = run("train", *quick)["checkpoints"]["best"]
    copy = run("train", "--taste", "Copy", *quick)["checkpoints"]["best"]
    assert mine != copy
    run("activate", copy, "--taste", "Copy")
    assert run("history")["active"] == "base"
    assert run("history", "--taste", "Copy")["active"] == copy
    assert [one["id"] for one in run("history")["checkpoints"]][-1] == mine


def test_mistakes_about_tastes_are_one_sentence(refused: Refused, run: Run) -> None:
    assert "My taste" in refused("songs", "--taste", "Radio")
    assert "already" in refused("tastes", "--add", "my TASTE")
    assert "no taste" in refused("tastes", "--use", "Radio")
    assert "never reset" in refused("tastes", "--undo-reset", "My taste")
    assert "one taste" in refused("tastes", "--remove", "My taste")


def test_a_removed_taste_is_brought_back_with_all_it_had(
    run: Run, refused: Refused, tmp_path: Path
) -> None:
    run("propose", "--pairs", "3", "--out", tmp_path / "mine")
    run("rate", "--from", rate_all(tmp_path / "mine", "A"))
    run("tastes", "--add", "Reel")
    assert names(run("tastes", "--remove", "my taste")) == [("Reel", 0, True)]
    assert "No taste" in refused("tastes", "--bring-back", "Reel"), "it was not removed"
    assert names(run("tastes", "--bring-back", "my  taste")) == [
        ("My taste", 3, False),
        ("Reel", 0, True),
    ]
    run("tastes", "--reset", "My taste")
    assert "No taste" in refused("tastes", "--bring-back", "My taste"), "a reset has its own way"


def test_a_removed_taste_whose_name_is_taken_comes_back_after_the_remedy(
    run: Run, refused: Refused
) -> None:
    run("tastes", "--add", "Reel")
    run("tastes", "--remove", "Reel")
    run("tastes", "--add", "reel")
    said = refused("tastes", "--bring-back", "Reel")
    assert "Rename that one first" in said
    command = said[said.index("tastecut ") : said.index(" NAME")]
    run(*shlex.split(command)[1:], "Other")
    run("tastes", "--bring-back", "Reel")
    assert [name for name, _, _ in names(run("tastes"))] == ["My taste", "Reel", "Other"]


def test_only_one_change_at_a_time(run: Run, refused: Refused) -> None:
    refused("tastes", "--add", "A", "--remove", "My taste")
    assert names(run("tastes")) == [("My taste", 0, True)]


def test_songs_are_put_to_use_and_removed(run: Run, refused: Refused, tmp_path: Path) -> None:
    uses = {song["id"]: song["use"] for song in run("songs", "--leave-out", "1", "2")["songs"]}
    assert (uses[1], uses[2], uses[3]) == ("out", "out", "rate")
    assert run("songs", "--keep-aside", "1")["songs"][0]["use"] == "compare"
    assert run("songs", "--rate", "1", "2")["songs"][1]["use"] == "rate"
    run("propose", "--pairs", "8", "--out", tmp_path / "pairs")
    run("rate", "--from", rate_all(tmp_path / "pairs", "A"))
    n_before = run("taste")["counts"]
    assert "no song 99" in refused("songs", "--remove", "1", "99")
    assert len(run("songs")["songs"]) == 4, "none is removed if one is unknown"
    assert len(run("songs", "--remove", "1")["songs"]) == 3
    assert run("taste")["counts"] == n_before, "its ratings go on teaching"
    run("songs", "--remove", "2", "--drop-ratings")
    assert run("taste")["counts"] != n_before
    assert "--remove" in refused("songs", "--drop-ratings")
