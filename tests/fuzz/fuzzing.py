"""Runs one reader on mutants, in a child that is begun anew where one of them ends it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.readers import READERS

HERE = Path(__file__).resolve().parent
_START_S = 60.0  # What a child takes to import and prepare, at most.


@dataclass
class Told:
    """What came of the mutants of one reader."""

    n_mutants: int = 0
    n_read: int = 0
    n_refused: int = 0
    faults: list[str] = field(default_factory=list)


def fuzz(
    name: str,
    folder: Path,
    seconds: float,
    seed: int,
    count: int = 1 << 30,
    keep: Path | None = None,
) -> Told:
    """Read mutants until the time is over, or so many.

    Args:
        name: of the reader.
        folder: an empty one.
        keep: where mutants that were faults are copied to.
    """
    corpus = folder / "corpus"
    corpus.mkdir()
    (folder / "valid").write_bytes(READERS[name].valid(corpus))
    told = Told()
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s and told.n_mutants < count:
        left_s = until_s - time.monotonic()
        _run(name, folder, seed, told, count - told.n_mutants, left_s, keep)
    return told


def _run(
    name: str, folder: Path, seed: int, told: Told, count: int, seconds: float, keep: Path | None
) -> None:
    arguments = [name, folder, seed, told.n_mutants, count, seconds]
    child = subprocess.Popen(
        [sys.executable, str(HERE / "child.py"), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    try:
        out, err = child.communicate(timeout=seconds + _START_S)
    except subprocess.TimeoutExpired:
        child.kill()
        out, err = child.communicate()
    number, is_open, before = 0, False, told.n_mutants
    for line in out.splitlines():
        word, _, rest = line.partition(" ")
        if word == "begin":
            number, is_open = int(rest), True
            told.n_mutants += 1
            continue
        is_open = False
        told.n_read += word == "read"
        told.n_refused += word == "refused"
        if word not in ("read", "refused"):
            told.faults.append(f"{name} {number} of seed {seed}: {rest}")
            _keep(name, number, folder, keep)
    if is_open:
        ended = f"ended by signal {-child.returncode}" if child.returncode < 0 else "ended"
        told.faults.append(f"{name} {number} of seed {seed}: {ended} {err[-300:]!r}")
        _keep(name, number, folder, keep)
    elif child.returncode != 0 or told.n_mutants == before:
        raise RuntimeError(f"the child of {name} failed: {err[-2000:]}")


def _keep(name: str, number: int, folder: Path, keep: Path | None) -> None:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        for mutant in folder.glob("mutant*"):
            shutil.copy(mutant, keep / f"{name}-{number}-or-later{mutant.suffix}")
