"""One rating as a row: written once, checked whenever it is read."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ml_core.domain.ratings import HEARD_S, Rating
from ml_core.store.sqlite.codec import checksum, edit_from_text, matches
from ml_core.store.sqlite.database import Row, utc_now
from ml_core.store.sqlite.schema import FIRST_TASTE

WITHDRAWN = "withdrawn"

COLUMNS = (
    "id",
    "comparison_id",
    "withdraws",
    "sha256",
    "a",
    "b",
    "answer",
    "strength",
    "heard_a_s",
    "heard_b_s",
    "source",
    "reason",
    "repeat_of",
    "session",
    "batch",
    "cycle",
    "utc",
)
"""What the checksum covers, in this order, and the column `taste` where it is not null. It is null
for the first taste, so that rows of versions without tastes keep their checksums."""

IS_BY_EYE = f"source != 'hand' AND (heard_a_s < {HEARD_S} OR heard_b_s < {HEARD_S})"
"""As `Rating.is_by_eye`; a test holds both together. Counting must not read every edit."""

BY_EYE_TEACHES = "by_eye_teaches"
"""The setting that lets answers by eye count as well."""

COUNT_ALL = (
    "SELECT count(*) FROM current_ratings AS c JOIN ratings ON ratings.id = c.rating_id "
    "LEFT JOIN sessions AS s ON s.id = c.session WHERE c.answer != 'skip' "
    "AND (c.session IS NULL OR s.completed_utc IS NOT NULL) "
    f"AND (NOT coalesce({IS_BY_EYE}, 0) "
    f"OR EXISTS (SELECT 1 FROM settings WHERE name = '{BY_EYE_TEACHES}' AND value = 'true'))"
)
"""How many answers count as ratings, of all tastes, in the file of any version."""

_INSERT = (
    f"INSERT INTO ratings ({', '.join(COLUMNS)}, taste, checksum) "
    f"VALUES ({', '.join('?' * (len(COLUMNS) + 2))})"
)


@dataclass(frozen=True, slots=True)
class DamagedRating:
    """A row whose checksum does not fit, left out of everything else."""

    id: int
    comparison_id: int
    answer: str


def next_id(connection: sqlite3.Connection) -> int:
    """One more than the last id: rows are never deleted, so a gap means a lost row."""
    return int(connection.execute("SELECT coalesce(max(id), 0) + 1 FROM ratings").fetchone()[0])


def taste_value(taste: int) -> int | None:
    """A taste as rows of `ratings` hold it: null for the first one."""
    return None if taste == FIRST_TASTE else taste


def insert_row(connection: sqlite3.Connection, values: Mapping[str, Any]) -> None:
    """Write a row with its checksum.

    Args:
        values: of COLUMNS and `taste`.
    """
    covered = _covered(values)
    row = [*(values[name] for name in COLUMNS), values["taste"], checksum(covered)]
    connection.execute(_INSERT, row)


def insert_changed(
    connection: sqlite3.Connection, row: Mapping[str, Any] | Row, changes: Mapping[str, Any]
) -> int:
    """Write another row's values with some of them changed, under the next id.

    Returns:
        its id.
    """
    values = {name: row[name] for name in (*COLUMNS, "taste")} | dict(changes)
    values["id"] = next_id(connection)
    insert_row(connection, values)
    return int(values["id"])


def insert_rating(
    connection: sqlite3.Connection,
    rating: Rating,
    session: int | None,
    batch: int,
    cycle: str,
    taste: int,
    edit_texts: tuple[str, str],
) -> Rating:
    """Write an answer.

    Args:
        edit_texts: its edits as rows hold them, which are its pair's.

    Returns:
        the answer as its row is read, with its id and time.
    """
    rating_id = next_id(connection)
    rating = replace(
        rating,
        id=rating_id,
        utc=rating.utc or utc_now(),
        heard_a_s=_seconds(rating.heard_a_s),
        heard_b_s=_seconds(rating.heard_b_s),
    )
    values = (
        rating_id,
        rating.comparison_id,
        None,
        rating.sha256,
        *edit_texts,
        rating.answer,
        rating.strength,
        rating.heard_a_s,
        rating.heard_b_s,
        rating.source,
        rating.reason,
        rating.repeat_of,
        session,
        batch,
        cycle,
        rating.utc,
    )
    by_name = dict(zip(COLUMNS, values, strict=True)) | {"taste": taste_value(taste)}
    insert_row(connection, by_name)
    return rating


def insert_withdrawal(connection: sqlite3.Connection, withdrawn: Row) -> int:
    """Write that the answer in `withdrawn` no longer counts.

    Returns:
        the new row's id.
    """
    changes = {"withdraws": withdrawn["id"], "answer": WITHDRAWN, "utc": utc_now()}
    return insert_changed(connection, withdrawn, changes)


def make_current(
    connection: sqlite3.Connection, comparison_id: int, rating_id: int, answer: str
) -> None:
    """Let a rating be the one that counts for its pair, which is no longer open."""
    connection.execute(
        "INSERT OR REPLACE INTO current_ratings "
        "SELECT id, ?, ?, session, taste FROM comparisons WHERE id = ?",
        (rating_id, answer, comparison_id),
    )
    connection.execute("DELETE FROM open_comparisons WHERE comparison_id = ?", (comparison_id,))


def make_open(connection: sqlite3.Connection, comparison_id: int) -> None:
    """Let no rating count for a pair, which waits for an answer again."""
    connection.execute("DELETE FROM current_ratings WHERE comparison_id = ?", (comparison_id,))
    connection.execute(
        "INSERT OR REPLACE INTO open_comparisons "
        "SELECT id, session, taste FROM comparisons WHERE id = ?",
        (comparison_id,),
    )


def is_sound(row: Mapping[str, Any] | Row) -> bool:
    """Whether the row is what was written, down to the types of its values."""
    return matches(_covered(row), row["checksum"])


def _covered(row: Mapping[str, Any] | Row) -> list[Any]:
    """What the row's checksum is over."""
    values = [row[name] for name in COLUMNS]
    return values if row["taste"] is None else [*values, row["taste"]]


def rating_from_row(row: Row) -> Rating:
    """The answer in a sound row of `ratings`."""
    return Rating(
        comparison_id=row["comparison_id"],
        a=edit_from_text(row["a"]),
        b=edit_from_text(row["b"]),
        answer=row["answer"],
        strength=row["strength"],
        utc=row["utc"],
        heard_a_s=row["heard_a_s"],
        heard_b_s=row["heard_b_s"],
        source=row["source"],
        reason=row["reason"],
        repeat_of=row["repeat_of"],
        id=row["id"],
    )


def _seconds(value: float | None) -> float | None:
    # REAL columns give floats back: an int here would change the checksum's text.
    return float(value) if value is not None and math.isfinite(value) else None
