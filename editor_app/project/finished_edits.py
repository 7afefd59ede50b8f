"""The person's finished edits, and which of them teach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from editor_app.project.undo import History
from ml_core.domain.edits import Edit
from ml_core.domain.finished_edits import FinishedEdit, teaching
from ml_core.store.finished_edits import (
    drop_finished_edits,
    finished_edits,
    keep_finished_edit,
    keep_finished_edits,
)
from ml_core.store.sqlite.changes import Changes
from ml_core.store.store import Store
from ml_core.store.teaching import edits_rated_by_hand, used_edits

_CHANGED: Changes = frozenset({"ratings"})
"""What depends on ratings depends on finished edits, too."""


class FinishedEdits:
    """The finished edits of the project.

    Args:
        tell: says what was written, after the commit.
    """

    def __init__(self, store: Store, history: History, tell: Callable[[Changes], None]) -> None:
        self._store, self._history, self._tell = store, history, tell

    def all(self) -> list[FinishedEdit]:
        """All of them, those left out too, oldest first."""
        return finished_edits(self._store)

    def rated(self) -> list[Edit]:
        """Edits of the person's that count as ratings, so that they are not learned from twice."""
        return edits_rated_by_hand(self._store)

    def taught(self) -> list[FinishedEdit]:
        """Those that anything is learned from now: few of them wait for ratings."""
        edits = used_edits(self._store)
        if not edits:
            return []
        decided = sum(rating.answer != "tie" for rating in self._store.ratings.counting())
        return teaching(edits, decided)

    def keep(self, edits: Sequence[FinishedEdit]) -> None:
        """Learn from further ones; all are taken back in one step."""
        if not edits:
            return

        def work() -> Callable[[], None]:
            kept = keep_finished_edits(self._store, edits)
            self._tell(_CHANGED)
            return lambda: self._drop([one.id for one in kept])

        thing = edits[0].name if len(edits) == 1 else f"{len(edits)} finished edits"
        self._history.do(f"learn from {thing}", work)

    def leave_out(self, edit: FinishedEdit, is_left_out: bool) -> None:
        """Learn nothing from one, or again something; can be taken back."""

        def work() -> Callable[[], None]:
            self._keep(replace(edit, is_left_out=is_left_out))
            return lambda: self._keep(edit)

        words = "leave a finished edit out" if is_left_out else "learn from a finished edit"
        self._history.do(words, work)

    def _drop(self, edit_ids: Sequence[int]) -> None:
        drop_finished_edits(self._store, edit_ids)
        self._tell(_CHANGED)

    def _keep(self, edit: FinishedEdit) -> None:
        keep_finished_edit(self._store, edit)
        self._tell(_CHANGED)
