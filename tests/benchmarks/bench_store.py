"""What saving a rating costs, by a bare write of the same run; and with many ratings.

    python tests/benchmarks/bench_store.py [--large 100000] [--dir DIR] [--out FILE.json]

A rating is on the disk twice when it returns, in the database and in the journal, of which only the
database was waited for. The bare writes are of 4 KiB with fdatasync: in place, and at a file's end,
as every rating is. They take turns with the ratings, for a disk's pace changes by the minute.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "faults"))

from number_table import Row, print_rows, write_rows

from ml_core.paths import database_path, journal_path
from ml_core.store import Store
from tests.faults.store.store_builder import answered, fill, pair, song

N_ROUNDS = 40
N_A_ROUND = 25
BLOCK = b"x" * 4_096
WRITE_LIMIT = 2.0
GROWTH_LIMIT = 1.5


def p50_ms(calls: list[Callable[[], object]]) -> float:
    """Median time of calls, made one after another."""
    times = []
    for call in calls:
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return 1e3 * statistics.median(times)


class BareWrites:
    """Writes of 4 KiB that wait for the disk."""

    def __init__(self, folder: Path) -> None:
        self._in_place = os.open(folder / "in place", os.O_RDWR | os.O_CREAT, 0o600)
        self._appended = os.open(folder / "appended", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.in_place()

    def in_place(self) -> None:
        os.pwrite(self._in_place, BLOCK, 0)
        os.fdatasync(self._in_place)

    def append(self) -> None:
        os.write(self._appended, BLOCK)
        os.fdatasync(self._appended)


def rating_costs(folder: Path) -> list[Row]:
    """A rating beside bare writes, in turns."""
    rng = random.Random(1)
    bare = BareWrites(folder)
    ratings, in_place, appended = [], [], []
    with Store.open(folder / "project") as store:
        store.songs.add(song(0), "ready")
        for _ in range(N_ROUNDS):
            _, pairs = store.pairs.add([pair(rng) for _ in range(N_A_ROUND)])
            given = [answered(one) for one in pairs]
            in_place.append(p50_ms([bare.in_place] * N_A_ROUND))
            appended.append(p50_ms([bare.append] * N_A_ROUND))
            ratings.append(p50_ms([lambda one=one: store.ratings.add(one) for one in given]))
    value = statistics.median(ratings)
    return [
        _beside("saving a rating, p50", value, statistics.median(appended), "4 KiB appended"),
        _beside("saving a rating, p50", value, statistics.median(in_place), "4 KiB in place"),
    ]


def _beside(name: str, value: float, reference: float, against: str) -> Row:
    more = {"times": value / reference}
    return Row(name, value, "ms", WRITE_LIMIT * reference, reference, against, more)


def costs_at(folder: Path, n_ratings: int) -> dict[str, float]:
    """Milliseconds of what rating needs, in a project of so many ratings."""
    project, rng = folder / f"project {n_ratings}", random.Random(2)
    with Store.open(project) as store:
        store.songs.add(song(0), "ready")
        for seed in range(0, n_ratings, 1_000):
            fill(store, min(1_000, n_ratings - seed), seed)
    began = time.perf_counter()
    with Store.open(project) as store:
        opening = 1e3 * (time.perf_counter() - began)
        _, pairs = store.pairs.add([pair(rng) for _ in range(240)])
        given = [answered(one) for one in pairs[:200]]
        return {
            "next pair": p50_ms([lambda: store.pairs.waiting()[0]] * 60),
            "history": p50_ms([lambda: store.ratings.last(50)] * 60),
            "rating": p50_ms([lambda one=one: store.ratings.add(one) for one in given]),
            "opening": opening,
            "database MB": database_path(project).stat().st_size / 1e6,
            "journal MB": journal_path(project).stat().st_size / 1e6,
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--dir", type=Path, help="on the disk to be measured")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tastecut-store-", dir=options.dir) as name:
        folder = Path(name)
        rows = rating_costs(folder)
        small, large = costs_at(folder, options.small), costs_at(folder, options.large)
        for what in ("next pair", "history", "rating"):
            rows.append(
                Row(
                    f"{what} at {options.large} ratings, p50",
                    large[what],
                    "ms",
                    GROWTH_LIMIT * small[what],
                    small[what],
                    f"at {options.small}",
                    {"times": large[what] / small[what]},
                )
            )
        for what, unit in (("opening", "ms"), ("database MB", "MB"), ("journal MB", "MB")):
            rows.append(
                Row(
                    f"{what} at {options.large}",
                    large[what],
                    unit,
                    None,
                    small[what],
                    f"at {options.small}",
                )
            )
    print_rows(rows)
    write_rows(rows, options.out)
    return int(any(row.verdict == "missed" for row in rows))


if __name__ == "__main__":
    raise SystemExit(main())
