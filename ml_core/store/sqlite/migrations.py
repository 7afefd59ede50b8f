"""From an older version's tables to the present ones, one step per version."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from ml_core.store.sqlite import schema

Step = Callable[[sqlite3.Connection], None]


def _add_corrections(connection: sqlite3.Connection) -> None:
    connection.execute(schema.SONG_CORRECTIONS)


def _part_by_taste(connection: sqlite3.Connection) -> None:
    """Several tastes: what was there belongs to the first one."""
    first = schema.FIRST_TASTE
    for statement in (
        "CREATE TABLE tastes (id INTEGER PRIMARY KEY, name TEXT NOT NULL, utc TEXT NOT NULL, "
        "brief TEXT, removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)), "
        "replaces INTEGER REFERENCES tastes (id)) STRICT",
        "CREATE UNIQUE INDEX tastes_by_name ON tastes (name COLLATE NOCASE) WHERE removed = 0",
        f"INSERT INTO tastes (id, name, utc, brief) VALUES ({first}, '{schema.FIRST_NAME}', '', "
        "(SELECT value FROM settings WHERE name = 'brief'))",
        "DELETE FROM settings WHERE name = 'brief'",
        "CREATE TABLE song_uses (taste INTEGER NOT NULL REFERENCES tastes (id), "
        "song_id INTEGER NOT NULL REFERENCES songs (id), "
        "use TEXT NOT NULL CHECK (use IN ('rate', 'compare', 'out')), "
        "use_by TEXT NOT NULL CHECK (use_by IN ('rule', 'person', 'session')), "
        "PRIMARY KEY (taste, song_id)) STRICT, WITHOUT ROWID",
        f"INSERT INTO song_uses SELECT {first}, id, use, use_by FROM songs",
        "ALTER TABLE songs DROP COLUMN use",
        "ALTER TABLE songs DROP COLUMN use_by",
        "ALTER TABLE songs ADD COLUMN teaches INTEGER NOT NULL DEFAULT 1 CHECK (teaches IN (0, 1))",
        *(
            f"ALTER TABLE {table} ADD COLUMN taste INTEGER NOT NULL DEFAULT 1 "
            "REFERENCES tastes (id)"
            for table in ("song_use_history", "sessions", "comparisons", "activations")
        ),
        "ALTER TABLE ratings ADD COLUMN taste INTEGER",
        "ALTER TABLE current_ratings ADD COLUMN taste INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE open_comparisons ADD COLUMN taste INTEGER NOT NULL DEFAULT 1",
        "CREATE INDEX current_ratings_by_taste ON current_ratings (taste, rating_id)",
        "CREATE INDEX open_comparisons_by_taste ON open_comparisons "
        "(taste, session, comparison_id)",
        "CREATE TABLE taste_checkpoints (taste INTEGER NOT NULL REFERENCES tastes (id), "
        "number INTEGER NOT NULL REFERENCES checkpoints (number), "
        "PRIMARY KEY (taste, number)) STRICT, WITHOUT ROWID",
        f"INSERT INTO taste_checkpoints SELECT {first}, number FROM checkpoints",
    ):
        connection.execute(statement)


def _add_sounds(connection: sqlite3.Connection) -> None:
    """Songs keep the keys they have, so that ratings, analyses and seeds stay what they are."""
    for statement in schema.SONG_SOUNDS:
        connection.execute(statement)


def _let_comparisons_end_early(connection: sqlite3.Connection) -> None:
    """Those begun before keep the number of pairs that was fixed for them."""
    connection.execute(
        "ALTER TABLE sessions ADD COLUMN ends_early INTEGER NOT NULL DEFAULT 0 "
        "CHECK (ends_early IN (0, 1))"
    )


STEPS: dict[int, Step] = {
    1: _add_corrections,
    2: _part_by_taste,
    3: _add_sounds,
    4: _let_comparisons_end_early,
}
"""STEPS[v] turns version v into v + 1, without BEGIN or COMMIT. A step that rewrites an
append-only table drops its triggers first and makes them again."""


def version_of(connection: sqlite3.Connection) -> int:
    """The version of an open file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection) -> int:
    """Take a file to the present version. Each step is one transaction with its version number, so
    that a crash leaves the old tables or the new ones.

    Returns:
        how many steps were taken.

    Raises:
        sqlite3.Error: if a step can't be written; it is undone, the steps before it stay.
    """
    steps = 0
    while (version := version_of(connection)) < schema.VERSION:
        connection.execute("PRAGMA foreign_keys = OFF")  # Has no effect inside a transaction.
        connection.execute("BEGIN IMMEDIATE")
        try:
            STEPS[version](connection)
            if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise sqlite3.IntegrityError(f"migration {version} broke a reference")
            connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        finally:
            connection.execute("PRAGMA foreign_keys = ON")
        steps += 1
    return steps
