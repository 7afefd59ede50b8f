"""Which songs a taste has learned from: those that it was rated on, or that its models trained on.

What a song is used for does not tell it. A rated song may be put aside for comparing, and one that
nobody was asked about was for rating when a model was trained. Another file of the same recording
counts alike. A rating that was taken back was given all the same, and a model that learned from it
still has.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from ml_core.domain.comparing import LearnedFrom
from ml_core.store.sqlite.codec import UNREADABLE
from ml_core.store.sqlite.database import Row
from ml_core.store.sqlite.schema import FIRST_TASTE

# A song's ratings are found by its key. Those of a comparison count once it is finished: until then
# they teach nothing. Null is the first taste, see the schema.
_RATED = f"""
SELECT songs.id FROM songs WHERE EXISTS (
    SELECT 1 FROM ratings AS r LEFT JOIN sessions AS s ON s.id = r.session
    WHERE r.sha256 = songs.sha256 AND coalesce(r.taste, {FIRST_TASTE}) = ?1
    AND r.answer != 'withdrawn' AND r.utc <= ?2 AND r.id < ?3
    AND (r.session IS NULL OR s.completed_utc IS NOT NULL) AND coalesce(r.session, 0) != ?4
)
"""
_EVER = "~"
"""Later than any time that is written in digits."""
_LAST_ID = 2**62
_NO_SESSION = -1

Rows = Callable[[str, Sequence[Any]], list[Row]]
"""Reads all rows of a query with its values; `Database.rows`, or `rows_of` a transaction."""

# The first of its tastes has trained a model; the others are copies of that taste.
_MODELS = """
SELECT c.record, (SELECT min(taste) FROM taste_checkpoints WHERE number = c.number) AS trained_by
FROM checkpoints AS c JOIN taste_checkpoints AS t USING (number)
WHERE t.taste = ? AND c.number <= ?
"""


def rows_of(connection: sqlite3.Connection) -> Rows:
    """Reads within a transaction."""
    return lambda sql, values: connection.execute(sql, values).fetchall()


def learned_before(rows: Rows, session_id: int) -> dict[int, LearnedFrom]:
    """What the taste of a comparison had learned from when that was begun, by the song's id."""
    found = rows("SELECT taste, old, new FROM sessions WHERE id = ?", (session_id,))
    if not found:
        return {}
    taste, old, new = found[0]
    (first,) = rows(
        "SELECT coalesce(min(id), ?) FROM ratings WHERE session = ?", (_LAST_ID, session_id)
    )[0]
    (newest,) = rows("SELECT max(number) FROM checkpoints WHERE id IN (?, ?)", (old, new))[0]
    last = _LAST_ID if newest is None else newest
    return learned_songs(rows, taste, first, last, session_id)


def learned_songs(
    rows: Rows,
    taste: int,
    before_rating: int = _LAST_ID,
    last_model: int = _LAST_ID,
    but_session: int = _NO_SESSION,
) -> dict[int, LearnedFrom]:
    """What a taste has learned from, by the song's id.

    Args:
        rows: reads from the database.
        taste: id of the taste.
        before_rating: id from which on ratings do not count.
        last_model: number of the last model that counts.
        but_session: a comparison whose ratings do not count.
    """
    trained: set[int] = set()
    for model in rows(_MODELS, (taste, last_model)):
        trained |= _trained_on(rows, model)
    found = {one: LearnedFrom("trained") for one in trained}
    rated = rows(_RATED, (taste, _EVER, before_rating, but_session))
    found |= {row[0]: LearnedFrom("rated") for row in rated}
    return _with_other_files(rows, found)


def _trained_on(rows: Rows, model: Row) -> set[int]:
    hashes, utc = _recorded(model["record"])
    if hashes is None:
        return _for_rating_at(rows, model["trained_by"], utc)
    return {
        row["id"] for row in rows("SELECT id, sha256 FROM songs", ()) if row["sha256"] in hashes
    }


@lru_cache(maxsize=64)
def _recorded(record: str) -> tuple[frozenset[str] | None, str]:
    """(songs that a model was trained on, when); None for one that does not tell."""
    try:
        data = json.loads(record)
        songs = data["configuration"].get("songs")
        return None if songs is None else frozenset(map(str, songs)), str(data["utc"])
    except UNREADABLE:
        return None, _EVER


def _for_rating_at(rows: Rows, taste: int, utc: str) -> set[int]:
    """What a training of an older version can have learned from: songs rated, or for rating then.

    What is kept of when each song was used for what tells it, as far as the clock was right.
    """
    rated = {row[0] for row in rows(_RATED, (taste, utc, _LAST_ID, _NO_SESSION))}
    changes = rows(
        "SELECT song_id, use FROM song_use_history WHERE taste = ? AND utc <= ? ORDER BY id",
        (taste, utc),
    )
    uses = {row["song_id"]: row["use"] for row in changes}
    there = rows("SELECT id FROM songs WHERE added_utc <= ?", (utc,))
    return rated | {row[0] for row in there if uses.get(row[0], "rate") == "rate"}


def _with_other_files(rows: Rows, found: dict[int, LearnedFrom]) -> dict[int, LearnedFrom]:
    """These, and what is the same recording as one of them."""
    whole = dict(found)
    files: dict[int, list[int]] = {}
    for row in rows("SELECT song_id, recording FROM song_sounds WHERE recording IS NOT NULL", ()):
        files.setdefault(row["recording"], []).append(row["song_id"])
    for alike in files.values():
        known = sorted(
            (one for one in alike if one in found), key=lambda one: found[one].how != "rated"
        )
        for one in alike if known else ():
            whole.setdefault(one, LearnedFrom(found[known[0]].how, known[0]))
    return whole
