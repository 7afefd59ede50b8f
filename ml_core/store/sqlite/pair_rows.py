"""One pair as a row: written when it is asked, never changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ml_core.domain.ratings import Comparison
from ml_core.store.sqlite.codec import (
    UNREADABLE,
    edit_from_text,
    edit_text,
    origin_from_text,
    origin_text,
)
from ml_core.store.sqlite.database import Row, utc_now
from ml_core.store.sqlite.rating_rows import make_open


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
    except UNREADABLE:
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
