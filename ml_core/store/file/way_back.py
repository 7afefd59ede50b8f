"""A project whose file is lost: what is said, and the way back that is named."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from ml_core.paths import backups_dir, journal_path, lock_path
from ml_core.store.backup.copies import Backup, good_backups
from ml_core.store.backup.soundness import NOT_OURS, Findings
from ml_core.store.file.writer_lock import is_held
from ml_core.store.journal.reading import Journaled, read_journal
from ml_core.store.journal.recovering import is_emptied
from ml_core.store.sqlite.database import connect
from ml_core.store.sqlite.failures import DamagedStoreError


def require_new(path: Path) -> None:
    """Where there are backups or a journal, a missing file is a loss, not a new project."""
    journaled = _journaled(path)
    found = _best_backup(path, journaled)
    if found is not None or (journaled is not None and journaled.ratings):
        raise _lost(f"The project's file {path} is missing.", path, "")


def require_ratings(
    connection: sqlite3.Connection, path: Path, beside_writer: bool = False
) -> None:
    """A file whose ratings were all taken away is damaged, however sound SQLite finds it."""
    n_lost = is_emptied(connection, journal_path(path.parent))
    # A writer that is at its first rating has it in the journal a moment before.
    if n_lost and not (beside_writer and is_held(lock_path(path.parent))):
        raise damaged(path, f"it has lost all its {n_lost} ratings")


def damaged(path: Path, how: str) -> DamagedStoreError:
    """The error for a file that can't be trusted, with the newest backup that can."""
    message = f"The project's file {path} is damaged ({how})."
    if how == NOT_OURS:
        message = f"{path} is not the file of a Tastecut project."
    return _lost(message, path, "It is kept as it is; ")


def _lost(message: str, path: Path, kept: str) -> DamagedStoreError:
    """The error that names the way back: a backup, else the journal, else the file itself."""
    journal, journaled = journal_path(path.parent), _journaled(path)
    found = _best_backup(path, journaled)
    n_journaled = 0 if journaled is None else len(journaled.ratings)
    if found is not None:
        more = "what can still be read" if kept else ""
        if n_journaled:
            more = "every rating given since"
        adds = f" and adds {more}" if more else ""
        comes_back = (
            f"The backup of {found[0].day} can be brought back ({found[1].n_ratings} ratings)"
            f"{', with ' + more if more else ''}. The file itself is kept as it is."
        )
        return DamagedStoreError(
            message, f"{kept}{_way_back(*found)}{adds}.", found[0].path, comes_back
        )
    if n_journaled:
        return DamagedStoreError(
            message,
            f'{kept}"tastecut restore {journal}" brings its ratings back from the journal.',
            journal,
            "No backup is left, but the journal brings every rating back. Songs have to be added "
            "again.",
        )
    kept += "choose another project folder, or " if "is not the file" in message else ""
    return DamagedStoreError(
        message,
        f'{kept}"tastecut restore {path}" saves what can still be read.',
        None,
        "No backup is left. Ratings that can still be read can be brought back.",
    )


def _journaled(path: Path) -> Journaled | None:
    with suppress(OSError):
        return read_journal(journal_path(path.parent))
    return None


def _best_backup(path: Path, journaled: Journaled | None) -> tuple[Backup, Findings] | None:
    """The newest good backup whose every rating the journal has, else the newest good one.

    What a person took back by going to an older backup is in newer ones still, and must not come
    again by itself.
    """
    newest = None
    for backup, findings in good_backups(backups_dir(path.parent)):
        newest = newest or (backup, findings)
        if journaled is None or not journaled.is_whole or not journaled.ratings:
            break
        if _checksums(backup.path) <= journaled.ratings.keys():
            return backup, findings
    return newest


def _checksums(file: Path) -> set[str]:
    with closing(connect(file, write=False)) as connection:
        return {str(row[0]) for row in connection.execute("SELECT checksum FROM ratings")}


def _way_back(backup: Backup, findings: Findings) -> str:
    return (
        f'"tastecut restore {backup.path}" goes back to the backup of {backup.day} '
        f"({findings.n_ratings} ratings)"
    )
