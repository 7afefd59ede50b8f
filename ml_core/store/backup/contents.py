"""What SQLite's own check can't know: rows that are missing, and values that no record can hold."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from ml_core.store.records.project_settings import brief_from_text
from ml_core.store.records.sessions import report_from_text

_SHA256 = "(length({0}) = 64 AND {0} NOT GLOB '*[^0-9a-f]*')"
_LONGEST_JSON = 1_000_000

# Each asks for one row that should not be there, and says in words what that means. Texts of JSON
# are measured before they are parsed.
_LOST: tuple[tuple[str, str], ...] = (
    (
        "SELECT 1 FROM ratings AS r LEFT JOIN comparisons AS c ON c.id = r.comparison_id "
        "WHERE c.id IS NULL",
        "pairs of ratings are missing",
    ),
    (
        "SELECT 1 FROM current_ratings AS n LEFT JOIN ratings AS r ON r.id = n.rating_id "
        "WHERE r.id IS NULL",
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
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM checkpoints) AND NOT EXISTS (SELECT 1 FROM settings)",
        "the settings are missing",
    ),
)

_WRONG: tuple[tuple[str, str], ...] = (
    (
        f"SELECT 1 FROM songs WHERE NOT {_SHA256.format('sha256')} "
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
_NO_TASTE = "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM tastes WHERE removed = 0)"


def content_damage(connection: sqlite3.Connection, version: int) -> str:
    """What is missing from, or wrong in, a database whose tables are known; empty if nothing is.

    Raises:
        sqlite3.Error: as SQLite says it.
    """
    questions = [*_LOST, *_WRONG]
    if version >= _SINCE_TASTES:
        questions.append((_NO_TASTE, "its tastes are missing"))
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
