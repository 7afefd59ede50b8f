"""Going back to a backup, or rescuing what a damaged file still holds."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from ml_core.errors import NotSavedError, UserError
from ml_core.paths import backups_dir, database_path, lock_path
from ml_core.store.backup.copies import back_up_into, sync_file, sync_folder
from ml_core.store.backup.salvage import add_salvaged, salvage
from ml_core.store.backup.soundness import Findings, look_at_file
from ml_core.store.file.opening import create_tables
from ml_core.store.file.writer_lock import WriterLock
from ml_core.store.sqlite import schema
from ml_core.store.sqlite.database import connect, utc_now
from ml_core.store.sqlite.failures import not_saved
from ml_core.store.sqlite.migrations import migrate


def restore(file: Path, project_dir: Path) -> Path | None:
    """Put a backup in the place of the project's database, which is kept aside.

    If the present database is damaged, every rating in it that is whole and newer than the backup
    is added. If `file` itself is damaged, a database is made of what can be read in it.

    Returns:
        where the replaced database is now; None if there was none.

    Raises:
        UserError: if the file is no Tastecut database, or the project is open elsewhere.
        NotSavedError: if the disk refused; the project is as it was.
    """
    if not file.is_file():
        raise UserError(f"There is no file {file}.", "Choose a backup of this project.")
    findings = look_at_file(file)
    if findings.version > schema.VERSION:
        raise UserError(f"{file} was made by a newer Tastecut.", "Update Tastecut.")
    path = database_path(project_dir)
    project_dir.mkdir(parents=True, exist_ok=True)
    lock = WriterLock(lock_path(project_dir))
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        _build(partial, file, findings, path)
        kept = _set_aside(path)
        partial.replace(path)
        sync_folder(project_dir)
    except sqlite3.Error as error:
        raise not_saved(error, path) from error
    except OSError as error:
        raise NotSavedError(
            f"{file} could not be restored: {error.strerror}.", "Free some space, then try again."
        ) from error
    finally:
        for left_over in (partial, Path(f"{partial}-journal")):
            with suppress(OSError):
                left_over.unlink()
        lock.release()
    return kept


def _build(partial: Path, file: Path, findings: Findings, path: Path) -> None:
    """Write the database to be, whole, under a name of its own."""
    with closing(sqlite3.connect(partial, isolation_level=None)) as target:
        target.row_factory = sqlite3.Row
        if findings.is_sound:
            with closing(connect(file, write=False)) as source:
                source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
            migrate(target)
            rescued = [] if _is_file(file, path) or _is_whole(path) else salvage(path)
        else:
            rescued = salvage(file)
            if not rescued:
                raise UserError(
                    f"{file} holds no ratings that can be read ({findings.damage}).",
                    "Choose another backup.",
                )
            create_tables(target)
        if rescued:
            add_salvaged(target, rescued)
    sync_file(partial)


def _is_file(file: Path, path: Path) -> bool:
    return path.exists() and file.samefile(path)


def _is_whole(path: Path) -> bool:
    return not path.exists() or look_at_file(path).is_sound


def _set_aside(path: Path) -> Path | None:
    """Keep the present database under another name, its log with it.

    A whole one becomes a numbered backup; a damaged one keeps its bytes. Its log is moved, since
    SQLite would replay it into a new database beside it. The file itself stays until the new one
    takes its name, so that at no moment the project looks like a new one.
    """
    if not path.exists():
        return None
    if _is_whole(path):
        with closing(connect(path, write=True)) as connection:
            kept = back_up_into(connection, backups_dir(path.parent), "before-restore")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return kept
    stamp = utc_now()[:19].replace(":", "").replace("T", "-")
    kept = path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}")
    for suffix in ("-wal", "-shm"):
        beside = Path(f"{path}{suffix}")
        if beside.exists():
            beside.replace(f"{kept}{suffix}")
    shutil.copyfile(path, kept)
    sync_file(kept)
    return kept
