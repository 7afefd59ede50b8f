"""Ratings read out of a damaged database; each proves by its checksum that it is whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ml_core.domain.edits import Origin
from ml_core.store.backup.record_pages import records_in
from ml_core.store.records.reserve import release_rated_song, release_session_songs
from ml_core.store.records.session_ends import is_at_end
from ml_core.store.sqlite.codec import origin_text
from ml_core.store.sqlite.database import utc_now
from ml_core.store.sqlite.rating_rows import (
    COLUMNS,
    WITHDRAWN,
    insert_changed,
    is_sound,
    make_current,
    make_open,
)
from ml_core.store.sqlite.schema import FIRST_TASTE

RatingRow = dict[str, Any]
"""A row's values by column, and its checksum."""

PairKey = tuple[int, str, str, int]
"""What tells a pair: the id it had, both edits, and its taste."""

_NAMES = (*COLUMNS, "checksum", "taste")
"""The columns as they lie in the file; rows of version 1 have no taste."""

LARGEST_READ_BYTES = 1024**3
"""As much of a damaged file as is read; 100,000 ratings take a quarter of it."""

_REALS = ("heard_a_s", "heard_b_s")

PAIR_FACTS = ("position", "origin_a", "origin_b", "utc")
"""What only the pair says. Rows read from a damaged file have no `pair`, those of the journal do:
these values by name."""


def salvage(path: Path) -> list[RatingRow]:
    """Every whole rating in a damaged file and its log, in id order.

    It reads the pages themselves. A broken tree or header then costs no row, and a broken page only
    its own. Reading row by row through SQLite recovered 359-410 of 422 (measured).
    """
    content = []
    for suffix in ("", "-wal"):
        data = b""
        with suppress(OSError), Path(f"{path}{suffix}").open("rb") as file:
            data = file.read(LARGEST_READ_BYTES)
        content.append(data)
    found: dict[int, RatingRow] = {}
    for row_id, record in records_in(*content):
        if len(record) not in (len(_NAMES) - 1, len(_NAMES)):
            continue
        row: RatingRow = {"taste": None} | dict(zip(_NAMES, record, strict=False))
        row["id"] = row_id  # The record has none: the id is the row's key.
        for name in _REALS:  # SQLite shortens 4.0 to 4 in the file.
            if isinstance(row[name], int):
                row[name] = float(row[name])
        if is_sound(row):
            found[row_id] = row
    return [found[row_id] for row_id in sorted(found)]


def add_salvaged(connection: sqlite3.Connection, rows: Sequence[RatingRow]) -> int:
    """Add the ratings that a database lacks, as if they were given again in the same order.

    They get the next ids, since ids must stay without gaps. Their pairs are made from the edits
    that each rating holds; a comparing session that is gone leaves plain ratings. Call it within a
    transaction.

    Returns:
        how many rows were added.
    """
    known = {row[0] for row in connection.execute("SELECT checksum FROM ratings")}
    new_ids = {row["id"]: row["id"] for row in rows if row["checksum"] in known}
    new_pairs: dict[PairKey, int] = {}
    sessions: set[int] = set()
    added = 0
    for row in rows:
        if row["checksum"] in known:
            continue
        if row["withdraws"] is not None and row["withdraws"] not in new_ids:
            continue  # What it took back is lost, too.
        known.add(row["checksum"])
        comparison_id = _pair_of(connection, row, new_pairs)
        session = _session_of(connection, comparison_id)
        changed = {
            "comparison_id": comparison_id,
            "withdraws": new_ids.get(row["withdraws"]),
            "session": session,
        }
        rating_id = insert_changed(connection, row, changed)
        new_ids[row["id"]] = rating_id
        added += 1
        if row["answer"] == WITHDRAWN:
            make_open(connection, comparison_id)
        else:
            make_current(connection, comparison_id, rating_id, row["answer"])
            if session is None:
                release_rated_song(connection, row["sha256"], _taste_of(row))
        if session is not None:
            sessions.add(session)
    for session in sorted(sessions):
        _settle_session(connection, session)
    return added


