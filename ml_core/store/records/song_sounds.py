"""What each song sounds like, where its files lie, and which songs are one recording."""

from __future__ import annotations

import sqlite3

from ml_core.domain.songs import FileStamp, Song
from ml_core.store.sqlite.codec import canonical


def song_id_of(connection: sqlite3.Connection, song: Song) -> int | None:
    """The id of the song that sounds like this one, or has this key; None for a new one."""
    row = connection.execute(
        "SELECT song_id FROM song_sounds WHERE sound = ? UNION ALL "
        "SELECT id FROM songs WHERE sha256 = ?",
        (song.identity, song.sha256),
    ).fetchone()
    return None if row is None else int(row[0])


def note_sound(
    connection: sqlite3.Connection, song_id: int, sound: str, fingerprint: bytes
) -> None:
    """Keep what a song sounds like; what is known of it already stays."""
    if sound:
        connection.execute(
            "INSERT INTO song_sounds (song_id, sound, fingerprint) VALUES (?1, ?2, ?3) "
            "ON CONFLICT (song_id) DO UPDATE SET fingerprint = ?3, recording = NULL "
            "WHERE fingerprint = x'' AND ?3 != x''",
            (song_id, sound, fingerprint),
        )


def note_stamp(connection: sqlite3.Connection, path: str, stamp: FileStamp | None) -> None:
    """Keep what a file was when it was read, so that a change is noticed without reading it."""
    text = canonical(path)
    connection.execute("DELETE FROM file_stamps WHERE path = ?", (text,))
    if stamp is not None:
        connection.execute("INSERT INTO file_stamps VALUES (?, ?, ?)", (text, *stamp))


def songs_of_recording(connection: sqlite3.Connection, song_id: int) -> list[int]:
    """Ids of all songs that are the same recording as this one, itself among them."""
    rows = connection.execute(
        "SELECT other.song_id FROM song_sounds AS one "
        "JOIN song_sounds AS other USING (recording) WHERE one.song_id = ? ORDER BY other.song_id",
        (song_id,),
    )
    return [row[0] for row in rows] or [song_id]
