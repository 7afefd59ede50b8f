"""Single verbs: what they print, and the one sentence for each mistake."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from ml_core.cli import main
from ml_core.cli.export.auditing import joins_line
from ml_core.domain.edits import Brief
from ml_core.domain.requests import Delivered, DeliverRequest
from ml_core.errors import NotSavedError
from ml_core.pipeline.exporting import deliver_song
from ml_core.progress import Progress
from ml_core.store import Store
from ml_core.store.sqlite import database
from tests.ml_core.cli.conftest import Run, kept_s


def test_add_lists_what_failed_and_keeps_the_rest(
    tmp_path: Path, short_songs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text.wav").write_text("not audio")
    soundfile.write(tmp_path / "tiny.wav", np.zeros((4410, 1)), 44100)
    paths = [tmp_path / "text.wav", tmp_path / "tiny.wav", short_songs / "song 0.flac"]
    code = main(["add", *map(str, paths), "--project", str(tmp_path / "p"), "--json"])
    out, err = capsys.readouterr()
    songs = json.loads(out)["songs"]
    assert (code, err) == (0, "")
    assert [s["status"] for s in songs] == ["failed", "failed", "ready"]
    assert "text.wav" in songs[0]["message"]
    assert "tiny.wav" in songs[1]["message"]
    assert songs[2]["id"] == 1
    assert songs[0].keys() == songs[2].keys()


def test_fault_62_what_tastecut_wrote_is_passed_over_unless_it_is_named(
    run: Run,
    project: Path,
    short_songs: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    music = tmp_path / "music"
    run("propose", "--pairs", 1, "--out", music / "pairs", "--seed", 1)
    (edit,) = run("export", "1", "--out", music, "--format", "mp3", "--seed", 1)["files"]
    copy = music / "my copy.mp3"
    shutil.copy(edit, copy)
    known = len(run("songs")["songs"])
    assert main(["add", str(music), "--project", str(project)]) == 2
    assert "Only edits that Tastecut made were found" in capsys.readouterr().err
    shutil.copy(short_songs / "song 0.flac", music)
    said = run("add", music)
    assert [row["title"] for row in said["songs"]] == ["song 0"]
    pairs = [music / "pairs" / f"pair_000_{side}.wav" for side in "ab"]
    assert sorted(said["passed_over"]) == sorted(map(str, [edit, copy, *pairs]))
    assert len(run("songs")["songs"]) == known
    assert main(["add", str(music), "--project", str(project)]) == 0
    assert "4 edits that Tastecut made were passed over." in capsys.readouterr().out
    said = run("add", copy)
    assert (said["songs"][0]["path"], said["passed_over"]) == (str(copy), [])


def test_json_may_stand_before_or_after_the_verb(
    filled_project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (
        ["--json", "--project", str(filled_project), "songs"],
        ["songs", "--json", "--project", str(filled_project)],
        ["--json", "songs", "--project", str(filled_project)],
    ):
        assert main(arguments) == 0
        assert len(json.loads(capsys.readouterr().out)["songs"]) == 4


def test_analyse_needs_no_project(
    short_songs: Path, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["analyse", str(short_songs / "song 0.flac"), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["tempo_bpm"] == pytest.approx(120, rel=0.02)
    assert data["meter"] == 4
    assert set(data["downbeats_s"]) <= set(data["beats_s"])
    assert data["sections"][0]["start_s"] <= data["sections"][-1]["end_s"] <= data["duration_s"]
    assert not (own_home / "project").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["frob"], "frob"),
        (["export", "1"], "--out"),
        (["propose", "--pairs", "0", "--out", "x"], "whole number"),
        (["activate", "nothing"], "nothing"),
        (["train"], "Rate some pairs"),
        (["compare", "--out", "x"], "train first"),
        (["judge", "--pairs", "missing.json"], "missing.json"),
        (["rate", "--from", "missing.csv"], "missing.csv"),
        (["restore", "missing.sqlite3"], "missing.sqlite3"),
        (["add", "no/such/song.wav"], "song.wav"),
        (["export", "99", "--out", "x"], "99"),
        (["export", "1", "--out", "x", "--daw", "reaper,cubase"], "cubase"),
        (["export", "1", "--out", "x", "--daw", "cue", "--format", "flac"], "WAV"),
        (["export", "1", "--out", "x", "--format", "mp3", "--depth", "16"], "no depth"),
        (["export", "1", "--out", "x", "--keep", "0.9-0.1"], "0.9-0.1"),
        (["export", "1", "--out", "x", "--duration", "9:00"], "9:00"),
        (["audit", "missing.edit.json"], "missing.edit.json"),
        (["simulate", "--rater", "x.py:R", "--songs", ".", "--held-out", "."], "x.py:R"),
    ],
)
def test_each_mistake_gets_one_sentence(
    refused: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    if arguments[0] == "add":
        # Named files that fail are listed, not refused.
        return
    assert words in refused(*arguments)


def test_the_command_as_a_process_leaves_no_traceback(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ml_core.cli", "export", "7", "--out", "x", "--project", "p"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1


def test_export_keeps_every_hard_limit(run: Run, tmp_path: Path) -> None:
    data = run(
        "export", 1, 2, "--out", tmp_path / "out", "--format", "flac", "--duration", "20",
        "--lock", "10-12", "--forbid", "30-34",
    )  # fmt: skip
    assert len(data["files"]) == 2
    for file in data["files"]:
        # Within half a bar of 2.4 s.
        assert soundfile.info(file).duration == pytest.approx(20, abs=1.2 + 0.05)
        record = json.loads(Path(file).with_suffix(".edit.json").read_text())
        rate = record["sample_rate_hz"]
        kept = [[start / rate, end / rate] for start, end in record["kept_samples"]]
        assert kept_s(kept) == pytest.approx(soundfile.info(file).duration, abs=1 / rate)
        assert any(start <= 10 and end >= 12 for start, end in kept)
        assert all(end <= 30 or start >= 34 for start, end in kept)
        assert len(record["joins"]) == len(kept) - 1


def test_a_length_that_no_edit_has_is_refused_with_the_nearest(
    run: Run, not_done: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    wish = ("export", 1, "--out", tmp_path / "out", "--lock", "2-28", "--duration", "12")
    (failed,) = not_done(*wish)["failed"]
    assert failed["nearest_s"] and min(failed["nearest_s"]) >= 26
    assert f"{failed['nearest_s'][0]:.1f} s" in failed["message"] and "unlock" in failed["message"]
    assert not (tmp_path / "out").exists()
    asked_again = ("export", 1, "--out", tmp_path / "out", "--lock", "2-28")
    data = run(*asked_again, "--duration", failed["nearest_s"][0])
    assert soundfile.info(data["files"][0]).duration == pytest.approx(
        failed["nearest_s"][0], abs=1.2
    )


def test_alternatives_are_files_of_their_own_and_keep_the_rules(run: Run, tmp_path: Path) -> None:
    data = run(
        "export", 1, "--out", tmp_path / "out", "--alternatives", 3, "--shortest-piece", 2,
        "--longest-piece", 6,
    )  # fmt: skip
    assert len(data["files"]) == len(set(data["files"])) == len(data["why"]) == 3
    kept = [json.loads(Path(f).with_suffix(".edit.json").read_text()) for f in data["files"]]
    assert len({str(record["kept_samples"]) for record in kept}) == 3
    for record in kept:
        bars = [
            (end - start) / record["sample_rate_hz"] / 2.4 for start, end in record["kept_samples"]
        ]
        assert all(1.4 < n < 6.6 for n in bars), bars


def test_a_join_that_is_ruled_out_is_found_by_its_record(run: Run, tmp_path: Path) -> None:
    first = run("export", 1, "--out", tmp_path / "a")["files"][0]
    joins = json.loads(Path(first).with_suffix(".edit.json").read_text())["joins"]
    never = [
        text
        for join in joins
        for text in ("--never-join", f"{join['source_from_s']}-{join['source_to_s']}")
    ]
    assert never
    other = run("export", 1, "--out", tmp_path / "b", *never)["files"][0]
    for join in json.loads(Path(other).with_suffix(".edit.json").read_text())["joins"]:
        for ruled in joins:
            gaps = [abs(join[k] - ruled[k]) for k in ("source_from_s", "source_to_s")]
            assert max(gaps) > 0.5


def test_cut_least_leaves_out_little_but_what_is_forbidden(run: Run, tmp_path: Path) -> None:
    data = run("export", 1, "--out", tmp_path / "out", "--cut-least", "--forbid", "14-15")
    record = json.loads(Path(data["files"][0]).with_suffix(".edit.json").read_text())
    kept = [
        [a / record["sample_rate_hz"], b / record["sample_rate_hz"]]
        for a, b in record["kept_samples"]
    ]
    assert all(end <= 14 or start >= 15 for start, end in kept)
    assert kept[0][0] == 0.0 and kept_s(kept) > 20


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--shortest-piece", "4", "--longest-piece", "2"), "4 bars or more"),
        (("--cut-least",), "nothing is"),
        (("--cut-least", "--forbid", "3-4", "--duration", "20"), "no length"),
        (("--never-join", "x"), "two times"),
        (("--forbid", "0-600"), "forbidden"),
        (("--duration", "0"), "0:00"),
    ],
)
def test_rules_that_can_not_be_are_one_sentence(
    refused: Callable[..., str], tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    assert words in refused("export", 1, "--out", tmp_path / "out", *options)


def test_what_is_changed_during_an_export_changes_none_of_its_edits(
    run: Run, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def deliver(request: DeliverRequest, progress: Progress) -> list[Delivered]:
        asked.append(request)
        with Store.open(project) as store:  # As the window does.
            store.settings.set_brief(Brief("Short", 5.0, 15.0))
        return deliver_song(request, progress)

    monkeypatch.setattr("ml_core.pipeline.exporting.deliver_song", deliver)
    run("export", "1", "2", "--out", tmp_path / "out")
    first, second = asked
    assert first.song.limits == second.song.limits


def test_one_song_that_fails_does_not_stop_the_export(run: Run, tmp_path: Path) -> None:
    data = run("export", 1, 99, "--out", tmp_path / "out")
    assert len(data["files"]) == 1
    assert "99" in data["failed"][0]["message"]


def test_audit_says_how_much_each_join_stands_out(run: Run, tmp_path: Path) -> None:
    file = run("export", 1, "--out", tmp_path / "out", "--duration", "20")["files"][0]
    data = run("audit", Path(file).with_suffix(".edit.json"))
    record = json.loads(Path(file).with_suffix(".edit.json").read_text())
    assert len(data["edits"][0]["joins"]) == len(record["joins"])
    assert data["summary"]["n_joins"] == len(record["joins"])


@pytest.mark.parametrize(
    ("n_joins", "share", "words"),
    [
        (1, 0.0, "The join does not stand out; of the songs' own bar lines 9 % do."),
        (1, 1.0, "The join stands out; of the songs' own bar lines 9 % do."),
        (3, 0.0, "None of the 3 joins stands out; of the songs' own bar lines 9 % do."),
        (3, 1 / 3, "1 of 3 joins stands out (33 %); of the songs' own bar lines 9 % do."),
        (40, 0.1, "4 of 40 joins stand out (10 %); of the songs' own bar lines 9 % do."),
    ],
)
def test_audit_s_last_line_reads_well(n_joins: int, share: float, words: str) -> None:
    assert joins_line(n_joins, share, 0.09) == words


def test_backup_and_restore_bring_the_ratings_back(run: Run, tmp_path: Path, project: Path) -> None:
    run("propose", "--pairs", 2, "--out", tmp_path / "pairs")
    filled = tmp_path / "filled.json"
    pairs = json.loads((tmp_path / "pairs" / "pairs.json").read_text())["pairs"]
    ids = [pair["id"] for pair in pairs]
    filled.write_text(json.dumps([{**pairs[0], "answer": "A"}]))
    assert run("rate", "--from", filled)["accepted"] == 1
    copy = run("backup", tmp_path / "copy.sqlite3")["file"]
    filled.write_text(json.dumps([{**pairs[1], "answer": "B"}]))
    assert run("rate", "--from", filled)["accepted"] == 1
    run("restore", copy)
    run("rate", "--to", tmp_path / "out.json")
    kept = json.loads((tmp_path / "out.json").read_text())["preferences"]
    assert [(p["pair"], p["answer"]) for p in kept] == [(ids[0], "A")]


def test_doctor_finds_nothing_wrong_with_a_new_project(run: Run) -> None:
    checks = {check["name"]: check for check in run("doctor")["checks"]}
    assert all(check["ok"] for name, check in checks.items() if name != "sound")


@pytest.mark.parametrize(
    "options",
    [
        ("--leave-out", "1", "2", "9"),
        ("--keep-aside", "1", "9", "2"),
        ("--rate", "1", "2", "9"),
        ("--remove", "1", "2", "9"),
    ],
)
def test_several_songs_are_changed_all_or_none(run: Run, refused, options) -> None:
    before = run("songs")["songs"]
    refused("songs", *options)
    assert run("songs")["songs"] == before


@pytest.mark.parametrize("option", ["--remove", "--leave-out", "--keep-aside", "--rate"])
def test_a_disk_that_refuses_the_second_song_changes_none(
    run: Run,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    option: str,
) -> None:
    before = run("songs")["songs"]
    opened = Store.open
    full = NotSavedError("The disk is full.", "Make room.")

    def refusing(*arguments: Any, **options: Any) -> Store:
        store = opened(*arguments, **options)
        for what in ("INSERT ON song_uses WHEN NEW.song_id", "UPDATE ON songs WHEN NEW.id"):
            store._database.connection.execute(
                f"CREATE TEMP TRIGGER refuse_{what[:6]} BEFORE {what} = 2 "
                "BEGIN SELECT RAISE(ABORT, 'refused'); END"
            )
        return store

    named = [option, "1", "2", "3"]
    with monkeypatch.context() as patch:
        patch.setattr(Store, "open", refusing)
        patch.setattr(database, "not_saved", lambda *_: full)
        assert main(["songs", "--project", str(project), *named]) == 2
    assert capsys.readouterr().err == "tastecut: The disk is full. Make room.\n"
    assert run("songs")["songs"] == before
    assert run("songs", *named)["songs"] != before or option == "--rate"


def test_songs_added_together_are_added_all_or_none(
    tmp_path: Path,
    short_songs: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    opened, project = Store.open, ["--project", str(tmp_path / "p"), "--json"]
    full = NotSavedError("The disk is full.", "Make room.")

    def refusing(*arguments: Any, **options: Any) -> Store:
        store = opened(*arguments, **options)
        store._database.connection.execute(
            "CREATE TEMP TRIGGER refuse BEFORE INSERT ON songs WHEN (SELECT count(*) FROM songs) "
            "= 1 BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )
        return store

    with monkeypatch.context() as patch:
        patch.setattr(Store, "open", refusing)
        patch.setattr(database, "not_saved", lambda *_: full)
        assert main(["add", str(short_songs), *project]) == 2
    capsys.readouterr()
    assert main(["songs", *project]) == 0
    assert json.loads(capsys.readouterr().out)["songs"] == []
