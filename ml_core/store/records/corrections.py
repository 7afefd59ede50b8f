"""What was corrected of songs' beats and bars, with the tempo and meter that this gives."""

from __future__ import annotations

from dataclasses import dataclass

from ml_core.domain.corrections import Corrections
from ml_core.errors import UserError
from ml_core.store.sqlite.changes import Changes
from ml_core.store.sqlite.codec import canonical, corrections_from_text, storable
from ml_core.store.sqlite.database import Database


@dataclass(frozen=True, slots=True)
class SongGrid:
    """A song's beats and bars as the store knows them.

    Attributes:
        message: what there is to know of the song, for the person.
        pairs_after: waiting pairs up to this id were made for another grid and are not offered;
            None, for writing: all that wait now, if the grid changes.
    """

    corrections: Corrections
    tempo_bpm: float | None
    meter: int | None
    message: str
    pairs_after: int | None = None


class CorrectionTable:
    """Reads and writes corrections. Ratings hold edits in samples and are not touched."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def grid(self, sha256: str) -> SongGrid:
        """How a song's grid stands, to be put back by `set_grid`.

        Raises:
            UserError: if the project has no such song.
        """
        rows = self._database.rows(
            "SELECT s.tempo_bpm, s.meter, s.message, c.corrections, "
            "coalesce(c.pairs_after, 0) AS pairs_after FROM songs AS s "
            "LEFT JOIN song_corrections AS c ON c.song_id = s.id WHERE s.sha256 = ?",
            (sha256,),
        )
        if not rows:
            raise UserError("That song is not in the project.", "Add it first.")
        row = rows[0]
        return SongGrid(
            corrections_from_text(row["corrections"]),
            row["tempo_bpm"],
            row["meter"],
            row["message"],
            row["pairs_after"],
        )

    def set_grid(self, sha256: str, grid: SongGrid) -> Changes:
        """Keep corrections with what they give; pairs of the song that wait are offered no more.

        Raises:
            UserError: if the project has no such song.
        """
        before = self.grid(sha256)
        with self._database.writing() as connection:
            pairs_after = grid.pairs_after
            if pairs_after is None:
                pairs_after = before.pairs_after
                if grid.corrections.steps != before.corrections.steps:
                    (pairs_after,) = connection.execute(
                        "SELECT coalesce(max(id), 0) FROM comparisons"
                    ).fetchone()
            connection.execute(
                "INSERT OR REPLACE INTO song_corrections "
                "SELECT id, ?, ? FROM songs WHERE sha256 = ?",
                (canonical(grid.corrections.to_json()), pairs_after, sha256),
            )
            connection.execute(
                "UPDATE songs SET tempo_bpm = ?, meter = ?, message = ? WHERE sha256 = ?",
                (grid.tempo_bpm, grid.meter, storable(grid.message), sha256),
            )
        return frozenset({"songs", "comparisons"})
