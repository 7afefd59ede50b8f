"""Bringing journal and store together when a project is opened, and adding what only one has."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from ml_core.store.backup.salvage import RatingRow, add_salvaged, mend_damaged
from ml_core.store.backup.soundness import count_damaged_rows, project_id
from ml_core.store.journal.reading import Journaled, read_journal
from ml_core.store.journal.records import MARK_COLUMNS, PAIR_COLUMNS, TASTE_COLUMNS, rating_from
from ml_core.store.journal.writing import FEW_PAIRS, generation, set_generation, write_anew
from ml_core.store.sqlite.codec import checksum
from ml_core.store.sqlite.rating_rows import is_sound, make_open

_FREE_NAMES = 1_000

_MOST_OF_RATINGS = 4
"""Above `FEW_PAIRS`, and this part of the ratings, pairs rated since are taken out."""


def is_emptied(connection: sqlite3.Connection, path: Path) -> int:
    """How many ratings the journal holds where the store has lost every one; 0 if it has not.

    A store that still has the pairs is not meant: its last commits may be lost with its log, or a
    kill has cut the very first one short. The next start adds them.
    """
    if connection.execute("SELECT 1 FROM ratings LIMIT 1").fetchone() is not None:
        return 0
    content = _readable(path)
    if content is None or not content.ratings or not _counts(content, connection):
        return 0
    if len(content.ratings) == content.n_in_last_write and _has_songs(connection):
        return 0
    rows = (rating_from(line) for line in content.ratings.values())
    first = next((row for row in rows if row is not None), None)
    if first is None:
        return 0
    pair = connection.execute(
        "SELECT 1 FROM comparisons WHERE id = ? AND sha256 = ?",
        (first["comparison_id"], first["sha256"]),
    ).fetchone()
    return len(content.ratings) if pair is None else 0


def _has_songs(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM songs LIMIT 1").fetchone() is not None


def bring_together(connection: sqlite3.Connection, path: Path) -> list[str]:
    """Add to the store what only the journal has, and make the journal whole again.

    Args:
        connection: to the store, open for writing.
        path: the journal's.

    Returns:
        sentences for the person.

    Raises:
        OSError: if the journal can't be read or written.
    """
    content = read_journal(path)
    if content is None:
        write_anew(path, connection, {})
        return []
    if content.project_id and content.project_id != project_id(connection):
        aside = _set_aside(path)
        write_anew(path, connection, {})
        return [f"{path} belongs to another project and was set aside as {aside.name}."]
    warnings = _mend(connection, path, content)
    stored = {str(row[0]) for row in connection.execute("SELECT checksum FROM ratings")}
    marked = {str(row[0]) for row in connection.execute("SELECT checksum FROM marks")}
    missing, damaged = _missing(connection, content, stored)
    last_pair = connection.execute("SELECT coalesce(max(id), 0) FROM comparisons").fetchone()[0]
    lacks = missing or not content.marks.keys() <= marked or content.last_pair() > last_pair
    if _counts(content, connection) and lacks:
        added = _add(connection, content, damaged)
        if added:
            ratings = "1 rating" if added == 1 else f"{added} ratings"
            were = "was" if added == 1 else "were"
            warnings.append(f"{ratings} that the project's file lacked {were} taken from {path}.")
    elif (
        content.is_whole
        and content.project_id
        and content.generation == generation(connection)
        and len(content.ratings) == len(stored)
        and len(content.marks) == len(marked)
        and not _has_spent_pairs(connection, content)
    ):
        return warnings
    write_anew(path, connection, content.ratings)
    return warnings


def _mend(connection: sqlite3.Connection, path: Path, content: Journaled) -> list[str]:
    """Write damaged ratings again as the journal has them; what to say of it."""
    if not _counts(content, connection) or not count_damaged_rows(connection):
        return []
    with _transaction(connection):
        # An index that holds the value from before the damage can't follow a change of its row.
        connection.execute("REINDEX ratings")
        n_mended = mend_damaged(connection, content.rating_rows())
    if not n_mended:
        return []
    ratings = "1 rating was" if n_mended == 1 else f"{n_mended} ratings were"
    return [f"{ratings} damaged in the project's file and taken from {path}."]


def _has_spent_pairs(connection: sqlite3.Connection, content: Journaled) -> bool:
    """Whether so many of its pairs were rated since that writing it anew makes it much smaller."""
    most = max(FEW_PAIRS, len(content.ratings) // _MOST_OF_RATINGS)
    if len(content.pairs) <= most:
        return False
    (n_open,) = connection.execute("SELECT count(*) FROM open_comparisons").fetchone()
    return len(content.pairs) - int(n_open) > most


def _missing(
    connection: sqlite3.Connection, content: Journaled, stored: set[str]
) -> tuple[bool, set[str]]:
    """Whether the journal has ratings that the store lacks, and checksums of those it has damaged.

    One whose row is there but damaged is not missing: it would be there twice.
    """
    is_missing, damaged = False, set()
    for key in content.ratings.keys() - stored:
        row = rating_from(content.ratings[key])
        if row is None:
            continue
        there = connection.execute("SELECT * FROM ratings WHERE id = ?", (row["id"],)).fetchone()
        if there is None or is_sound(there):
            is_missing = True
        else:
            damaged.add(key)
    return is_missing, damaged


def add_journaled(
    connection: sqlite3.Connection, content: Journaled, rows: Sequence[RatingRow]
) -> int:
    """Add tastes, ratings, pairs and marks that a database lacks, within a transaction.

    Args:
        connection: to the database.
        content: what the journal holds, for tastes, pairs and marks.
        rows: ratings of the journal, and what was found elsewhere.

    Returns:
        how many ratings were added.
    """
    for taste in content.taste_rows():
        _add_taste(connection, taste)
    by_checksum = {row["checksum"]: row for row in rows}
    added = add_salvaged(connection, sorted(by_checksum.values(), key=lambda row: int(row["id"])))
    _add_pairs(connection, content)
    _add_marks(connection, content)
    return added


def _add(connection: sqlite3.Connection, content: Journaled, skipped: set[str]) -> int:
    with _transaction(connection):
        # All of them: what is missing may take back what is there.
        known = [row for row in content.rating_rows() if row["checksum"] not in skipped]
        added = add_journaled(connection, content, known)
        # Rows may have got other ids, so the journal is written anew. Should that be cut short, it
        # must not be read again.
        set_generation(connection, max(generation(connection), content.generation) + 1)
    return added


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction: all that is written within it, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _counts(content: Journaled, connection: sqlite3.Connection) -> bool:
    """Whether the journal is this project's and was not left behind by going back to a backup."""
    mine = not content.project_id or content.project_id == project_id(connection)
    return mine and content.generation >= generation(connection)


