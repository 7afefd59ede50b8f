"""What a taste takes over from another one: rows of its own, while the other's stay as they are."""

from __future__ import annotations

import sqlite3

from ml_core.store.sqlite.database import utc_now
from ml_core.store.sqlite.rating_rows import insert_changed, make_current, taste_value


def copy_uses(
    connection: sqlite3.Connection, old: int, new: int, only_by_hand: bool = False
) -> None:
    """Copy what songs are used for; on request only what a person chose."""
    chosen = "AND use_by = 'person'" if only_by_hand else ""
    connection.execute(
        f"INSERT INTO song_uses SELECT ?, song_id, use, use_by FROM song_uses WHERE taste = ? "
        f"{chosen}",
        (new, old),
    )


def copy_ratings(connection: sqlite3.Connection, old: int, new: int) -> None:
    """Copy the answers that teach, skips included, and their pairs."""
    rows = connection.execute(
        "SELECT ratings.* FROM current_ratings AS c JOIN ratings ON ratings.id = c.rating_id "
        "LEFT JOIN sessions AS s ON s.id = c.session "
        "WHERE c.taste = ? AND (c.session IS NULL OR s.completed_utc IS NOT NULL) "
        "ORDER BY c.rating_id",
        (old,),
    ).fetchall()
    pairs = {row["comparison_id"]: 0 for row in rows}
    # In the order of the pairs: one that repeats another comes after it.
    for pair_id in sorted(pairs):
        repeated = connection.execute(
            "SELECT repeat_of FROM comparisons WHERE id = ?", (pair_id,)
        ).fetchone()["repeat_of"]
        cursor = connection.execute(
            "INSERT INTO comparisons (batch, position, session, sha256, a, b, origin_a, origin_b, "
            "reason, repeat_of, utc, taste) SELECT batch, position, NULL, sha256, a, b, origin_a, "
            "origin_b, reason, ?, utc, ? FROM comparisons WHERE id = ?",
            (pairs.get(repeated) or None, new, pair_id),
        )
        pairs[pair_id] = int(cursor.lastrowid or 0)
    for row in rows:
        pair_id = pairs[row["comparison_id"]]
        changes = {
            "comparison_id": pair_id,
            "session": None,
            "repeat_of": pairs.get(row["repeat_of"]) or None,
            "taste": taste_value(new),
        }
        rating_id = insert_changed(connection, row, changes)
        make_current(connection, pair_id, rating_id, row["answer"])


def copy_models(connection: sqlite3.Connection, old: int, new: int) -> None:
    """Let the checkpoints be those of the new taste, too, with the same one active."""
    connection.execute(
        "INSERT INTO taste_checkpoints SELECT ?, number FROM taste_checkpoints WHERE taste = ?",
        (new, old),
    )
    connection.execute(
        "INSERT INTO activations (checkpoint, utc, taste) SELECT checkpoint, ?, ? "
        "FROM activations WHERE taste = ? ORDER BY id DESC LIMIT 1",
        (utc_now(), new, old),
    )
