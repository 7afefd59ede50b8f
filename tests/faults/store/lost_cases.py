"""Case 69: the database lost in every way; each acknowledged rating comes back."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from ml_core.paths import backups_dir, database_path
from ml_core.store import DamagedStoreError, Store
from ml_core.store.backup.copies import backups_in
from tests.faults.ledger import Ledger
from tests.faults.store import children
from tests.faults.store.damage_cases import flip_page, scribble, truncate, zero_header
from tests.faults.verdicts import Verdict

Damage = Callable[[Path, random.Random], None]


def _changed(change: Callable[[bytearray, random.Random], None]) -> Damage:
    def damage(project: Path, rng: random.Random) -> None:
        content = bytearray(database_path(project).read_bytes())
        change(content, rng)
        database_path(project).write_bytes(content)
        # What a log holds would mend the file again: take it, too.
        Path(f"{database_path(project)}-wal").unlink(missing_ok=True)

    return damage


def _zero_all(content: bytearray, rng: random.Random) -> None:
    content[:] = bytes(len(content))


def _cut_to_nothing(content: bytearray, rng: random.Random) -> None:
    content.clear()


def _delete(project: Path, rng: random.Random) -> None:
    for path in project.glob(f"{database_path(project).name}*"):
        path.unlink()


def _delete_with_backups(project: Path, rng: random.Random) -> None:
    _delete(project, rng)
    shutil.rmtree(backups_dir(project))


def _delete_and_spoil_backup(project: Path, rng: random.Random) -> None:
    _delete(project, rng)
    newest = backups_in(backups_dir(project))[0].path
    content = bytearray(newest.read_bytes())
    truncate(content, rng)
    newest.write_bytes(content)


def _empty(project: Path, rng: random.Random) -> None:
    """What a program does that knows SQL and nothing else."""
    with closing(sqlite3.connect(database_path(project), isolation_level=None)) as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            raw.execute(f'DROP TRIGGER "{name}"')
        for table in ("current_ratings", "open_comparisons", "ratings", "comparisons", "songs"):
            raw.execute(f"DELETE FROM {table}")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _put_older_copy_back(project: Path, rng: random.Random) -> None:
    """What a program does that keeps folders alike on two computers."""
    copy = backups_in(backups_dir(project))[0].path
    _delete(project, rng)
    shutil.copyfile(copy, database_path(project))


DAMAGES: dict[str, Damage] = {
    "truncated": _changed(truncate),
    "zeroed": _changed(_zero_all),
    "deleted": _delete,
    "emptied": _empty,
    "older copy put back": _put_older_copy_back,
    "header zeroed": _changed(zero_header),
    "page flipped": _changed(flip_page),
    "random bytes": _changed(scribble),
    "cut to nothing": _changed(_cut_to_nothing),
    "deleted with its backups": _delete_with_backups,
    "deleted, newest backup truncated": _delete_and_spoil_backup,
}


def lost_store(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 69: a rater is killed, then the store is damaged or taken away."""
    rng = random.Random(seed)
    n_acknowledged = 0
    ways: dict[str, int] = {}
    for number in range(rounds):
        kind = list(DAMAGES)[number % len(DAMAGES)]
        project, ledger = verdict.folder / f"project {number}", Ledger()
        _rate(project, rng, seed + number, ledger)
        with Store.open(project) as store:
            store.backup()
        _rate(project, rng, seed + number + rounds, ledger)
        DAMAGES[kind](project, rng)
        way = _go_back(verdict, project)
        ways[way] = ways.get(way, 0) + 1
        try:
            verdict.ledger_holds(ledger, project)
        except AssertionError as error:
            raise AssertionError(f"{kind}, {way}: {error}") from error
        n_acknowledged += ledger.n_acknowledged
        shutil.rmtree(project)
    told = ", ".join(f"{n} {way}" for way, n in sorted(ways.items()))
    return f"{rounds} of {rounds} rounds with each of {n_acknowledged} acknowledged ({told})"


def _rate(project: Path, rng: random.Random, seed: int, ledger: Ledger) -> None:
    child = children.start("rater", project, seed, "changing")
    lines = [*children.read_until(child, "ok"), *children.read_until(child, "ok")]
    ledger.read([*lines, *children.kill_at_random(child, rng, most_lines=80, longest_s=0.02)])
    ledger.compare(project)  # Settles what was killed in the middle.


def _go_back(verdict: Verdict, project: Path) -> str:
    """Open the project as a person would, and follow the way back that is named; which it was."""
    try:
        Store.open(project).close()
    except DamagedStoreError as error:
        verdict.told(error, project)
        file = error.backup or database_path(project)
        Store.restore(file, project)
        Store.open(project).close()
        return "by a backup" if file.parent == backups_dir(project) else "without a backup"
    with Store.open(project) as store:
        if store.ratings.damaged():  # The doctor's advice: restore with the newest backup.
            store.close()
            Store.restore(backups_in(backups_dir(project))[0].path, project)
            return "by a backup, for damaged rows"
    return "at the next start"
