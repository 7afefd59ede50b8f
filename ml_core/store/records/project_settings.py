"""A taste's brief, and small settings that belong to the project rather than to the person."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ml_core.domain.edits import Brief
from ml_core.store.records.reserve import fill_reserve
from ml_core.store.records.taste_in_use import TasteInUse
from ml_core.store.song_facts.learned_songs import rows_of
from ml_core.store.song_facts.song_fits import brief_of, forget_fits
from ml_core.store.sqlite.changes import NOTHING, Changes
from ml_core.store.sqlite.codec import brief_from_text, canonical
from ml_core.store.sqlite.database import Database
from ml_core.untrusted_json import parse_json


class SettingTable:
    """Reads and writes named values."""

    def __init__(self, database: Database, taste: TasteInUse) -> None:
        self._database = database
        self._taste = taste

    def brief(self) -> Brief:
        """What the taste's edits are for; the brief without lengths until one is set."""
        text = self._database.value("SELECT brief FROM tastes WHERE id = ?", (self._taste.id,))
        return Brief() if text is None else brief_from_text(text)

    def set_brief(self, brief: Brief) -> Changes:
        """Set what the taste's edits are for, and choose its reserve among songs that fit."""
        before = self.brief()
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE tastes SET brief = ? WHERE id = ?",
                (canonical(asdict(brief)), self._taste.id),
            )
            rows = rows_of(connection)
            tastes = rows("SELECT id FROM tastes WHERE removed = 0", ())
            # The brief before stays known: it may come back at once.
            forget_fits(connection, [before, *(brief_of(rows, row["id"]) for row in tastes)])
            is_moved = fill_reserve(connection, self._taste.id)
        return frozenset({"brief", "songs", "comparisons"} if is_moved else {"brief"})

    def get(self, name: str, default: Any) -> Any:
        """A named value as JSON gives it back (lists for tuples); `default` where none is set."""
        text = self._database.value("SELECT value FROM settings WHERE name = ?", (name,))
        return default if text is None else parse_json(text)

    def set(self, name: str, value: Any) -> Changes:
        """Set a named value, which must be plain JSON data. No view shows settings: no changes."""
        text = canonical(value)
        with self._database.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, text))
        return NOTHING
