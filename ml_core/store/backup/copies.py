"""Copies of the database, made while it is in use and opened before they count."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ml_core.errors import UserError
from ml_core.own_files import is_running, make_private_folder, touch_private
from ml_core.store.backup.soundness import Findings, look_at_file

KEPT = 14
"""Two weeks of daily copies."""

_STALE_S = 24 * 3600.0  # No copy takes that long.

# The number, not the time, gives the order: clocks are set back.
_NAME = re.compile(r"^(?P<number>\d{4,})-(?P<day>\d{4}-\d\d-\d\d)(?P<why>-[a-z0-9-]+)?\.sqlite3$")


_UNFINISHED = re.compile(
    r"^\.\d{4,}-\d{4}-\d\d-\d\d(-[a-z0-9-]+)?\.sqlite3\.(?P<pid>\d{1,9})\.partial(-journal)?$"
)
"""What `copy_to` writes until it is whole, and what SQLite puts beside it."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy in the project's folder of backups."""

    path: Path
    number: int
    day: str
    is_daily: bool


def backups_in(folder: Path) -> list[Backup]:
    """All copies in a folder, newest first."""
    found = []
    with suppress(OSError):
        for path in folder.iterdir():
            match = _NAME.match(path.name)
            if match:
                found.append(Backup(path, int(match["number"]), match["day"], not match["why"]))
    return sorted(found, key=lambda backup: -backup.number)


def good_backups(folder: Path) -> Iterator[tuple[Backup, Findings]]:
    """Copies that were just opened and found sound, newest first."""
    for backup in backups_in(folder):
        findings = look_at_file(backup.path)
        if findings.is_sound:
            yield backup, findings


def is_due(folder: Path) -> bool:
    """Whether there is no copy of today yet."""
    return all(backup.day != _today() for backup in backups_in(folder))


def back_up_into(connection: sqlite3.Connection, folder: Path, why: str = "") -> Path:
    """Copy the open database into a folder of numbered copies; drop the oldest daily ones.

    Raises:
        OSError, sqlite3.Error, UserError: if the copy can't be made; no copy is lost then.
    """
    make_private_folder(folder)
    known = backups_in(folder)
    number = known[0].number + 1 if known else 1
    suffix = f"-{why}" if why else ""
    target = folder / f"{number:04d}-{_today()}{suffix}.sqlite3"
    copy_to(connection, target)
    _clear_left_overs(folder)
    daily = [backup for backup in backups_in(folder) if backup.is_daily]
    for backup in daily[KEPT:]:
        with suppress(OSError):
            backup.path.unlink()
    return target


def _clear_left_overs(folder: Path) -> None:
    """Delete what killed processes left half done, unless one may still be at it."""
    with suppress(OSError):
        for left_over in folder.iterdir():
            match = _UNFINISHED.match(left_over.name)
            if match and (_is_stale(left_over) or not is_running(int(match["pid"]))):
                with suppress(OSError):
                    left_over.unlink()


def _is_stale(path: Path) -> bool:
    with suppress(OSError):
        return time.time() - path.stat().st_mtime > _STALE_S
    return False


def copy_to(connection: sqlite3.Connection, target: Path) -> None:
    """Copy the open database to a file, which stands there whole or not at all.

    It takes SQLite's backup interface, then fsync, a look at the copy, and a rename. The interface
    and VACUUM INTO kept every row, and a plain copy of the file lost all (measured).

    Raises:
        OSError, sqlite3.Error: if the copy can't be written.
        UserError: if the copy turned out damaged.
    """
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        touch_private(partial)
        with closing(sqlite3.connect(partial, isolation_level=None)) as copy:
            copy.execute("PRAGMA synchronous = OFF")  # fsync below covers the whole file.
            connection.backup(copy)
            # One file with nothing beside it, so that a person may move it about.
            copy.execute("PRAGMA journal_mode = DELETE")
        findings = look_at_file(partial)
        if not findings.is_sound:
            raise UserError(f"The copy {target} can't be trusted: {findings.damage}.")
        sync_file(partial)
        partial.replace(target)
        sync_folder(target.parent)
    finally:
        for left_over in (partial, Path(f"{partial}-journal")):
            with suppress(OSError):
                left_over.unlink()


def sync_file(path: Path) -> None:
    """Wait until a file's content is on the disk."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Wait until a folder's names are on the disk; systems without that need not."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # Some network file systems refuse it.
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
