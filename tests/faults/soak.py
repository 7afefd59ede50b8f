"""A day at the window, compressed: `python -m tests.faults.soak [--minutes M] [--json FILE]`.

Thousands of ratings, pairs that are heard and answered by the window's own actions, undo, playing,
places shown, training, and windows closed and opened anew. Memory, open files, threads, lanes and
the sizes of the store are measured all the while; ends with 1 if one of them goes on growing.
`--minutes 480` is the whole day.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from tests.faults.requiring import require
from tests.faults.studio import open_studio
from tests.faults.verdicts import Verdict
from tests.faults.window import measuring
from tests.faults.window.driver import Driver
from tests.faults.window.measuring import Reading

PLACES = ("songs", "taste", "compare", "export", "rate")
HEARD_A_ROUND, BURST = 4, 150
ROUNDS_A_TRAINING = 6
# Caches fill and libraries are loaded meanwhile.
WARM_UP_SHARE = 0.4


@dataclass(frozen=True)
class Bound:
    """How much something may grow.

    Attributes:
        per: what growth is counted by: a thousand ratings, or nothing (over the whole run).
    """

    name: str
    most: float
    per: str
    words: str


BOUNDS = (
    Bound("window_mb", 12.0, "ratings", "MB of the window for 1,000 ratings"),
    Bound("workers_mb", 60.0, "run", "MB of the workers"),
    Bound("handles", 6.0, "run", "open files"),
    Bound("threads", 4.0, "run", "threads"),
    Bound("lanes", 8.0, "run", "lanes mapped"),
    Bound("lane_files", 40.0, "run", "files of lanes"),
    Bound("database_kb", 4_000.0, "ratings", "KB of the database for 1,000 ratings"),
    Bound("journal_kb", 4_000.0, "ratings", "KB of the journal for 1,000 ratings"),
)


def growth(readings: Sequence[Reading], bound: Bound) -> float:
    """By how much something grows, as a line through what was read after the warm-up says."""
    later = [r for r in readings if r.minute >= WARM_UP_SHARE * readings[-1].minute]
    values = np.array([getattr(r, bound.name) for r in later], float)
    if bound.per == "ratings":
        along = np.array([r.n_ratings for r in later], float) / 1_000
        along_all = 1.0
    else:
        along = np.array([r.minute for r in later])
        along_all = float(along[-1] - along[0])
    spread = along - along.mean()
    if not spread.any():
        return 0.0
    return float(spread @ (values - values.mean()) / (spread @ spread)) * along_all


def soak(verdict: Verdict, minutes: float) -> list[Reading]:
    """A session of so many minutes in one window; what was measured."""
    studio = open_studio(verdict)
    readings: list[Reading] = []
    began, n_ratings, number = time.monotonic(), 0, 0

    def minute() -> float:
        return (time.monotonic() - began) / 60

    with Driver(verdict, studio.project) as window:
        while minute() < minutes or len(readings) < 6:
            for _ in range(HEARD_A_ROUND):
                window.tell("play 0.2", "played")
                window.rate()
            n_undone = window.tell("undo", "undone")["n"]
            n_ratings += HEARD_A_ROUND - n_undone
            _forget_last(window, n_undone)
            n_ratings += window.tell(f"burst {BURST}", "burst")["n"]
            for place in PLACES:
                window.tell(f"show {place}", "shown")
            if number % ROUNDS_A_TRAINING == 1:
                window.tell("train", "training")
            number += 1
            pid = window.process.pid
            readings.append(measuring.read(pid, studio.project, minute(), n_ratings))
            print(_row(readings[-1]), flush=True)
        told = window.tell("state", "state")
        require(not told["dialog"], told["dialog"])
        window.close()
    # Bursts answer pairs otherwise that were rated before: what the window was told it compared.
    verdict.expect(studio.project)
    verdict.check()
    return readings


def _forget_last(window: Driver, n: int) -> None:
    for pair in list(window.acknowledged)[len(window.acknowledged) - n :]:
        del window.acknowledged[pair]


def _row(reading: Reading) -> str:
    return "| " + " | ".join(f"{value:g}" for value in reading.facts.values()) + " |"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults.soak",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--minutes", type=float, default=8.0)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was measured here")
    options = parser.parse_args()
    names = list(Reading.__dataclass_fields__)
    print("| " + " | ".join(names) + " |\n" + "|---" * len(names) + "|", flush=True)
    with tempfile.TemporaryDirectory(prefix="tastecut-soak-", ignore_cleanup_errors=True) as folder:
        readings = soak(Verdict(Path(folder).resolve()), options.minutes)
    found = {bound.name: growth(readings, bound) for bound in BOUNDS}
    is_bounded = True
    print("\n| after warm-up | grows by | at most | |\n|---|---|---|---|")
    for bound in BOUNDS:
        is_kept = found[bound.name] <= bound.most
        is_bounded &= is_kept
        state = "holds" if is_kept else "GROWS"
        print(f"| {bound.words} | {found[bound.name]:.1f} | {bound.most:g} | {state} |")
    if options.json is not None:
        data = {"schema": 1, "readings": [r.facts for r in readings], "growth": found}
        options.json.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    return 0 if is_bounded else 1


if __name__ == "__main__":
    raise SystemExit(main())
