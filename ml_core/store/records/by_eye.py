"""Answers given by eye: which they are, how many, and whether they teach all the same."""

from __future__ import annotations

from ml_core.store.sqlite.changes import NOTHING, Changes
from ml_core.store.sqlite.codec import canonical
from ml_core.store.sqlite.database import Database
from ml_core.store.sqlite.rating_rows import BY_EYE_TEACHES, IS_BY_EYE


class ByEye:
    """What of the answers is by eye. Rows of answers never change, so each is looked at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ids: set[int] = set()
        self._looked_until = 0

    def ids(self) -> set[int]:
        """Ids of all rows that are answers by eye, current or not."""
        newest = int(self._database.value("SELECT coalesce(max(id), 0) FROM ratings"))
        if newest > self._looked_until:
            found = self._database.rows(
                f"SELECT id FROM ratings WHERE id > ? AND {IS_BY_EYE}", (self._looked_until,)
            )
            self._ids.update(row[0] for row in found)
            self._looked_until = newest
        return self._ids

    @property
    def teaches(self) -> bool:
        """Whether the person wants answers by eye to teach; at first they don't."""
        text = self._database.value("SELECT value FROM settings WHERE name = ?", (BY_EYE_TEACHES,))
        return str(text) == "true"

    def set_teaches(self, value: bool) -> Changes:
        """Have answers by eye teach from now on, or not; every taste of the project."""
        if value == self.teaches:
            return NOTHING
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO settings VALUES (?, ?)", (BY_EYE_TEACHES, canonical(value))
            )
        return frozenset({"ratings"})
