"""Damaged, foreign and newer files."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from ml_core.domain.ratings import Rating
from ml_core.errors import UserError
from ml_core.paths import backups_dir, database_path
from ml_core.store import DamagedStoreError, Store
from ml_core.store.backup.copies import backups_in
from ml_core.store.sqlite import schema
from tests.faults.ledger import Ledger
from tests.faults.requiring import require
from tests.faults.store import children
from tests.faults.store.store_builder import fill, filled_project
from tests.faults.verdicts import Verdict

PAGE_BYTES = 4_096
N_BACKED_UP = 60
N_LATER = 60


def zero_header(content: bytearray, rng: random.Random) -> None:
    content[:100] = bytes(100)


def truncate(content: bytearray, rng: random.Random) -> None:
    del content[rng.randrange(len(content)) :]


def flip_page(content: bytearray, rng: random.Random) -> None:
    start = PAGE_BYTES * rng.randrange(len(content) // PAGE_BYTES)
    for index in range(start, start + PAGE_BYTES):
        content[index] ^= 0xFF


def scribble(content: bytearray, rng: random.Random) -> None:
    for _ in range(40):
        content[rng.randrange(len(content))] = rng.randrange(256)


DAMAGES: dict[str, Callable[[bytearray, random.Random], None]] = {
    "header zeroed": zero_header,
    "truncated": truncate,
    "page flipped": flip_page,
    "random bytes": scribble,
}


def damaged_file(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 12: each kind of damage in turn; then the way back that the message offers."""
    rng = random.Random(seed)
    told = []
    for number in range(rounds):
        kind = list(DAMAGES)[number % len(DAMAGES)]
        project = verdict.folder / f"project {number}"
        ratings = filled_project(project, N_BACKED_UP, N_LATER)
        content = bytearray(database_path(project).read_bytes())
        DAMAGES[kind](content, rng)
        database_path(project).write_bytes(content)
        told.append((kind, _way_back(verdict, project, bytes(content), ratings)))
    words = []
    for kind in DAMAGES:
        found = [n for name, n in told if name == kind and n is not None]
        unseen = sum(name == kind and n is None for name, n in told)
        if found:
            share = sum(found) / (N_LATER * len(found))
            words.append(f"{kind}: {share:.0%} of later ratings rescued")
        if unseen:
            words.append(f"{kind}: {unseen} times opened, its values mended")
    return "all kept by the backup; " + "; ".join(words)


def _way_back(verdict: Verdict, project: Path, damaged: bytes, ratings: list[Rating]) -> int | None:
    """How many ratings newer than the backup were rescued; None if the file still opened."""
    (backup,) = backups_in(backups_dir(project))
    try:
        with Store.open(project) as store:
            # Damage in a value: SQLite can't see it, the row's checksum does, the journal mends it.
            require(store.ratings.current() == ratings, "a damaged value was not mended")
            require(not store.ratings.damaged(), "a damaged row was left")
            return None
    except DamagedStoreError as error:
        require(error.backup == backup.path, "the newest good backup is not offered")
        verdict.told(error, database_path(project), backup.path)
    require(database_path(project).read_bytes() == damaged, "the damaged file was changed")
    kept = Store.restore(backup.path, project)
    require(kept is not None and kept.read_bytes() == damaged, "the damaged file was not kept")
    verdict.whole(project)
    with Store.open(project) as store:
        found = store.ratings.current()
    require(found[:N_BACKED_UP] == ratings[:N_BACKED_UP], "the backup's ratings differ")
    truth = {(r.comparison_id, r.answer, r.a, r.b) for r in ratings}
    rescued = [(r.comparison_id, r.answer, r.a, r.b) for r in found]
    require(len(set(rescued)) == len(rescued) and set(rescued) == truth, "a wrong rescue")
    return len(found) - N_BACKED_UP


