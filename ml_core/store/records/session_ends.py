"""Whether a comparing session's end is reached by its answers."""

from __future__ import annotations

import sqlite3

from ml_core.domain.early_end import early_verdict
from ml_core.domain.ratings import counts
from ml_core.store.sqlite.pair_rows import comparison_from_row
from ml_core.store.sqlite.rating_rows import is_sound, rating_from_row


def is_at_end(connection: sqlite3.Connection, session_id: int) -> bool:
    """Whether all its pairs are answered, or enough of them where it ends early."""
    n_pairs, ends_early, new, n_answers = connection.execute(
        "SELECT n_pairs, ends_early, new, "
        "(SELECT count(*) FROM current_ratings WHERE session = sessions.id) "
        "FROM sessions WHERE id = ?",
        (session_id,),
    ).fetchone()
    if n_answers >= n_pairs or not ends_early:
        return bool(n_answers >= n_pairs)
    results = _results(connection, session_id, new)
    return early_verdict(results, n_pairs)[0] != "no difference shown"


def _results(connection: sqlite3.Connection, session_id: int, new: str) -> list[int]:
    """Of each answered pair in order: 1 where the new policy won, -1 where it lost, else 0."""
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row  # Salvage asks with a plain connection.
    pairs = cursor.execute(
        "SELECT * FROM comparisons WHERE session = ? ORDER BY position, id", (session_id,)
    ).fetchall()
    answers = {
        row["comparison_id"]: rating_from_row(row)
        for row in cursor.execute(
            "SELECT ratings.* FROM current_ratings AS c JOIN ratings ON ratings.id = c.rating_id "
            "WHERE c.session = ?",
            (session_id,),
        )
        if is_sound(row)
    }
    results = []
    for row in pairs:
        rating, comparison = answers.get(row["id"]), comparison_from_row(row)
        if rating is not None and comparison is not None:
            side = 1 if comparison.origin_a.checkpoint == new else -1
            results.append(side * rating.sign if counts(rating) else 0)
    return results
