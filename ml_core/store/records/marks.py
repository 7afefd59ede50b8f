"""Marks: faults heard in a pair (a bad join, both edits bad), kept apart from taste."""

from __future__ import annotations

from dataclasses import replace

from ml_core.domain.ratings import Mark
from ml_core.store.sqlite.changes import NOTHING, Changes
from ml_core.store.sqlite.codec import checksum, matches
from ml_core.store.sqlite.database import Database, Row, utc_now

_MARKS: Changes = frozenset({"marks"})
COLUMNS = (
    "id",
    "withdraws",
    "comparison_id",
    "sha256",
    "kind",
    "side",
    "from_sample",
    "to_sample",
    "utc",
)
_INSERT = f"INSERT INTO marks VALUES ({', '.join('?' * (len(COLUMNS) + 1))})"


class MarkTable:
    """Reads and writes marks, append-only like ratings; those of all tastes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, mark: Mark) -> tuple[Changes, Mark]:
        """Keep a mark; it is on the disk when this returns, with its id and time."""
        with self._database.writing() as connection:
            mark_id = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM marks").fetchone()[0]
            mark = replace(mark, id=mark_id, utc=mark.utc or utc_now())
            connection.execute(_INSERT, _with_checksum(_values(mark, None)))
        return _MARKS, mark

    def withdraw(self, mark_id: int) -> Changes:
        """Take a mark back (a new row); one that was taken back already is left as it is."""
        with self._database.writing() as connection:
            row = connection.execute(
                "SELECT * FROM marks WHERE id = ? AND withdraws IS NULL AND NOT EXISTS "
                "(SELECT 1 FROM marks AS other WHERE other.withdraws = marks.id)",
                (mark_id,),
            ).fetchone()
            if row is None:
                return NOTHING
            new_id = connection.execute("SELECT max(id) + 1 FROM marks").fetchone()[0]
            mark = replace(_mark(row), id=new_id, utc=utc_now())
            connection.execute(_INSERT, _with_checksum(_values(mark, mark_id)))
        return _MARKS

    def current(self) -> list[Mark]:
        """The marks that count, in id order; damaged rows are left out."""
        rows = self._database.rows(
            "SELECT * FROM marks WHERE withdraws IS NULL AND NOT EXISTS "
            "(SELECT 1 FROM marks AS other WHERE other.withdraws = marks.id) ORDER BY id"
        )
        return [_mark(row) for row in rows if _is_sound(row)]


def _is_sound(row: Row) -> bool:
    return matches([row[name] for name in COLUMNS], row["checksum"])


def _values(mark: Mark, withdraws: int | None) -> list[int | str | None]:
    return [
        mark.id,
        withdraws,
        mark.comparison_id,
        mark.sha256,
        mark.kind,
        mark.side,
        mark.from_sample,
        mark.to_sample,
        mark.utc,
    ]


def _with_checksum(values: list[int | str | None]) -> list[int | str | None]:
    return [*values, checksum(values)]


def _mark(row: Row) -> Mark:
    return Mark(
        comparison_id=row["comparison_id"],
        sha256=row["sha256"],
        kind=row["kind"],
        side=row["side"],
        from_sample=row["from_sample"],
        to_sample=row["to_sample"],
        utc=row["utc"],
        id=row["id"],
    )
