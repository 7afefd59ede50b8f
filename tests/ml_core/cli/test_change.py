"""change: joins of an export moved and healed, parts cut out and brought back, as a new file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ml_core.cli.conftest import Run


@pytest.fixture
def record(run: Run, tmp_path: Path) -> Path:
    """The record of an export of 40 s without 12 s to 20 s."""
    run("export", 1, "--forbid", "12-20", "--cut-least", "--out", tmp_path / "out")
    return next((tmp_path / "out").glob("*.edit.json"))


def kept(record: Path) -> list[list[int]]:
    return json.loads(record.read_text(encoding="utf-8"))["kept_samples"]


def test_a_join_moves_there_and_back(run: Run, tmp_path: Path, record: Path):
    before = kept(record)
    assert len(before) == 2
    moved = run("change", record, "--move-join", "1:1", "--out", tmp_path / "moved")
    assert moved["changes"] == ["Join 1 moved 1 bar later."]
    (join,) = moved["joins"]
    rate = json.loads(record.read_text())["sample_rate_hz"]
    assert join["source_from_s"] > before[0][1] / rate
    new = next((tmp_path / "moved").glob("*.edit.json"))
    assert Path(moved["file"]).is_file() and kept(new) != before
    back = run("change", new, "--move-join", "1:-1", "--out", tmp_path / "back")
    assert kept(next((tmp_path / "back").glob("*.edit.json"))) == before
    assert kept(record) == before and back["file"] != moved["file"]


def test_changes_are_made_in_the_order_given(run: Run, tmp_path: Path, record: Path):
    order = ["--cut", "28-30", "--move-join", "2:1:right", "--bring-back", "12-20"]
    told = run("change", record, *order, "--out", tmp_path / "new")
    assert [sentence.split()[0] for sentence in told["changes"]] == ["Cut", "Join", "Brought"]
    assert len(told["joins"]) == len(told["kept"]) - 1
    heard = [round(second) for piece in told["kept"] for second in piece]
    assert heard[2:4] == [12, 20] and heard[-2:] == [32, 40] and heard[-3] == 28


def test_healing_puts_back_a_join_that_was_moved_to_where_it_stands_out(
    run: Run, tmp_path: Path, record: Path
):
    rough = ["--move-join", "1:2:left", "--move-join", "1:-1:right"]
    told = run("change", record, *rough, "--out", tmp_path / "rough")
    new = next((tmp_path / "rough").glob("*.edit.json"))
    healed = run("change", new, "--heal", 1, "--out", tmp_path / "healed")
    (sentence,) = healed["changes"]
    assert sentence.startswith("Join 1 healed: left 2 bars earlier, entered 1 bar later")
    assert healed["joins"][0]["cost"] < told["joins"][0]["cost"]
    assert kept(next((tmp_path / "healed").glob("*.edit.json"))) == kept(record)


def test_a_join_that_can_not_be_cleaner_is_left(
    run: Run, tmp_path: Path, record: Path, refused: Callable[..., str]
):
    for index in range(6):
        asked = ("change", record, "--heal", 1, "--out", tmp_path / str(index))
        try:
            run(*asked)
        except AssertionError:
            assert "No cleaner join within 8 bars of join 1." in refused(*asked)
            return
        record = next((tmp_path / str(index)).glob("*.edit.json"))
    pytest.fail("healing found a cleaner join for ever")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "Nothing is to be changed"),
        (("--move-join", "9:1"), "no join 9"),
        (("--move-join", "1:999"), "can't move"),
        (("--move-join", "1"), "not a join and its bars"),
        (("--move-join", "1:1:up"), "not a join and its bars"),
        (("--cut", "0-40"), "keeps one bar at least"),
    ],
)
def test_what_can_not_be_changed_is_said(
    record: Path, tmp_path: Path, refused: Callable[..., str], options: tuple[str, ...], words: str
):
    assert words in refused("change", record, *options, "--out", tmp_path / "new")
    assert not list((tmp_path / "new").glob("*"))
