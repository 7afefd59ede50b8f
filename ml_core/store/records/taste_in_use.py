"""Which taste is worked in, and which one the project opens with."""

from __future__ import annotations

import sqlite3

from ml_core.store.sqlite.database import Database

_CHOSEN = "taste"
"""The setting that holds the id of the chosen taste."""


class TasteInUse:
    """The taste that the parts of one open store read and write.

    Each part holds this one record, so that all of them turn to another taste together. It begins
    with the taste that the project was left with.

    Attributes:
        id: of the taste; only `TasteTable` sets it.
    """

    __slots__ = ("id",)

    def __init__(self, database: Database) -> None:
        self.id = chosen_taste(database)


def chosen_taste(database: Database) -> int:
    """Id of the taste that the project opens with: the chosen one, or the first if that is gone."""
    found = database.value(
        "SELECT id FROM tastes WHERE removed = 0 ORDER BY "
        "CAST(id AS TEXT) = (SELECT value FROM settings WHERE name = ?) DESC, id LIMIT 1",
        (_CHOSEN,),
    )
    return int(found)


def choose_taste(connection: sqlite3.Connection, taste_id: int) -> None:
    """Let the project open with this taste."""
    connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (_CHOSEN, str(taste_id)))
