"""SQLite's errors in words that say what happened and what helps."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from ml_core.errors import NotSavedError, UserError


class DamagedStoreError(UserError):
    """The database can't be trusted; it stays where it is until something is restored.

    Attributes:
        backup: the newest backup that was opened and found good, else the journal; None without.
        comes_back: what going back to it gives, in a sentence for the window.
    """

    def __init__(
        self, message: str, remedy: str, backup: Path | None, comes_back: str = ""
    ) -> None:
        super().__init__(message, remedy)
        self.backup = backup
        self.comes_back = comes_back


WayBack = Callable[[], str]
"""What brings a damaged file's ratings back, in a sentence."""

_DOCTOR = 'Close Tastecut and run "tastecut doctor".'

_FULL = ("the disk with {folder} is full.", "Free some space, then try again.")
_READ_ONLY = (
    "{folder} can't be written to.",
    "Allow writing to that folder, then try again.",
)
_LOCKED = (
    "another program is using {file}.",
    "Close that program, then try again.",
)
_BROKEN = (
    "the disk with {folder} refused to write.",
    "Check its free space and its health, then try again.",
)

# By the primary code: the low byte of SQLite's extended codes.
_WORDS = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: _READ_ONLY,
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_PROTOCOL: _LOCKED,
    sqlite3.SQLITE_IOERR: _BROKEN,
}


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 1 (a plain error) where Python tells none."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF


def means_damage(error: sqlite3.Error) -> bool:
    """Whether the error says that the file's content is not what SQLite wrote."""
    return primary_code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def unreadable_message(error: UnicodeDecodeError) -> sqlite3.DatabaseError:
    """What Python raises when SQLite's own message quotes damaged bytes, as the damage it is."""
    damage = sqlite3.DatabaseError(f"damaged text in the file ({error.reason})")
    damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return damage


def not_saved(error: sqlite3.Error, database: Path, way_back: WayBack | None = None) -> Exception:
    """What a failed write is for the person; the error itself where it is our own fault."""
    if means_damage(error):
        return NotSavedError(
            f"Not saved: the project's file {database} is damaged.",
            _DOCTOR if way_back is None else f"Close Tastecut. {way_back()}",
        )
    found = _words(error, database)
    return error if found is None else NotSavedError(f"Not saved: {found[0]}", found[1])


def not_opened(error: sqlite3.Error, database: Path) -> Exception:
    """What a failed opening is for the person; the error itself where it is our own fault."""
    found = _words(error, database)
    if found is None:
        return error
    return NotSavedError(f"The project can't be opened: {found[0]}", found[1])


def _words(error: sqlite3.Error, database: Path) -> tuple[str, str] | None:
    found = _WORDS.get(primary_code(error))
    if found is None:
        return None
    return found[0].format(folder=database.parent, file=database), found[1]


def not_read(error: sqlite3.Error, database: Path, way_back: WayBack | None = None) -> Exception:
    """What a failed read is for the person; the error itself where it is our own fault."""
    if means_damage(error):
        return UserError(
            f"The project's file {database} is damaged.",
            _DOCTOR if way_back is None else f"Close Tastecut. {way_back()}",
        )
    if primary_code(error) in _WORDS:
        return UserError(
            f"The project's file {database} can't be read.",
            "Check that its disk is connected and that no other program is using it.",
        )
    return error
