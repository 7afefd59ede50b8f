"""A song with a hidden track, from the file to the audit, by the command alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ml_core.cli import main
from ml_core.demo_songs.pieces import synthesize_test_song
from tests.made_once import made_once
from tests.ml_core.cli.conftest import Run

SILENT_S = (24.0, 64.0)


@pytest.fixture(scope="module")
def filled_project(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """A project with one song: 24 s of music, 40 s of silence, 20 s of other music."""

    def make(folder: Path) -> None:
        first, rate, _ = synthesize_test_song(24.0, 120, 4, seed=0)
        hidden, _, _ = synthesize_test_song(20.0, 100, 4, seed=1)
        n_silent = round((SILENT_S[1] - len(first) / rate) * rate)
        silence = np.zeros((n_silent, *first.shape[1:]), first.dtype)
        soundfile.write(folder / "hidden.flac", np.concatenate([first, silence, hidden]), rate)
        project = str(folder / "filled")
        assert main(["add", str(folder / "hidden.flac"), "--project", project, "--json"]) == 0

    return made_once("song with a hidden track", make, tmp_path_factory, pytestconfig) / "filled"


def silent_s(record: Path) -> float:
    """Seconds of the silence that an exported edit keeps."""
    data = json.loads(record.read_text())
    rate = data["sample_rate_hz"]
    overlaps = (
        min(end / rate, SILENT_S[1]) - max(start / rate, SILENT_S[0])
        for start, end in data["kept_samples"]
    )
    return sum(max(0.0, overlap) for overlap in overlaps)


def test_fault_58_nothing_of_a_hidden_tracks_silence_is_exported_or_proposed(
    run: Run, tmp_path: Path
) -> None:
    for seed in range(3):
        out = tmp_path / f"out{seed}"
        file = run("export", 1, "--out", out, "--seed", seed, "--keep", "0.5-1")["files"][0]
        assert silent_s(Path(file).with_suffix(".edit.json")) < 1.0
    run("propose", "--pairs", 3, "--out", tmp_path / "pairs")
    pairs = json.loads((tmp_path / "pairs" / "pairs.json").read_text())["pairs"]
    for kept in [pair[side] for pair in pairs for side in "ab"]:
        overlaps = (min(b, SILENT_S[1]) - max(a, SILENT_S[0]) for a, b in kept)
        assert sum(max(0.0, overlap) for overlap in overlaps) < 1.0


def test_fault_58_more_than_its_music_is_refused_by_name(
    refused: Callable[..., str], tmp_path: Path
) -> None:
    words = refused("export", 1, "--out", tmp_path / "out", "--duration", "70")
    assert "hidden.flac has 0:4" in words and "of music" in words and "1:10" in words


def test_fault_58_the_audit_says_how_much_silence_was_locked_in(
    run: Run, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = run("export", 1, "--out", tmp_path / "out", "--lock", "30-40")["files"][0]
    record = Path(file).with_suffix(".edit.json")
    data = run("audit", record)
    kept_s = data["edits"][0]["kept_silence_s"]
    assert 10.0 <= kept_s <= 15.0
    assert data["summary"]["kept_silence_s"] == kept_s
    assert (
        sum(join["silent"] for join in data["edits"][0]["joins"])
        == (data["summary"]["n_silent_joins"])
    )
    assert main(["--project", str(project), "audit", str(record)]) == 0
    assert "of silence that is no music" in capsys.readouterr().out
