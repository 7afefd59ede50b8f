"""Is a file a whole Tastecut database? Asked of the project's own file and of every backup."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ml_core.store.sqlite import schema
from ml_core.store.sqlite.database import connect
from ml_core.store.sqlite.failures import means_damage, unreadable_message
from ml_core.store.sqlite.migrations import version_of
from ml_core.store.sqlite.rating_rows import is_sound


@dataclass(frozen=True, slots=True)
class Findings:
    """What a look at a file showed.

    Attributes:
        damage: one sentence; empty for a sound file.
        version: of its tables; -1 where it can't be read.
        n_ratings: answers that count, without skips.
    """

    damage: str = ""
    version: int = -1
    n_ratings: int = 0

    @property
    def is_sound(self) -> bool:
        """Whether nothing wrong was found."""
        return not self.damage


def look_at(connection: sqlite3.Connection) -> Findings:
    """Check structure (quick_check), origin and the append-only table's dense ids.

    Raises:
        sqlite3.Error: for all but damage (a lock, the disk).
    """
    version = -1
    try:
        version = version_of(connection)
        damage = "" if version > schema.VERSION else _damage(connection)
        if damage or version > schema.VERSION:
            return Findings(damage, version)
        (n_ratings,) = connection.execute(
            "SELECT count(*) FROM current_ratings WHERE answer != 'skip'"
        ).fetchone()
    except sqlite3.DatabaseError as error:
        if not (means_damage(error) or _lacks_tables(error)):
            raise
        return Findings(f"SQLite finds: {error}", version)
    except UnicodeDecodeError as error:
        return Findings(f"SQLite finds: {unreadable_message(error)}", version)
    return Findings("", version, n_ratings)


def _damage(connection: sqlite3.Connection) -> str:
    """What is wrong, in words; empty if nothing is."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != schema.APPLICATION_ID:
        return "it is not a Tastecut project file"
    verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        return f"SQLite finds: {' '.join(str(verdict).split())}"
    n_ratings, last = connection.execute(
        "SELECT count(*), coalesce(max(id), 0) FROM ratings"
    ).fetchone()
    return "" if n_ratings == last else f"{last - n_ratings} ratings are missing"


def look_at_file(path: Path) -> Findings:
    """`look_at` for a file that nobody has open; never changes it."""
    if not path.is_file():
        return Findings("it is not there")
    try:
        with closing(connect(path, write=False)) as connection:
            return look_at(connection)
    except sqlite3.Error as error:
        return Findings(f"SQLite finds: {error}")


def count_damaged_rows(connection: sqlite3.Connection) -> int:
    """How many ratings are not what was written, which no check of SQLite's own can see."""
    return sum(not is_sound(row) for row in connection.execute("SELECT * FROM ratings"))


def project_id(connection: sqlite3.Connection) -> str:
    """The random name given to a project when it was made."""
    row = connection.execute("SELECT value FROM settings WHERE name = 'project_id'").fetchone()
    return "" if row is None else str(row[0])


def _lacks_tables(error: sqlite3.Error) -> bool:
    return "no such table" in str(error) or "no such column" in str(error)
