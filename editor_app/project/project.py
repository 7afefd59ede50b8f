"""The open project, as the window sees it: its parts, what changed, and what can be taken back.

Only the window's thread may use it. Every write has been committed when its method returns;
`changed` then names what to read again. Nothing else of the window knows the store.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from PySide6.QtCore import QObject, QTimer, Signal

from editor_app.notifier import Notifier
from editor_app.project.brief import ChosenBrief
from editor_app.project.finished_edits import FinishedEdits
from editor_app.project.fits import Fits
from editor_app.project.hand_ratings import HandRatings
from editor_app.project.marks import Marks
from editor_app.project.models import Models
from editor_app.project.named_values import NamedValues
from editor_app.project.pairs import Pairs
from editor_app.project.ratings import Ratings
from editor_app.project.sessions import Sessions
from editor_app.project.songs import Songs
from editor_app.project.tastes import Tastes
from editor_app.project.trials import Trials
from editor_app.project.undo import History
from ml_core import paths
from ml_core.store.backup.listing import BackupContents
from ml_core.store.sqlite.changes import Changes
from ml_core.store.store import Store

if TYPE_CHECKING:
    from editor_app.project.requests import Requests


_REST_MS = 1_000


class Project(QObject):
    """The open project.

    Args:
        store: the open project.
        notifier: where a refused undo is told.

    Attributes:
        history: what can be taken back.
        songs: the library.
        trials: corrections of songs' bars that are tried and not stored.
        brief: what the edits are for.
        fits: which songs fit it.
        pairs: comparisons to rate.
        ratings: answers.
        hand_ratings: which edits changed by hand count as an answer.
        finished_edits: edits that the person made before, which teach too.
        marks: faults that were heard.
        models: what training made, and which of it is used.
        sessions: blind comparisons and their reports.
        tastes: whose pairs, ratings, models and sessions these are.
        values: small things that a place keeps with the project.
    """

    changed = Signal(object)
    """frozenset of what was written, of songs, ratings, comparisons, checkpoints, brief, reports,
    marks, tastes and certainty. It is all of them (`changes.ALL`) where another taste was chosen.
    Emitted after the commit."""

    def __init__(self, store: Store, notifier: Notifier) -> None:
        super().__init__()
        self._store = store
        self.history = History(notifier)
        told = store, self.history, self._tell
        self.songs = Songs(*told)
        self.trials = Trials(self.history, self.songs)
        self.brief = ChosenBrief(*told)
        self.fits = Fits(store, self._tell, self.songs)
        self.pairs = Pairs(store, self._tell)
        self.ratings = Ratings(*told, self.songs)
        self.hand_ratings = HandRatings(store, self.history, self.songs, self.ratings)
        self.finished_edits = FinishedEdits(*told)
        self.marks = Marks(*told, self.songs)
        self.models = Models(*told)
        self.sessions = Sessions(store, self._tell)
        self.tastes = Tastes(*told)
        self.values = NamedValues(store)
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(_REST_MS)
        self._resting.timeout.connect(self._rest)

    @classmethod
    def open(cls, project_dir: Path, notifier: Notifier, taste: str = "") -> Self:
        """Open a project, making it if it is new.

        Args:
            project_dir: its folder.
            notifier: where a refused undo is told.
            taste: the one to work in; empty for the one that was last in use.

        Raises:
            UserError: if it can't be opened, or has no such taste.
        """
        store = Store.open(project_dir)
        try:
            if taste:
                store.tastes.use(store.tastes.find(taste).id)
        except BaseException:
            store.close()
            raise
        return cls(store, notifier)

    def _tell(self, changes: Changes) -> None:
        """Say what was written; called after the commit, never before."""
        if "songs" in changes:
            self.songs.forget()
        self.fits.forget(changes)
        if "checkpoints" in changes:
            self.models.forget()
        if "ratings" in changes:
            self._resting.start()
        self.changed.emit(changes)

    @cached_property
    def requests(self) -> Requests:
        """What tasks are asked."""
        # Imported here: the first paint need not wait 8 ms for what only tasks need.
        from editor_app.project.requests import Requests  # noqa: PLC0415

        return Requests(self._store)

    @property
    def project_dir(self) -> Path:
        """The project's folder."""
        return self._store.project_dir

    @property
    def cache_dir(self) -> str:
        """Where analyses lie, as tasks want it."""
        return str(paths.cache_dir(self.project_dir))

    @property
    def warnings(self) -> list[str]:
        """Sentences for the person, of opening the project."""
        return self._store.warnings

    @property
    def recovered(self) -> str:
        """What was recovered of a run that ended unexpectedly; empty if the last one was closed."""
        return self._store.recovered

    @staticmethod
    def restore(file: Path, project_dir: Path) -> Path | None:
        """Put a backup in the place of a project that is not open.

        Returns:
            where what it replaced is kept; None if there was nothing.

        Raises:
            UserError: if it can't be done; the project is as it was.
        """
        return Store.restore(file, project_dir)

    def backups(self) -> list[BackupContents]:
        """What there is to go back to, newest first; any thread may ask."""
        return Store.backups(self.project_dir)

    def _rest(self) -> None:
        """What waits until nothing is rated for a moment."""
        self._store.fold()
        self._store.go_on_backing_up()

    def back_up(self) -> Path:
        """Copy the database into the project's folder of backups; returns the copy's path.

        Raises:
            NotSavedError: if the copy can't be written.
        """
        return self._store.backup(None)

    def close(self) -> None:
        """Close the project."""
        self._resting.stop()
        self.history.clear()
        self._store.close()
