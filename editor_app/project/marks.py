"""Faults that were heard in a pair, kept apart from taste."""

from __future__ import annotations

from collections.abc import Callable

from editor_app.project.ratings import utc_now
from editor_app.project.songs import Songs
from editor_app.project.undo import History
from ml_core.domain.ratings import Comparison, Mark, MarkKind
from ml_core.store.sqlite.changes import Changes
from ml_core.store.store import Store


class Marks:
    """The marks of the project.

    Args:
        tell: says what was written, after the commit.
        songs: whose titles name the steps of the history.
    """

    def __init__(
        self, store: Store, history: History, tell: Callable[[Changes], None], songs: Songs
    ) -> None:
        self._store, self._history, self._tell = store, history, tell
        self._songs = songs

    def all(self) -> list[Mark]:
        """Faults that were heard and not taken back, oldest first."""
        return self._store.marks.current()

    def add(
        self,
        comparison: Comparison,
        kind: MarkKind,
        side: str = "",
        source_samples: tuple[int, int] = (-1, -1),
    ) -> None:
        """Keep a fault that was heard, apart from taste; can be taken back."""

        def work() -> Callable[[], None]:
            changes, mark = self._store.marks.add(
                Mark(
                    comparison.id,
                    comparison.sha256,
                    kind,
                    side,
                    source_samples[0],
                    source_samples[1],
                    utc_now(),
                )
            )
            self._tell(changes)
            return lambda: self._tell(self._store.marks.withdraw(mark.id))

        words = "bad join" if kind == "bad_join" else "both are bad"
        self._history.do(f"“{words}”, {self._songs.title(comparison)}", work)
