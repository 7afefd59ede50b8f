"""What the taste in use has to do with songs: which its brief fits, which it has learned from."""

from __future__ import annotations

from collections.abc import Sequence

from ml_core.domain.comparing import LearnedFrom
from ml_core.domain.edits import Brief
from ml_core.domain.requests import SongFit
from ml_core.store.records.reserve import fill_reserve
from ml_core.store.records.taste_in_use import TasteInUse
from ml_core.store.song_facts.learned_songs import learned_before, learned_songs
from ml_core.store.song_facts.song_fits import brief_of, known_fits, note_fits
from ml_core.store.sqlite.changes import NOTHING, Changes
from ml_core.store.sqlite.database import Database


class FitTable:
    """Reads and writes what was found out of songs and briefs."""

    def __init__(self, database: Database, taste: TasteInUse) -> None:
        self._database = database
        self._taste = taste

    def known(self) -> dict[str, SongFit]:
        """What is known under the taste's brief, by the song's hash."""
        rows = self._database.rows
        fits = known_fits(rows, brief_of(rows, self._taste.id)).values()
        return {fit.sha256: fit for fit in fits}

    def misfits(self) -> dict[str, str]:
        """Why each song that is known not to fit the taste's brief does not, by its hash."""
        return {sha256: fit.misfit for sha256, fit in self.known().items() if fit.misfit}

    def note(self, brief: Brief, fits: Sequence[SongFit]) -> Changes:
        """Keep what was found under a brief, and look at the reserves again.

        Args:
            brief: that was asked about; a taste may have another one by now.
            fits: what was found.
        """
        if not fits:
            return NOTHING
        lengths = brief.shortest_s, brief.longest_s
        with self._database.writing() as connection:
            note_fits(connection, brief, fits)
            for row in self._database.rows("SELECT id FROM tastes WHERE removed = 0"):
                of_taste = brief_of(self._database.rows, row["id"])
                if (of_taste.shortest_s, of_taste.longest_s) == lengths:
                    fill_reserve(connection, row["id"])
        return frozenset({"songs", "comparisons"})


class LearnedTable:
    """Reads what the taste in use has learned from."""

    def __init__(self, database: Database, taste: TasteInUse) -> None:
        self._database = database
        self._taste = taste

    def songs(self) -> dict[str, LearnedFrom]:
        """What was learned from, by the song's hash; songs that are not on the list among them."""
        return self._by_hash(learned_songs(self._database.rows, self._taste.id))

    def before_session(self, session_id: int) -> dict[str, LearnedFrom]:
        """As `songs`, as it stood when a comparison was begun: what its two models may know."""
        return self._by_hash(learned_before(self._database.rows, session_id))

    def _by_hash(self, learned: dict[int, LearnedFrom]) -> dict[str, LearnedFrom]:
        rows = self._database.rows("SELECT id, sha256 FROM songs") if learned else []
        return {row["sha256"]: learned[row["id"]] for row in rows if row["id"] in learned}
