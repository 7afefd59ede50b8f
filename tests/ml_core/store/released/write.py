"""Write the small project of the present version as a SQL script, for when it will be old."""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[4]))

from ml_core.domain.edits import Brief
from ml_core.domain.models import Checkpoint
from ml_core.domain.ratings import Mark
from ml_core.paths import database_path
from ml_core.store import Store
from ml_core.store.sqlite import schema
from tests.faults.store.store_builder import answered, pair, sha_of, song


def fill(store: Store) -> None:
    rng = random.Random(0)
    for number in (0, 1):
        heard = replace(
            song(number), sound=sha_of(number), fingerprint=bytes([1, number]), stamp=(1000, 5)
        )
        store.songs.add(heard, "ready")
    store.sounds.set_recordings({1: 1, 2: 2})
    store.settings.set_brief(Brief("reel", 20.0, 40.0))
    _, pairs = store.pairs.add([pair(rng, number % 2) for number in range(4)])
    _, taken_back = store.ratings.add(answered(pairs[2], "B"))
    store.ratings.withdraw(taken_back.id)
    store.ratings.add(answered(pairs[0], "A", 2))
    store.ratings.add(answered(pairs[1], "tie"))
    store.marks.add(Mark(1, sha_of(0), "bad_join", "A", 1000, 2000))
    store.models.add(
        Checkpoint("c1", "c1.safetensors", "ab" * 32, "best", "base", {}, 3, "h", 2, "2026-01-02")
    )
    store.models.activate("c1")
    _, reel = store.tastes.duplicate(store.tastes.in_use().id, "Reel")
    store.tastes.work_in(reel)
    _, pairs = store.pairs.add([pair(rng, 1)])
    store.ratings.add(answered(pairs[0], "B"))


def main() -> None:
    target = Path(__file__).with_name(f"version-{schema.VERSION}.sql")
    with tempfile.TemporaryDirectory() as folder:
        with Store.open(folder) as store:
            fill(store)
        with closing(sqlite3.connect(database_path(Path(folder)))) as raw:
            lines = [f"PRAGMA application_id = {schema.APPLICATION_ID};"]
            lines += [f"PRAGMA user_version = {schema.VERSION};", *raw.iterdump()]
    with target.open("x", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
