"""Files that are too long, or mutilated, read by a process with little memory."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from ml_core.audio_file import write_atomic
from tests.faults.songs.mutants import MUTATED, mutants, read_limited
from tests.ml_core.audio_file.sound_material import save, sound

pytestmark = pytest.mark.skipif(os.name != "posix", reason="limits on memory are POSIX")


@pytest.mark.parametrize("extension", MUTATED)
def test_fault_37_mutants_are_read_or_refused(tmp_path: Path, extension: str) -> None:
    paths = mutants(tmp_path, extension, 25)
    lines = read_limited(paths)
    assert len(lines) == len(paths)
    assert {line.split()[0] for line in lines} <= {"song", "refused"}


@pytest.mark.soak
@pytest.mark.parametrize("extension", MUTATED)
def test_fault_37_two_hundred_mutants(tmp_path: Path, extension: str) -> None:
    paths = mutants(tmp_path, extension, 200)
    lines = read_limited(paths)
    assert len(lines) == len(paths)
    assert {line.split()[0] for line in lines} <= {"song", "refused"}


def test_fault_39_three_hours_need_no_memory(tmp_path: Path) -> None:
    """Decoded at once they would take 1.4 GB as float32; 512 MiB of address space are plenty."""
    n_samples = 3 * 3600 * 16_000
    path = save(tmp_path / "mix.wav", sound(10.0))
    with path.open("rb+") as file:  # the rest is a hole in the file: silence that takes no room
        header = bytearray(file.read(44))
        header[4:8] = (36 + 4 * n_samples).to_bytes(4, "little")
        header[40:44] = (4 * n_samples).to_bytes(4, "little")
        file.seek(0)
        file.write(header)
        file.truncate(44 + 4 * n_samples)
    assert read_limited([path], mebibytes=512) == [f"song {n_samples}"]


@pytest.mark.soak
def test_fault_39_three_hours_of_flac(tmp_path: Path) -> None:
    block = np.full((441_000, 2), 0.25, np.float32)
    block[::1_000] = -0.25
    path = tmp_path / "mix.flac"
    write_atomic(path, (block for _ in range(1_080)), 44_100, 2, "flac")
    assert read_limited([path], mebibytes=512) == [f"song {1_080 * len(block)}"]


def test_a_header_that_promises_the_moon_takes_no_memory(tmp_path: Path) -> None:
    """A FLAC header may promise 2^36 samples of eight channels."""
    data = bytearray(save(tmp_path / "song.flac", sound()).read_bytes())
    data[21] |= 0x0F
    data[22:26] = b"\xff" * 4
    (tmp_path / "song.flac").write_bytes(data)
    assert read_limited([tmp_path / "song.flac"], mebibytes=512) == [f"song {21 * 16_000}"]