def flipped_bit(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 13: a bit inside a rating's row, which SQLite's own check does not see."""
    rng = random.Random(seed)
    project = verdict.folder / "project"
    ratings = filled_project(project, 40, 1)
    whole = database_path(project).read_bytes()
    with closing(sqlite3.connect(database_path(project))) as raw:
        checksums = [row[0] for row in raw.execute("SELECT checksum FROM ratings ORDER BY id")]
    n_mended = 0
    for _ in range(rounds):
        number = rng.randrange(len(ratings))
        content = bytearray(whole)
        # The checksum is the row's last value: the bytes before it are the same row's.
        end = content.index(checksums[number].encode()) + len(checksums[number])
        content[end - 1 - rng.randrange(300)] ^= 1 << rng.randrange(8)
        database_path(project).write_bytes(content)
        try:
            with Store.open(project, write=False) as store:
                (bad,) = store.ratings.damaged()
                require(bad.id == ratings[number].id, "another rating is called damaged")
                rest = [rating for rating in ratings if rating.id != bad.id]
                require(store.ratings.current() == rest, "the damaged rating is believed")
                require(not all(check.ok for check in store.check()), "the doctor sees nothing")
            with Store.open(project) as store:
                require(any("damaged" in said for said in store.warnings), "nothing is said")
            n_mended += 1
        except DamagedStoreError as error:  # SQLite sees it, too.
            require(error.backup is not None, "no backup is offered")
            verdict.told(error, database_path(project), error.backup)
            Store.restore(str(error.backup), project)
        verdict.ratings_are(project, ratings)
    return (
        f"{n_mended} unseen by SQLite, found by the checksum and mended; the others by going back"
    )


def lost_log(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 14: the -wal file deleted, or another database's put in its place, after a crash."""
    rng = random.Random(seed)
    project, ledger = verdict.folder / "project", Ledger()
    set_aside = 0
    for number in range(rounds):
        log = _crashed(project, rng, seed + number, ledger)
        if number % 2:
            log.unlink()
        else:
            log.write_bytes(_foreign_log(verdict.folder / f"other {number}", 1 + rng.randrange(80)))
        with Store.open(project) as store:
            set_aside += sum("did not belong" in warning for warning in store.warnings)
        verdict.ledger_holds(ledger, project)
    require(set_aside == (rounds + 1) // 2, f"{set_aside} foreign logs were seen")
    return f"{rounds // 2} deleted, {set_aside} foreign ones set aside; all ratings found"


def _foreign_log(project: Path, n_ratings: int) -> bytes:
    """The log of another project's last commit, as a crash just after it would leave it."""
    with Store.open(project) as store:
        fill(store, n_ratings)
        return Path(f"{database_path(project)}-wal").read_bytes()


def _crashed(project: Path, rng: random.Random, seed: int, ledger: Ledger | None = None) -> Path:
    """A project whose rater was killed; returns the log that it left."""
    child = children.start("rater", project, seed, "changing")
    lines = [*children.read_until(child, "ok"), *children.read_until(child, "ok")]
    lines += children.kill_at_random(child, rng, most_lines=40, longest_s=0.01)
    if ledger is not None:
        ledger.read(lines)
    log = Path(f"{database_path(project)}-wal")
    require(log.is_file() and log.stat().st_size, "the crash left no log")
    return log


def newer_version(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 15."""
    for number in range(rounds):
        project = verdict.folder / f"project {number}"
        filled_project(project, 5)
        with closing(sqlite3.connect(database_path(project))) as raw:
            raw.execute(f"PRAGMA user_version = {schema.VERSION + 1 + seed + number}")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        before = database_path(project).read_bytes()
        copies = backups_in(backups_dir(project))
        for write in (True, False):
            try:
                Store.open(project, write=write)
            except UserError as error:
                verdict.told(error, "newer", project)
            else:
                raise AssertionError("a newer version was opened")
        verdict.forget(project)  # This version can't look into it.
        require(database_path(project).read_bytes() == before, "its bytes were touched")
        require(backups_in(backups_dir(project)) == copies, "it was backed up over")
    return f"{rounds} times refused, bytes untouched"
