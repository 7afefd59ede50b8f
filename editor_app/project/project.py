"""What every part of a session has: the store, the history, and one signal for what changed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from editor_app.notifier import Notifier
from editor_app.project.undo import History
from ml_core import paths
from ml_core.domain.models import Checkpoint
from ml_core.domain.songs import SongEntry
from ml_core.store.sqlite.changes import Changes
from ml_core.store.store import Store


class Project(QObject):
    """The open project.

    Args:
        store: the open project.
        notifier: where a refused undo is told.
    """

    changed = Signal(object)
    """frozenset of what was written: songs, ratings, comparisons, checkpoints, brief, reports,
    marks, tastes; all of them (`changes.ALL`) where another taste was chosen. Emitted after the
    commit."""

    def __init__(self, store: Store, notifier: Notifier) -> None:
        super().__init__()
        self.store = store
        self.history = History(notifier)
        self._library: dict[str, SongEntry] | None = None
        self._checkpoints: list[Checkpoint] | None = None

    def _tell(self, changes: Changes) -> None:
        """Say what was written; called after the commit, never before."""
        if "songs" in changes:
            self._library = None
        if "checkpoints" in changes:
            self._checkpoints = None
        self.changed.emit(changes)

    @property
    def project_dir(self) -> Path:
        """The project's folder."""
        return self.store.project_dir

    @property
    def cache_dir(self) -> str:
        """Where analyses lie, as tasks want it."""
        return str(paths.cache_dir(self.project_dir))

    def close(self) -> None:
        """Close the project."""
        self.history.clear()
        self.store.close()
