"""`export --exact`: the file lasts what was asked for, and says what was stretched for it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile

from tests.ml_core.cli.conftest import Run


@pytest.mark.parametrize(("exact_s", "file_format"), [(22.22, "wav"), (28.1, "opus")])
def test_files_last_the_length_and_say_what_was_stretched(
    run: Run, tmp_path: Path, exact_s: float, file_format: str
) -> None:
    data = run(
        "export", 1, 2, 3, "--out", tmp_path, "--duration", exact_s, "--exact",
        "--format", file_format,
    )  # fmt: skip
    assert len(data["files"]) + len(data["failed"]) == 3 and data["files"]
    assert all(one["nearest_s"] for one in data["failed"])
    for file in map(Path, data["files"]):
        info = soundfile.info(str(file))
        assert abs(info.frames / info.samplerate - exact_s) <= 0.01
        record = json.loads(file.with_name(file.stem + ".edit.json").read_text())
        kept_s = sum(b - a for a, b in record["kept_samples"]) / record["sample_rate_hz"]
        assert abs(kept_s * record["stretch"] - exact_s) <= 0.01
        assert abs(record["stretch"] - 1.0) <= 0.02
        said = [note for note in data["notes"] if note["file"] == str(file)]
        assert bool(said) == (record["stretch"] != 1.0)
        report = run("audit", file.with_name(file.stem + ".edit.json"))["edits"][0]
        assert abs(report["duration_s"] - exact_s) <= 0.01
        for heard, written in zip(report["joins"], record["joins"], strict=True):
            assert heard["out_s"] == pytest.approx(written["out_s"], abs=1e-3)


def test_a_stretched_file_is_known_as_an_edit(
    run: Run, refused: Callable[..., str], tmp_path: Path
) -> None:
    run("export", 1, "--out", tmp_path, "--duration", 22.22, "--exact")
    assert "Only edits that Tastecut made" in refused("add", tmp_path)


def test_exact_needs_a_length(refused: Callable[..., str], tmp_path: Path) -> None:
    assert "--duration" in refused("export", 1, "--out", tmp_path, "--exact")


def test_a_missing_package_is_named(
    refused: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "python_stretch", None)
    told = refused("export", 1, "--out", tmp_path, "--exact", "--duration", "20")
    assert "python-stretch" in told and "tastecut[exact]" in told


def test_a_length_out_of_reach_names_the_nearest(
    refused: Callable[..., str], tmp_path: Path
) -> None:
    told = refused("export", 1, "--out", tmp_path, "--exact", "--duration", "9", "--lock", "2-36")
    assert "exactly" in told and "the nearest is" in told


def test_a_record_with_a_stretch_that_no_edit_has_is_refused(
    run: Run, refused: Callable[..., str], tmp_path: Path
) -> None:
    file = Path(run("export", 1, "--out", tmp_path)["files"][0])
    path = file.with_name(file.stem + ".edit.json")
    record = json.loads(path.read_text())
    for stretch in ("1.0", 3, None, [1], True, -1):
        path.write_text(json.dumps({**record, "stretch": stretch}))
        assert path.name in refused("audit", path)
