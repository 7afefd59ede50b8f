"""The queue of pairs, and every pair that was ever asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ml_core.domain.ratings import Comparison
from ml_core.store.sqlite.changes import NOTHING, Changes, Tables
from ml_core.store.sqlite.codec import edit_from_text, edit_text, origin_from_text, origin_text
from ml_core.store.sqlite.database import Row, utc_now
from ml_core.store.sqlite.rating_rows import make_open
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


class ComparisonTable(Tables):
    """Reads and writes pairs."""

    _comparison_cache: RecordCache[Comparison]

    def add_comparisons(
        self, comparisons: Sequence[Comparison]
    ) -> tuple[Changes, list[Comparison]]:
        """Put pairs at the queue's end (or into their session) as one batch.

        A pair may repeat one of the same batch, which has no id yet: `repeat_of=-k` names the
        k-th pair of the batch, counted from 1.

        Returns:
            what changed, and the pairs with their ids, in order.
        """
        if not comparisons:
            return NOTHING, []
        with self._database.writing() as connection:
            ids = insert_batch(connection, comparisons, self._taste)
        return frozenset({"comparisons"}), self._pairs(ids)

    def comparison(self, comparison_id: int) -> Comparison:
        """The pair with this id.

        Raises:
            KeyError: if there is none.
        """
        found = self._pairs([comparison_id])
        if not found:
            raise KeyError(comparison_id)
        return found[0]

    def find_comparison(self, pair_id: int | str) -> Comparison | None:
        """The pair with this id, given as a number or as text; None if there is none."""
        text = str(pair_id).strip()
        if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_ID):
            return None
        return next(iter(self._pairs([int(text)])), None)

    def open_comparisons(self) -> list[Comparison]:
        """Pairs that wait for an answer, in order, without those of comparing sessions."""
        return self._pairs_of(_OPEN, (self._taste,))

    def session_comparisons(self, session_id: int, only_open: bool = False) -> list[Comparison]:
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

    def asked_comparisons(self) -> list[Comparison]:
        """Every pair that the taste was ever asked outside of comparing sessions, oldest first."""
        return self._pairs_of(
            "SELECT id FROM comparisons WHERE session IS NULL AND taste = ? ORDER BY id",
            (self._taste,),
        )

    def _pairs_of(self, sql: str, values: Sequence[int] = ()) -> list[Comparison]:
        return self._pairs([row[0] for row in self._database.rows(sql, values)])

    def _pairs(self, ids: Sequence[int]) -> list[Comparison]:
        return self._comparison_cache.records(self._database, ids)


def next_batch(connection: sqlite3.Connection) -> int:
    """The number of the next batch of pairs."""
    found = connection.execute("SELECT coalesce(max(batch), 0) + 1 FROM comparisons").fetchone()
    return int(found[0])


def insert_batch(
    connection: sqlite3.Connection, comparisons: Sequence[Comparison], taste: int
) -> list[int]:
    """Write pairs that wait for an answer; returns their ids."""
    ids: list[int] = []
    batch = next_batch(connection)
    for comparison in comparisons:
        ids.append(insert_comparison(connection, comparison, batch, taste, ids))
        make_open(connection, ids[-1])
    return ids


def insert_comparison(
    connection: sqlite3.Connection,
    comparison: Comparison,
    batch: int,
    taste: int,
    batch_ids: Sequence[int] = (),
) -> int:
    """Write one pair; `batch_ids` are those written before it, for `repeat_of=-k`.

    Returns:
        its id.
    """
    repeat_of = comparison.repeat_of
    if repeat_of is not None and repeat_of < 0:
        repeat_of = batch_ids[-repeat_of - 1]
    cursor = connection.execute(
        "INSERT INTO comparisons (batch, position, session, sha256, a, b, origin_a, origin_b, "
        "reason, repeat_of, utc, taste) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            batch,
            comparison.position,
            comparison.session,
            comparison.sha256,
            edit_text(comparison.a),
            edit_text(comparison.b),
            origin_text(comparison.origin_a),
            origin_text(comparison.origin_b),
            comparison.reason,
            repeat_of,
            utc_now(),
            taste,
        ),
    )
    return int(cursor.lastrowid or 0)


def comparison_from_row(row: Row) -> Comparison | None:
    """The pair in a row of `comparisons`; None if the row is damaged (a pair can be made again)."""
    try:
        return _comparison(row)
    except (ValueError, KeyError, TypeError):
        return None


def _comparison(row: Row) -> Comparison:
    return Comparison(
        a=edit_from_text(row["a"]),
        b=edit_from_text(row["b"]),
        reason=row["reason"],
        origin_a=origin_from_text(row["origin_a"]),
        origin_b=origin_from_text(row["origin_b"]),
        id=row["id"],
        repeat_of=row["repeat_of"],
        session=row["session"],
        position=row["position"],
    )
