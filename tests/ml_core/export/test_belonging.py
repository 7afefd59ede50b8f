"""Whether an exported edit is there whole, with all that was written beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml_core.audio_file import WRITE_FORMATS, write_atomic
from ml_core.export.belonging import is_whole

RATE_HZ = 48000
N_SAMPLES = 8 * RATE_HZ
FORMATS = [name for name in WRITE_FORMATS if name in ("wav", "flac", "aiff", "mp3", "ogg", "opus")]


def written(folder: Path, file_format: str, n: int = N_SAMPLES) -> Path:
    """Eight seconds of noise and tone, so that no part of the file is empty."""
    rng = np.random.default_rng(1)
    tone = np.sin(2 * np.pi * 220 * np.arange(n) / RATE_HZ)
    sound = (0.2 * tone + 0.05 * rng.standard_normal(n)).astype(np.float32)[:, None]
    file = folder / f"edit{WRITE_FORMATS[file_format].extension}"
    write_atomic(file, [sound], RATE_HZ, 1, file_format)
    return file


def record(**more: Any) -> dict[str, Any]:
    kept = [[0, N_SAMPLES // 2], [N_SAMPLES, N_SAMPLES + N_SAMPLES // 2]]
    return {"sample_rate_hz": RATE_HZ, "kept_samples": kept, **more}


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_file_that_was_cut_is_not_whole(tmp_path: Path, file_format: str) -> None:
    file = written(tmp_path, file_format)
    assert is_whole(file, record())
    data = file.read_bytes()
    for share in (0.9, 0.5, 0.01, 0.0):
        file.write_bytes(data[: int(share * len(data))])
        assert not is_whole(file, record()), share


@pytest.mark.parametrize("file_format", ["wav", "flac", "mp3"])
def test_a_file_of_another_length_is_not_the_one_that_the_record_is_of(
    tmp_path: Path, file_format: str
) -> None:
    file = written(tmp_path, file_format, N_SAMPLES + RATE_HZ)
    assert not is_whole(file, record())
    assert is_whole(file, record(out_samples=N_SAMPLES + RATE_HZ))


def test_what_a_person_changed_in_the_record_says_nothing_of_the_file(tmp_path: Path) -> None:
    made = record(proposed_samples=record()["kept_samples"])
    made["kept_samples"] = [[0, RATE_HZ]]
    assert is_whole(written(tmp_path, "wav"), made)


def test_what_was_written_beside_it_must_be_there(tmp_path: Path) -> None:
    file = written(tmp_path, "wav")
    folder = tmp_path / "edit (joins)"
    folder.mkdir()
    (tmp_path / "edit (drums).wav").write_bytes(b"sound")
    (folder / "1.wav").write_bytes(b"sound")
    beside = ["edit (drums).wav", "edit (joins)/1.wav"]
    assert is_whole(file, record(beside=beside))
    (folder / "1.wav").write_bytes(b"")
    assert not is_whole(file, record(beside=beside))
    (folder / "1.wav").unlink()
    assert not is_whole(file, record(beside=beside))


@pytest.mark.parametrize(
    "odd",
    [
        {"beside": "edit.wav"},
        {"beside": [None]},
        {"beside": [""]},
        {"beside": ["../edit.wav"]},
        {"beside": ["a/b/c.wav"]},
        {"beside": ["edit.wav\0"]},
        {"kept_samples": [[0, 10**400]]},
        {"kept_samples": [1, 2]},
        {"kept_samples": None},
        {"sample_rate_hz": 0},
        {"sample_rate_hz": "x"},
        {"out_samples": float("inf")},
    ],
)
def test_no_odd_record_is_more_than_not_whole(tmp_path: Path, odd: dict[str, Any]) -> None:
    file = written(tmp_path, "wav")
    assert not is_whole(file, {**record(), **odd})
    assert not is_whole(file, {**record(), "beside": [str(file)]}), "an absolute path"
    assert is_whole(file, json.loads(json.dumps(record())))
