"""Going back to a backup, or rescuing what a damaged file still holds."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from ml_core.errors import NotSavedError, UserError
from ml_core.own_files import make_private_folder, touch_private
from ml_core.paths import backups_dir, database_path, journal_path, lock_path
from ml_core.store.backup.copies import back_up_into, sync_file, sync_folder
from ml_core.store.backup.salvage import RatingRow, add_salvaged, mend_damaged, salvage
from ml_core.store.backup.soundness import Findings, count_damaged_rows, look_at_file, project_id
from ml_core.store.file.opening import create_tables
from ml_core.store.file.write_ahead_log import log_path
from ml_core.store.file.writer_lock import WriterLock
from ml_core.store.journal.reading import Journaled, read_journal
from ml_core.store.journal.recovering import add_journaled, is_emptied
from ml_core.store.journal.writing import generation, set_generation, write_anew
from ml_core.store.sqlite import schema
from ml_core.store.sqlite.database import connect, utc_now
from ml_core.store.sqlite.failures import not_saved
from ml_core.store.sqlite.migrations import migrate


def restore(file: Path, project_dir: Path) -> Path | None:
    """Put a backup in the place of the project's database, which is kept aside.

    If the present database is whole, the project goes back to what it was. If it is damaged,
    emptied or missing, every rating that it or the journal holds is added, so that none is lost.
    If `file` itself is damaged, or is the journal, a database is made of what can be read.

    Args:
        file: a backup, the project's own file, or its journal.
        project_dir: the project's folder.

    Returns:
        where the replaced database is now; None if there was none.

    Raises:
        UserError: if the file is no Tastecut database, or the project is open elsewhere.
        NotSavedError: if the disk refused; the project is as it was.
    """
    path, journal = database_path(project_dir), journal_path(project_dir)
    from_journal = _is_file(file, journal)
    if not file.is_file():
        raise UserError(f"There is no file {file}.", "Choose a backup of this project.")
    findings = look_at_file(file)
    if findings.version > schema.VERSION:
        raise UserError(f"{file} was made by a newer Tastecut.", "Update Tastecut.")
    make_private_folder(project_dir)
    lock = WriterLock(lock_path(project_dir))
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        journaled = read_journal(journal)
        lost = _what_was_lost(path, journal, journaled)
        _build(partial, file, findings, lost, journaled, from_journal)
        kept = _set_aside(path)
        partial.replace(path)
        sync_folder(project_dir)
        _begin_journal(path, journal, journaled)
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


def _build(
    partial: Path,
    file: Path,
    findings: Findings,
    lost: list[RatingRow] | None,
    journaled: Journaled | None,
    from_journal: bool,
) -> None:
    """Write the database to be, whole, under a name of its own.

    Args:
        lost: what the damaged database still holds; None for a whole one, of which nothing is
            taken over.
    """
    touch_private(partial)
    with closing(sqlite3.connect(partial, isolation_level=None)) as target:
        target.row_factory = sqlite3.Row
        rows = [] if lost is None else list(lost)
        if findings.is_sound and not from_journal:
            with closing(connect(file, write=False)) as source:
                source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
            migrate(target)
        else:
            rows += [] if from_journal else salvage(file)
            _begin(target, journaled)
        target.execute("BEGIN IMMEDIATE")
        content = journaled if _is_own(journaled, target) else None
        if content is not None and (lost is not None or from_journal):
            rows += content.rating_rows()
            mend_damaged(target, rows)
            add_journaled(target, content, rows)
        else:
            mend_damaged(target, rows)
            add_salvaged(target, rows)
        if not findings.is_sound and target.execute("SELECT 1 FROM ratings").fetchone() is None:
            raise UserError(
                f"{file} holds no ratings that can be read ({findings.damage}).",
                "Choose another backup.",
            )
        # What was taken back on purpose must not come again from the journal.
        before = 0 if journaled is None else journaled.generation
        set_generation(target, max(before, generation(target)) + 1)
        target.execute("COMMIT")
    sync_file(partial)


def _begin(target: sqlite3.Connection, journaled: Journaled | None) -> None:
    """Make the tables of an empty project, under the name that the journal knows."""
    create_tables(target)
    if journaled is not None and journaled.project_id:
        target.execute(
            "UPDATE settings SET value = ? WHERE name = 'project_id'", (journaled.project_id,)
        )


def _is_own(journaled: Journaled | None, target: sqlite3.Connection) -> bool:
    """Whether a journal is of the project whose database is made."""
    return journaled is not None and journaled.project_id in ("", project_id(target))


def _what_was_lost(
    path: Path, journal: Path, journaled: Journaled | None
) -> list[RatingRow] | None:
    """The ratings that a damaged database still holds; None for a whole one.

    One that is missing where there is a journal or a log is as damaged as can be. Its log holds
    what was rated last, and the journal that too if it is whole.
    """
    if not path.exists():
        if _has_log(path) and (journaled is None or not journaled.is_whole):
            return salvage(path)
        return None if journaled is None else []
    if not look_at_file(path).is_sound:
        return salvage(path)
    with closing(connect(path, write=False)) as connection:
        if count_damaged_rows(connection):
            return salvage(path)
        return [] if is_emptied(connection, journal) else None


def _begin_journal(path: Path, journal: Path, journaled: Journaled | None) -> None:
    """Let the journal hold what the database now holds; what it held else is in the backups.

    Where that fails the next start does it: the database says that the journal is older.
    """
    with suppress(OSError), closing(connect(path, write=False)) as connection:
        write_anew(journal, connection, {} if journaled is None else journaled.ratings)


def _is_file(file: Path, path: Path) -> bool:
    return file.exists() and path.exists() and file.samefile(path)


def _has_log(path: Path) -> bool:
    log = log_path(path)
    return log.exists() and log.stat().st_size > 0


def _set_aside(path: Path) -> Path | None:
    """Keep the present database under another name, its log with it.

    A whole one becomes a numbered backup; a damaged one keeps its bytes. Its log is moved, since
    SQLite would replay it into a new database beside it. The file itself stays until the new one
    takes its name, so that at no moment the project looks like a new one. The log of one that is
    missing is moved likewise.
    """
    if path.exists() and look_at_file(path).is_sound:
        with closing(connect(path, write=True)) as connection:
            kept = back_up_into(connection, backups_dir(path.parent), "before-restore")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return kept
    stamp = utc_now()[:19].replace(":", "").replace("T", "-")
    kept = path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}")
    for suffix in ("-wal", "-shm", "-journal"):
        beside = Path(f"{path}{suffix}")
        if beside.exists():
            beside.replace(f"{kept}{suffix}")
    if not path.exists():
        return None
    touch_private(kept)
    shutil.copyfile(path, kept)
    sync_file(kept)
    return kept
