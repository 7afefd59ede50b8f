"""What the edits are for, as chosen for the taste in use."""

from __future__ import annotations

from collections.abc import Callable

from editor_app.project.undo import History
from ml_core.domain.edits import Brief
from ml_core.store.sqlite.changes import Changes
from ml_core.store.store import Store


class ChosenBrief:
    """The brief in force.

    Args:
        tell: says what was written, after the commit.
    """

    def __init__(self, store: Store, history: History, tell: Callable[[Changes], None]) -> None:
        self._store, self._history, self._tell = store, history, tell

    def get(self) -> Brief:
        """What the edits are for."""
        return self._store.settings.brief()

    def set(self, brief: Brief) -> None:
        """Say what the edits are for; can be taken back."""
        before = self.get()

        def work() -> Callable[[], None]:
            self._tell(self._store.settings.set_brief(brief))
            return lambda: self._tell(self._store.settings.set_brief(before))

        self._history.do(f"“{brief.name}”", work)
