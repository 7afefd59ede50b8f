"""Is a file a whole Tastecut database? Asked of the project's own file and of every backup."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ml_core.foreign_text import shown_text
from ml_core.store.backup.contents import content_damage
from ml_core.store.sqlite import schema
from ml_core.store.sqlite.database import connect
from ml_core.store.sqlite.failures import primary_code, unreadable_message
from ml_core.store.sqlite.guards import LOOK_LIMIT_S, time_limit
from ml_core.store.sqlite.known_schema import foreign_part, known_digest, schema_digest
from ml_core.store.sqlite.migrations import version_of
from ml_core.store.sqlite.rating_rows import COUNT_ALL, is_sound

NOT_OURS = "it is not a Tastecut project file"
"""The damage of a file that another program made."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a look at a file showed.

    Attributes:
        damage: one sentence; empty for a sound file.
        version: of its tables; -1 where it can't be read.
        n_ratings: answers that count as ratings, of all tastes.
    """

    damage: str = ""
    version: int = -1
    n_ratings: int = 0

    @property
    def is_sound(self) -> bool:
        """Whether nothing wrong was found."""
        return not self.damage


def look_at(connection: sqlite3.Connection) -> Findings:
    """Check origin, tables, structure (integrity_check), and that no row is missing, in this order.

    Nothing that the file brings along runs before its tables were found to be ours.

    Raises:
        sqlite3.Error: for all but damage (a lock, the disk).
    """
    version = -1
    try:
        with time_limit(connection):
            if connection.execute("PRAGMA application_id").fetchone()[0] != schema.APPLICATION_ID:
                return Findings(NOT_OURS)
            version = version_of(connection)
            is_newer = version > schema.VERSION
            return Findings("", version) if is_newer else _found(connection, version)
    except sqlite3.Error as error:
        if primary_code(error) not in _FILE_AT_FAULT:
            raise
        if primary_code(error) == sqlite3.SQLITE_INTERRUPT:
            return Findings(f"it can't be checked within {LOOK_LIMIT_S:.0f} s", version)
        return Findings(f"SQLite finds: {_short(str(error))}", version)
    except UnicodeDecodeError as error:
        return Findings(f"SQLite finds: {unreadable_message(error)}", version)


_FILE_AT_FAULT = frozenset(
    {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_ERROR,  # No such table, or column, or function.
        sqlite3.SQLITE_TOOBIG,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_INTERRUPT,
    }
)
_LONGEST_VERDICT = 200


def _short(text: str) -> str:
    """A message of SQLite, which may quote the file, on one short line."""
    return shown_text(" ".join(text.split())[:_LONGEST_VERDICT])


def _found(connection: sqlite3.Connection, version: int) -> Findings:
    damage = _damage(connection, version)
    if damage:
        return Findings(damage, version)
    (n_ratings,) = connection.execute(COUNT_ALL).fetchone()
    return Findings("", version, n_ratings)


def _damage(connection: sqlite3.Connection, version: int) -> str:
    """What is wrong, in words; empty if nothing is."""
    known = known_digest(version)
    if known is None:
        return f"there never was a version {version} of its tables"
    if schema_digest(connection) != known:
        return foreign_part(connection, version)
    # It also compares rows with indices, which quick_check does not; measured 1.0-1.4 x as long.
    verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if verdict != "ok":
        return f"SQLite finds: {_short(str(verdict))}"
    n_ratings, last = connection.execute(
        "SELECT count(*), coalesce(max(id), 0) FROM ratings"
    ).fetchone()
    if n_ratings != last:
        return f"{max(last - n_ratings, 1)} ratings are missing"
    return content_damage(connection, version)


def look_at_file(path: Path) -> Findings:
    """`look_at` for a file that nobody has open; never changes it."""
    if not path.is_file():
        return Findings("it is not there")
    try:
        with closing(connect(path, write=False)) as connection:
            return look_at(connection)
    except sqlite3.Error as error:
        return Findings(f"SQLite finds: {_short(str(error))}")


def count_damaged_rows(connection: sqlite3.Connection) -> int:
    """How many ratings are not what was written, which no check of SQLite's own can see."""
    return sum(not is_sound(row) for row in connection.execute("SELECT * FROM ratings"))


def project_id(connection: sqlite3.Connection) -> str:
    """The random name given to a project when it was made."""
    row = connection.execute("SELECT value FROM settings WHERE name = 'project_id'").fetchone()
    return "" if row is None else str(row[0])
