"""Songs of the project, and what each is used for."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from typing import Any, get_args

from ml_core.domain.songs import Song, SongEntry, SongStatus, SongUse
from ml_core.errors import UserError
from ml_core.store.records.reserve import OF_RECORDING, fill_reserves, set_use
from ml_core.store.records.song_paths import note_replaced, put_path_first
from ml_core.store.records.song_sounds import note_sound, note_stamp, song_id_of
from ml_core.store.records.taste_in_use import TasteInUse
from ml_core.store.sqlite.changes import NOTHING, Changes
from ml_core.store.sqlite.codec import canonical, corrections_from_text, storable
from ml_core.store.sqlite.database import Database, Row, utc_now

_SONGS: Changes = frozenset({"songs"})
_SHORTEST_HASH_PREFIX = 8  # Fewer digits would soon name two songs.


class SongTable:
    """Reads and writes songs. A removed song keeps its row: its ratings may bring it back."""

    def __init__(self, database: Database, taste: TasteInUse) -> None:
        self._database = database
        self._taste = taste

    def add(
        self, song: Song, status: SongStatus = "waiting", message: str = ""
    ) -> tuple[Changes, SongEntry]:
        """Add a song, as `add_all` does."""
        changes, entries = self.add_all([song], status, message)
        return changes, entries[0]

    def add_all(
        self, songs: Sequence[Song], status: SongStatus = "waiting", message: str = ""
    ) -> tuple[Changes, list[SongEntry]]:
        """Add songs, or meet known ones again (same sound), all of them or none.

        The path of a known song then comes first. A path that another song had is taken from it:
        the file was replaced. A known song that is ready stays so when it is added as waiting.

        Returns:
            what changed, and each song as it stands now, in the order given.
        """
        if not songs:
            return NOTHING, []
        ids = []
        with self._database.writing() as connection:
            robbed = set()
            for song in songs:
                ids.append(_insert_or_update(connection, song, status, storable(message)))
                note_sound(connection, ids[-1], song.sound, song.fingerprint)
                for path in reversed(song.paths):
                    robbed.add(put_path_first(connection, ids[-1], path))
                if song.stamp is not None:
                    note_stamp(connection, song.path, song.stamp)
            note_replaced(connection, robbed)
            fill_reserves(connection)
        added = {entry.id: entry for entry in self._entries_with(ids)}
        changes: Changes = frozenset({"songs", "comparisons"})
        return changes, [added[song_id] for song_id in ids]

    def set_status(
        self,
        sha256: str,
        status: SongStatus,
        message: str = "",
        tempo_bpm: float | None = None,
        meter: int | None = None,
    ) -> Changes:
        """Say how far a song is; tempo and meter stay as they were where none is given."""
        with self._database.writing() as connection:
            before = connection.execute("SELECT status FROM songs WHERE sha256 = ?", (sha256,))
            was = [row[0] for row in before]
            connection.execute(
                "UPDATE songs SET status = ?, message = ?, tempo_bpm = coalesce(?, tempo_bpm), "
                "meter = coalesce(?, meter) WHERE sha256 = ?",
                (status, storable(message), tempo_bpm, meter, sha256),
            )
            # Songs that failed do not count; nothing else about a status does.
            if was and (was[0] == "failed") != (status == "failed"):
                fill_reserves(connection)
        return _SONGS

    def set_use(self, sha256: str, use: SongUse) -> Changes:
        """Set what the taste uses a song for, as a person chose; see `change`."""
        return self.change({sha256: use})

    def remove(self, sha256: str, still_teaches: bool = True) -> Changes:
        """Take a song off the list; see `change`."""
        return self.change({}, [sha256], still_teaches)

    def change(
        self,
        uses: Mapping[str, SongUse],
        removed: Collection[str] = (),
        still_teach: bool = True,
    ) -> Changes:
        """Set what songs are used for and take songs off the list: all of it, or nothing.

        Args:
            uses: a person's choice what the taste uses a song for, by its hash; the rule never
                changes it again.
            removed: hashes of songs to take off the list. Their ratings stay; adding them again
                brings them back as they were.
            still_teach: whether tastes go on learning from the ratings of these, as far as their
                analyses are still there.

        Raises:
            UserError: if the project has no song whose use is to be set.
        """
        if not set(uses.values()) <= set(get_args(SongUse)):
            raise ValueError(f"no such use: {uses}")
        with self._database.writing() as connection:
            n_removed = 0
            for sha256 in removed:
                n_removed += connection.execute(
                    "UPDATE songs SET removed = 1, teaches = ? WHERE sha256 = ? AND removed = 0",
                    (int(still_teach), sha256),
                ).rowcount
            for sha256, use in uses.items():
                found = connection.execute("SELECT id FROM songs WHERE sha256 = ?", (sha256,))
                row = found.fetchone()
                if row is None:
                    raise UserError("That song is not in the project.", "Add it first.")
                set_use(connection, self._taste.id, row["id"], use, "person", "chosen by hand")
            if n_removed:
                fill_reserves(connection)
        return frozenset({"songs", "comparisons"}) if uses or n_removed else NOTHING

    def restore(self, hashes: Collection[str]) -> Changes:
        """Put songs that were taken off the list back as they were, all of them or none."""
        with self._database.writing() as connection:
            connection.executemany(
                "UPDATE songs SET removed = 0, teaches = 1 WHERE sha256 = ?",
                [(sha256,) for sha256 in hashes],
            )
            fill_reserves(connection)
        return frozenset({"songs", "comparisons"})

    def listed(self) -> list[SongEntry]:
        """The songs on the list, in the order they were first added."""
        return self._entries("WHERE songs.removed = 0", ())

    def removed(self, still_teach: bool) -> list[SongEntry]:
        """Songs taken off the list whose ratings still teach, or no longer do."""
        return self._entries("WHERE songs.removed = 1 AND songs.teaches = ?", (int(still_teach),))

    def find(self, text: str) -> SongEntry | None:
        """The song with this id, path or SHA-256 (eight digits of it are enough)."""
        if not _may_be_path(text):
            return None
        named, text = text, text.strip()
        if text.isdecimal() and len(text) < _SHORTEST_HASH_PREFIX:
            found = self._entries("WHERE songs.removed = 0 AND songs.id = ?", (int(text),))
            if found:
                return found[0]
        # A file's name may begin or end with a space; one copied from elsewhere has some by chance.
        for path in _spellings(named) + _spellings(text):
            found = self._entries(
                "WHERE songs.removed = 0 AND songs.id = "
                "(SELECT song_id FROM song_paths WHERE path = ?)",
                (canonical(path),),
            )
            if found:
                return found[0]
        if len(text) < _SHORTEST_HASH_PREFIX or set(text.lower()) - set("0123456789abcdef"):
            return None
        first, end = text.lower(), text.lower() + "g"
        found = self._entries(
            "WHERE songs.removed = 0 AND (songs.sha256 >= ? AND songs.sha256 < ? "
            "OR s.sound >= ? AND s.sound < ?)",
            (first, end, first, end),
        )
        return found[0] if len(found) == 1 else None

    def reserved(self) -> list[SongEntry]:
        """Songs ready for an honest comparison: set aside for comparing and never rated."""
        return self._entries(
            "WHERE songs.removed = 0 AND u.use = 'compare' AND songs.status = 'ready' "
            "AND NOT EXISTS (SELECT 1 FROM songs AS other "
            "JOIN ratings ON ratings.sha256 = other.sha256 "
            "JOIN comparisons AS c ON c.id = ratings.comparison_id AND c.taste = u.taste "
            "LEFT JOIN sessions ON sessions.id = ratings.session "
            f"WHERE other.id IN ({OF_RECORDING}) "
            "AND (ratings.session IS NULL OR sessions.completed_utc IS NOT NULL))",
            (),
        )

    def use_notes(self, sha256: str) -> list[tuple[str, SongUse, str]]:
        """(UTC time, use, why) of each change of the taste's use of a song, oldest first."""
        rows = self._database.rows(
            "SELECT h.utc, h.use, h.note FROM song_use_history AS h "
            "JOIN songs ON songs.id = h.song_id WHERE songs.sha256 = ? AND h.taste = ? "
            "ORDER BY h.id",
            (sha256, self._taste.id),
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def _entries_with(self, ids: Sequence[int]) -> list[SongEntry]:
        text = ", ".join(str(int(song_id)) for song_id in ids)
        return self._entries(f"WHERE songs.id IN ({text})", ())

    def _entries(self, where: str, values: tuple[Any, ...]) -> list[SongEntry]:
        rows = self._database.rows(
            "SELECT songs.*, song_corrections.corrections, coalesce(u.use, 'rate') AS use, "
            "s.sound, s.recording "
            "FROM songs LEFT JOIN song_corrections ON song_corrections.song_id = songs.id "
            "LEFT JOIN song_sounds AS s ON s.song_id = songs.id "
            f"LEFT JOIN song_uses AS u ON u.song_id = songs.id AND u.taste = ? {where} "
            "ORDER BY songs.id",
            (self._taste.id, *values),
        )
        paths: dict[int, list[str]] = {row["id"]: [] for row in rows}
        if len(rows) == 1:
            found = self._database.rows(
                "SELECT song_id, path FROM song_paths WHERE song_id = ? ORDER BY seen DESC",
                (rows[0]["id"],),
            )
        else:
            found = self._database.rows("SELECT song_id, path FROM song_paths ORDER BY seen DESC")
        for row in found:
            paths.setdefault(row["song_id"], []).append(json.loads(row["path"]))
        return [_entry(row, tuple(paths[row["id"]])) for row in rows]


def _may_be_path(text: str) -> bool:
    """Whether the system takes a text as a path; it raises for any other."""
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


def _spellings(path: str) -> tuple[str, ...]:
    return path, os.path.abspath(path), os.path.realpath(path)  # noqa: PTH100


def _entry(row: Row, paths: tuple[str, ...]) -> SongEntry:
    song = Song(
        sha256=row["sha256"],
        paths=paths,
        sample_rate_hz=row["sample_rate_hz"],
        n_samples=row["n_samples"],
        n_channels=row["n_channels"],
        title=row["title"],
        artist=row["artist"],
        file_format=row["file_format"],
        subtype=row["subtype"],
        warnings=tuple(json.loads(row["warnings"])),
        sound=row["sound"] or "",
    )
    return SongEntry(
        id=row["id"],
        song=song,
        status=row["status"],
        message=row["message"],
        use=row["use"],
        tempo_bpm=row["tempo_bpm"],
        meter=row["meter"],
        corrections=corrections_from_text(row["corrections"]),
        same_as=None if row["recording"] in (None, row["id"]) else row["recording"],
    )


def _insert_or_update(connection: sqlite3.Connection, song: Song, status: str, message: str) -> int:
    described = (
        song.sample_rate_hz,
        song.n_samples,
        song.n_channels,
        storable(song.title),
        storable(song.artist),
        song.file_format,
        song.subtype,
        canonical([storable(warning) for warning in song.warnings]),
    )
    known = song_id_of(connection, song)
    if known is None:
        cursor = connection.execute(
            "INSERT INTO songs (sample_rate_hz, n_samples, n_channels, title, artist, file_format, "
            "subtype, warnings, sha256, status, message, added_utc) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*described, song.sha256, status, message, utc_now()),
        )
        return int(cursor.lastrowid or 0)
    connection.execute(
        "UPDATE songs SET sample_rate_hz = ?, n_samples = ?, n_channels = ?, title = ?, "
        "artist = ?, file_format = ?, subtype = ?, warnings = ?, removed = 0, teaches = 1 "
        "WHERE id = ?",
        (*described, known),
    )
    connection.execute(
        "UPDATE songs SET status = ?1, message = ?2 WHERE id = ?3 "
        "AND NOT (status = 'ready' AND ?1 = 'waiting')",
        (status, message, known),
    )
    return known
