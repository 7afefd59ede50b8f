"""The open journal: each write of the store goes into it before it is acknowledged."""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ml_core.errors import NotSavedError
from ml_core.store.backup.copies import sync_folder
from ml_core.store.backup.soundness import project_id
from ml_core.store.journal.lines import Line, Record, encode, relabel
from ml_core.store.journal.records import (
    mark_records,
    pair_records,
    rating_from,
    rating_record,
    rating_rows,
    taste_records,
)
from ml_core.store.sqlite.rating_rows import is_sound

GENERATION = "journal_generation"
"""The setting that counts how often the project went back to a backup."""

FEW_PAIRS = 256
"""Up to this many pairs that were rated since may stay in it."""

_NO_END = 2**62
"""More than any id."""

_SYNC_AFTER_S = 0.8  # The store itself is synchronous; this file may lag by a second.


class Journal:
    """The project's journal, open for appending. It holds what the store holds, when it is opened.

    A transaction's lines are written before its COMMIT: what is acknowledged is in both files. A
    COMMIT that fails takes them out again. A kill between the two leaves a rating that only the
    journal has, which the next start adds.

    Args:
        path: its file, made if it is not there.
        connection: to the store.

    Raises:
        OSError: if it can't be written.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | _binary(), 0o600)
        self._identity = _identity(os.fstat(self._descriptor))
        self._size = os.fstat(self._descriptor).st_size
        self._written = self._size
        self._guard = threading.Lock()
        self._timer: threading.Timer | None = None
        self._n_pairs = 0
        self._pending = self._state = self._state_of(connection, taste_records(connection))

    @property
    def is_due_anew(self) -> bool:
        """Whether many pairs were added, which no longer count once they are rated."""
        return self._n_pairs > FEW_PAIRS

    def append(self, connection: sqlite3.Connection) -> None:
        """Write what the running transaction added; nothing if that is nothing.

        Raises:
            NotSavedError: if the disk refused; nothing of it stays in the file.
        """
        last_rating, last_mark, last_pair, tastes = self._state
        found = taste_records(connection)
        records: list[Record] = [record for record in found if record not in tastes]
        records += [rating_record(row) for row in rating_rows(connection, last_rating)]
        records += mark_records(connection, last_mark)
        records += pair_records(connection, last_pair, _NO_END, (last_rating, _NO_END))
        if not records:
            return
        self._pending = self._state_of(connection, found)
        self._n_pairs += sum(kind == "p" for kind, _, _ in records)
        try:
            self._require_same_file(connection)
            self._write(b"".join(encode(records)))
        except OSError as error:
            self.roll_back()
            raise _not_saved(error, self._path) from error

    def committed(self) -> None:
        """What was written last counts."""
        if self._written == self._size:
            return
        self._size, self._state = self._written, self._pending
        with self._guard:
            if self._timer is None:
                self._timer = threading.Timer(_SYNC_AFTER_S, self._sync)
                self._timer.daemon = True
                self._timer.start()

    def roll_back(self) -> None:
        """Take out what was written last."""
        if self._written != self._size:
            with suppress(OSError):
                os.ftruncate(self._descriptor, self._size)
            self._written = self._size

    def close(self) -> None:
        """Bring it to the disk; closing twice is harmless."""
        with self._guard:
            timer, self._timer = self._timer, None
            if timer is not None:
                timer.cancel()
            if self._descriptor >= 0:
                if timer is not None:
                    with suppress(OSError):
                        os.fsync(self._descriptor)
                with suppress(OSError):
                    os.close(self._descriptor)
                self._descriptor = -1

    def _sync(self) -> None:
        with self._guard:
            self._timer = None
            if self._descriptor >= 0:
                with suppress(OSError):
                    os.fsync(self._descriptor)

    def _write(self, content: bytes) -> None:
        rest = memoryview(content)
        while rest:
            n_bytes = os.write(self._descriptor, rest)
            self._written += n_bytes
            rest = rest[n_bytes:]

    def _require_same_file(self, connection: sqlite3.Connection) -> None:
        """Make it anew if it was deleted or replaced while it was open."""
        with suppress(OSError):
            if _identity(self._path.stat()) == self._identity:
                return
        last_rating, last_mark, last_pair, _ = self._state
        write_anew(self._path, connection, {}, last_rating, last_mark, last_pair)
        with self._guard:
            os.close(self._descriptor)
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | _binary())
        self._identity = _identity(os.fstat(self._descriptor))
        self._size = self._written = os.fstat(self._descriptor).st_size

    @staticmethod
    def _state_of(
        connection: sqlite3.Connection, tastes: list[Record]
    ) -> tuple[int, int, int, list[Record]]:
        last = connection.execute(
            "SELECT (SELECT coalesce(max(id), 0) FROM ratings), "
            "(SELECT coalesce(max(id), 0) FROM marks), "
            "(SELECT coalesce(max(id), 0) FROM comparisons)"
        ).fetchone()
        return int(last[0]), int(last[1]), int(last[2]), tastes


def write_anew(
    path: Path,
    connection: sqlite3.Connection,
    old: Mapping[str, Line],
    last_rating: int | None = None,
    last_mark: int | None = None,
    last_pair: int | None = None,
) -> None:
    """Write the whole journal from the store; it takes its name when it is on the disk.

    Args:
        path: the journal's.
        connection: to the store.
        old: lines of ratings that are whole, by key: they are taken over, also where the store's
            own row is damaged.
        last_rating, last_mark, last_pair: ids to stop at; None for all.

    Raises:
        OSError: if it can't be written; the old file stays then.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _binary()
        descriptor = os.open(partial, flags, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(encode([header(connection), *taste_records(connection)]))
            for row in rating_rows(connection, 0):
                if last_rating is not None and row["id"] > last_rating:
                    break
                file.write(_rating_line(row, old))
            for record in mark_records(connection, 0):
                if last_mark is None or record[2][0] <= last_mark:
                    file.writelines(encode([record]))
            known = (0, _NO_END if last_rating is None else last_rating)
            up_to = _NO_END if last_pair is None else last_pair
            for record in pair_records(connection, 0, up_to, known):
                file.writelines(encode([record]))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        sync_folder(path.parent)
    finally:
        with suppress(OSError):
            partial.unlink()


def _rating_line(row: sqlite3.Row, old: Mapping[str, Line]) -> bytes:
    """A rating's line, taken over where it was whole; empty where no whole one is left."""
    kept = old.get(str(row["checksum"]))
    if kept is None and is_sound(row):
        return encode([rating_record(row)])[0]
    if kept is None:
        kept = next((line for line in old.values() if _is_rating(line, row["id"])), None)
    return b"" if kept is None else relabel(kept)


def _is_rating(line: Line, rating_id: int) -> bool:
    row = rating_from(line)
    return row is not None and row["id"] == rating_id


def header(connection: sqlite3.Connection) -> Record:
    """Whose journal it is."""
    return (
        "h",
        "-",
        {"project_id": project_id(connection), "generation": generation(connection), "format": 1},
    )


def generation(connection: sqlite3.Connection) -> int:
    """How often the project went back to a backup."""
    row = connection.execute("SELECT value FROM settings WHERE name = ?", (GENERATION,)).fetchone()
    try:
        return 0 if row is None else int(row[0])
    except ValueError:
        return 0


def set_generation(connection: sqlite3.Connection, number: int) -> None:
    """Let journals that were written before count no more."""
    connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (GENERATION, str(number)))


def _binary() -> int:
    """Without this flag Windows writes a line's end as two bytes, which are in no digest."""
    return getattr(os, "O_BINARY", 0)


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _not_saved(error: OSError, path: Path) -> NotSavedError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return NotSavedError(
            f"Not saved: the disk with {path.parent} is full.", "Free some space, then try again."
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return NotSavedError(
            f"Not saved: {path.parent} can't be written to.",
            "Allow writing to that folder, then try again.",
        )
    return NotSavedError(
        f"Not saved: the disk with {path.parent} refused to write.",
        "Check its free space and its health, then try again.",
    )
