"""What training made, and which of it is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from editor_app.project.undo import History
from ml_core.domain.models import Checkpoint, KnownCertainty
from ml_core.domain.requests import TrainResult
from ml_core.store.outdated import is_outdated
from ml_core.store.sqlite.changes import Changes
from ml_core.store.store import Store
from ml_core.store.told_certainty import keep_told_certainty, told_certainty


class Models:
    """The checkpoints of the taste in use.

    Args:
        tell: says what was written, after the commit.

    Attributes:
        forecast: (ratings there were, how many more would do) as the taste was last read; None
            before, and where nothing can be foreseen.
    """

    def __init__(self, store: Store, history: History, tell: Callable[[Changes], None]) -> None:
        self._store, self._history, self._tell = store, history, tell
        self._read: list[Checkpoint] | None = None
        self.forecast: tuple[int, int] | None = None

    def all(self) -> list[Checkpoint]:
        """All of them, oldest first."""
        if self._read is None:  # each holds its configuration: reading them takes a while
            self._read = self._store.models.all()
        return list(self._read)

    def forget(self) -> None:
        """Read them anew: they were written."""
        self._read = None

    def note_taste(self, found: Mapping[str, Any]) -> None:
        """Keep what a taste report tells, for all who show it."""
        if keep_told_certainty(self._store, found, self.newest()):
            self._tell(frozenset({"certainty"}))

    def certainty(self) -> KnownCertainty | None:
        """How well the taste was last said to be known, wherever that was."""
        return told_certainty(self._store, self.newest())

    def active(self) -> Checkpoint | None:
        """The one in use; None for the base policy."""
        return self._store.models.active()

    def newest(self) -> Checkpoint | None:
        """The best one of the newest training; None before any."""
        return next((one for one in reversed(self.all()) if one.kind == "best"), None)

    def is_outdated(self) -> bool:
        """Whether the one in use was learned by another version of the app."""
        return is_outdated(self._store)

    def add_training(self, result: TrainResult) -> None:
        """Keep what training made; it is used only once it is activated."""
        self._tell(self._store.models.add(result.final))
        self._tell(self._store.models.add(result.best))

    def activate(self, checkpoint_id: str) -> None:
        """Use a checkpoint, or "base" for the untrained policy; can be taken back."""
        active = self.active()
        before = active.id if active is not None else "base"

        def work() -> Callable[[], None]:
            self._tell(self._store.models.activate(checkpoint_id))
            return lambda: self._tell(self._store.models.activate(before))

        self._history.do("“use another taste”", work)
