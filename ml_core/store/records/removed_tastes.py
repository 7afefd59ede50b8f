"""Which tastes a person removed, and in what order: what a reset put aside is not among them."""

from __future__ import annotations

import json
import sqlite3

from ml_core.store.sqlite.database import Database
from ml_core.untrusted_json import parse_json

_REMOVED = "removed_tastes"
"""The setting that lists the ids of removed tastes, the last one at the end."""


def note_removed(connection: sqlite3.Connection, taste_id: int) -> None:
    """Remember that a person took a taste off the list just now."""
    _write(connection, [*_without(connection, taste_id), taste_id])


def note_brought_back(connection: sqlite3.Connection, taste_id: int) -> None:
    """Forget that a taste was removed: it is on the list again."""
    _write(connection, _without(connection, taste_id))


def last_removed(database: Database, name: str) -> int | None:
    """Id of the taste of this name that was removed last; None if there is none.

    A taste and what replaced it bear one name, and both may be off the list, as after a reset that
    was undone. Only when each went tells which of them was meant.
    """
    text = database.value("SELECT value FROM settings WHERE name = ?", (_REMOVED,))
    order = {taste_id: at for at, taste_id in enumerate(_ids(text or "[]"))}
    rows = database.rows("SELECT id, name FROM tastes WHERE removed = 1")
    named = [row["id"] for row in rows if row["name"].casefold() == name.casefold()]
    return max((one for one in named if one in order), key=order.__getitem__, default=None)


def _without(connection: sqlite3.Connection, taste_id: int) -> list[int]:
    row = connection.execute("SELECT value FROM settings WHERE name = ?", (_REMOVED,)).fetchone()
    return [one for one in _ids(row[0] if row else "[]") if one != taste_id]


def _ids(text: str) -> list[int]:
    """The ids in a setting; none where it is damaged, since it only tells names apart."""
    try:
        listed = parse_json(text)
    except ValueError:
        return []
    return [one for one in listed if type(one) is int] if isinstance(listed, list) else []


def _write(connection: sqlite3.Connection, ids: list[int]) -> None:
    text = json.dumps(ids)
    connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (_REMOVED, text))
