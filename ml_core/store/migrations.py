"""From an older version's tables to the present ones, one step per version."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from ml_core.store import schema

Step = Callable[[sqlite3.Connection], None]


def _add_corrections(connection: sqlite3.Connection) -> None:
    connection.execute(schema.SONG_CORRECTIONS)


STEPS: dict[int, Step] = {1: _add_corrections}
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
