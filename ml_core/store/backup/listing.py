"""What each backup holds, for a person who looks for the one to go back to."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ml_core.store.backup.copies import Backup, backups_in
from ml_core.store.sqlite import schema
from ml_core.store.sqlite.database import connect
from ml_core.store.sqlite.rating_rows import COUNT_ALL

_COUNTS = (
    f"SELECT ({COUNT_ALL}), "
    "(SELECT count(*) FROM songs WHERE removed = 0), (SELECT count(*) FROM checkpoints)"
)


@dataclass(frozen=True, slots=True)
class BackupContents:
    """A copy that can be gone back to.

    Attributes:
        path: its file.
        utc: when it was made.
        why: "by-hand", "before-restore", "before-version-4"; empty for one made by itself.
        n_ratings: answers that count as ratings, of all tastes.
        n_songs: on the list.
        n_models: checkpoints.
        tastes: names of the tastes on the list.
        can_be_read: whether it can be opened; nothing else is known if not.
    """

    path: Path
    utc: datetime
    why: str
    n_ratings: int = 0
    n_songs: int = 0
    n_models: int = 0
    tastes: tuple[str, ...] = ()
    can_be_read: bool = True


def contents_of(folder: Path) -> list[BackupContents]:
    """What the copies in a folder hold, newest first.

    Each was checked closely when it was made, and is again before it takes the project's place.
    """
    return [_contents(backup) for backup in backups_in(folder)]


def _contents(backup: Backup) -> BackupContents:
    utc = _made_at(backup)
    try:
        with closing(connect(backup.path, write=False)) as connection:
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            if connection.execute("PRAGMA application_id").fetchone()[0] != schema.APPLICATION_ID:
                return BackupContents(backup.path, utc, backup.why, can_be_read=False)
            counts = connection.execute(_COUNTS).fetchone()
            # Tastes came with version 3.
            tastes = (
                connection.execute("SELECT name FROM tastes WHERE removed = 0 ORDER BY id")
                if version >= 3
                else [(schema.FIRST_NAME,)]
            )
            names = tuple(str(row[0]) for row in tastes)
    except (sqlite3.Error, UnicodeDecodeError):
        return BackupContents(backup.path, utc, backup.why, can_be_read=False)
    n_ratings, n_songs, n_models = (int(number) for number in counts)
    return BackupContents(backup.path, utc, backup.why, n_ratings, n_songs, n_models, names)


def _made_at(backup: Backup) -> datetime:
    if backup.time:
        try:
            return datetime.strptime(f"{backup.day} {backup.time}", "%Y-%m-%d %H%M").replace(
                tzinfo=UTC
            )
        except ValueError:
            pass
    try:
        return datetime.fromtimestamp(backup.path.stat().st_mtime, UTC)
    except OSError:
        return datetime.fromtimestamp(0, UTC)
