"""The whole cycle by command, as a person without a window drives it."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile

from ml_core.cli import main
from tests.ml_core.cli.conftest import Run, kept_s

N_PAIRS = 36
"""The first eight are equally long, as are half of the others: ties to a rater of lengths."""


def _fill(template: Path, shorter_wins: bool = True) -> None:
    """Answer every pair of a template by the length of its files."""
    with template.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        a = soundfile.info(template.parent / row["A"]).frames
        b = soundfile.info(template.parent / row["B"]).frames
        row["answer"] = "tie" if abs(a - b) < 0.05 * a else "A" if (a < b) == shorter_wins else "B"
        row["heard_a_s"] = "10"
    with template.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def test_a_whole_cycle_ends_in_edits_of_the_persons_taste(
    run: Run, not_done: Run, tmp_path: Path, short_songs: Path
) -> None:
    before = {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in short_songs.iterdir()}
    songs = run("songs")["songs"]
    assert [s["status"] for s in songs] == ["ready"] * 4

    pairs = run("propose", "--pairs", N_PAIRS, "--out", tmp_path / "pairs", "--seed", 1)["pairs"]
    assert len(pairs) == N_PAIRS
    assert len(list((tmp_path / "pairs").glob("pair_*_?.wav"))) == 2 * N_PAIRS
    for index, pair in enumerate(pairs):
        for side in "ab":
            frames = soundfile.info(tmp_path / "pairs" / f"pair_{index:03d}_{side}.wav")
            assert frames.duration == pytest.approx(kept_s(pair[side]), abs=1e-3)
    _fill(tmp_path / "pairs" / "feedback_template.csv")
    rated = run("rate", "--from", tmp_path / "pairs" / "feedback_template.csv")
    assert (rated["accepted"], rated["refused"]) == (N_PAIRS, [])
    again = not_done("rate", "--from", tmp_path / "pairs" / "feedback_template.csv")
    assert again["accepted"] == 0
    assert len(again["refused"]) == N_PAIRS

    ids = [song["id"] for song in songs]
    before_training = run("export", *ids, "--out", tmp_path / "base")
    trained = run("train", "--episodes", 100)
    assert trained["active"] == "base"
    best = trained["checkpoints"]["best"]
    assert set(trained["held_out_accuracy"]) >= {
        "ours", "always_shorter", "length_only", "network", "random"
    }  # fmt: skip

    taste = run("taste")
    assert taste["lengths"]["tighter"] > taste["lengths"]["fuller"]
    assert taste["counts"]["ratings"] == N_PAIRS
    length = next(d for d in taste["directions"] if d["feature"] == "log_duration")
    assert length["wish"] < 0
    assert length["sentence"] == "You like tighter edits"

    assert run("activate", best) == {"schema": 1, "active": best}
    after_training = run("export", *ids, "--out", tmp_path / "new")
    assert all(not row["reasons"] for row in before_training["why"])
    assert [row["file"] for row in after_training["why"]] == after_training["files"]
    told = [reason for row in after_training["why"] for reason in row["reasons"]]
    assert any(r["feature"] == "log_duration" and r["gain"] > 0 for r in told)
    base_s = sum(soundfile.info(file).duration for file in before_training["files"])
    new_s = sum(soundfile.info(file).duration for file in after_training["files"])
    assert new_s < base_s
    assert run("history")["active"] == best
    assert run("activate", "base")["active"] == "base"
    assert {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in short_songs.iterdir()} == before


def test_a_blind_comparison_is_silent_until_all_pairs_are_answered(
    run: Run, tmp_path: Path
) -> None:
    run("propose", "--pairs", 16, "--out", tmp_path / "pairs", "--seed", 2)
    _fill(tmp_path / "pairs" / "feedback_template.csv")
    run("rate", "--from", tmp_path / "pairs" / "feedback_template.csv")
    best = run("train", "--episodes", 60)["checkpoints"]["best"]

    first = run("compare", "--out", tmp_path / "check", "--blind", "--pairs", 12)
    assert (first["old"], first["new"]) == ("base", best)
    # All four songs were rated, or for rating when it was trained.
    assert not first["on_reserved_songs"] and len(first["learned_from"]) == 4
    assert first["verdict_is_on"] == "songs it has learned from"
    assert first["listener"]["verdict"] == "unfinished"
    assert first["pairs"] == []
    assert not list((tmp_path / "check").glob("*_old_policy.wav"))
    blind = (tmp_path / "check" / "blind" / "pairs.json").read_text()
    assert best not in blind
    assert "base" not in blind

    template = tmp_path / "check" / "blind" / "feedback_template.csv"
    _fill(template)
    assert run("rate", "--from", template)["accepted"] == 12
    done = run("compare", "--out", tmp_path / "check")
    assert list((tmp_path / "check").glob("*_old_policy.wav"))
    listener = done["listener"]
    assert listener["wins"] + listener["ties"] + listener["losses"] == listener["n"] == 12
    assert listener["wins"] > listener["losses"]
    assert listener["verdict"] in ("better", "no difference shown")
    stored = json.loads((tmp_path / "check" / "test_results.json").read_text())
    assert stored["listener"]["wins"] == listener["wins"]


def test_a_pair_that_was_asked_is_not_asked_again_by_accident(run: Run, tmp_path: Path) -> None:
    # Eight pairs in all: the first hidden repeat comes with the tenth.
    one = run("propose", "--pairs", 4, "--out", tmp_path / "one", "--seed", 5)["pairs"]
    two = run("propose", "--pairs", 4, "--out", tmp_path / "two", "--seed", 5)["pairs"]
    asked = [json.dumps([p["song"], sorted([p["a"], p["b"]])]) for p in one + two]
    assert len(set(asked)) == 8


def test_judge_answers_pairs_of_any_intervals(
    run: Run, refused: Callable[..., str], tmp_path: Path
) -> None:
    run("propose", "--pairs", 16, "--out", tmp_path / "pairs", "--seed", 3)
    _fill(tmp_path / "pairs" / "feedback_template.csv")
    run("rate", "--from", tmp_path / "pairs" / "feedback_template.csv")
    run("train", "--episodes", 20)
    song = run("songs")["songs"][0]["path"]
    short, long = [[0.0, 8.3], [20.2, 29.9]], [[0.0, 35.5]]
    file = tmp_path / "given.json"
    file.write_text(
        json.dumps([{"song": song, "a": short, "b": long}, {"song": song, "a": long, "b": short}])
    )
    answer = run("judge", "--pairs", file)
    assert answer["learned_from"] == [True, True]
    one, other = answer["judged"]
    assert one["p_a"] > one["p_b"]
    assert one["p_a"] == pytest.approx(other["p_b"])
    assert sum(one.values()) == pytest.approx(1.0)
    for wrong, reason in (
        ([[20.0, 10.0]], "ends before it begins"),
        ([[-1.0, 10.0]], "begins before the song"),
        ([[0.0, 55.0]], "ends after the song"),
        ([[0.0, 8.0], [70.0, 80.0]], "ends after the song"),
    ):
        file.write_text(json.dumps([{"song": song, "a": short, "b": wrong}]))
        assert reason in refused("judge", "--pairs", file)


def test_a_taste_of_another_version_is_used_in_part_until_it_is_learned_again(
    run: Run,
    project: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run("propose", "--pairs", 16, "--out", tmp_path / "pairs", "--seed", 2)
    _fill(tmp_path / "pairs" / "feedback_template.csv")
    run("rate", "--from", tmp_path / "pairs" / "feedback_template.csv")
    with monkeypatch.context() as older:
        older.setattr("ml_core.training.checkpoint.FEATURES_VERSION", "1")
        old = run("train", "--episodes", 60)["checkpoints"]["best"]
        run("activate", old)

    def told(*arguments: str | Path) -> str:
        assert main([*map(str, arguments), "--project", str(project), "--json"]) == 0
        return capsys.readouterr().err

    song = str(run("songs")["songs"][0]["id"])
    for arguments in (
        ("propose", "--pairs", "4", "--out", tmp_path / "more"),
        ("export", song, "--out", tmp_path / "edits"),
    ):
        assert "another version" in told(*arguments)
    new = run("train", "--episodes", 60)["checkpoints"]["best"]
    assert "another version" in told("compare", "--out", tmp_path / "check", "--pairs", "6")
    assert run("activate", new)["active"] == new
    assert run("export", song, "--out", tmp_path / "edits")["failed"] == []
    # What is not in use any more is no fault of the project.
    checks = {check["name"]: check["ok"] for check in run("doctor")["checks"]}
    assert checks["models"]
    assert main(["activate", old, "--project", str(project)]) == 2
    assert "another version" in capsys.readouterr().err
