"""Where songs were seen."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from ml_core.store.sqlite.codec import canonical

REPLACED = "Its file was replaced by another version."


def put_path_first(connection: sqlite3.Connection, song_id: int, path: str) -> int | None:
    """Let a path be the one where a song was seen last; it is taken from any other song.

    Returns:
        the song that it was taken from; None if it was no other's.
    """
    text = canonical(path)
    owner = connection.execute("SELECT song_id FROM song_paths WHERE path = ?", (text,)).fetchone()
    connection.execute(
        "INSERT INTO song_paths (path, song_id, seen) "
        "VALUES (?, ?, (SELECT coalesce(max(seen), 0) + 1 FROM song_paths)) "
        "ON CONFLICT (path) DO UPDATE SET song_id = excluded.song_id, seen = excluded.seen",
        (text, song_id),
    )
    return None if owner is None or owner["song_id"] == song_id else int(owner["song_id"])


def note_replaced(connection: sqlite3.Connection, song_ids: Iterable[int | None]) -> None:
    """Say of songs that have no path left that their files were replaced."""
    connection.executemany(
        "UPDATE songs SET status = 'failed', message = ? WHERE id = ? "
        "AND NOT EXISTS (SELECT 1 FROM song_paths WHERE song_id = songs.id)",
        [(REPLACED, song_id) for song_id in song_ids if song_id is not None],
    )


def note_found_again(connection: sqlite3.Connection, song_id: int) -> None:
    """Let a song whose file was replaced be what it was: its sound lies elsewhere."""
    connection.execute(
        "UPDATE songs SET message = '', "
        "status = CASE WHEN tempo_bpm IS NULL THEN 'waiting' ELSE 'ready' END "
        "WHERE id = ? AND status = 'failed' AND message = ?",
        (song_id, REPLACED),
    )
