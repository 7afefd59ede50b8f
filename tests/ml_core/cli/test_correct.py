"""`tastecut correct`: the same corrections as in the window, kept in the project."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest


def kept(lines: list[float], others: list[float]) -> float:
    return float((np.abs(np.subtract.outer(lines, others)).min(axis=1) < 0.04).mean())


def test_without_an_option_the_grid_is_shown_and_nothing_changes(run, project: Path) -> None:
    before = run("songs")
    shown = run("correct", "1")
    assert shown["corrections"] == {"steps": [], "confirmed": False}
    assert shown["has_beat"] and len(shown["beats_s"]) > 4 * len(shown["downbeats_s"]) - 4
    assert run("songs") == before
    assert set(shown["song"]) == set(before["songs"][0])


def test_double_shift_and_meter_are_kept_and_reset(run) -> None:
    found = run("correct", "1")
    doubled = run("correct", "1", "--double")
    assert doubled["tempo_bpm"] == pytest.approx(2 * found["tempo_bpm"], rel=0.02)
    assert kept(found["downbeats_s"], doubled["downbeats_s"]) == 1
    assert run("songs")["songs"][0]["tempo_bpm"] == doubled["tempo_bpm"]
    assert run("correct", "1")["beats_s"] == doubled["beats_s"]
    back = run("correct", "1", "--halve")
    assert back["beats_s"] == found["beats_s"] and back["downbeats_s"] == found["downbeats_s"]
    shifted = run("correct", "1", "--shift", "-1")
    assert kept(shifted["downbeats_s"], found["downbeats_s"]) == 0
    assert shifted["beats_s"] == found["beats_s"]
    other = run("correct", "1", "--meter", "3")
    assert other["meter"] == 3 and run("songs")["songs"][0]["meter"] == 3
    assert run("correct", "1", "--reset")["downbeats_s"] == found["downbeats_s"]


def test_taps_from_words_and_from_files(run, tmp_path: Path) -> None:
    found = run("correct", "1")
    middles = [(a + b) / 2 for a, b in pairwise(found["beats_s"][8:19])]
    words = ",".join(f"{time:.3f}" for time in middles)
    tapped = run("correct", "1", "--tap", words)
    assert kept(middles, tapped["beats_s"]) == 1
    lines, plain = tmp_path / "taps.txt", tmp_path / "taps.json"
    lines.write_text("\n".join(f"{time:.3f}" for time in middles))
    plain.write_text(json.dumps([round(time, 3) for time in middles]))
    for file in (lines, plain):
        assert run("correct", "1", "--tap", file)["beats_s"] == tapped["beats_s"]


def test_lines_are_moved_and_a_stretch_gets_its_own_meter(run, tmp_path: Path) -> None:
    found = run("correct", "1")["downbeats_s"]
    moved = run("correct", "1", "--move", f"{found[4]:.3f}={found[4] + 0.05:.3f}")
    by_s = np.subtract(moved["downbeats_s"][:10], found[:10])
    assert by_s[:4] == pytest.approx(0, abs=2e-3) and by_s[4:] == pytest.approx(0.05, abs=2e-3)
    alone = run("correct", "1", "--reset", "--move-one", f"{found[4]}={found[4] + 0.05}")
    by_s = np.subtract(alone["downbeats_s"][:10], found[:10])
    assert np.flatnonzero(np.abs(by_s) > 0.01).tolist() == [4]
    stretch = f"{found[2]:.3f}-{found[5]:.3f}"
    waltz = run("correct", "1", "--reset", "--stretch", stretch, "--stretch-meter", "3", "--fits")
    assert len(waltz["downbeats_s"]) > len(found) and kept(found[5:8], waltz["downbeats_s"]) == 1
    assert waltz["corrections"]["steps"][0][0] == "stretch"
    file = tmp_path / "kept.json"
    file.write_text(json.dumps(waltz))
    run("correct", "1", "--reset")
    again = run("correct", "1", "--from", file)
    assert again["downbeats_s"] == waltz["downbeats_s"]
    assert again["corrections"] == waltz["corrections"]


def test_edits_follow_the_corrected_bars(run, tmp_path: Path) -> None:
    found = run("correct", "1")["downbeats_s"]
    run("correct", "1", "--shift", "2")
    run("export", "1", "--out", tmp_path)
    (file,) = tmp_path.glob("*.edit.json")
    record = json.loads(file.read_text())
    for join in record["joins"]:
        assert min(abs(join["source_from_s"] - line) for line in found) > 0.2
    audit = run("audit", file)
    assert audit["edits"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("9",), "not among your songs"),
        (("1", "--double", "--halve"), "not allowed with"),
        (("1", "--meter", "9"), "invalid choice"),
        (("1", "--tap", "1,2,3"), "too few"),
        (("1", "--tap", "1,2,2,3"), "not in order"),
        (("1", "--tap", "[1,2,3,NaN]"), "no list of times"),
        (("1", "--tap", "1,2,3,4000"), "outside"),
        (("1", "--tap", "some words"), "no list of times"),
        (("1", "--tap", "1,9,17,25"), "can't be counted"),
        (("1", "--shift", "100000"), "can't be shifted"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(refused, run, options, words: str) -> None:
    before = run("songs")
    assert words in refused("correct", *options)
    assert run("songs") == before


def test_that_the_bars_fit_can_be_said(run) -> None:
    assert run("correct", "2", "--fits")["corrections"] == {"steps": [], "confirmed": True}
