"""Which backups are kept, what they hold, and that rating does not wait for them."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ml_core.cli import main
from ml_core.paths import backups_dir, database_path
from ml_core.store import Store
from ml_core.store.backup import timed
from ml_core.store.backup.copies import Backup, backups_in, kept_of, thin_out
from ml_core.store.backup.soundness import look_at_file
from tests.faults.store.store_builder import fill, filled_project, song


def copies_each(step: timedelta, n: int) -> list[Backup]:
    """Copies that were made one after another, newest first."""
    now = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    times = [now - number * step for number in range(n)]
    return [
        Backup(Path(f"{n - number}"), n - number, f"{one:%Y-%m-%d}", f"{one:%H%M}")
        for number, one in enumerate(times)
    ]


def test_half_hours_become_hours_days_and_weeks() -> None:
    copies = copies_each(timedelta(minutes=30), 48 * 100)
    kept = sorted(kept_of(copies), key=lambda backup: -backup.number)
    assert kept[0] == copies[0]
    hours = {(backup.day, backup.time[:2]) for backup in kept[:12]}
    assert len(hours) >= 10, "an hour each at first"
    days = {backup.day for backup in kept}
    assert {f"2026-06-{day:02d}" for day in range(17, 31)} <= days, "then fourteen days"
    assert len(kept) <= 3 + 12 + 14 + 10
    assert min(days) < "2026-05-04", "then ten weeks"


def test_fault_17_a_clock_set_back_drops_no_newer_copy() -> None:
    past = [Backup(Path("new"), 90, "2020-01-01", "0900")]
    copies = past + copies_each(timedelta(days=1), 30)
    assert past[0] in kept_of(copies)
    assert len(kept_of(copies)) >= 14


@pytest.mark.parametrize("why", ["before-version-4", "before-restore", "by-hand"])
def test_a_copy_for_a_purpose_does_not_stand_for_that_of_the_day(project: Path, why: str) -> None:
    filled_project(project, 2)
    (made,) = backups_in(backups_dir(project))
    made.path.rename(made.path.with_name(f"0001-{made.day}-{made.time}-{why}.sqlite3"))
    Store.open(project).close()
    Store.open(project).close()
    newest, kept = backups_in(backups_dir(project))
    assert newest.is_daily and kept.why == why


def test_what_was_copied_by_hand_or_before_a_change_is_not_thinned(project: Path) -> None:
    filled_project(project, 2)
    folder = backups_dir(project)
    (made,) = backups_in(folder)
    data = made.path.read_bytes()
    for number in range(2, 40):
        (folder / f"{number:04d}-2026-01-{1 + number % 28:02d}-0900-by-hand.sqlite3").write_bytes(
            data
        )
        (folder / f"{number + 40:04d}-2026-03-01-09{number:02d}.sqlite3").write_bytes(data)
    (folder / "0099-2026-03-01-0959.sqlite3").write_text("a name like ours, and nothing of ours")
    (folder / "0050-2026-03-01-0901.sqlite3").write_text("this, too")
    thin_out(folder)
    left = backups_in(folder)
    assert sum(backup.why == "by-hand" for backup in left) == 38
    assert (folder / "0050-2026-03-01-0901.sqlite3").exists()
    assert len(left) < 38 + 20


def test_a_copy_in_a_persons_own_folder_thins_nothing(project: Path, tmp_path: Path) -> None:
    filled_project(project, 2)
    (made,) = backups_in(backups_dir(project))
    own = tmp_path / "usb stick"
    own.mkdir()
    for number in range(1, 40):
        name = f"{number:04d}-2026-03-01-09{number:02d}.sqlite3"
        (own / name).write_bytes(made.path.read_bytes())
    with Store.open(project) as store:
        store.backup(own)
    assert len(list(own.iterdir())) == 40


def test_a_start_half_an_hour_after_the_newest_copy_makes_one(project: Path) -> None:
    filled_project(project, 2)
    Store.open(project).close()
    (made,) = backups_in(backups_dir(project))
    then_s = time.time() - 31 * 60
    os.utime(made.path, (then_s, then_s))
    Store.open(project).close()
    assert len(backups_in(backups_dir(project))) == 2


def test_half_an_hour_of_rating_makes_a_copy_beside_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(project) as store:
        store.songs.add(song(0), "ready")
        fill(store, 3)
        assert not store.go_on_backing_up(), "half an hour has not passed"
        monkeypatch.setattr(timed, "EACH_MINUTES", 0)
        assert not store.go_on_backing_up(), "nothing was rated since"
        fill(store, 4)
        began_s = time.perf_counter()
        assert store.go_on_backing_up()
        assert time.perf_counter() - began_s < 0.05
        ratings = fill(store, 2, seed=5)
        assert ratings, "rating goes on meanwhile"
    (made,) = backups_in(backups_dir(project))
    assert look_at_file(made.path).n_ratings >= 7


def test_the_list_says_what_each_copy_holds(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store.open(project) as store:
        store.songs.add(song(0), "ready")
        fill(store, 3)
        store.backup()
        store.tastes.add("Radio")
        fill(store, 2, seed=2)
        store.backup()
    broken = backups_dir(project) / "0003-2026-01-01.sqlite3"
    broken.write_bytes(b"broken" * 100)
    for words in (["restore"], ["backup", "--list"]):
        assert main([*words, "--project", str(project), "--json"]) == 0
        found = json.loads(capsys.readouterr().out)["backups"]
        assert [one["ratings"] for one in found] == [0, 5, 3]
        assert [one["ok"] for one in found] == [False, True, True]
        assert found[1]["tastes"] == ["My taste", "Radio"]
        assert found[1]["songs"] == 1 and found[1]["why"] == "by-hand"
    assert main(["restore", "--project", str(project)]) == 0
    out = capsys.readouterr().out
    assert "5 ratings, 1 songs, 0 models" in out and str(broken) in out
    assert main(["restore", found[2]["file"], "--project", str(project)]) == 0
    with Store.open(project, write=False) as store:
        assert len(store.ratings.current()) == 3
    assert database_path(project).exists()
