"""Where songs were seen."""

from __future__ import annotations

import sqlite3

from ml_core.store.sqlite.codec import canonical


def put_path_first(connection: sqlite3.Connection, song_id: int, path: str) -> None:
    """Let a path be the one where a song was seen last; it is taken from any other song."""
    text = canonical(path)
    owner = connection.execute("SELECT song_id FROM song_paths WHERE path = ?", (text,)).fetchone()
    connection.execute(
        "INSERT INTO song_paths (path, song_id, seen) "
        "VALUES (?, ?, (SELECT coalesce(max(seen), 0) + 1 FROM song_paths)) "
        "ON CONFLICT (path) DO UPDATE SET song_id = excluded.song_id, seen = excluded.seen",
        (text, song_id),
    )
    if owner is None or owner["song_id"] == song_id:
        return
    connection.execute(
        "UPDATE songs SET status = 'failed', message = ? WHERE id = ? "
        "AND NOT EXISTS (SELECT 1 FROM song_paths WHERE song_id = songs.id)",
        ("Its file was replaced by another version.", owner["song_id"]),
    )
