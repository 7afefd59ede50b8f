"""Answers: what is better, by ear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from editor_app.project.songs import Songs
from editor_app.project.undo import History
from ml_core.domain.ratings import Answer, Comparison, Rating, RatingSource
from ml_core.store.sqlite.changes import Changes
from ml_core.store.store import Store

_ANSWER_NAMES: dict[tuple[Answer, int], str] = {
    ("A", 1): "A is better",
    ("A", 2): "A is much better",
    ("B", 1): "B is better",
    ("B", 2): "B is much better",
    ("tie", 1): "tie",
    ("skip", 1): "skip",
}


def utc_now() -> str:
    """The present time as ratings store it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Ratings(QObject):
    """The answers of the taste in use.

    Args:
        tell: says what was written, after the commit.
        songs: whose titles name the steps of the history.
    """

    reopened = Signal(int)
    """Id of a pair whose answer was taken back: it is the one to show."""

    def __init__(
        self, store: Store, history: History, tell: Callable[[Changes], None], songs: Songs
    ) -> None:
        super().__init__()
        self._store, self._history, self._tell = store, history, tell
        self._songs = songs

    def add(
        self,
        comparison: Comparison,
        answer: Answer,
        strength: int = 1,
        heard_s: tuple[float | None, float | None] = (None, None),
        source: RatingSource = "ear",
    ) -> Rating:
        """Store an answer; it is on the disk when this returns. Can be taken back.

        Raises:
            NotSavedError: the answer is not stored and the pair is still open.
        """
        rating = Rating(
            comparison_id=comparison.id,
            a=comparison.a,
            b=comparison.b,
            answer=answer,
            strength=strength,
            heard_a_s=heard_s[0],
            heard_b_s=heard_s[1],
            source=source,
            reason=comparison.reason,
            repeat_of=comparison.repeat_of,
        )
        before = self._store.ratings.of_pair(comparison.id)
        kept: list[Rating] = []

        def work() -> Callable[[], None]:
            kept.append(self.keep(rating))
            if before is None:
                return lambda: self._reopen(kept[-1])
            return lambda: self.give_back(before)

        name = f"“{_ANSWER_NAMES[answer, strength]}”, {self._songs.title(comparison)}"
        self._history.do(name, work)
        return kept[-1]

    def _reopen(self, rating: Rating) -> None:
        changes = self._store.ratings.withdraw(rating.id)
        self.reopened.emit(rating.comparison_id)
        self._tell(changes)

    def keep(self, rating: Rating) -> Rating:
        """Store an answer as part of a step of the history; returns it with id and time.

        Raises:
            NotSavedError: nothing is stored.
        """
        changes, kept = self._store.ratings.add(replace(rating, id=0, utc=utc_now()))
        self._tell(changes)
        return kept

    def give_back(self, before: Rating) -> None:
        """Store the answer again that stood before, as part of a step of the history."""
        self.keep(before)

    def withdraw(self, rating: Rating) -> None:
        """Let an answer no longer count, as part of a step of the history."""
        self._tell(self._store.ratings.withdraw(rating.id))

    def of(self, comparison: Comparison) -> Rating | None:
        """The answer that counts for a pair; None while it is open."""
        return self._store.ratings.of_pair(comparison.id)

    def all(self) -> list[Rating]:
        """The answers that count as ratings and teach, in the order of their ids."""
        return self._store.ratings.counting()

    def last(self, n: int, with_sessions: bool = True) -> list[Rating]:
        """The newest current answers, newest first.

        Args:
            n: how many at most.
            with_sessions: whether answers of blind comparisons are among them.
        """
        return self._store.ratings.last(n, with_sessions=with_sessions)

    def count(self) -> int:
        """How many answers count as ratings: none that was skipped, or given by eye.

        Those by eye count too where the person wants them to teach.
        """
        return self._store.ratings.count()

    def count_by_eye(self) -> int:
        """How many answers were given by eye and not skipped, whether they teach or not."""
        return self._store.ratings.count_by_eye()

    def count_since(self, utc: str, n_at_most: int) -> int:
        """How many of the newest `n_at_most` answers count as ratings and came after a time."""
        return self._store.ratings.count_since(utc, n_at_most)

    def numbers(self, ratings: Sequence[Rating]) -> dict[int, int]:
        """Which rating each is, by id, as `count` counts them; none of those that don't count."""
        return self._store.ratings.numbers(ratings)

    @property
    def by_eye_teaches(self) -> bool:
        """Whether answers by eye teach, and so count as ratings."""
        return self._store.by_eye.teaches

    @by_eye_teaches.setter
    def by_eye_teaches(self, value: bool) -> None:
        self._tell(self._store.by_eye.set_teaches(value))
