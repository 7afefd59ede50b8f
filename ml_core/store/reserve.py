"""The reserve: songs kept from rating, so that comparing is on songs never learned from."""

from __future__ import annotations

import sqlite3

from ml_core.store.database import utc_now

FEWEST_SONGS = 8
"""Below this a reserve would leave too few songs to learn from; verdicts then say so."""
SMALLEST_RESERVE = 3
SHARE = 4  # A quarter of the songs.

# A song is asked once any pair of it may have been heard outside an unfinished comparing session.
_UNASKED = """
SELECT id FROM songs WHERE removed = 0 AND status != 'failed' AND use = 'rate' AND use_by = 'rule'
AND NOT EXISTS (
    SELECT 1 FROM comparisons LEFT JOIN sessions ON sessions.id = comparisons.session
    WHERE comparisons.sha256 = songs.sha256
    AND (comparisons.session IS NULL OR sessions.completed_utc IS NOT NULL)
) ORDER BY sha256
"""


def reserve_size(n_songs: int) -> int:
    """How many of `n_songs` are reserved: a quarter, at least 3 once there are 8."""
    return 0 if n_songs < FEWEST_SONGS else max(SMALLEST_RESERVE, n_songs // SHARE)


def set_use(
    connection: sqlite3.Connection, song_id: int, use: str, used_by: str, note: str
) -> None:
    """Set what a song is used for, and note why."""
    connection.execute("UPDATE songs SET use = ?, use_by = ? WHERE id = ?", (use, used_by, song_id))
    connection.execute(
        "INSERT INTO song_use_history (song_id, use, used_by, note, utc) VALUES (?, ?, ?, ?, ?)",
        (song_id, use, used_by, note, utc_now()),
    )


def fill_reserve(connection: sqlite3.Connection) -> bool:
    """Move songs that nobody was asked about into the reserve until it is large enough.

    By hash, so that the same songs give the same reserve whatever their names; a song that was
    asked about never moves in, one inside never moves out, and each song that a person put back
    to rating makes the reserve one smaller. As long as nothing was asked, the choice is made anew
    and so does not depend on the order in which songs were added.

    Returns:
        whether any song's use changed.
    """
    if connection.execute("SELECT 1 FROM comparisons LIMIT 1").fetchone() is None:
        before = _rule_reserve(connection)
        connection.execute(
            "UPDATE songs SET use = 'rate' WHERE use = 'compare' AND use_by = 'rule'"
        )
        wanted = _next_reserved(connection)
        for song_id in wanted:
            connection.execute("UPDATE songs SET use = 'compare' WHERE id = ?", (song_id,))
        after = set(wanted)
        for song_id in sorted(after - before):
            set_use(connection, song_id, "compare", "rule", "a quarter of the songs is reserved")
        for song_id in sorted(before - after):
            set_use(connection, song_id, "rate", "rule", "another song took its place")
        return before != after
    added = _next_reserved(connection)
    for song_id in added:
        set_use(connection, song_id, "compare", "rule", "a quarter of the songs is reserved")
    return bool(added)


def release_session_songs(connection: sqlite3.Connection, session_id: int) -> bool:
    """Give the songs of a finished comparing session to rating: their answers now teach."""
    songs = connection.execute(
        "SELECT DISTINCT songs.id FROM comparisons JOIN songs USING (sha256) "
        "WHERE comparisons.session = ? AND songs.use = 'compare' ORDER BY songs.id",
        (session_id,),
    ).fetchall()
    for row in songs:
        set_use(connection, row[0], "rate", "session", f"compared in session {session_id}")
    filled = fill_reserve(connection)
    return bool(songs) or filled


def release_rated_song(connection: sqlite3.Connection, sha256: str) -> bool:
    """Give a song that the rule had reserved to rating, since it was rated all the same."""
    row = connection.execute(
        "SELECT id FROM songs WHERE sha256 = ? AND use = 'compare' AND use_by = 'rule'", (sha256,)
    ).fetchone()
    if row is None:
        return False
    set_use(connection, row[0], "rate", "rule", "it was rated")
    fill_reserve(connection)
    return True


def _rule_reserve(connection: sqlite3.Connection) -> set[int]:
    rows = connection.execute("SELECT id FROM songs WHERE use = 'compare' AND use_by = 'rule'")
    return {row[0] for row in rows}


def _next_reserved(connection: sqlite3.Connection) -> list[int]:
    n_songs, n_reserved, n_kept_for_rating = connection.execute(
        "SELECT count(*), coalesce(sum(use = 'compare'), 0), "
        "coalesce(sum(use = 'rate' AND use_by = 'person'), 0) "
        "FROM songs WHERE removed = 0 AND status != 'failed' AND use != 'out'"
    ).fetchone()
    missing = reserve_size(n_songs) - n_kept_for_rating - n_reserved
    if missing <= 0:
        return []
    return [row[0] for row in connection.execute(_UNASKED).fetchmany(missing)]
