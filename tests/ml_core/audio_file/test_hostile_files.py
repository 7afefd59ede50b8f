"""Files that are too long, or mutilated, read by a process with little memory."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from ml_core.audio_file import write_atomic
from tests.faults.songs.mutants import MUTATED, mutant, mutants, read_limited
from tests.ml_core.audio_file.sound_material import save, sound
from tests.ml_core.audio_file.stream_material import (
    ID3_OF_NOTHING,
    ID3V1,
    encoded,
    flac_in_ogg,
    wav_of,
)

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


def joined(folder: Path, extension: str) -> bytes:
    """Two files in one, with tags around them."""
    two = [encoded(folder, extension, seed, 11.0, 8_000)[0] for seed in (1, 2)]
    return ID3_OF_NOTHING + b"".join(two) + ID3V1


@pytest.mark.parametrize("kind", ["ogg", "mp3", "flac", "wav", "oga", "mp3 in wav"])
def test_fault_37_mutants_of_streams_in_streams(tmp_path: Path, kind: str) -> None:
    if kind == "oga":
        data = flac_in_ogg(encoded(tmp_path, "flac", 1, 21.0, 8_000)[0])
    elif kind == "mp3 in wav":
        data = wav_of(encoded(tmp_path, "mp3", 1, 21.0, 8_000)[0], 0x55, 8_000)
    else:
        data = joined(tmp_path, kind)
    rng = np.random.default_rng(61)
    paths = []
    for k in range(16):
        # Where one stream meets the other as well as where the file begins.
        at = 0 if k % 2 else len(data) // 2 - 300
        paths.append(tmp_path / f"mutant_{k:02d}")
        paths[-1].write_bytes(data[:at] + mutant(data[at : at + 2_000], rng) + data[at + 2_000 :])
    lines = read_limited(paths)
    assert len(lines) == len(paths)
    assert {line.split()[0] for line in lines} <= {"song", "refused"}


@pytest.mark.parametrize(
    "data",
    [
        b"ID3\4\0\0\0\0\0\0" * 200_000,
        b"\xff\xfb\x90\0" * 500_000,
        (b"OggS\0\2" + bytes(20) + b"\x01\x07\x01vorbis") * 60_000,
        b"fLaC\x80\0\0\x22" * 250_000,
        b"RIFF\x04\0\0\0WAVE" * 200_000,
    ],
    ids=["tags", "frames", "pages", "FLAC", "RIFF"],
)
def test_files_made_to_look_like_many_are_refused_soon(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "many"
    path.write_bytes(data)
    (line,) = read_limited([path], mebibytes=768, seconds=20)
    assert line.startswith("refused many ")


def test_fault_39_a_long_file_needs_no_memory(tmp_path: Path) -> None:
    """Decoded at once it would take 440 MiB beside the libraries' 300; three hours are soaked."""
    n_samples = 3600 * 16_000
    path = save(tmp_path / "mix.wav", sound(10.0))
    with path.open("rb+") as file:  # the rest is a hole in the file: silence that takes no room
        header = bytearray(file.read(44))
        header[4:8] = (36 + 4 * n_samples).to_bytes(4, "little")
        header[40:44] = (4 * n_samples).to_bytes(4, "little")
        file.seek(0)
        file.write(header)
        file.truncate(44 + 4 * n_samples)
    assert read_limited([path], mebibytes=448) == [f"song {n_samples}"]


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
