"""The reserve: songs kept from rating, so that comparing is on songs never learned from.

Each taste has its own: a song that one taste was asked about is still unheard by another. It is
chosen among songs that the taste's brief fits, as far as that is known. A song without a row in
`song_uses` is for rating, by the rule.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from ml_core.store.records.song_sounds import songs_of_recording
from ml_core.store.song_facts.learned_songs import learned_songs, rows_of
from ml_core.store.song_facts.song_fits import brief_of, misfits
from ml_core.store.sqlite.database import utc_now

FEWEST_SONGS = 8
"""Below this a reserve would leave too few songs to learn from; verdicts then say so."""
SMALLEST_RESERVE = 3
SHARE = 4  # A quarter of the songs.

_RESERVED = "a quarter of the songs is reserved"
_REPLACED = "another song took its place"
_MISFIT = "no edit of it fits what the edits are for"
_LEARNED_FROM = "the taste has learned from it"
# Of the songs of a comparison under way none is let go, whatever becomes of the brief.
_IN_COMPARISON = (
    "SELECT songs.id FROM open_comparisons AS o JOIN comparisons AS c ON c.id = o.comparison_id "
    "JOIN songs USING (sha256) WHERE o.taste = ? AND o.session IS NOT NULL"
)
_BY_RULE = "taste = ? AND use = 'compare' AND use_by = 'rule'"

OF_RECORDING = (
    "SELECT songs.id UNION ALL SELECT song_id FROM song_sounds WHERE recording = s.recording"
)
"""Ids of all songs that are one recording with `songs`, whose row of `song_sounds` is `s`."""

_WITH_USES = (
    "songs LEFT JOIN song_sounds AS s ON s.song_id = songs.id "
    "LEFT JOIN song_uses AS u ON u.song_id = songs.id AND u.taste = ?1 "
    "WHERE removed = 0 AND status != 'failed'"
)
_RECORDING = "coalesce(s.recording, songs.id)"
_ONE_OF_EACH = f"GROUP BY {_RECORDING} ORDER BY min(sha256)"

# A song is asked once any pair of it may have been heard outside an unfinished comparing session.
_ASKED = f"""
EXISTS (
    SELECT 1 FROM songs AS other JOIN comparisons AS c ON c.sha256 = other.sha256
    LEFT JOIN sessions ON sessions.id = c.session
    WHERE other.id IN ({OF_RECORDING}) AND c.taste = ?1
    AND (c.session IS NULL OR sessions.completed_utc IS NOT NULL)
)
"""

# Of both the second value is a JSON list of ids of songs that can't be reserved.
_UNASKED = f"""
SELECT min(songs.id) FROM {_WITH_USES}
AND songs.id NOT IN (SELECT value FROM json_each(?2))
AND coalesce(u.use, 'rate') = 'rate' AND coalesce(u.use_by, 'rule') = 'rule' AND NOT {_ASKED}
{_ONE_OF_EACH}
"""

# Where nothing was asked: those that the rule has reserved are among them.
_CHOSEN_ANEW = f"""
SELECT min(songs.id) FROM {_WITH_USES}
AND songs.id NOT IN (SELECT value FROM json_each(?2))
AND coalesce(u.use, 'rate') IN ('rate', 'compare') AND coalesce(u.use_by, 'rule') = 'rule'
{_ONE_OF_EACH}
"""


def reserve_size(n_songs: int) -> int:
    """How many of `n_songs` are reserved: a quarter, at least 3 once there are 8."""
    return 0 if n_songs < FEWEST_SONGS else max(SMALLEST_RESERVE, n_songs // SHARE)


def set_use(
    connection: sqlite3.Connection, taste: int, song_id: int, use: str, used_by: str, note: str
) -> None:
    """Set what a taste uses a song for, and note why.

    Other files of the same recording go with it: what was rated in one is not unheard in another.
    """
    for one in songs_of_recording(connection, song_id):
        before = connection.execute(
            "SELECT use, use_by FROM song_uses WHERE taste = ? AND song_id = ?", (taste, one)
        ).fetchone()
        if before is not None and tuple(before) == (use, used_by):
            continue
        connection.execute(
            "INSERT OR REPLACE INTO song_uses VALUES (?, ?, ?, ?)", (taste, one, use, used_by)
        )
        connection.execute(
            "INSERT INTO song_use_history (song_id, use, used_by, note, utc, taste) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (one, use, used_by, note, utc_now(), taste),
        )


def join_uses(connection: sqlite3.Connection, song_id: int) -> None:
    """Let all files of a recording be used for the same, for every taste, as it turns out late.

    A person's choice goes before the rule's; what was asked about is in no reserve.
    """
    for taste_row in connection.execute("SELECT id FROM tastes WHERE removed = 0").fetchall():
        taste = int(taste_row[0])
        rows = connection.execute(
            "SELECT coalesce(u.use, 'rate') AS use, coalesce(u.use_by, 'rule') AS use_by, "
            f"{_ASKED} AS asked FROM songs LEFT JOIN song_sounds AS s ON s.song_id = songs.id "
            "LEFT JOIN song_uses AS u ON u.song_id = songs.id AND u.taste = ?1 "
            "WHERE s.recording = (SELECT recording FROM song_sounds WHERE song_id = ?2) "
            "ORDER BY songs.id",
            (taste, song_id),
        ).fetchall()
        if len({row["use"] for row in rows}) < 2:
            continue
        by_person = [row["use"] for row in rows if row["use_by"] == "person"]
        use = next(iter(by_person), "rate")
        if use == "compare" and any(row["asked"] for row in rows):
            use = "rate"
        used_by = "person" if use in by_person else "rule"
        set_use(connection, taste, song_id, use, used_by, "the same recording in another file")


def fill_reserves(connection: sqlite3.Connection) -> None:
    """`fill_reserve` for every taste."""
    for row in connection.execute("SELECT id FROM tastes WHERE removed = 0").fetchall():
        fill_reserve(connection, row[0])


def fill_reserve(connection: sqlite3.Connection, taste: int) -> bool:
    """Move songs that nobody was asked about into the reserve until it is large enough.

    Songs are taken by hash, so that the same songs give the same reserve whatever their names. A
    song that was asked about or learned from never moves in. One inside moves out only where the
    brief does not fit it any more, or it was learned from all the same. Each song that a person put
    back to rating makes the reserve one smaller. As long as nothing was asked, the choice is made
    anew, and so does not depend on the order in which songs were added.

    Returns:
        whether any song's use changed.
    """
    rows = rows_of(connection)
    unfit = misfits(rows, brief_of(rows, taste))
    asked = connection.execute("SELECT 1 FROM comparisons WHERE taste = ? LIMIT 1", (taste,))
    if asked.fetchone() is None:
        # Only what differs is written: a library is filled song by song.
        before = _rule_reserve(connection, taste)
        chosen = _next_reserved(connection, taste, unfit, is_anew=True)
        after = {one for song_id in chosen for one in songs_of_recording(connection, song_id)}
        for song_id in sorted(after - before):
            set_use(connection, taste, song_id, "compare", "rule", _RESERVED)
        for song_id in sorted(before - after):
            note = _MISFIT if song_id in unfit else _REPLACED
            set_use(connection, taste, song_id, "rate", "rule", note)
        return before != after
    learned = learned_songs(rows, taste)
    in_comparison = {row[0] for row in rows(_IN_COMPARISON, (taste,))}
    freed = _rule_reserve(connection, taste) & (set(unfit) | set(learned)) - in_comparison
    for song_id in sorted(freed):
        note = _LEARNED_FROM if song_id in learned else _MISFIT
        set_use(connection, taste, song_id, "rate", "rule", note)
    added = _next_reserved(connection, taste, unfit, learned)
    for song_id in added:
        set_use(connection, taste, song_id, "compare", "rule", _RESERVED)
    return bool(added or freed)


def compared_note(session_id: int) -> str:
    """Why a song left the reserve with the last answer of a comparison."""
    return f"compared in session {session_id}"


def release_session_songs(connection: sqlite3.Connection, session_id: int, taste: int) -> bool:
    """Give the songs that a finished comparison asked of to rating: their answers now teach."""
    songs = connection.execute(
        "SELECT DISTINCT songs.id FROM comparisons JOIN songs USING (sha256) "
        "JOIN song_uses AS u ON u.song_id = songs.id AND u.taste = comparisons.taste "
        "WHERE comparisons.session = ? AND u.use = 'compare' AND comparisons.id IN "
        "(SELECT comparison_id FROM current_ratings) ORDER BY songs.id",
        (session_id,),
    ).fetchall()
    for row in songs:
        set_use(connection, taste, row[0], "rate", "session", compared_note(session_id))
    filled = fill_reserve(connection, taste)
    return bool(songs) or filled


def release_rated_song(connection: sqlite3.Connection, sha256: str, taste: int) -> bool:
    """Give a song that the rule had reserved to rating, since it was rated all the same."""
    row = connection.execute(
        f"SELECT song_id FROM song_uses JOIN songs ON songs.id = song_id WHERE {_BY_RULE} "
        "AND sha256 = ?",
        (taste, sha256),
    ).fetchone()
    if row is None:
        return False
    set_use(connection, taste, row[0], "rate", "rule", "it was rated")
    fill_reserve(connection, taste)
    return True


def _rule_reserve(connection: sqlite3.Connection, taste: int) -> set[int]:
    rows = connection.execute(f"SELECT song_id FROM song_uses WHERE {_BY_RULE}", (taste,))
    return {row[0] for row in rows}


def _next_reserved(
    connection: sqlite3.Connection,
    taste: int,
    unfit: Collection[int],
    learned: Collection[int] = (),
    is_anew: bool = False,
) -> list[int]:
    """Songs to be reserved next.

    Args:
        unfit: songs that the brief does not fit: they count for nothing.
        learned: songs that the taste has learned from, which no reserve is made of.
        is_anew: whether all that the rule has reserved are chosen anew, where nothing was asked;
            else those stay, and the songs are added to them.
    """
    # Of one set of songs: one that failed or was removed is neither reserved nor set free.
    n_songs, n_reserved, n_freed, n_kept_for_rating = connection.execute(
        f"SELECT count(DISTINCT {_RECORDING}), "
        "count(DISTINCT CASE WHEN u.use = 'compare' "
        f"AND songs.id NOT IN (SELECT value FROM json_each(?3)) THEN {_RECORDING} END), "
        "count(DISTINCT CASE WHEN u.use = 'compare' AND u.use_by = 'rule' "
        f"THEN {_RECORDING} END), "
        "count(DISTINCT CASE WHEN u.use = 'rate' AND u.use_by = 'person' "
        f"THEN {_RECORDING} END) FROM {_WITH_USES} AND coalesce(u.use, 'rate') != 'out' "
        "AND songs.id NOT IN (SELECT value FROM json_each(?2))",
        (taste, _ids(unfit), _ids(learned)),
    ).fetchone()
    missing = reserve_size(n_songs) - n_kept_for_rating - n_reserved + (n_freed if is_anew else 0)
    if missing <= 0:
        return []
    candidates = _CHOSEN_ANEW if is_anew else _UNASKED
    barred = _ids({*unfit, *learned})
    return [row[0] for row in connection.execute(candidates, (taste, barred)).fetchmany(missing)]


def _ids(songs: Collection[int]) -> str:
    return json.dumps(sorted(songs))
