"""The store's part that keeps songs and their files together."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from ml_core.domain.adding import MatchRequest
from ml_core.domain.songs import FileStamp, Song
from ml_core.store.records.reserve import fill_reserves, join_uses
from ml_core.store.records.song_paths import note_found_again, note_replaced, put_path_first
from ml_core.store.records.song_sounds import note_sound, note_stamp, songs_of_recording
from ml_core.store.sqlite.changes import NOTHING, Changes
from ml_core.store.sqlite.codec import storable
from ml_core.store.sqlite.database import Database


class SoundTable:
    """What songs sound like, what their files were when they were read, what is one recording."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def stamps(self) -> dict[str, FileStamp]:
        """What each file was when it was last read, by path."""
        rows = self._database.rows("SELECT path, n_bytes, changed_ns FROM file_stamps")
        return {json.loads(row[0]): (row[1], row[2]) for row in rows}

    def note_seen(self, songs: Sequence[Song]) -> Changes:
        """Keep where known songs lie now, what they sound like, and what their tags say.

        Args:
            songs: as they were read again, under the keys of the library.
        """
        if not songs:
            return NOTHING
        with self._database.writing() as connection:
            robbed = set()
            for song in songs:
                row = connection.execute(
                    "UPDATE songs SET title = ?, artist = ? WHERE sha256 = ? RETURNING id",
                    (storable(song.title), storable(song.artist), song.sha256),
                ).fetchone()
                if row is None:
                    continue
                note_sound(connection, row[0], song.sound, song.fingerprint)
                robbed.add(put_path_first(connection, row[0], song.path))
                note_stamp(connection, song.path, song.stamp)
                note_found_again(connection, row[0])
            note_replaced(connection, robbed)
        return frozenset({"songs"})

    def orphans(self) -> frozenset[str]:
        """Keys that ratings name and that no song has, as after ratings came back without songs."""
        rows = self._database.rows(
            "SELECT DISTINCT sha256 FROM ratings EXCEPT SELECT sha256 FROM songs"
        )
        return frozenset(row[0] for row in rows)

    def to_match(self) -> MatchRequest:
        """Asks which of the songs that were not compared yet are recordings of others."""
        return MatchRequest(
            self._fingerprints("s.recording IS NULL AND s.fingerprint != x''"),
            self._fingerprints("s.recording = s.song_id"),
        )

    def _fingerprints(self, condition: str) -> tuple[tuple[int, float, bytes], ...]:
        rows = self._database.rows(
            "SELECT s.song_id, 1.0 * n_samples / sample_rate_hz, fingerprint "
            "FROM song_sounds AS s JOIN songs ON songs.id = s.song_id "
            f"WHERE {condition} ORDER BY s.song_id"
        )
        return tuple((row[0], row[1], row[2]) for row in rows)

    def set_recordings(self, firsts: Mapping[int, int]) -> Changes:
        """Say of songs which song was the first of the same recording: themselves where none was.

        What one of them is used for, all of them are: never some for rating, some for comparing.
        """
        if not firsts:
            return NOTHING
        with self._database.writing() as connection:
            connection.executemany(
                "UPDATE song_sounds SET recording = ? WHERE song_id = ?",
                [(first, song_id) for song_id, first in firsts.items()],
            )
            for first in sorted({one for song, one in firsts.items() if song != one}):
                join_uses(connection, first)
            fill_reserves(connection)
        return frozenset({"songs", "comparisons"})

    def separate(self, song_ids: Sequence[int]) -> tuple[Changes, dict[int, int]]:
        """Count songs as recordings of their own from now on, whatever they sound like.

        What they are used for stays. Of those that are left together the oldest is the first.

        Returns:
            what changed, and the first of the recording that each song was, where it is another
            now: `set_recordings` takes it back.
        """
        with self._database.writing() as connection:
            before: dict[int, int] = {}
            for song_id in song_ids:
                together = songs_of_recording(connection, song_id)
                if len(together) == 1:
                    continue
                (first,) = connection.execute(
                    "SELECT recording FROM song_sounds WHERE song_id = ?", (song_id,)
                ).fetchone()
                others = [one for one in together if one != song_id]
                for one, now in [(song_id, song_id), *((one, others[0]) for one in others)]:
                    connection.execute(
                        "UPDATE song_sounds SET recording = ? WHERE song_id = ?", (now, one)
                    )
                    before.setdefault(one, first)
            fill_reserves(connection)
        return (frozenset({"songs", "comparisons"}) if before else NOTHING), before
