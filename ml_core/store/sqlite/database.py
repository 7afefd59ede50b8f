"""The one connection: how it is opened, how it writes, how it reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from ml_core.errors import NotSavedError
from ml_core.paths import file_stamp
from ml_core.store.sqlite.failures import WayBack, not_read, not_saved, unreadable_message
from ml_core.store.sqlite.guards import guard

BUSY_TIMEOUT_S = 0.5
"""How long a write waits for a foreign lock: a backup program's glance passes, while the window
is not seen to hang. Our own writers never meet here (`writer_lock`)."""

_MOST_UNFOLDED = 64
"""Commits that stay in the -wal file while ratings follow each other."""

Row = sqlite3.Row


def utc_now() -> str:
    """The time as rows hold it: ISO 8601, UTC, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


# A flipped bit may leave bytes that are not UTF-8: the row's checksum tells, not an exception
# that would take all other rows with it.
_text = partial(str, encoding="utf-8", errors="replace")


def set_row_form(connection: sqlite3.Connection) -> None:
    """Rows are read by column name, and damaged text is no reason to stop."""
    connection.row_factory = sqlite3.Row
    connection.text_factory = _text


def connect(path: Path, write: bool, busy_timeout_s: float = BUSY_TIMEOUT_S) -> sqlite3.Connection:
    """A connection to an existing file.

    WAL with synchronous=FULL lost 0 of 344 acknowledged rows in simulated power cuts (measured; WAL
    with NORMAL lost all 924). A checkpoint after every commit keeps the main file whole, so that
    nothing acknowledged is lost when the -wal file is deleted or left out of a copy. The open
    project's own writes say themselves when it is due (`Database.writing`).

    Raises:
        sqlite3.Error: as SQLite says it.
    """
    mode = "rw" if write else "ro"
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=busy_timeout_s, isolation_level=None)
    try:
        guard(connection)
        set_row_form(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA recursive_triggers = ON")  # INSERT OR REPLACE deletes, too.
        if write:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA wal_autocheckpoint = 1")
        connection.execute("PRAGMA user_version").fetchone()
    except UnicodeDecodeError as error:
        connection.close()
        raise unreadable_message(error) from error
    except BaseException:
        connection.close()
        raise
    return connection


class SecondCopy(Protocol):
    """Keeps what a transaction adds in a second place, before it is acknowledged."""

    @property
    def is_due_anew(self) -> bool:
        """Whether so much was added that the next opening should see what of it is needed."""

    def append(self, connection: sqlite3.Connection) -> None:
        """Write what the running transaction added, or raise NotSavedError."""

    def committed(self) -> None:
        """The transaction counts."""

    def roll_back(self) -> None:
        """The transaction does not count."""

    def close(self) -> None:
        """No transaction follows."""


class Database:
    """One connection, used by one thread, with errors in words for people.

    Args:
        path: the file, also named in messages.
        connection: to it, or to a copy in memory when `write` is false.
        write: whether this is the one writer.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, write: bool) -> None:
        self.path = path
        self.connection = connection
        self.is_writer = write
        self.second_copy: SecondCopy | None = None
        self.way_back: WayBack | None = None
        self._unfolded = 0
        if write:
            connection.execute("PRAGMA wal_autocheckpoint = 0")  # `_fold_if_due` does it.
        self._identity = _identity(path) if write else None
        self._stamp = file_stamp(path)
        self.was_touched = False
        """Whether another program has written into the main file, as far as its size and time
        tell."""

    def close(self) -> None:
        """Close the connection; SQLite then folds the -wal file into the main one."""
        if self.second_copy is not None:
            self.second_copy.close()
        self._look_for_others()
        self.connection.close()
        self._stamp = file_stamp(self.path)

    @contextmanager
    def writing(self, in_second_copy: bool = False) -> Iterator[sqlite3.Connection]:
        """One transaction: on leaving it is on the disk, or nothing of it is.

        Args:
            in_second_copy: whether all that it writes is in the second copy, too. Then the main
                file need not follow at once, which takes three of a commit's four waits for the
                disk (measured).

        Raises:
            NotSavedError: if the disk, its permissions or another program refused; nothing was
                changed and the same call may be made again.
        """
        if not self.is_writer:
            raise NotSavedError(
                f"Not saved: the project {self.path.parent} is open for reading only.",
                "Open it for writing.",
            )
        self._require_same_file()
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            yield self.connection
            if self.second_copy is not None:
                self.second_copy.append(self.connection)
            self.connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            raise not_saved(error, self.path, self.way_back) from error
        except BaseException:
            self._roll_back()
            raise
        if self.second_copy is not None:
            self.second_copy.committed()
        self._unfolded += 1
        if not in_second_copy or self.second_copy is None or self._unfolded >= _MOST_UNFOLDED:
            self.fold()

    def fold(self) -> None:
        """Bring the commits of the -wal file into the main one, if there are any.

        One that the disk refuses is left to the next: the commits are safe where they are.
        """
        if self._unfolded:
            self._unfolded = 0
            self._look_for_others()
            with suppress(sqlite3.Error):
                self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            self._stamp = file_stamp(self.path)

    def _look_for_others(self) -> None:
        """Only folding writes into the main file, so that its stamp changes then alone."""
        self.was_touched = self.was_touched or file_stamp(self.path) != self._stamp

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query."""
        try:
            return self.connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise not_read(error, self.path, self.way_back) from error

    def row(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        """The first row of a query, if there is one."""
        rows = self.rows(sql, values)
        return rows[0] if rows else None

    def value(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The first column of the first row; None without rows."""
        row = self.row(sql, values)
        return None if row is None else row[0]

    def _roll_back(self) -> None:
        if self.second_copy is not None:
            self.second_copy.roll_back()
        # SQLite may have rolled back by itself (full disk); a second time is an error then.
        if self.connection.in_transaction:
            with suppress(sqlite3.Error):
                self.connection.execute("ROLLBACK")

    def _require_same_file(self) -> None:
        """SQLite would go on writing into a file that was deleted or replaced meanwhile."""
        if _identity(self.path) != self._identity:
            raise NotSavedError(
                f"Not saved: {self.path} was moved, deleted or replaced while it was open.",
                "Put it back, or close Tastecut and open the project again.",
            )


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
