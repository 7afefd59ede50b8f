"""Opening a project: nothing is written before the file was found sound and of a known version."""

from __future__ import annotations

import json
import os
import sqlite3
import uuid
from contextlib import closing, suppress
from pathlib import Path

from ml_core.errors import NotSavedError, UserError
from ml_core.own_files import make_private_folder, touch_private
from ml_core.paths import (
    backups_dir,
    database_path,
    journal_path,
    lock_path,
)
from ml_core.store.backup.copies import (
    back_up_into,
    is_due,
    sync_file,
    sync_folder,
    thin_out,
)
from ml_core.store.backup.soundness import Findings, look_at
from ml_core.store.file.checked import is_as_left
from ml_core.store.file.left_overs import clear_left_overs
from ml_core.store.file.opening_words import place_warnings, recovered
from ml_core.store.file.privacy import keep_project_private
from ml_core.store.file.way_back import damaged, require_new, require_ratings
from ml_core.store.file.write_ahead_log import set_foreign_log_aside
from ml_core.store.file.writer_lock import WriterLock
from ml_core.store.journal.recovering import bring_together
from ml_core.store.journal.writing import Journal
from ml_core.store.sqlite import schema
from ml_core.store.sqlite.database import Database, connect, set_row_form
from ml_core.store.sqlite.failures import (
    means_damage,
    not_opened,
    not_read,
    not_saved,
)
from ml_core.store.sqlite.guards import guard
from ml_core.store.sqlite.migrations import migrate


def open_for_writing(
    project_dir: Path, busy_timeout_s: float
) -> tuple[Database, WriterLock, list[str]]:
    """Open, create or migrate a project's database as its one writer.

    Returns:
        the database, the lock that goes with it, and warnings for the person.

    Raises:
        UserError: if it can't be opened; nothing was changed then.
    """
    try:
        make_private_folder(project_dir)
    except OSError as error:
        raise UserError(
            f"The project folder {project_dir} can't be made: {error.strerror}.",
            "Choose another project folder.",
        ) from error
    lock = WriterLock(lock_path(project_dir))
    try:
        warnings = place_warnings(project_dir, lock.is_real)
        path = database_path(project_dir)
        clear_left_overs(path, lock.is_real)
        keep_project_private(project_dir)
        if not path.exists():
            require_new(path)
            _create(path)
        warnings += set_foreign_log_aside(path)
        is_known = is_as_left(project_dir, by_content=True)
        connection = _connect(path, busy_timeout_s, is_known)
        try:
            require_ratings(connection, path)
            warnings += _bring_up_to_date(connection, project_dir)
            database = Database(path, connection, write=True)
            database.way_back = lambda: damaged(path, "").remedy
            warnings += _open_journal(database, is_known)
            if lock.mark_open():
                lock.recovered = recovered(connection, project_dir)
        except BaseException:
            connection.close()
            raise
    except BaseException:
        lock.release()
        raise
    return database, lock, warnings


def _open_journal(database: Database, is_known: bool) -> list[str]:
    """Let each rating be kept twice from now on; ratings that only the journal has are added."""
    path = journal_path(database.path.parent)
    try:
        warnings = [] if is_known else bring_together(database.connection, path)
        database.second_copy = Journal(path, database.connection)
    except OSError as error:
        return [
            f"The journal {path} can't be used ({error.strerror}), so ratings are kept only once: "
            "free some space and allow writing to that folder."
        ]
    except sqlite3.Error as error:
        if means_damage(error):
            raise damaged(database.path, str(error)) from error
        raise not_opened(error, database.path) from error
    return warnings


def open_for_reading(project_dir: Path) -> Database:
    """Open a project beside its writer, if there is one. Nothing is created: a project that is
    not there yet reads as empty, and one of an older version is migrated in memory.

    Raises:
        UserError: if it can't be opened.
    """
    path = database_path(project_dir)
    if not _is_there(path):
        require_new(path)
        connection = _in_memory()
        create_tables(connection)
        return Database(path, connection, write=False)
    try:
        connection = _connect_for_reading(path)
        try:
            if not is_as_left(project_dir, by_content=False):
                findings = look_at(connection)
                _require_sound(findings, path)
                require_ratings(connection, path, beside_writer=True)
                if findings.version < schema.VERSION:
                    connection = _migrated_in_memory(connection, path)
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        if means_damage(error):
            raise damaged(path, str(error)) from error
        raise not_read(error, path) from error
    return Database(path, connection, write=False)


