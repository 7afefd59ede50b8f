"""The queue of pairs, and every pair that was ever asked."""

from __future__ import annotations

from collections.abc import Sequence

from ml_core.domain.ratings import Comparison
from ml_core.store.records.taste_in_use import TasteInUse
from ml_core.store.sqlite.changes import NOTHING, Changes
from ml_core.store.sqlite.database import Database
from ml_core.store.sqlite.pair_rows import comparison_from_row, insert_batch
from ml_core.store.sqlite.record_cache import RecordCache

_LONGEST_ID = 15  # More digits than any id has; SQLite takes no number above 2**63.

# Pairs of songs that were removed, set aside or got another grid of bars meanwhile wait, too, but
# are not offered; nor are changes by hand that were taken back, which nobody was asked about. A
# duplicated taste's pairs have new ids, but keep the batch in which they were made.
_OPEN = (
    "SELECT c.id FROM open_comparisons AS o JOIN comparisons AS c ON c.id = o.comparison_id "
    "LEFT JOIN songs ON songs.sha256 = c.sha256 "
    "LEFT JOIN song_uses AS u ON u.song_id = songs.id AND u.taste = o.taste "
    "LEFT JOIN song_corrections AS k ON k.song_id = songs.id "
    "WHERE o.taste = ? AND o.session IS NULL AND c.reason != 'hand' "
    "AND c.id > coalesce(k.pairs_after, 0) AND c.batch > coalesce("
    "(SELECT batch FROM comparisons WHERE id = k.pairs_after), 0) "
    "AND (songs.id IS NULL OR (songs.removed = 0 AND coalesce(u.use, 'rate') = 'rate')) "
    "ORDER BY c.id"
)


class ComparisonTable:
    """Reads and writes pairs."""

    def __init__(self, database: Database, taste: TasteInUse) -> None:
        self._database = database
        self._taste = taste
        self._cache = RecordCache(database, "comparisons", comparison_from_row)

    def add(self, comparisons: Sequence[Comparison]) -> tuple[Changes, list[Comparison]]:
        """Put pairs at the queue's end (or into their session) as one batch.

        A pair may repeat one of the same batch, which has no id yet: `repeat_of=-k` names the
        k-th pair of the batch, counted from 1.

        Returns:
            what changed, and the pairs with their ids, in order.
        """
        if not comparisons:
            return NOTHING, []
        with self._database.writing() as connection:
            ids = insert_batch(connection, comparisons, self._taste.id)
        return frozenset({"comparisons"}), self._pairs(ids)

    def by_id(self, comparison_id: int) -> Comparison:
        """The pair with this id.

        Raises:
            KeyError: if there is none.
        """
        found = self._pairs([comparison_id])
        if not found:
            raise KeyError(comparison_id)
        return found[0]

    def find(self, pair_id: int | str) -> Comparison | None:
        """The pair with this id, given as a number or as text; None if there is none."""
        text = str(pair_id).strip()
        if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_ID):
            return None
        return next(iter(self._pairs([int(text)])), None)

    def waiting(self) -> list[Comparison]:
        """Pairs that wait for an answer, in order, without those of comparing sessions."""
        return self._pairs_of(_OPEN, (self._taste.id,))

    def of_session(self, session_id: int, only_open: bool = False) -> list[Comparison]:
        """The pairs of a comparing session in order; on request only the unanswered ones."""
        waiting = (
            "AND id IN (SELECT comparison_id FROM open_comparisons WHERE session = ?1) "
            if only_open
            else ""
        )
        return self._pairs_of(
            f"SELECT id FROM comparisons WHERE session = ?1 {waiting}ORDER BY position, id",
            (session_id,),
        )

    def asked(self) -> list[Comparison]:
        """Every pair that the taste was ever asked outside of comparing sessions, oldest first."""
        return self._pairs_of(
            "SELECT id FROM comparisons WHERE session IS NULL AND taste = ? ORDER BY id",
            (self._taste.id,),
        )

    def _pairs_of(self, sql: str, values: Sequence[int] = ()) -> list[Comparison]:
        return self._pairs([row[0] for row in self._database.rows(sql, values)])

    def _pairs(self, ids: Sequence[int]) -> list[Comparison]:
        return self._cache.records(ids)
