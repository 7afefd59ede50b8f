"""The store: one project's songs, pairs, ratings, checkpoints and settings in one SQLite file."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from ml_core.closing import Closing
from ml_core.errors import NotSavedError, UserError
from ml_core.paths import backups_dir, database_path
from ml_core.store.backup.copies import back_up_into, copy_to
from ml_core.store.backup.listing import BackupContents, contents_of
from ml_core.store.backup.timed import TimedBackups
from ml_core.store.file.checked import note_left, today
from ml_core.store.file.checks import Check, check_store
from ml_core.store.file.opening import open_for_reading, open_for_writing
from ml_core.store.file.restoring import restore
from ml_core.store.file.writer_lock import WriterLock
from ml_core.store.records.by_eye import ByEye
from ml_core.store.records.checkpoints import CheckpointTable
from ml_core.store.records.comparisons import ComparisonTable
from ml_core.store.records.corrections import CorrectionTable
from ml_core.store.records.marks import MarkTable
from ml_core.store.records.project_settings import SettingTable
from ml_core.store.records.ratings import RatingTable
from ml_core.store.records.sessions import SessionTable
from ml_core.store.records.songs import SongTable
from ml_core.store.records.sounds import SoundTable
from ml_core.store.records.taste_in_use import TasteInUse
from ml_core.store.records.taste_songs import FitTable, LearnedTable
from ml_core.store.records.tastes import TasteTable
from ml_core.store.sqlite.database import BUSY_TIMEOUT_S, Database
from ml_core.store.sqlite.failures import not_saved


class Store(Closing):
    """An open project. Only the thread that opened it may use it.

    Each write is one transaction that is on the disk when the call returns. A write that the
    disk, its permissions or another program refuses raises `NotSavedError`, has changed nothing,
    and may be tried again. A read that the disk refuses, or that meets a damaged page, raises
    `UserError`. Pairs, ratings, models, sessions, the brief and the uses of songs are those of one
    taste: the one in use, or another by `tastes.work_in`.

    Attributes:
        project_dir: the project's folder.
        warnings: sentences for the person: no backup today, a network drive, a log set aside.
        recovered: a sentence on a run before this one that ended without closing; empty if none.
        songs: which there are, how far their analysis is, and what each is used for.
        sounds: what songs sound like, what their files were, and which are one recording.
        corrections: what was corrected of songs' beats and bars.
        fits: which songs the taste's brief fits.
        learned: which songs the taste has learned from.
        pairs: those that wait for an answer, and every one that was ever asked.
        ratings: the answers.
        marks: faults that were heard, for all tastes.
        models: checkpoints, and which of them is active.
        sessions: blind comparisons with their reports.
        by_eye: which answers were given by eye, and whether they teach.
        settings: the taste's brief, and named values of the project.
        tastes: which there are, and which is in use.
    """

    def __init__(
        self, project_dir: Path, database: Database, lock: WriterLock | None, warnings: list[str]
    ) -> None:
        self.project_dir = project_dir
        self.warnings = warnings
        self._database = database
        self._lock = lock
        is_writer = database.is_writer
        self._looked_through = today() if is_writer else ""
        folder = backups_dir(project_dir)
        self.recovered = lock.recovered if lock is not None else ""
        self._timed = TimedBackups(database.path, folder) if is_writer else None
        taste = TasteInUse(database)
        self.songs = SongTable(database, taste)
        self.sounds = SoundTable(database)
        self.corrections = CorrectionTable(database)
        self.fits = FitTable(database, taste)
        self.learned = LearnedTable(database, taste)
        self.pairs = ComparisonTable(database, taste)
        self.by_eye = ByEye(database)
        self.ratings = RatingTable(database, taste, self.by_eye)
        self.marks = MarkTable(database)
        self.models = CheckpointTable(database, taste)
        self.sessions = SessionTable(database, taste)
        self.settings = SettingTable(database, taste)
        self.tastes = TasteTable(database, taste, self.by_eye)

    @classmethod
    def open(
        cls,
        project_dir: str | Path,
        write: bool = True,
        busy_timeout_s: float = BUSY_TIMEOUT_S,
    ) -> Store:
        """Open a project, making it if it is new.

        Args:
            project_dir: its folder.
            write: become the one writer; otherwise only read, beside the writer if there is one.
            busy_timeout_s: how long a write waits for a program that holds the file.

        Raises:
            UserError: if another process is its writer, if it was made by a newer version, or if
                the folder can't be used.
            DamagedStoreError: if the file can't be trusted; names the newest good backup.
        """
        folder = Path(project_dir).expanduser().absolute()
        if not write:
            return cls(folder, open_for_reading(folder), None, [])
        database, lock, warnings = open_for_writing(folder, busy_timeout_s)
        return cls(folder, database, lock, warnings)

    def close(self) -> None:
        """Close the file and let others write; closing twice is harmless."""
        if self._timed is not None:
            self._timed.close()
        self._database.close()
        if self._lock is not None:
            self._note_left()
            self._lock.release()

    def _note_left(self) -> None:
        """Keep what the files are, if nobody but this store has written into them."""
        day, self._looked_through = self._looked_through, ""
        journal = self._database.second_copy
        if day and journal and not journal.is_due_anew and not self._database.was_touched:
            note_left(self.project_dir, day)

    @property
    def is_writer(self) -> bool:
        """Whether this store was opened for writing."""
        return self._database.is_writer

    def backup(self, target: str | Path | None = None) -> Path:
        """Copy the database, opened and checked, to a file or into a folder.

        Args:
            target: a file that is not there yet, or a folder; None for the project's own folder
                of backups.

        Returns:
            the copy's path.

        Raises:
            UserError: if the file is there already.
            NotSavedError: if the copy can't be written.
        """
        try:
            if target is None:
                return back_up_into(
                    self._database.connection, backups_dir(self.project_dir), "by-hand"
                )
            path = Path(target).expanduser().absolute()
            if path.is_dir():
                return back_up_into(self._database.connection, path, "by-hand")
            if os.path.lexists(path):
                raise UserError(f"{path} is there already.", "Choose another name.")
            path.parent.mkdir(parents=True, exist_ok=True)
            copy_to(self._database.connection, path)
        except sqlite3.Error as error:
            raise not_saved(error, path if target is not None else self._file) from error
        except OSError as error:
            raise NotSavedError(
                f"The backup could not be written: {error.strerror}.",
                "Choose another folder, or free some space.",
            ) from error
        return path

    @staticmethod
    def restore(file: str | Path, project_dir: str | Path) -> Path | None:
        """Put a backup in the place of a project's database; see `restoring.restore`.

        Returns:
            where the replaced database is kept; None if there was none.
        """
        return restore(
            Path(file).expanduser().absolute(), Path(project_dir).expanduser().absolute()
        )

    def go_on_backing_up(self) -> bool:
        """Begin a backup in a thread if half an hour of rating has passed; whether one began."""
        if self._timed is None:
            return False
        last = self._database.value("SELECT coalesce(max(id), 0) FROM ratings")
        return self._timed.go_on(int(last))

    @staticmethod
    def backups(project_dir: str | Path) -> list[BackupContents]:
        """What there is to go back to in a project's folder of backups, newest first."""
        return contents_of(backups_dir(Path(project_dir).expanduser().absolute()))

    def fold(self) -> None:
        """Let the main file hold all that was written, where it had not to at once."""
        self._database.fold()

    def check(self) -> list[Check]:
        """Look closely at the database, its backups and its disk."""
        return check_store(self._database, self.warnings)

    @property
    def _file(self) -> Path:
        return database_path(self.project_dir)
