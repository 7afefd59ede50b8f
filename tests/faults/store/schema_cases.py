"""Projects of released versions, and a clock that was set back."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from unittest import mock

from ml_core.paths import backups_dir, database_path
from ml_core.store import Store
from ml_core.store.backup import copies
from ml_core.store.backup.copies import backups_in
from ml_core.store.backup.soundness import look_at_file
from tests.faults.requiring import require
from tests.faults.store.store_builder import answered, filled_project, pair
from tests.faults.verdicts import Verdict

RELEASED = Path(__file__).resolve().parents[2] / "ml_core" / "store" / "released"


def released_versions(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 16: every released version's script, opened by the command."""
    scripts = sorted(RELEASED.glob("*.sql"))
    require(scripts, "no released version")
    for number in range(rounds):
        for script in scripts:
            project = verdict.folder / f"{script.stem} {number}"
            project.mkdir()
            with closing(sqlite3.connect(database_path(project))) as raw:
                raw.executescript(script.read_text(encoding="utf-8"))
                answers = [
                    row[0]
                    for row in raw.execute(
                        "SELECT ratings.answer FROM current_ratings JOIN ratings "
                        "ON ratings.id = current_ratings.rating_id ORDER BY ratings.id"
                    )
                ]
            verdict.tastecut("tastes", "--add", "Another", project=project)  # Writes: migrates.
            found = []
            with Store.open(project, write=False) as store:
                for taste in store.tastes.listed():
                    store.tastes.work_in(taste)
                    found += [rating.answer for rating in store.ratings.current()]
            # Those of tastes that were reset or removed are kept, and not listed.
            is_kept = found and not Counter(found) - Counter(answers)
            require(is_kept, f"{script.stem}: {found}, not {answers}")
            verdict.expect(project)
            version = int(script.stem.removeprefix("version-"))
            kept = [look_at_file(copy.path).version for copy in backups_in(backups_dir(project))]
            require(version in kept, f"{script.stem}: no backup of it, only {kept}")
    return f"{len(scripts)} versions migrated after a backup"


def clock_set_back(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 17: ratings and backups of 2020 after those of today."""
    rng = random.Random(seed)
    for number in range(rounds):
        project = verdict.folder / f"project {number}"
        ratings = filled_project(project, 1 + number % 5)
        with (
            mock.patch.object(copies, "_today", lambda: "2020-01-01"),
            Store.open(project) as store,
        ):
            for _ in range(3):
                _, (asked,) = store.pairs.add([pair(rng)])
                utc = f"2020-01-0{rng.randrange(1, 9)}T00:00:00.000+00:00"
                ratings.append(store.ratings.add(answered(asked, utc=utc))[1])
                require(store.ratings.last(1)[0] == ratings[-1], "another one is the last")
        verdict.ratings_are(project, ratings)
        verdict.expect(project)
        newest = backups_in(backups_dir(project))[0]
        require(newest.number == max(b.number for b in backups_in(backups_dir(project))), "order")
    return f"{rounds} times in the order of ids"
