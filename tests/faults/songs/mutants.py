"""Damaged copies of sound files, and a reader with little memory and time to try them on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from ml_core.audio_file import Cover, Tags, write_atomic
from tests.faults.command import ROOT
from tests.faults.hostile.hostile_pictures import encoded

MUTATED = ("wav", "flac", "mp3", "ogg", "opus", "aiff")


def read_limited(paths: list[Path], mebibytes: int = 1536, seconds: int = 60) -> list[str]:
    """What a process of so much address space says of each file.

    Raises:
        AssertionError: it crashed, hung or showed a traceback.
    """
    reader = [sys.executable, "-m", "tests.faults.songs.limited_reader"]
    done = subprocess.run(
        [*reader, str(mebibytes), str(seconds), *map(str, paths)],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    words = done.stderr.decode("utf-8", "replace")[-2000:]
    if done.returncode != 0 or "Traceback" in words or "Exception ignored" in words:
        raise AssertionError(f"ended with {done.returncode}: {words}")
    return done.stdout.decode("utf-8").splitlines()


def mutant(data: bytes, rng: np.random.Generator) -> bytes:
    """The file with some bytes changed, cut out, doubled or made extreme, mostly near its head."""
    changed = bytearray(data)
    for _ in range(int(rng.integers(1, 12))):
        reach = 200 if rng.random() < 0.7 else len(changed)
        at = int(rng.integers(0, min(reach, len(changed))))
        kind = rng.integers(0, 5)
        if kind == 0:
            changed[at] ^= 1 << int(rng.integers(0, 8))
        elif kind == 1:
            changed[at : at + 4] = bytes([int(rng.choice([0, 0x7F, 0xFF]))] * 4)
        elif kind == 2:
            del changed[at : at + int(rng.integers(1, 600))]
        elif kind == 3:
            changed[at:at] = changed[at : at + int(rng.integers(1, 600))]
        else:
            changed[at : at + 8] = rng.bytes(8)
        if not changed:
            return b"\0"
    return bytes(changed)


def mutants(folder: Path, extension: str, count: int, seed: int = 37) -> list[Path]:
    """So many mutants of a tagged song."""
    whole = folder / f"whole.{extension}"
    tags = Tags({"title": ("A title",)}, Cover(encoded("PNG", (40, 25)), "image/png"))
    rng = np.random.default_rng(0)
    t = np.arange(int(20.5 * 8_000)) / 8_000
    tone = 0.3 * np.sin(2 * np.pi * (300 * t + 40 * np.sin(t)))[:, None]
    audio = np.clip(tone + 0.05 * rng.standard_normal((len(t), 2)), -0.9, 0.9)
    write_atomic(whole, [audio.astype(np.float32)], 8_000, 2, extension, tags=tags)
    data, rng = whole.read_bytes(), np.random.default_rng(seed)
    paths = []
    for k in range(count):
        path = folder / f"mutant_{k:03d}.{extension}"
        path.write_bytes(mutant(data, rng))
        paths.append(path)
    return paths
