"""Ratings: append-only, so that undo and re-rating are new rows and nothing is ever lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from ml_core.domain.models import BASE
from ml_core.domain.ratings import Comparison, Rating, counting
from ml_core.errors import UserError
from ml_core.store.records.by_eye import ByEye
from ml_core.store.records.rating_counts import (
    CURRENT,
    FOR_TRAINING,
    NO_SESSIONS,
    NO_SKIPS,
    RatingCounts,
)
from ml_core.store.records.reserve import release_rated_song, release_session_songs
from ml_core.store.records.session_ends import is_at_end
from ml_core.store.records.taste_in_use import TasteInUse
from ml_core.store.sqlite.changes import NOTHING, Changes
from ml_core.store.sqlite.codec import edit_text
from ml_core.store.sqlite.database import Database, Row, utc_now
from ml_core.store.sqlite.pair_rows import insert_comparison, next_batch
from ml_core.store.sqlite.rating_rows import (
    DamagedRating,
    insert_rating,
    insert_withdrawal,
    is_sound,
    make_current,
    make_open,
    rating_from_row,
)
from ml_core.store.sqlite.record_cache import RecordCache

_CHANGED: Changes = frozenset({"ratings", "comparisons"})
_CHANGED_SONGS: Changes = frozenset({"ratings", "comparisons", "songs"})


class RatingTable:
    """Reads and writes ratings."""

    def __init__(self, database: Database, taste: TasteInUse, by_eye: ByEye) -> None:
        self._database = database
        self._taste = taste
        self._by_eye = by_eye
        self._counts = RatingCounts(database, taste, by_eye)
        self._cache = RecordCache(database, "ratings", _sound_rating)

    def add(self, rating: Rating) -> tuple[Changes, Rating]:
        """Keep an answer; it is on the disk when this returns.

        A second answer to the same pair replaces the first, which stays as a row. With
        `comparison_id` 0 the pair itself is kept along with its answer (an imported pair, or an
        edit changed by hand).

        Returns:
            what changed, and the rating with its id, its time and its pair's id.

        Raises:
            NotSavedError: if it could not be written; nothing changed.
            UserError: if there is no such pair, or its comparison's verdict was given.
            ValueError: if the edits are not those of the pair.
        """
        changes, kept = self.add_all([rating])
        return changes, kept[0]

    def add_all(self, ratings: Sequence[Rating]) -> tuple[Changes, list[Rating]]:
        """Keep several answers, as `add` does, all of them or none (an import).

        Raises:
            NotSavedError, UserError, ValueError: as `add` does; nothing changed.
        """
        if not ratings:
            return NOTHING, []
        moved = False
        kept = []
        # Rating by key must not wait; an import may, and the main file then holds it at once.
        with self._database.writing(in_second_copy=len(ratings) == 1) as connection:
            for rating in ratings:
                one, moved_song = _keep(connection, rating, self._taste.id)
                kept.append(one)
                moved = moved or moved_song
        for one in kept:
            self._cache.keep(one.id, one)
        return _CHANGED_SONGS if moved else _CHANGED, kept

    def withdraw(self, rating_id: int) -> Changes:
        """Take an answer back (a new row): its pair is open again, whatever was answered before.

        An answer that was taken back or replaced already is left as it is.

        Raises:
            NotSavedError: if it could not be written; nothing changed.
            UserError: if there is no such rating, or its comparison's verdict was given.
        """
        with self._database.writing(in_second_copy=True) as connection:
            row = connection.execute("SELECT * FROM ratings WHERE id = ?", (rating_id,)).fetchone()
            if row is None:
                raise UserError(f"There is no rating {rating_id}.")
            current = connection.execute(
                "SELECT 1 FROM current_ratings WHERE rating_id = ?", (rating_id,)
            ).fetchone()
            if current is None:
                return NOTHING
            _require_open_verdict(connection, row["session"])
            insert_withdrawal(connection, row)
            make_open(connection, row["comparison_id"])
            if row["session"] is not None:
                connection.execute(
                    "UPDATE sessions SET completed_utc = NULL WHERE id = ?", (row["session"],)
                )
        return _CHANGED

    def current(self, include_skips: bool = False, for_training: bool = True) -> list[Rating]:
        """The taste's answers that stand, in id order; damaged rows are left out.

        Those given by eye are among them: `domain.ratings.counts` says which count as ratings.

        Args:
            include_skips: whether skipped pairs are among them.
            for_training: leave out answers of comparing sessions that are not complete.
        """
        filters = ("" if include_skips else NO_SKIPS) + (FOR_TRAINING if for_training else "")
        return self._counting(f"{filters} ORDER BY c.rating_id")

    def counting(self) -> list[Rating]:
        """The taste's answers that count as ratings and may teach, in id order.

        Answers by eye are among them where the person wants them to teach.
        """
        return counting(self.current(), self._by_eye.teaches)

    def count(self, include_skips: bool = False, for_training: bool = True) -> int:
        """How many answers count as ratings, without reading them.

        Args:
            include_skips: whether all answers that stand are counted: skips, and all by eye.
            for_training: leave out answers of comparing sessions that are not complete.
        """
        return self._counts.count(include_skips, for_training)

    def count_by_eye(self) -> int:
        """How many answers given by eye say something of taste, whether they teach or not."""
        return self._counts.count_by_eye()

    def count_since(self, utc: str, n_at_most: int) -> int:
        """How many of the newest `n_at_most` answers count as ratings and came after a time."""
        return self._counts.count_since(utc, n_at_most)

    def numbers(self, ratings: Sequence[Rating]) -> dict[int, int]:
        """Which rating each is, by id, the newest having the number that `count` tells.

        Answers that don't count as ratings have no number.
        """
        return self._counts.numbers(min((rating.id for rating in ratings), default=0))

    def last(self, n: int, with_sessions: bool = True) -> list[Rating]:
        """The last `n` answers that count, newest first, skips included.

        Args:
            n: how many at most.
            with_sessions: whether answers of comparing sessions are among them.
        """
        filters = "" if with_sessions else NO_SESSIONS
        return self._counting(f"{filters} ORDER BY c.rating_id DESC LIMIT ?", (max(0, n),))

    def by_hand(self) -> list[Rating]:
        """The taste's edits changed by hand that count as ratings, in id order."""
        return self._counting(
            " AND c.comparison_id IN (SELECT id FROM comparisons WHERE reason = 'hand') "
            "ORDER BY c.rating_id"
        )

    def is_answered(self, comparison_id: int) -> bool:
        """Whether an answer counts for a pair, a skip included."""
        return (
            self._database.row(
                "SELECT 1 FROM current_ratings WHERE comparison_id = ?", (comparison_id,)
            )
            is not None
        )

    def of_pair(self, comparison_id: int) -> Rating | None:
        """The answer that counts for a pair; None while it is open."""
        rows = self._database.rows(
            "SELECT rating_id FROM current_ratings WHERE comparison_id = ?", (comparison_id,)
        )
        return next(iter(self._sound([row[0] for row in rows])), None)

    def of_session(self, session_id: int) -> list[Rating]:
        """The answers given so far in a comparing session, skips included, in id order."""
        rows = self._database.rows(
            "SELECT rating_id FROM current_ratings WHERE session = ? ORDER BY rating_id",
            (session_id,),
        )
        return self._sound([row[0] for row in rows])

    def damaged(self) -> list[DamagedRating]:
        """Every row, current or not, that is no longer what was written."""
        return [
            DamagedRating(row["id"], row["comparison_id"], str(row["answer"]))
            for row in self._database.rows("SELECT * FROM ratings ORDER BY id")
            if not is_sound(row)
        ]

    def _counting(self, which: str, values: Sequence[int] = ()) -> list[Rating]:
        rows = self._database.rows(
            f"SELECT c.rating_id {CURRENT}{which}", (self._taste.id, *values)
        )
        return self._sound([row[0] for row in rows])

    def _sound(self, ids: Sequence[int]) -> list[Rating]:
        return self._cache.records(ids)


