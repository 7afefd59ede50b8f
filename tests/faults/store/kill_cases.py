"""Kill -9 while rating, changing, migrating and backing up."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing

from ml_core.paths import backups_dir, database_path
from ml_core.store import Store
from ml_core.store.backup.copies import backups_in
from ml_core.store.backup.soundness import look_at_file
from ml_core.store.sqlite import schema
from tests.faults.ledger import Ledger
from tests.faults.requiring import require
from tests.faults.store import children
from tests.faults.store.next_version import migrating_to_next
from tests.faults.store.store_builder import filled_project
from tests.faults.verdicts import Verdict


def rating(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 1."""
    return _rate_and_kill(verdict, rounds, seed, "rating")


def changing(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 3."""
    return _rate_and_kill(verdict, rounds, seed, "changing")


def _rate_and_kill(verdict: Verdict, rounds: int, seed: int, mode: str) -> str:
    project = verdict.folder / "project"
    rng = random.Random(seed)
    ledger = Ledger()
    for number in range(rounds):
        child = children.start("rater", project, seed + number, mode)
        ledger.read(children.kill_at_random(child, rng, most_lines=60, longest_s=0.02))
        if database_path(project).exists():
            verdict.ledger_holds(ledger, project)
    require(ledger.n_acknowledged > rounds, "the raters hardly rated")
    return f"{ledger.n_acknowledged} acknowledged, all found"


def migration(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 4."""
    rng = random.Random(seed)
    old = new = 0
    for number in range(rounds):
        project = verdict.folder / f"project {number}"
        ratings = filled_project(project, 60)
        child = children.start("next_version", project)
        children.read_until(child, "migrating")
        children.kill_at_random(child, rng, most_lines=1, longest_s=0.06)
        with closing(sqlite3.connect(database_path(project))) as raw:
            version = raw.execute("PRAGMA user_version").fetchone()[0]
            columns = {row[1] for row in raw.execute("PRAGMA table_info(songs)")}
            require(version - schema.VERSION in {0, 1}, f"version {version}")
            require(
                ("mood" in columns) == (version > schema.VERSION),
                f"tables not of version {version}",
            )
        is_next = version > schema.VERSION
        old, new = old + (not is_next), new + is_next
        before = [b for b in backups_in(backups_dir(project)) if not b.is_daily]
        require(len(before) == 1, "no backup before the migration")
        require(look_at_file(before[0].path).is_sound, "the backup before the migration")
        with migrating_to_next():
            Store.open(project).close()
            verdict.ratings_are(project, ratings)
        verdict.forget(project)  # Of a version that this one can't look into.
    return f"{old} times the old tables, {new} times the new"


def backup(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 5."""
    rng = random.Random(seed)
    project = verdict.folder / "project"
    ratings = filled_project(project, 100)
    made = 0
    for _ in range(rounds):
        child = children.start("backer", project)
        children.read_until(child, "ready")
        children.kill_at_random(child, rng, most_lines=4, longest_s=0.05)
        found = backups_in(backups_dir(project))
        for copy in found:
            findings = look_at_file(copy.path)
            require(findings.is_sound, f"{copy.path}: {findings.damage}")
            require(findings.n_ratings == len(ratings), f"{copy.path} lacks ratings")
        made = len(found)
    require(made > rounds // 2, "hardly any backup was made")
    verdict.whole(project)
    return f"{made} backups, each whole"
