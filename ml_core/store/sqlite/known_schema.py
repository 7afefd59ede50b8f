"""Whether a file has the tables, indices, triggers and views of its version, and no others.

Asked before any of them is used. A trigger, a view, a check or an index is code that the file
brings along: it would run within our own statements. What is compared is the text that SQLite keeps
of each, so that nothing has to be understood, only known.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from functools import lru_cache

from ml_core.foreign_text import shown_text
from ml_core.store.sqlite import schema

RELEASED = {
    1: "3c42b17f902e9e41",
    2: "3d55c078ace92a8f",
    3: "91d67ffc24b526ea",
    4: "640ae7a245ec957b",
}
"""Digest of the tables of each version that was released. The present one's is worked out."""

# SQLite makes these by itself, for AUTOINCREMENT and ANALYZE.
_SQLITE_OWN = {
    "sqlite_sequence": "CREATE TABLE sqlite_sequence(name,seq)",
    "sqlite_stat1": "CREATE TABLE sqlite_stat1(tbl,idx,stat)",
    "sqlite_stat4": "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)",
}
_MOST_PARTS = 200  # Of a schema; ours has about 40.

_Part = tuple[str, str, str, str]
"""(type, name, table, text) of a row of the schema."""


def known_digest(version: int) -> str | None:
    """Digest of a version's tables; None for a version that never was."""
    if version in RELEASED:
        return RELEASED[version]
    return _digest_of_creation(schema.creation_sql()) if version == schema.VERSION else None


def schema_digest(connection: sqlite3.Connection) -> str:
    """Digest of the tables, indices, triggers and views of an open file.

    Raises:
        sqlite3.Error: as SQLite says it.
    """
    return _digest(_parts(connection))


def foreign_part(connection: sqlite3.Connection, version: int) -> str:
    """What is foreign in a file of a version, in words; for a message only."""
    if version != schema.VERSION:
        return f"its tables are not those of version {version}"
    with closing(_created(schema.creation_sql())) as ours:
        known = {part[:3]: part[3] for part in _parts(ours)}
    for kind, name, table, text in _parts(connection):
        if known.get((kind, name, table)) != text:
            return f"its {kind} {shown_text(name[:40])} is not Tastecut's"
        del known[kind, name, table]
    missing = next(iter(known), None)
    return "its tables are others" if missing is None else f"its {missing[0]} {missing[1]} is gone"


def _parts(connection: sqlite3.Connection) -> list[_Part]:
    rows = connection.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    )
    found: list[_Part] = []
    for kind, name, table, sql in rows.fetchmany(_MOST_PARTS + 1):
        if kind == "index" and sql is None and str(name).startswith("sqlite_autoindex_"):
            continue  # That of a PRIMARY KEY or UNIQUE: the table's text says it.
        if kind == "table" and _SQLITE_OWN.get(name) == sql:
            continue
        found.append((str(kind), str(name), str(table), _plain(str(sql))))
    return sorted(found)


def _plain(sql: str) -> str:
    """The text without what differs between a table as made and as altered later: space around
    punctuation, and quotes around a name.
    """
    unquoted = re.sub(r'\b(TABLE|REFERENCES|ON|INTO) "([a-z_0-9]+)"', r"\1 \2", sql)
    return re.sub(r"\s*([(),])\s*", r"\1", " ".join(unquoted.split()))


def _digest(parts: Iterable[_Part]) -> str:
    return hashlib.sha256(repr(list(parts)).encode("utf-8", "replace")).hexdigest()[:16]


def _created(sql: str) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(sql)
    return connection


@lru_cache(maxsize=4)
def _digest_of_creation(sql: str) -> str:
    with closing(_created(sql)) as connection:
        return schema_digest(connection)
