"""What the journal says of a rating, a pair, a mark and a taste, and how it is read back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from ml_core.store.backup.salvage import PAIR_FACTS, RatingRow
from ml_core.store.journal.lines import Line, Record
from ml_core.store.records import marks
from ml_core.store.sqlite.pair_rows import comparison_from_row
from ml_core.store.sqlite.rating_rows import COLUMNS, is_sound

_ROW = (*COLUMNS, "taste", "checksum")
_FACTS = ", ".join(f"p.{name} AS pair_{name}" for name in PAIR_FACTS)
_RATINGS = (
    f"SELECT r.*, {_FACTS} FROM ratings AS r LEFT JOIN comparisons AS p ON p.id = r.comparison_id "
    "WHERE r.id > ? ORDER BY r.id"
)
MARK_COLUMNS = (*marks.COLUMNS, "checksum")
PAIR_COLUMNS = (
    "id",
    "batch",
    "position",
    "session",
    "sha256",
    "a",
    "b",
    "origin_a",
    "origin_b",
    "reason",
    "repeat_of",
    "utc",
    "taste",
)
_NUMBERS = ("id", "batch", "position", "taste")
_NUMBERS_OR_NONE = ("session", "repeat_of")
_LARGEST_NUMBER = 2**62  # SQLite takes none above 2**63.

TASTE_COLUMNS = ("id", "name", "utc", "brief", "removed", "replaces")


def rating_rows(connection: sqlite3.Connection, after: int) -> Iterator[sqlite3.Row]:
    """Rows of ratings with what their pairs say, from an id on, in id order."""
    yield from connection.execute(_RATINGS, (after,))


def rating_record(row: sqlite3.Row) -> Record:
    """A row of `rating_rows`, with all that is needed to have it back."""
    values = [row[name] for name in _ROW]
    return "r", str(row["checksum"]), [values, [row[f"pair_{name}"] for name in PAIR_FACTS]]


def rating_from(line: Line) -> RatingRow | None:
    """The row in a line; None if it is not what was written."""
    try:
        values, facts = line.record()
        row: RatingRow = dict(zip(_ROW, values, strict=True))
        row["pair"] = dict(zip(PAIR_FACTS, facts, strict=True))
    except (ValueError, TypeError):
        return None
    return row if is_sound(row) else None


def pair_records(
    connection: sqlite3.Connection, after: int, up_to: int, ratings: tuple[int, int]
) -> Iterator[Record]:
    """Pairs that no rating answers: a rating's own record holds its pair.

    Args:
        connection: to the store.
        after, up_to: the ids of the pairs lie above the first, and not above the second.
        ratings: likewise of the ratings that count.
    """
    rows = connection.execute(
        f"SELECT {', '.join(PAIR_COLUMNS)} FROM comparisons WHERE id > ? AND id <= ? AND id NOT IN "
        "(SELECT comparison_id FROM ratings WHERE id > ? AND id <= ?) ORDER BY id",
        (after, up_to, *ratings),
    )
    for row in rows:
        yield "p", str(row["id"]), list(row)


def pair_from(line: Line) -> dict[str, Any] | None:
    """A pair's values by column; None if they are not what was written."""
    row: Any = named(line, PAIR_COLUMNS)
    if row is None or comparison_from_row(row) is None:
        return None
    numbers = [row[name] for name in _NUMBERS]
    numbers += [row[name] for name in _NUMBERS_OR_NONE if row[name] is not None]
    texts = [row[name] for name in PAIR_COLUMNS if name not in (*_NUMBERS, *_NUMBERS_OR_NONE)]
    are_numbers = all(isinstance(one, int) and 0 <= one < _LARGEST_NUMBER for one in numbers)
    return row if are_numbers and all(isinstance(one, str) for one in texts) else None


def mark_records(connection: sqlite3.Connection, after: int) -> list[Record]:
    """Marks from an id on."""
    rows = connection.execute("SELECT * FROM marks WHERE id > ? ORDER BY id", (after,))
    return [
        ("m", str(row["checksum"]), [row[name] for name in MARK_COLUMNS]) for row in rows.fetchall()
    ]


def taste_records(connection: sqlite3.Connection) -> list[Record]:
    """All tastes as they are."""
    rows = connection.execute("SELECT * FROM tastes ORDER BY id").fetchall()
    return [("t", str(row["id"]), [row[name] for name in TASTE_COLUMNS]) for row in rows]


def named(line: Line, columns: tuple[str, ...]) -> dict[str, Any] | None:
    """A mark's or taste's values by column; None if they can't be read."""
    try:
        return dict(zip(columns, line.record(), strict=True))
    except (ValueError, TypeError):
        return None