def _sound_rating(row: Row) -> Rating | None:
    """The answer in a row; None if it is not what was written."""
    return rating_from_row(row) if is_sound(row) else None


def _keep(connection: sqlite3.Connection, rating: Rating, taste: int) -> tuple[Rating, bool]:
    """Write one answer; returns it as it was kept and whether songs moved between uses.

    Args:
        taste: of a pair that is kept along with its answer; any other has its own.
    """
    if rating.comparison_id == 0:
        rating = replace(rating, comparison_id=_insert_own_pair(connection, rating, taste))
    pair = _pair(connection, rating)
    _require_open_verdict(connection, pair["session"])
    cycle = _cycle(connection, pair["taste"])
    kept = insert_rating(
        connection,
        rating,
        pair["session"],
        pair["batch"],
        cycle,
        pair["taste"],
        (pair["a"], pair["b"]),
    )
    make_current(connection, pair["id"], kept.id, kept.answer)
    return kept, _after_answer(connection, pair)


def _insert_own_pair(connection: sqlite3.Connection, rating: Rating, taste: int) -> int:
    comparison = Comparison(rating.a, rating.b, rating.reason, repeat_of=rating.repeat_of)
    return insert_comparison(connection, comparison, next_batch(connection), taste)


def _pair(connection: sqlite3.Connection, rating: Rating) -> Row:
    row: Row | None = connection.execute(
        "SELECT * FROM comparisons WHERE id = ?", (rating.comparison_id,)
    ).fetchone()
    if row is None:
        raise UserError(f"There is no pair {rating.comparison_id}.")
    if (row["a"], row["b"]) != (edit_text(rating.a), edit_text(rating.b)):
        raise ValueError("a rating holds the edits of its pair, sides as shown")
    return row


def _require_open_verdict(connection: sqlite3.Connection, session: int | None) -> None:
    """Raise UserError where the verdict was given: a changed answer would not be blind."""
    if session is None:
        return
    verdict = connection.execute(
        "SELECT verdict FROM reports WHERE session_id = ? ORDER BY id DESC LIMIT 1", (session,)
    ).fetchone()
    if verdict is not None and verdict["verdict"] != "unfinished":
        raise UserError(
            "This comparison is finished, so its answers stay as they are.",
            "Start another comparison.",
        )


def _cycle(connection: sqlite3.Connection, taste: int) -> str:
    row = connection.execute(
        "SELECT checkpoint FROM activations WHERE taste = ? ORDER BY id DESC LIMIT 1", (taste,)
    ).fetchone()
    return BASE if row is None else str(row["checkpoint"])


def _after_answer(connection: sqlite3.Connection, pair: Row) -> bool:
    """Move songs between rating and the reserve as the answer demands; whether any moved."""
    session = pair["session"]
    if session is None:
        return release_rated_song(connection, pair["sha256"], pair["taste"])
    if not is_at_end(connection, session):
        # Answers of a file come in any order; by their pairs' order they may show nothing yet.
        connection.execute(
            "UPDATE sessions SET completed_utc = NULL WHERE id = ? AND completed_utc IS NOT NULL",
            (session,),
        )
        return False
    completed = connection.execute(
        "UPDATE sessions SET completed_utc = ? WHERE id = ? AND completed_utc IS NULL",
        (utc_now(), session),
    ).rowcount
    return bool(completed) and release_session_songs(connection, session, pair["taste"])
