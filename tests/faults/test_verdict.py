"""The verdict itself: each of its six points fails where something is wrong, and only there."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ml_core.errors import UserError
from ml_core.paths import database_path
from ml_core.store import Store
from tests.faults import case
from tests.faults.case import Case, attempt
from tests.faults.case_table import CASES
from tests.faults.command import Done
from tests.faults.requiring import NotPossibleHere
from tests.faults.soak import BOUNDS, growth
from tests.faults.store.store_builder import filled_project
from tests.faults.verdicts import Verdict
from tests.faults.window.measuring import Reading


@pytest.fixture
def verdict(tmp_path: Path) -> Verdict:
    """A verdict over a project of three ratings."""
    made = Verdict(tmp_path)
    filled_project(tmp_path / "project", 3)
    made.expect(tmp_path / "project")
    return made


def _lose_rating(folder: Path) -> None:
    with Store.open(folder / "project") as store:
        store.ratings.withdraw(store.ratings.last(1)[0].id)


def _damage_row(folder: Path) -> None:
    path = database_path(folder / "project")
    content = bytearray(path.read_bytes())
    with closing(sqlite3.connect(path)) as raw:
        (checksum,) = raw.execute("SELECT checksum FROM ratings LIMIT 1").fetchone()
    content[content.index(checksum.encode()) - 20] ^= 1
    path.write_bytes(content)


def _cut(folder: Path, name: str) -> None:
    data = (folder / "originals" / "original 0.wav").read_bytes()
    (folder / name).write_bytes(data[: len(data) // 2])


def _touch(folder: Path) -> None:
    os.utime(folder / "originals" / "original 0.wav", (1, 1))


def _change(folder: Path) -> None:
    path = folder / "originals" / "original 1.wav"
    before = path.stat()
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize(
    "wrong",
    [
        _lose_rating,
        _damage_row,
        lambda folder: _cut(folder, "edit.wav"),
        lambda folder: (folder / "edit.edit.json").write_text('{"schema": 1'),
        lambda folder: (folder / "m.safetensors").write_bytes(b"\x08" + bytes(7) + b"{}      xx"),
        lambda folder: (folder / "ratings.csv").write_text("pair,answer\n1"),
        _touch,
        _change,
        lambda folder: (folder / "originals" / "original 0.wav").unlink(),
    ],
)
def test_it_fails_where_something_is_wrong(
    verdict: Verdict, wrong: Callable[[Path], object]
) -> None:
    verdict.check()
    wrong(verdict.folder)
    with pytest.raises((AssertionError, UserError)):
        verdict.check()


def test_what_has_no_final_name_may_be_partial(verdict: Verdict) -> None:
    _cut(verdict.folder, ".tastecut-0.part.wav")
    verdict.check()


@pytest.mark.parametrize(
    "said",
    ["", "Full.", "song.wav is full", "song.wav is full.\nMake it.", "Traceback of song.wav"],
)
def test_a_message_names_file_and_remedy(verdict: Verdict, said: str) -> None:
    verdict.told("song.wav is full. Make room.", "song.wav")
    with pytest.raises(AssertionError):
        verdict.told(said, "song.wav")


@pytest.mark.parametrize("code", [1, -9, None])
def test_only_clean_ends_count(verdict: Verdict, code: int | None) -> None:
    verdict.ended(Done(2, "", "tastecut: no"), (0, 2))
    with pytest.raises(AssertionError):
        verdict.ended(Done(code, "", ""), (0, 2))
    with pytest.raises(AssertionError):
        verdict.ended(Done(0, "", "Traceback"), (0,))


def test_a_case_passes_fails_or_is_skipped(capsys: pytest.CaptureFixture[str]) -> None:
    def outcome(run: case.Run | None) -> str:
        return attempt(Case(1, "x", "y", run, 1, 1), 1, 0).state

    def unable(verdict: Verdict, rounds: int, seed: int) -> str:
        raise NotPossibleHere("no root")

    def damaging(verdict: Verdict, rounds: int, seed: int) -> str:
        _cut(verdict.folder, "edit.wav")
        return "all is well"

    assert outcome(lambda *_: "fine") == "passed"
    assert outcome(damaging) == "failed"
    assert outcome(unable) == "skipped"
    assert outcome(None) == "skipped"
    record = attempt(Case(1, "x", "y", unable, 1, 1), 1, 0).record
    assert json.loads(json.dumps(record))["words"] == "no root"


def test_every_case_is_in_the_table_once() -> None:
    assert [one.number for one in CASES] == list(range(1, 72))
    assert [one.number for one in CASES if one.run is None] == []


def test_what_goes_on_growing_is_seen() -> None:
    steady = [Reading(m, 100 * m, 300 + m % 2, 900, 60, 20, 5, 9, 100 + m, 0) for m in range(20)]
    leaking = [
        Reading(m, 100 * m, 300 + 5 * m, 900, 60 + m, 20, 5 + m, 9, 100, 0) for m in range(20)
    ]
    assert all(growth(steady, bound) <= bound.most for bound in BOUNDS)
    grown = {bound.name for bound in BOUNDS if growth(leaking, bound) > bound.most}
    assert grown == {"window_mb", "handles", "lanes"}
