"""The -wal file that a crash leaves behind, and the one that does not belong here.

SQLite replays any log that lies beside a database and is consistent in itself, whichever database
it was written for. Every commit is folded into the main file at once, so a log is needed only for
the very last commit. So a log that spoils the database is set aside, not replayed.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ml_core.errors import NotSavedError
from ml_core.store.backup.soundness import look_at, project_id
from ml_core.store.file.left_overs import trial_folder
from ml_core.store.sqlite import schema
from ml_core.store.sqlite.database import connect
from ml_core.store.sqlite.rating_rows import is_sound


def log_path(path: Path) -> Path:
    """Where SQLite keeps the log of a database."""
    return Path(f"{path}-wal")


def set_foreign_log_aside(path: Path) -> list[str]:
    """Try the log on a copy; if the database was better without it, rename the log.

    Costs a copy of the database, but only after a crash: closing leaves no log.

    Returns:
        a warning if a log was set aside.
    """
    log = log_path(path)
    if not log.exists() or log.stat().st_size == 0:
        return []
    try:
        with trial_folder(path) as folder:
            copy = folder / path.name
            shutil.copyfile(path, copy)
            without = _look(copy)
            shutil.copyfile(log, log_path(copy))
            with_log = _look(copy)
    except OSError as error:
        raise NotSavedError(
            f"The project {path.parent} can't be checked after a crash: {error.strerror}.",
            "Free some space, then try again; nothing was lost.",
        ) from error
    if without is None or (with_log is not None and _continues(with_log, without)):
        return []
    aside = _free_name(path.with_name(f"{path.stem}.foreign-wal"))
    log.replace(aside)
    return [
        f"{log.name} did not belong to {path} and was set aside as {aside.name}; "
        f"the project's {len(without.checksums)} ratings are whole."
    ]


@dataclass(frozen=True, slots=True)
class _Content:
    """What tells one project's database from another's, and an earlier state from a later one."""

    project_id: str
    checksums: list[str]


def _continues(later: _Content, earlier: _Content) -> bool:
    """Whether `later` is the same project with the same ratings, and perhaps more of them."""
    return (
        later.project_id == earlier.project_id
        and later.checksums[: len(earlier.checksums)] == earlier.checksums
    )


def _look(path: Path) -> _Content | None:
    """A copy's content; None if it is damaged in any way."""
    try:
        with closing(connect(path, write=False)) as connection:
            findings = look_at(connection)
            if not findings.is_sound or findings.version != schema.VERSION:
                return None
            rows = connection.execute("SELECT * FROM ratings ORDER BY id").fetchall()
            if not all(is_sound(row) for row in rows):
                return None
            return _Content(project_id(connection), [row["checksum"] for row in rows])
    except sqlite3.Error:
        return None


def _free_name(path: Path) -> Path:
    taken = {entry.name for entry in path.parent.iterdir()}
    number = 1
    while f"{path.name}.{number}" in taken:
        number += 1
    return path.with_name(f"{path.name}.{number}")
