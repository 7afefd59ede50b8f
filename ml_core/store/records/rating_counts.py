"""How many answers of a taste count as ratings, told by the database without reading an edit."""

from __future__ import annotations

from itertools import takewhile

from ml_core.store.records.by_eye import ByEye
from ml_core.store.records.taste_in_use import TasteInUse
from ml_core.store.sqlite.database import Database

CURRENT = "FROM current_ratings AS c LEFT JOIN sessions AS s ON s.id = c.session WHERE c.taste = ?"
"""Answers that stand; takes the id of a taste."""
FOR_TRAINING = " AND (c.session IS NULL OR s.completed_utc IS NOT NULL)"
NO_SESSIONS = " AND c.session IS NULL"
NO_SKIPS = " AND c.answer != 'skip'"


class RatingCounts:
    """Counts what `domain.ratings.counts` calls a rating; a test holds both together."""

    def __init__(self, database: Database, taste: TasteInUse, by_eye: ByEye) -> None:
        self._database, self._taste, self._by_eye = database, taste, by_eye

    def count(self, include_skips: bool, for_training: bool) -> int:
        """As `RatingTable.count` tells."""
        filters = ("" if include_skips else NO_SKIPS) + (FOR_TRAINING if for_training else "")
        n = int(self._database.value(f"SELECT count(*) {CURRENT}{filters}", (self._taste.id,)))
        if include_skips or self._by_eye.teaches:
            return n
        return n - self._n_by_eye(filters)

    def count_by_eye(self) -> int:
        """As `RatingTable.count_by_eye` tells."""
        return self._n_by_eye(NO_SKIPS + FOR_TRAINING)

    def count_since(self, utc: str, n_at_most: int) -> int:
        """How many of the newest ratings were given after a time, up to `n_at_most`.

        Args:
            utc: as rows hold times.
            n_at_most: how many answers are looked at.
        """
        rows = self._database.rows(
            "SELECT c.rating_id, (SELECT utc FROM ratings WHERE id = c.rating_id) AS utc "
            f"{CURRENT}{NO_SKIPS}{FOR_TRAINING} ORDER BY c.rating_id DESC LIMIT ?",
            (self._taste.id, n_at_most),
        )
        left_out = set() if self._by_eye.teaches else self._by_eye.ids()
        newer = takewhile(lambda row: row["utc"] > utc, rows)
        return sum(row["rating_id"] not in left_out for row in newer)

    def numbers(self, since_id: int) -> dict[int, int]:
        """Which rating each one is, counted from 1 by id, of those from `since_id` on."""
        rows = self._database.rows(
            f"SELECT c.rating_id {CURRENT}{NO_SKIPS}{FOR_TRAINING} AND c.rating_id >= ? "
            "ORDER BY c.rating_id DESC",
            (self._taste.id, since_id),
        )
        left_out = set() if self._by_eye.teaches else self._by_eye.ids()
        ids = [row[0] for row in rows if row[0] not in left_out]
        newest = self.count(include_skips=False, for_training=True)
        return {rating_id: newest - at for at, rating_id in enumerate(ids)}

    def _n_by_eye(self, filters: str) -> int:
        by_eye = self._by_eye.ids()
        if not by_eye:
            return 0
        rows = self._database.rows(f"SELECT c.rating_id {CURRENT}{filters}", (self._taste.id,))
        return sum(row[0] in by_eye for row in rows)
