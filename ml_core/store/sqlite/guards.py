"""What every connection to an existing file is bound by: the file may be anybody's.

SQLite's own advice for files of unknown origin is followed (https://sqlite.org/security.html).
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST_VALUE_BYTES = 16 * 1024**2
"""Longer than any text of ours by far; a report or a checkpoint's record takes some 100 kB."""

LOOK_LIMIT_S = 60.0
"""How long a look at a file may take. A large project on a slow disk takes some seconds."""

_STEPS_BETWEEN_LOOKS = 10_000  # Of SQLite's virtual machine: about a millisecond.

# Ours are 1,200 bytes, 25 columns, 500 values and 6 parts at most (see `known_schema` for the
# file's own).
_LIMITS = (
    (sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE_BYTES),
    (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 100_000),
    (sqlite3.SQLITE_LIMIT_COLUMN, 100),
    (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 100),
    (sqlite3.SQLITE_LIMIT_COMPOUND_SELECT, 50),
    (sqlite3.SQLITE_LIMIT_VDBE_OP, 250_000),
    (sqlite3.SQLITE_LIMIT_FUNCTION_ARG, 16),
    (sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 10),
    (sqlite3.SQLITE_LIMIT_WORKER_THREADS, 0),
)


def guard(connection: sqlite3.Connection) -> None:
    """Let the file's own content do nothing and claim little, before anything of it is read.

    Raises:
        sqlite3.Error: as SQLite says it.
    """
    for category, limit in _LIMITS:
        connection.setlimit(category, limit)
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0"):
        connection.execute(f"PRAGMA {pragma}")
    defensive = getattr(sqlite3, "SQLITE_DBCONFIG_DEFENSIVE", None)
    if defensive is not None:  # Python 3.12 and later.
        connection.setconfig(defensive, True)  # type: ignore[attr-defined]


@contextmanager
def time_limit(connection: sqlite3.Connection, seconds: float = LOOK_LIMIT_S) -> Iterator[None]:
    """Interrupt what takes longer within this block.

    Raises:
        sqlite3.OperationalError: with the code SQLITE_INTERRUPT.
    """
    until_s = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > until_s, _STEPS_BETWEEN_LOOKS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)
