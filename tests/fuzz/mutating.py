"""Mutants of valid files: by bytes, and by what the format is made of."""

from __future__ import annotations

import csv
import io
import json
import random
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

NASTY: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**400),
    *(0.0, -0.0, 1e308, 5e-324, float("inf"), float("-inf"), float("nan")),
    *("", " ", "\0", "\ud800", "\udcff", "\u202e", "\ufeff", "\x85", "\r", "a" * 5_000),
    *("=1+1", "'", '"', "'; DROP TABLE ratings; --", "../../etc/passwd", "/dev/zero"),
    *("1e999", "NaN", "0x10", "\u0661\u0662"),
    *([], {}, [[]], [[1, 0]], [[0, 1], [0, 1]], {"a": {"b": []}}),
)
_DEEP = 2_000


def bytes_mutant(data: bytes, rng: random.Random) -> bytes:
    """Some bytes flipped, made extreme, cut out, doubled or moved, mostly near the beginning."""
    changed = bytearray(data)
    for _ in range(rng.randrange(1, 10)):
        if not changed:
            return b""
        reach = 200 if rng.random() < 0.6 else len(changed)
        at = rng.randrange(min(reach, len(changed)))
        length = rng.randrange(1, 400)
        kind = rng.randrange(7)
        if kind == 0:
            changed[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            changed[at : at + 4] = bytes([rng.choice((0, 0x7F, 0x80, 0xFF))] * 4)
        elif kind == 2:
            del changed[at : at + length]
        elif kind == 3:
            changed[at:at] = changed[at : at + length]
        elif kind == 4:
            changed[at : at + 8] = rng.randbytes(8)
        elif kind == 5:
            del changed[at:]
        else:
            changed[at:at] = rng.choice((b"\0", b"\r", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"\x85"))
    return bytes(changed)


def json_mutant(data: bytes, rng: random.Random) -> bytes:
    """A value, a name or a whole part of a JSON text replaced by what no reader expects."""
    if rng.random() < 0.25:
        return bytes_mutant(data, rng)
    value = json.loads(data)
    for _ in range(rng.randrange(1, 4)):
        value = _with_nasty(value, rng)
    text = json.dumps(value)
    if rng.random() < 0.05:
        text = "[" * _DEEP + text + "]" * _DEEP
    encoding = rng.choice(
        ("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-be", "latin-1")
    )
    return text.encode(encoding)


def _with_nasty(value: Any, rng: random.Random) -> Any:
    if isinstance(value, dict) and value and rng.random() < 0.9:
        name = rng.choice(list(value))
        if rng.random() < 0.15:
            return {key: item for key, item in value.items() if key != name}
        return {**value, name: _with_nasty(value[name], rng)}
    if isinstance(value, list) and value and rng.random() < 0.9:
        at = rng.randrange(len(value))
        if rng.random() < 0.2:
            return value[:at] + value[at + 1 :] if rng.random() < 0.5 else value[::-1]
        return [*value[:at], _with_nasty(value[at], rng), *value[at + 1 :]]
    return rng.choice(NASTY)


def csv_mutant(data: bytes, rng: random.Random) -> bytes:
    """Cells, columns, separators, line ends and encodings changed."""
    if rng.random() < 0.25:
        return bytes_mutant(data, rng)
    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    for _ in range(rng.randrange(1, 5)):
        row = rng.choice(rows)
        kind = rng.randrange(4)
        if kind == 0 and row:
            row[rng.randrange(len(row))] = str(rng.choice(NASTY))
        elif kind == 1:
            row.append(str(rng.choice(NASTY)))
        elif kind == 2 and row:
            del row[rng.randrange(len(row))]
        else:
            rows.insert(rng.randrange(len(rows)), list(row))
    out = io.StringIO()
    ends = rng.choice(("\n", "\r", "\r\n", "\n\r", "\x85"))
    with suppress(csv.Error):  # A cell that CSV itself has no form for.
        csv.writer(out, delimiter=rng.choice(",;\t|"), lineterminator=ends).writerows(rows)
    encoding = rng.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252"))
    return out.getvalue().encode(encoding, "replace")


_STATEMENTS = (
    "DELETE FROM {table}",
    "DROP TABLE {table}",
    "ALTER TABLE {table} RENAME TO other",
    "ALTER TABLE {table} ADD COLUMN more",
    "CREATE TRIGGER hook AFTER INSERT ON {table} BEGIN DELETE FROM songs; END",
    "CREATE VIEW more AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "SELECT i FROM n",
    "PRAGMA user_version = {number}",
    "PRAGMA application_id = {number}",
    "UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL', '') WHERE name = '{table}'",
    "UPDATE sqlite_master SET rootpage = {number} WHERE name = '{table}'",
    "UPDATE sqlite_master SET sql = '{{' WHERE name = '{table}'",
)


def database_mutant(data: bytes, rng: random.Random, work: Path) -> bytes:
    """Pages spoiled, or rows and tables changed by SQL that any program may run."""
    if rng.random() < 0.35:
        return _page_mutant(data, rng)
    file = work / "mutant.sqlite3"
    file.write_bytes(data)
    with closing(sqlite3.connect(file, isolation_level=None)) as raw, suppress(sqlite3.Error):
        raw.execute("PRAGMA ignore_check_constraints = ON")
        raw.execute("PRAGMA writable_schema = ON")
        objects = raw.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
        tables = [name for kind, name, _ in objects if kind == "table" and "sqlite_" not in name]
        triggers = [(name, sql) for kind, name, sql in objects if kind == "trigger"]
        for name, _ in triggers:
            raw.execute(f"DROP TRIGGER {name}")
        for _ in range(rng.randrange(1, 4) if tables else 0):
            _change(raw, rng.choice(tables), rng)
        if rng.random() < 0.9:
            for _, sql in triggers:
                raw.execute(sql)
    return file.read_bytes()


def _change(raw: sqlite3.Connection, table: str, rng: random.Random) -> None:
    with suppress(sqlite3.Error, OverflowError, UnicodeEncodeError):
        if rng.random() < 0.3:
            number = rng.choice((0, -1, 1, 2, 3, 99, 2**31 - 1, -(2**31)))
            raw.execute(rng.choice(_STATEMENTS).format(table=table, number=number))
            return
        columns = [row[1] for row in raw.execute(f"PRAGMA table_info({table})")]
        if not columns:  # Of a table that was dropped a moment ago.
            return
        value = rng.choice(NASTY)
        if not isinstance(value, str | int | float | None):
            value = json.dumps(value)
        where = rng.choice(("", " WHERE rowid = 1"))
        raw.execute(f"UPDATE {table} SET {rng.choice(columns)} = ?{where}", (value,))


def _page_mutant(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randrange(1, 20)):
        page = 4096 * rng.randrange(max(1, len(changed) // 4096))
        at = min(page + rng.choice((0, 1, 3, 5, 8, 12, rng.randrange(4096))), len(changed) - 1)
        changed[at] = rng.choice((0, 1, 2, 5, 10, 13, 0x7F, 0x80, 0xFF, rng.randrange(256)))
    if rng.random() < 0.2:
        del changed[rng.randrange(len(changed)) :]
    return bytes(changed)
