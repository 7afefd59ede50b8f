"""Pairs of edits that were proposed to be rated."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ml_core.domain.ratings import Comparison
from ml_core.store.sqlite.changes import Changes
from ml_core.store.store import Store


class Pairs:
    """The queue of pairs, and every pair that was ever in it.

    Args:
        tell: says what was written, after the commit.
    """

    def __init__(self, store: Store, tell: Callable[[Changes], None]) -> None:
        self._store, self._tell = store, tell

    def open(self) -> list[Comparison]:
        """Pairs that wait for an answer, in order."""
        return self._store.pairs.waiting()

    def get(self, comparison_id: int) -> Comparison | None:
        """A pair that was kept, answered or not; None if there is none."""
        return self._store.pairs.find(comparison_id)

    def add(self, comparisons: Sequence[Comparison]) -> list[Comparison]:
        """Keep proposed pairs; returns them with their ids."""
        changes, kept = self._store.pairs.add(list(comparisons))
        self._tell(changes)
        return kept