def _is_there(path: Path) -> bool:
    """Whether the project has its file.

    Raises:
        UserError: if its folder is no folder, or can't be looked into.
    """
    try:
        if path.exists():
            return True
        nearest = next(folder for folder in path.parents if folder.exists())
    except OSError as error:
        raise UserError(
            f"The project folder {path.parent} can't be read: {error.strerror}.",
            "Choose another project folder.",
        ) from error
    if not nearest.is_dir():
        raise UserError(f"{nearest} is not a folder.", "Choose another project folder.")
    return False


def create_tables(connection: sqlite3.Connection) -> None:
    """Make an empty file an empty project with a name of its own."""
    connection.executescript(schema.creation_sql())
    connection.execute(
        "INSERT INTO settings VALUES ('project_id', ?)", (json.dumps(uuid.uuid4().hex),)
    )


def _create(path: Path) -> None:
    """Make an empty project. It gets its name when it is whole: a file of 0 bytes is damage."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        touch_private(partial)
        with closing(sqlite3.connect(partial, isolation_level=None)) as connection:
            create_tables(connection)
        sync_file(partial)
        partial.replace(path)
        sync_folder(path.parent)
        sync_folder(path.parent.parent)
    except sqlite3.Error as error:
        raise not_saved(error, path) from error
    except OSError as error:
        raise NotSavedError(
            f"The project file {path} can't be made: {error.strerror}.",
            "Free some space or choose another project folder, then try again.",
        ) from error
    finally:
        for left_over in (partial, Path(f"{partial}-journal")):
            with suppress(OSError):
                left_over.unlink()


def _connect(path: Path, busy_timeout_s: float, is_known: bool) -> sqlite3.Connection:
    """Look at the file without changing it, then open it for writing."""
    try:
        # A new version's file keeps its every byte, so the first look is read-only.
        if not is_known:
            with closing(_connect_for_reading(path)) as connection:
                _require_sound(look_at(connection), path)
        return connect(path, write=True, busy_timeout_s=busy_timeout_s)
    except sqlite3.Error as error:
        if means_damage(error):
            raise damaged(path, str(error)) from error
        raise not_opened(error, path) from error


def _connect_for_reading(path: Path) -> sqlite3.Connection:
    if path.stat().st_size == 0:
        raise damaged(path, "it is empty")
    try:
        return connect(path, write=False)
    except sqlite3.OperationalError:
        # On a read-only disk SQLite can't make its -shm file; without a log none is needed.
        log = Path(f"{path}-wal")
        if log.exists() and log.stat().st_size:
            raise
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None
        )
        guard(connection)
        set_row_form(connection)
        return connection


def _require_sound(findings: Findings, path: Path) -> None:
    if findings.version > schema.VERSION:
        raise UserError(
            f"The project {path.parent} was made by a newer Tastecut.",
            "Update Tastecut; the project was left as it is.",
        )
    if not findings.is_sound:
        raise damaged(path, findings.damage)


def _bring_up_to_date(connection: sqlite3.Connection, project_dir: Path) -> list[str]:
    """Back up, then migrate, then back up what came of it.

    Without a backup a file of an older version is not touched. One of this version is used.
    """
    path, folder = database_path(project_dir), backups_dir(project_dir)
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    is_migrated = version < schema.VERSION
    if is_migrated:
        try:
            back_up_into(connection, folder, f"before-version-{schema.VERSION}")
            migrate(connection)
        except (OSError, sqlite3.Error) as error:
            raise UserError(
                f"The project {project_dir} can't be brought to the present version: {error}.",
                "Free some space and allow writing to its folder; nothing was lost.",
            ) from error
    if _is_empty(connection) or not (is_migrated or is_due(folder)):
        return []
    try:
        back_up_into(connection, folder)
        thin_out(folder)
    except (OSError, sqlite3.Error, UserError) as error:
        return [
            f"No backup of {path} could be made today in {folder}: {error}. "
            "Rating goes on; make room there, or mend the folder."
        ]
    return []


def _is_empty(connection: sqlite3.Connection) -> bool:
    return all(
        connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None
        for table in ("songs", "ratings", "checkpoints")
    )


def _in_memory() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    set_row_form(connection)
    return connection


def _migrated_in_memory(connection: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    copy = _in_memory()
    connection.backup(copy)
    connection.close()
    try:
        migrate(copy)
    except sqlite3.Error as error:  # Nothing but the rows can be at fault, in memory.
        raise damaged(path, f"its rows can't be brought to the present version: {error}") from error
    return copy
