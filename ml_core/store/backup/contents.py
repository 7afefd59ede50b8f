"""What SQLite's own check can't know: rows that are missing, and values that no record can hold."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from ml_core.store.records.sessions import report_from_text
from ml_core.store.sqlite.codec import brief_from_text

_SHA256 = "(length({0}) = 64 AND {0} NOT GLOB '*[^0-9a-f]*')"
_LONGEST_JSON = 1_000_000

# Counts by narrow indices, since rows of pairs and ratings are long: at 20,000 ratings all of this
# takes 2 ms beside 110 of quick_check (measured).
# Each asks for one row that should not be there, and says in words what that means. Texts of JSON
# are measured before they are parsed. Checks of the tables are here again, since quick_check passes
# over them in a file that is open for reading only (measured with SQLite 3.40).
_LOST: tuple[tuple[str, str], ...] = (
    (
        "SELECT 1 WHERE (SELECT count(*) FROM comparisons) < "
        "(SELECT count(*) FROM current_ratings) + (SELECT count(*) FROM open_comparisons)",
        "pairs are missing",
    ),
    (
        "SELECT 1 WHERE (SELECT coalesce(max(rating_id), 0) FROM current_ratings) > "
        "(SELECT count(*) FROM ratings)",  # Ids have no gaps: that was asked before.
        "ratings are missing",
    ),
    (
        "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM ratings) AND "
        "(SELECT count(*) FROM comparisons) > (SELECT count(*) FROM open_comparisons)",
        "all ratings are missing",
    ),
    (
        "SELECT 1 FROM song_paths AS p LEFT JOIN songs AS s ON s.id = p.song_id WHERE s.id IS NULL",
        "songs are missing",
    ),
    (
        "SELECT 1 FROM sqlite_sequence WHERE name = 'songs' AND seq > 0 "
        "AND NOT EXISTS (SELECT 1 FROM songs)",  # A removed song keeps its row.
        "songs are missing",
    ),
    (
        "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM settings WHERE name = 'project_id')",
        "its settings are missing",
    ),
)

_WRONG: tuple[tuple[str, str], ...] = (
    (
        f"SELECT 1 FROM songs WHERE NOT {_SHA256.format('sha256')} "
        "OR status NOT IN ('waiting', 'ready', 'failed') OR removed NOT IN (0, 1) "
        "OR sample_rate_hz NOT BETWEEN 1 AND 100000000 OR n_channels NOT BETWEEN 1 AND 100000 "
        "OR n_samples NOT BETWEEN 0 AND 1000000000000 OR NOT abs(coalesce(tempo_bpm, 1)) < 1e9 "
        f"OR length(warnings) > {_LONGEST_JSON} OR NOT json_valid(warnings) "
        "OR json_type(warnings) != 'array' "
        "OR EXISTS (SELECT 1 FROM json_each(warnings) WHERE type != 'text')",
        "a song's row is not as it was written",
    ),
    (
        f"SELECT 1 FROM song_paths WHERE length(path) > {_LONGEST_JSON} "
        "OR NOT json_valid(path) OR json_type(path) != 'text'",
        "a song's path is not as it was written",
    ),
    (
        f"SELECT 1 FROM settings WHERE length(value) > {_LONGEST_JSON} OR NOT json_valid(value)",
        "a setting is not as it was written",
    ),
)

_SINCE_TASTES = 3
_WRONG_TASTES: tuple[tuple[str, str], ...] = (
    (
        "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM tastes WHERE removed = 0)",
        "its tastes are missing",
    ),
    (
        "SELECT 1 FROM song_uses WHERE use NOT IN ('rate', 'compare', 'out') "
        "OR use_by NOT IN ('rule', 'person', 'session')",
        "the use of a song is not as it was written",
    ),
)


def content_damage(connection: sqlite3.Connection, version: int) -> str:
    """What is missing from, or wrong in, a database whose tables are known; empty if nothing is.

    Raises:
        sqlite3.Error: as SQLite says it.
    """
    questions = [*_LOST, *_WRONG]
    if version >= _SINCE_TASTES:
        questions += _WRONG_TASTES
    for question, words in questions:
        if connection.execute(question).fetchone() is not None:
            return words
    if _is_unread(connection, "SELECT report FROM reports", report_from_text):
        return "a report is not as it was written"
    briefs = (
        "SELECT brief FROM tastes WHERE brief IS NOT NULL"
        if version >= _SINCE_TASTES
        else "SELECT value FROM settings WHERE name = 'brief'"
    )
    if _is_unread(connection, briefs, brief_from_text):
        return "a brief is not as it was written"
    return ""


def _is_unread(
    connection: sqlite3.Connection, question: str, read: Callable[[str], object]
) -> bool:
    """Whether any of the texts is none that was written."""
    for (text,) in connection.execute(question):
        try:
            read(text)
        except ValueError:
            return True
    return False
