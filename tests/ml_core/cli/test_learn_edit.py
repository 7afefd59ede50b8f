"""learn-edit: an edit changed in another tool counts once, against what was exported."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ml_core.store import Store
from ml_core.store.own_edits import SETTING, own_edits_kept
from tests.ml_core.cli.conftest import Run


@pytest.fixture
def changed(run: Run, tmp_path: Path) -> Path:
    """A REAPER project of an export, whose first piece was made a second shorter."""
    data = run("export", 1, "--out", tmp_path / "out", "--daw", "reaper", "--no-residues")
    path = Path(data["tools"][0]["file"])
    lines = path.read_text(encoding="utf-8").split("\n")
    at = next(k for k, line in enumerate(lines) if line.strip().startswith("LENGTH"))
    word, length = lines[at].split()
    lines[at] = f"      {word} {float(length) - 1.0}"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def by_hand(project: Path) -> list[Any]:
    with Store.open(project, write=False) as store:
        return list(store.ratings.by_hand())


def test_it_counts_against_what_was_exported(run: Run, project: Path, changed: Path):
    (edit,) = run("learn-edit", 1, changed)["edits"]
    record = json.loads(next(changed.parent.glob("*.edit.json")).read_text())
    assert edit["accepted"] and edit["certain"] and edit["speed"] == 1.0
    rate = record["sample_rate_hz"]
    (rating,) = by_hand(project)
    assert rating.answer == "A" and [list(s) for s in rating.b.spans] == record["kept_samples"]
    first = record["kept_samples"][0]
    assert edit["kept"][0] == pytest.approx([first[0] / rate, first[1] / rate - 1.0], abs=1e-4)
    with Store.open(project, write=False) as store:
        (kept,) = store.settings.get(SETTING, {}).values()
    assert kept["changed"]["spans"] == [list(span) for span in rating.a.spans]


def test_it_counts_once(run: Run, project: Path, changed: Path):
    run("learn-edit", 1, changed)
    (again,) = run("learn-edit", 1, changed)["edits"]
    assert not again["accepted"] and "already" in again["message"]
    assert len(by_hand(project)) == 1


def test_what_is_asked_of_sounds_alone_is_not_taken_in_silence(run: Run, changed: Path):
    (edit,) = run("learn-edit", 1, changed, "--rough")["edits"]
    assert edit["accepted"] and "--rough and --length-given say nothing of it" in edit["message"]


def test_a_dry_run_keeps_nothing(run: Run, project: Path, changed: Path):
    (edit,) = run("learn-edit", 1, changed, "--dry-run")["edits"]
    assert edit["kept"] and not edit["accepted"] and by_hand(project) == []


def test_joins_that_were_not_touched_sound_as_they_did(run: Run, project: Path, changed: Path):
    run("learn-edit", 1, changed)
    record = json.loads(next(changed.parent.glob("*.edit.json")).read_text())
    with Store.open(project, write=False) as store:
        (kept,) = store.settings.get(SETTING, {}).values()
    was, now = kept["proposed"], kept["changed"]
    assert was["fades"] == record["fades_samples"]
    assert was.get("fade_out", 0) == now.get("fade_out", 0) == record["fade_out_samples"]
    # The first piece lost its end: only the join behind it is another.
    assert now["fades"][1:] == record["fades_samples"][1:]


def test_a_record_that_was_not_changed_is_no_rating_either(run: Run, tmp_path: Path):
    run("export", 1, "--out", tmp_path / "o")
    (edit,) = run("learn-edit", 1, next((tmp_path / "o").glob("*.edit.json")))["edits"]
    assert edit["kept"] and "what was proposed" in edit["message"]


def test_what_was_not_changed_is_no_rating(run: Run, project: Path, tmp_path: Path):
    data = run("export", 1, "--out", tmp_path / "o", "--daw", "reaper,dawproject")
    for tool in data["tools"]:
        (edit,) = run("learn-edit", 1, tool["file"])["edits"]
        assert "what was proposed" in edit["message"] and not edit["accepted"]
    assert by_hand(project) == []


def test_another_song_is_refused(refused: Callable[..., str], changed: Path):
    assert "Nothing in" in refused("learn-edit", 2, changed)


def test_an_audio_file_without_sound_is_told(refused: Callable[..., str], tmp_path: Path):
    (tmp_path / "cut.wav").touch()
    assert "empty" in refused("learn-edit", 1, tmp_path / "cut.wav")


def test_an_own_edit_that_is_replaced_is_told(run: Run, project: Path, changed: Path):
    run("learn-edit", 1, changed)
    text = changed.read_text(encoding="utf-8")
    at = next(line for line in text.split("\n") if line.strip().startswith("LENGTH"))
    shorter = f"      LENGTH {float(at.split()[1]) - 1.0}"
    changed.write_text(text.replace(at, shorter, 1), encoding="utf-8")
    (edit,) = run("learn-edit", 1, changed)["edits"]
    assert edit["accepted"] and "in the place of" in edit["message"]
    with Store.open(project, write=False) as store:
        (kept,) = store.settings.get(SETTING, {}).values()
    assert kept["came_from"] == changed.name and "rest of 2.0 s" in kept["left_out"][0]


@pytest.mark.parametrize("damaged", [5, {"1 x": 5}, {"1 x": {"proposed": {}, "changed": None}}])
def test_own_edits_that_are_none_are_passed_over(
    run: Run, project: Path, changed: Path, damaged: object
):
    with Store.open(project) as store:
        store.settings.set(SETTING, damaged)
        assert own_edits_kept(damaged) == {}
    assert run("learn-edit", 1, changed)["edits"][0]["accepted"]
    with Store.open(project, write=False) as store:
        kept = store.settings.get(SETTING, None)
    assert len(kept) == 1 and own_edits_kept(kept) == kept


def test_gains_and_fades_made_there_are_taken_over_and_the_exports_level_is_not(
    run: Run, project: Path, tmp_path: Path
):
    """The export was brought to a loudness by one gain: only what was changed after is a level."""
    arguments = ("--daw", "reaper", "--no-residues", "--loudness", "-20")
    data = run("export", 1, "--out", tmp_path / "out", *arguments)
    path = Path(data["tools"][0]["file"])
    items = path.read_text(encoding="utf-8").split("<ITEM")
    at = next(line for line in items[1].split("\n") if "VOLPAN" in line)
    gain = float(at.split()[1])
    assert gain != 1.0
    items[1] = items[1].replace(at, f"      VOLPAN {gain / 2} 0 1 -1")
    items[-1] = items[-1].replace("FADEOUT 1 0 ", "FADEOUT 1 1.5 ")
    length = next(line for line in items[1].split("\n") if line.strip().startswith("LENGTH"))
    items[1] = items[1].replace(length, f"      LENGTH {float(length.split()[1]) - 1.0}")
    path.write_text("<ITEM".join(items), encoding="utf-8")
    assert run("learn-edit", 1, path)["edits"][0]["accepted"]
    with Store.open(project, write=False) as store:
        (kept,) = store.settings.get(SETTING, {}).values()
    was, now = kept["proposed"]["gains_db"], kept["changed"]["gains_db"]
    assert now[0] == pytest.approx(was[0] - 6.02, abs=0.01)
    assert now[1:] == pytest.approx(was[1:], abs=0.001)
    assert kept["changed"]["fade_out"] == round(1.5 * kept["changed"]["sample_rate_hz"])


def test_only_gains_and_fades_are_kept_and_are_no_rating(run: Run, project: Path, tmp_path: Path):
    data = run("export", 1, "--out", tmp_path / "out", "--daw", "reaper", "--no-residues")
    path = Path(data["tools"][0]["file"])
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("FADEIN 1 0 ", "FADEIN 1 0.5 ", 1), encoding="utf-8")
    (edit,) = run("learn-edit", 1, path)["edits"]
    assert not edit["accepted"] and "no rating" in edit["message"] and by_hand(project) == []
    with Store.open(project, write=False) as store:
        (kept,) = store.settings.get(SETTING, {}).values()
    assert kept["changed"]["spans"] == kept["proposed"]["spans"]
    assert kept["changed"]["fade_in"] == round(0.5 * kept["changed"]["sample_rate_hz"])