def _add_taste(connection: sqlite3.Connection, taste: dict[str, object]) -> None:
    columns = f"INSERT OR IGNORE INTO tastes ({', '.join(TASTE_COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?)"
    there = connection.execute("SELECT 1 FROM tastes WHERE id = ?", (taste["id"],)).fetchone()
    if there is None:
        replaces = connection.execute(
            "SELECT id FROM tastes WHERE id = ?", (taste["replaces"],)
        ).fetchone()
        values = taste | {"replaces": None if replaces is None else replaces[0]}
        for name in (taste["name"], f"{taste['name']} ({taste['id']})"):
            values["name"] = name
            if connection.execute(columns, [values[c] for c in TASTE_COLUMNS]).rowcount:
                return


def _add_pairs(connection: sqlite3.Connection, content: Journaled) -> None:
    """Let pairs that nobody answered wait again, with the ids they had where those are free.

    Those of a comparing session that is gone do not: there is nothing to compare any more.
    """
    for pair in content.pair_rows():
        there = connection.execute(
            "SELECT a, b, taste FROM comparisons WHERE id = ?", (pair["id"],)
        ).fetchone()
        same = (pair["a"], pair["b"], pair["taste"])
        if there is not None and (tuple(there) == same or _is_elsewhere(connection, pair)):
            continue
        session = connection.execute(
            "SELECT 1 FROM sessions WHERE id = ? AND taste = ?", (pair["session"], pair["taste"])
        ).fetchone()
        taste = connection.execute("SELECT 1 FROM tastes WHERE id = ?", (pair["taste"],)).fetchone()
        if taste is None or (pair["session"] is not None and session is None):
            continue
        repeated = connection.execute(
            "SELECT id FROM comparisons WHERE id = ?", (pair["repeat_of"],)
        ).fetchone()
        values = pair | {
            "id": pair["id"] if there is None else None,
            "repeat_of": None if repeated is None else repeated[0],
        }
        cursor = connection.execute(
            f"INSERT INTO comparisons ({', '.join(PAIR_COLUMNS)}) "
            f"VALUES ({', '.join('?' * len(PAIR_COLUMNS))})",
            [values[name] for name in PAIR_COLUMNS],
        )
        make_open(connection, int(cursor.lastrowid or 0))


def _is_elsewhere(connection: sqlite3.Connection, pair: dict[str, object]) -> bool:
    """Whether a pair whose id is taken got another, with its rating."""
    row = connection.execute(
        "SELECT 1 FROM comparisons WHERE a = ? AND b = ? AND taste = ? AND utc = ?",
        (pair["a"], pair["b"], pair["taste"], pair["utc"]),
    ).fetchone()
    return row is not None


def _add_marks(connection: sqlite3.Connection, content: Journaled) -> None:
    known = {row[0] for row in connection.execute("SELECT checksum FROM marks")}
    new_ids: dict[object, int] = {}
    for mark in content.mark_rows():
        if mark["checksum"] in known:
            new_ids[mark["id"]] = int(mark["id"])
            continue
        if mark["withdraws"] is not None and mark["withdraws"] not in new_ids:
            continue
        (next_id,) = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM marks").fetchone()
        new_ids[mark["id"]] = next_id
        values = mark | {"id": next_id, "withdraws": new_ids.get(mark["withdraws"])}
        covered = [values[name] for name in MARK_COLUMNS[:-1]]
        connection.execute(
            f"INSERT INTO marks VALUES ({', '.join('?' * len(MARK_COLUMNS))})",
            [*covered, checksum(covered)],
        )


def _readable(path: Path) -> Journaled | None:
    with suppress(OSError):
        return read_journal(path)
    return None


def _set_aside(path: Path) -> Path:
    for number in range(1, _FREE_NAMES):
        aside = path.with_name(f"{path.name}.other-{number}")
        if not aside.exists():
            path.replace(aside)
            return aside
    raise OSError(f"{path.parent} holds too many files {path.name}.other")
