"""Copies of the database, made while it is in use and opened before they count."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from ml_core.errors import UserError
from ml_core.own_files import is_running, make_private_folder, touch_private
from ml_core.store.backup.soundness import Findings, look_at_file
from ml_core.store.sqlite.schema import APPLICATION_ID

EACH_MINUTES = 30
"""How old the newest copy is before the next start, or half an hour of rating, makes another."""

_STALE_S = 24 * 3600.0  # No copy takes that long.

_APPLICATION_ID_AT = 68
"""Where a SQLite file says whose it is ("Database File Format", section 1.3)."""

# The number, not the time, gives the order: clocks are set back.
_NAME = re.compile(
    r"^(?P<number>\d{4,})-(?P<day>\d{4}-\d\d-\d\d)(-(?P<time>\d{4}))?(?P<why>-[a-z0-9-]+)?\.sqlite3$"
)

_UNFINISHED = re.compile(
    r"^\.\d{4,}-\d{4}-\d\d-\d\d(-[a-z0-9-]+)?\.sqlite3\.(?P<pid>\d{1,9})\.partial(-journal)?$"
)
"""What `copy_to` writes until it is whole, and what SQLite puts beside it."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy in the project's folder of backups.

    Attributes:
        day: when it was made, UTC, as in 2026-05-01.
        time: hour and minute, as in 1432; empty for copies of older versions.
        why: "by-hand", "before-restore", "before-version-4"; empty for those made by themselves.
    """

    path: Path
    number: int
    day: str
    time: str = ""
    why: str = ""

    @property
    def is_daily(self) -> bool:
        """Whether it was made by itself, and goes when newer ones have come."""
        return not self.why


def backups_in(folder: Path) -> list[Backup]:
    """All copies in a folder, newest first."""
    found = []
    with suppress(OSError):
        for path in folder.iterdir():
            match = _NAME.match(path.name)
            if match:
                why = (match["why"] or "").removeprefix("-")
                found.append(
                    Backup(path, int(match["number"]), match["day"], match["time"] or "", why)
                )
    return sorted(found, key=lambda backup: -backup.number)


def good_backups(folder: Path) -> Iterator[tuple[Backup, Findings]]:
    """Copies that were just opened and found sound, newest first."""
    for backup in backups_in(folder):
        findings = look_at_file(backup.path)
        if findings.is_sound:
            yield backup, findings


def is_due(folder: Path) -> bool:
    """Whether there is no copy of today yet, or the newest is half an hour old.

    Only copies that were made by themselves count: others are of an older version, of what was
    gone back from, or made for a purpose.
    """
    copies = [backup for backup in backups_in(folder) if backup.is_daily]
    if all(backup.day != _today() for backup in copies):
        return True
    with suppress(OSError):
        return time.time() - copies[0].path.stat().st_mtime > EACH_MINUTES * 60
    return False


def back_up_into(connection: sqlite3.Connection, folder: Path, why: str = "") -> Path:
    """Copy the open database into a folder of numbered copies.

    Raises:
        OSError, sqlite3.Error, UserError: if the copy can't be made; no copy is lost then.
    """
    make_private_folder(folder)
    known = backups_in(folder)
    number = known[0].number + 1 if known else 1
    suffix = f"-{why}" if why else ""
    target = folder / f"{number:04d}-{_today()}-{_time_of_day()}{suffix}.sqlite3"
    copy_to(connection, target)
    _clear_left_overs(folder)
    return target


def thin_out(folder: Path) -> None:
    """Drop copies made by themselves that newer ones stand for; all others are kept.

    Only for the project's own folder: elsewhere a person keeps what they like.
    """
    made = [backup for backup in backups_in(folder) if backup.is_daily]
    for backup in set(made) - kept_of(made):
        with suppress(OSError):
            if _is_ours(backup.path):
                backup.path.unlink()


def kept_of(copies: Sequence[Backup]) -> set[Backup]:
    """Which copies stay: the newest of each of the last hours, days and weeks that have any.

    Hours, days and weeks without a copy don't count, so that a holiday, or a clock that was set
    back, costs none. The scheme is Anki's, with an hourly step before its daily one.

    Args:
        copies: newest first.
    """
    kept = set(copies[:_NEWEST_KEPT])
    for n_kept, period in _KEPT:
        newest: dict[str, Backup] = {}
        for backup in copies:
            newest.setdefault(period(backup), backup)
        kept.update(list(newest.values())[:n_kept])
    return kept


def _week(backup: Backup) -> str:
    try:
        year, week, _ = date.fromisoformat(backup.day).isocalendar()
    except ValueError:
        return backup.day
    return f"{year} {week}"


_NEWEST_KEPT = 3
"""However close they are to each other."""

_KEPT: tuple[tuple[int, Callable[[Backup], str]], ...] = (
    (12, lambda backup: f"{backup.day} {backup.time[:2]}"),
    (14, lambda backup: backup.day),
    (10, _week),
)
"""How many hours, days and weeks, and what tells one from the next."""


def _is_ours(path: Path) -> bool:
    """Whether a file is a Tastecut database and no link: a name alone may be anybody's."""
    if path.is_symlink():
        return False
    with path.open("rb") as file:
        header = file.read(_APPLICATION_ID_AT + 4)
    return int.from_bytes(header[_APPLICATION_ID_AT:], "big") == APPLICATION_ID


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


def _time_of_day() -> str:
    return datetime.now(UTC).strftime("%H%M")


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
