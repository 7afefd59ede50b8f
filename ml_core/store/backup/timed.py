"""A backup while a person goes on rating: in a thread, which reads by a connection of its own."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

from ml_core.errors import UserError
from ml_core.store.backup.copies import EACH_MINUTES, back_up_into, thin_out
from ml_core.store.sqlite.database import connect

_LONGEST_CLOSE_S = 30.0


class TimedBackups:
    """Makes a copy each half hour in which something was rated. Used by the window's thread.

    The thread only reads: nothing waits for it but `close`, and two writers never meet.

    Args:
        database: the project's file.
        folder: of its backups.
    """

    def __init__(self, database: Path, folder: Path) -> None:
        self._database, self._folder = database, folder
        self._last_s = time.monotonic()
        self._last_rating: int | None = None
        self._thread: threading.Thread | None = None
        self.failure = ""
        """Why the last copy could not be made; empty if it was."""

    def go_on(self, last_rating: int) -> bool:
        """Begin a copy if one is due.

        Args:
            last_rating: id of the last row of ratings.

        Returns:
            whether one began.
        """
        if self._last_rating is None:
            self._last_rating = last_rating
        is_due = time.monotonic() - self._last_s >= EACH_MINUTES * 60
        if not is_due or last_rating == self._last_rating or self._is_running():
            return False
        self._last_s, self._last_rating = time.monotonic(), last_rating
        self._thread = threading.Thread(target=self._copy, name="backup", daemon=True)
        self._thread.start()
        return True

    def close(self) -> None:
        """Wait for the copy that is being made."""
        if self._thread is not None:
            self._thread.join(_LONGEST_CLOSE_S)

    def _is_running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _copy(self) -> None:
        try:
            with closing(connect(self._database, write=False)) as connection:
                back_up_into(connection, self._folder)
            thin_out(self._folder)
            self.failure = ""
        except (OSError, sqlite3.Error, UserError) as error:
            self.failure = str(error)
