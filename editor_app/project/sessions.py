"""Blind comparisons of two models: a session is one, with its fixed number of pairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ml_core.domain.models import ComparisonReport, ComparisonSession
from ml_core.domain.ratings import Comparison
from ml_core.store.compared_songs import learned_in_session
from ml_core.store.sqlite.changes import Changes
from ml_core.store.store import Store


class Sessions:
    """Comparing sessions, and what they showed.

    Args:
        tell: says what was written, after the commit.
    """

    def __init__(self, store: Store, tell: Callable[[Changes], None]) -> None:
        self._store, self._tell = store, tell

    def all(self) -> list[ComparisonSession]:
        """All of them, oldest first."""
        return self._store.sessions.all()

    def add(
        self, session: ComparisonSession, comparisons: Sequence[Comparison]
    ) -> ComparisonSession:
        """Keep a session with its pairs; returns it with its id."""
        changes, kept = self._store.sessions.add(session, list(comparisons))
        self._tell(changes)
        return kept

    def pairs(self, session_id: int) -> list[Comparison]:
        """A session's pairs, in order."""
        return self._store.pairs.of_session(session_id)

    def open_pairs(self, session_id: int) -> list[Comparison]:
        """A session's pairs that wait for an answer, in order; none once it is at its end."""
        if self._store.sessions.is_complete(session_id):
            return []
        return self._store.pairs.of_session(session_id, only_open=True)

    def learned(self, session: ComparisonSession) -> dict[str, str]:
        """How the taste had learned from songs of a session before that, in words, by hash."""
        return learned_in_session(self._store, session)

    def released(self, session_id: int) -> list[str]:
        """Hashes of the songs that a finished session took out of the reserve."""
        return self._store.sessions.released(session_id)

    def save_report(self, session_id: int, report: ComparisonReport) -> None:
        """Keep what a session showed."""
        self._tell(self._store.sessions.save_report(session_id, report))

    def report(self, session_id: int) -> ComparisonReport | None:
        """What a session showed; None before it is finished."""
        return self._store.sessions.report(session_id)