def mend_damaged(connection: sqlite3.Connection, rows: Sequence[RatingRow]) -> int:
    """Write rows again that are damaged in a database and whole in `rows`.

    Call it within a transaction: no other program must see a table without its guard.

    Returns:
        how many were mended.
    """
    whole = {row["id"]: row for row in rows}
    damaged = [
        (row["id"], whole[row["id"]])
        for row in connection.execute("SELECT * FROM ratings").fetchall()
        if row["id"] in whole and not is_sound(row)
    ]
    if not damaged:
        return 0
    names = [*(name for name in COLUMNS if name != "id"), "taste", "checksum"]
    trigger = connection.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = 'ratings_no_update'"
    ).fetchone()
    connection.execute("DROP TRIGGER IF EXISTS ratings_no_update")
    for row_id, row in damaged:
        connection.execute(
            f"UPDATE ratings SET {', '.join(f'{name} = ?' for name in names)} WHERE id = ?",
            [*(row[name] for name in names), row_id],
        )
    if trigger is not None:
        connection.execute(trigger[0])
    return len(damaged)


def _settle_session(connection: sqlite3.Connection, session_id: int) -> None:
    """Let a session be complete, or not, as its answers now say."""
    completed_utc, taste = connection.execute(
        "SELECT completed_utc, taste FROM sessions WHERE id = ?", (session_id,)
    ).fetchone()
    is_complete = is_at_end(connection, session_id)
    if is_complete == (completed_utc is not None):
        return
    connection.execute(
        "UPDATE sessions SET completed_utc = ? WHERE id = ?",
        (utc_now() if is_complete else None, session_id),
    )
    if is_complete:
        release_session_songs(connection, session_id, taste)


def _taste_of(row: RatingRow) -> int:
    return FIRST_TASTE if row["taste"] is None else int(row["taste"])


def _pair_of(connection: sqlite3.Connection, row: RatingRow, new_pairs: dict[PairKey, int]) -> int:
    """The id of the pair that a rating answers, made anew where it is lost.

    Args:
        new_pairs: those made for rows before this one, whose ids were taken.
    """
    taste = _taste_of(row)
    key = (row["comparison_id"], row["a"], row["b"], taste)
    if key in new_pairs:
        return new_pairs[key]
    found = connection.execute(
        "SELECT a, b, taste FROM comparisons WHERE id = ?", (row["comparison_id"],)
    ).fetchone()
    if found is not None and tuple(found) == (row["a"], row["b"], taste):
        return int(row["comparison_id"])
    connection.execute(
        "INSERT OR IGNORE INTO tastes (id, name, utc) VALUES (?, ?, ?)",
        (taste, f"Rescued taste {taste}", utc_now()),
    )
    pair = row.get("pair") or {}
    origin = origin_text(Origin("import"))
    cursor = connection.execute(
        "INSERT INTO comparisons (id, batch, position, session, sha256, a, b, origin_a, origin_b, "
        "reason, repeat_of, utc, taste) VALUES (?, ?, ?, (SELECT id FROM sessions WHERE id = ? "
        "AND taste = ?), ?, ?, ?, ?, ?, ?, (SELECT id FROM comparisons WHERE id = ?), ?, ?)",
        (
            row["comparison_id"] if found is None else None,
            row["batch"],
            pair.get("position") or 0,
            row["session"],
            taste,
            row["sha256"],
            row["a"],
            row["b"],
            pair.get("origin_a") or origin,
            pair.get("origin_b") or origin,
            row["reason"],
            row["repeat_of"],
            pair.get("utc") or utc_now(),
            taste,
        ),
    )
    new_pairs[key] = int(cursor.lastrowid or 0)
    return new_pairs[key]


def _session_of(connection: sqlite3.Connection, comparison_id: int) -> int | None:
    row = connection.execute(
        "SELECT session FROM comparisons WHERE id = ?", (comparison_id,)
    ).fetchone()
    return None if row is None or row[0] is None else int(row[0])
