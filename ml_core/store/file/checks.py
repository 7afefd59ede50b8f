"""What the command's doctor asks of the store."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from ml_core.errors import UserError
from ml_core.paths import backups_dir
from ml_core.store.backup.copies import backups_in, good_backups
from ml_core.store.backup.soundness import count_damaged_rows, look_at
from ml_core.store.file.file_system import network_file_system
from ml_core.store.sqlite.database import Database
from ml_core.store.sqlite.schema import FIRST_TASTE

_FIXED_SQLITE = (3, 51, 3)
_LITTLE_SPACE_BYTES = 200 * 1024**2  # A day's ratings take one; analyses and exports need more.


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        ok: false where a person should do something.
        message: what was found.
        remedy: what helps; empty when all is well.
    """

    name: str
    ok: bool
    message: str
    remedy: str = ""


def check_store(database: Database, warnings: list[str]) -> list[Check]:
    """Look at the open database, its backups and its disk."""
    folder = database.path.parent
    return [
        _sqlite_version(),
        _integrity(database),
        _checksums(database),
        _derived_tables(database),
        _backups(folder),
        _disk(folder),
        *(Check("warning", False, warning) for warning in warnings),
    ]


def _sqlite_version() -> Check:
    version = sqlite3.sqlite_version
    note = (
        ""
        if sqlite3.sqlite_version_info >= _FIXED_SQLITE
        else "; older than 3.51.3, so only one Tastecut writes at a time"
    )
    return Check("SQLite", True, f"Version {version}{note}.")


def _integrity(database: Database) -> Check:
    name, remedy = "project file", f'Run "tastecut restore" with a backup, or with {database.path}.'
    try:
        findings = look_at(database.connection)
        verdict = str(database.value("PRAGMA integrity_check(1)"))
        broken = database.value("SELECT count(*) FROM pragma_foreign_key_check")
    except (UserError, sqlite3.Error) as error:
        return Check(name, False, str(error), remedy)
    if not findings.is_sound:
        return Check(name, False, f"It is damaged: {findings.damage}.", remedy)
    if verdict != "ok" or broken:
        return Check(name, False, f"It is damaged: {verdict}, {broken} broken references.", remedy)
    return Check(name, True, f"Whole, with {findings.n_ratings} ratings.")


def _checksums(database: Database) -> Check:
    try:
        damaged = count_damaged_rows(database.connection)
    except sqlite3.Error as error:
        return Check("ratings", False, str(error), 'Run "tastecut restore" with a backup.')
    if damaged:
        return Check(
            "ratings",
            False,
            f"{damaged} ratings are damaged and left out.",
            'Run "tastecut restore" with a backup to have them back.',
        )
    return Check("ratings", True, "Every rating is what was written.")


_CURRENT_AGAIN = """
SELECT comparison_id, id FROM ratings
WHERE id IN (SELECT max(id) FROM ratings GROUP BY comparison_id) AND withdraws IS NULL
"""


def _derived_tables(database: Database) -> Check:
    """`current_ratings` and `open_comparisons` must say what the ratings say."""
    differing = database.value(
        "SELECT (SELECT count(*) FROM ("
        f"{_CURRENT_AGAIN} EXCEPT SELECT comparison_id, rating_id FROM current_ratings)) + "
        "(SELECT count(*) FROM (SELECT comparison_id, rating_id FROM current_ratings "
        f"EXCEPT {_CURRENT_AGAIN})) + (SELECT count(*) FROM (SELECT id FROM comparisons EXCEPT "
        "SELECT comparison_id FROM current_ratings EXCEPT "
        "SELECT comparison_id FROM open_comparisons)) + (SELECT count(*) FROM open_comparisons "
        "JOIN current_ratings USING (comparison_id)) + (SELECT count(*) FROM comparisons AS c "
        "LEFT JOIN current_ratings AS n ON n.comparison_id = c.id "
        "LEFT JOIN open_comparisons AS o ON o.comparison_id = c.id "
        "WHERE c.taste != coalesce(n.taste, o.taste, c.taste)) + (SELECT count(*) FROM ratings "
        "JOIN comparisons AS c ON c.id = ratings.comparison_id "
        f"WHERE c.taste != coalesce(ratings.taste, {FIRST_TASTE}))"
    )
    if differing:
        return Check(
            "queue",
            False,
            f"{differing} pairs are neither open nor answered as the ratings say.",
            'Run "tastecut restore" with the newest backup.',
        )
    return Check("queue", True, "Every pair is either open or answered.")


def _backups(folder: Path) -> Check:
    found = next(good_backups(backups_dir(folder)), None)
    if found is None:
        damaged = len(backups_in(backups_dir(folder)))
        message = f"None of {damaged} backups can be used." if damaged else "No backup yet."
        return Check("backups", damaged == 0, message, 'Run "tastecut backup".' if damaged else "")
    backup, findings = found
    return Check("backups", True, f"The newest is {backup.path} ({findings.n_ratings} ratings).")


def _disk(folder: Path) -> Check:
    kind = network_file_system(folder)
    if kind is not None:
        return Check(
            "disk",
            False,
            f"{folder} is on a network drive ({kind}).",
            "Keep the project on a disk of this computer.",
        )
    while not folder.exists():  # A project that is not there yet.
        folder = folder.parent
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Check("disk", False, f"{folder} can't be read: {error.strerror}.")
    if free < _LITTLE_SPACE_BYTES:
        return Check(
            "disk", False, f"{free // 1024**2} MB are free in {folder}.", "Free some space."
        )
    return Check("disk", True, f"{free // 1024**3} GB are free in {folder}.")
