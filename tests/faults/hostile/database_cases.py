"""Case 68: databases that another wrote, or spoiled on purpose, in place of the project's own."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from ml_core.domain.edits import Brief
from ml_core.domain.models import Checkpoint, ComparisonReport, ComparisonSession
from ml_core.paths import database_path
from ml_core.store import Store
from tests.faults.command import ROOT
from tests.faults.requiring import require
from tests.faults.store.store_builder import answered, fill, pair, song
from tests.faults.verdicts import Verdict

Spoil = Callable[[Path], None]

LONGEST_S = 20.0
"""Of a command on a spoiled project, starting Python included."""
VERBS = (("songs",), ("history",), ("tastes",), ("backup",), ("songs", "--json"))

_ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "


def whole_project(folder: Path) -> None:
    """A project with a row in every table."""
    rng = random.Random(3)
    with Store.open(folder) as store:
        for number in range(3):
            store.songs.add(song(number), "ready")
        store.settings.set_brief(Brief("reel", 20.0, 40.0))
        store.settings.set("speed", 1.5)
        ratings = fill(store, 12)
        store.ratings.withdraw(ratings[-1].id)
        store.models.add(
            Checkpoint("c1", "c1.safetensors", "ab" * 32, "best", "base", {}, 3, "h", 2, "2026")
        )
        store.models.activate("c1")
        _, session = store.sessions.add(
            ComparisonSession("base", "c1", 2, True, 1), [pair(rng, 1), pair(rng, 2)]
        )
        for waiting in store.pairs.of_session(session.id):
            store.ratings.add(answered(waiting, "A"))
        store.sessions.save_report(
            session.id, ComparisonReport(2, 2, 0, 0, (0.1, 1.0), 0.5, "better")
        )
        store.tastes.add("Other")


def _edit(*statements: str, free_schema: bool = False) -> Spoil:
    """Raw SQL on the file, as any program may run it."""

    def spoil(path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as raw:
            if free_schema:
                raw.execute("PRAGMA writable_schema = ON")
            for statement in statements:
                raw.execute(statement)

    return spoil


def _edit_schema(table: str, old: str, new: str, *statements: str) -> Spoil:
    """A table's own text changed behind SQLite's back, then raw SQL through a new connection."""

    def spoil(path: Path) -> None:
        _edit(
            f"UPDATE sqlite_master SET sql = replace(sql, {_text(old)}, {_text(new)}) "
            f"WHERE name = '{table}'",
            free_schema=True,
        )(path)
        _edit(*statements)(path)

    return spoil


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _emptied(*tables: str) -> Spoil:
    def spoil(path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as raw:
            triggers = raw.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall()
            for name, _ in triggers:
                raw.execute(f"DROP TRIGGER {name}")
            for table in tables:
                raw.execute(f"DELETE FROM {table}")
            for _, sql in triggers:
                raw.execute(sql)

    return spoil


def _values(table: str, change: str) -> Spoil:
    """Values changed through the schema that stays as it was."""

    def spoil(path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as raw:
            triggers = raw.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall()
            for name, _ in triggers:
                raw.execute(f"DROP TRIGGER {name}")
            raw.execute("PRAGMA ignore_check_constraints = ON")
            raw.execute(f"UPDATE {table} SET {change}")
            for _, sql in triggers:
                raw.execute(sql)

    return spoil


def _untyped(table: str, change: str) -> Spoil:
    """Values of a wrong type, or none, written while the table was not STRICT."""

    def spoil(path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as raw:
            (sql,) = raw.execute(
                "SELECT sql FROM sqlite_master WHERE name = ?", (table,)
            ).fetchone()
        loose = sql.replace("STRICT, WITHOUT", "WITHOUT").replace("STRICT", "")
        loose = loose.replace("NOT NULL", "")
        _set_text(path, table, loose)
        _values(table, change)(path)
        _set_text(path, table, sql)

    return spoil


def _set_text(path: Path, table: str, sql: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA writable_schema = ON")
        raw.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (sql, table))
        version = raw.execute("PRAGMA schema_version").fetchone()[0]
        raw.execute(f"PRAGMA schema_version = {version + 1}")


def _as_view(table: str, select: str) -> Spoil:
    return _edit(
        "PRAGMA foreign_keys = OFF", f"DROP TABLE {table}", f"CREATE VIEW {table} AS {select}"
    )


def _other_program(path: Path) -> None:
    path.unlink()
    _edit("CREATE TABLE notes (id INTEGER PRIMARY KEY, text)", "INSERT INTO notes VALUES (1, 'x')")(
        path
    )


def _claims_10_gb(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[28:32] = (10 * 1024**3 // 4096).to_bytes(4, "big")
    content[24:28] = content[92:96]  # The change counter that makes SQLite believe it.
    path.write_bytes(content)


def _is_10_gb(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(10 * 1024**3)


def _version(number: int) -> Spoil:
    return _edit(f"PRAGMA user_version = {number}")


SPOILED: dict[str, Spoil] = {
    "recursion in a view": _as_view(
        "current_ratings",
        f"{_ENDLESS} SELECT i AS comparison_id, i AS rating_id, 'A' AS answer, "
        "NULL AS session, 1 AS taste FROM n",
    ),
    "view in place of songs": _as_view("songs", f"{_ENDLESS} SELECT i AS id FROM n"),
    "view in place of settings": _as_view(
        "settings", f"{_ENDLESS} SELECT 'project_id' AS name, max(i) AS value FROM n"
    ),
    "view beside": _edit(f"CREATE VIEW more AS {_ENDLESS} SELECT i FROM n"),
    "trigger on ratings": _edit(
        "CREATE TRIGGER hook AFTER INSERT ON ratings BEGIN DELETE FROM songs; END"
    ),
    "trigger on settings": _edit(
        "CREATE TRIGGER hook AFTER INSERT ON settings BEGIN "
        "UPDATE songs SET title = load_extension('x'); END"
    ),
    "no triggers": _edit("DROP TRIGGER ratings_no_update", "DROP TRIGGER ratings_no_delete"),
    "extra table": _edit("CREATE TABLE extra (x)"),
    "extra index": _edit("CREATE INDEX more ON songs (abs(n_samples))"),
    "virtual table": _edit("CREATE VIRTUAL TABLE found USING fts5(x)"),
    "virtual table of nothing": _edit(
        "INSERT INTO sqlite_master VALUES ('table', 'settings2', 'settings2', 0, "
        "'CREATE VIRTUAL TABLE settings2 USING nothing(x)')",
        free_schema=True,
    ),
    "generated column": _edit(
        "ALTER TABLE songs ADD COLUMN more TEXT AS (hex(zeroblob(n_samples))) VIRTUAL"
    ),
    "check without end": _edit_schema(
        "settings", "value TEXT NOT NULL", "value TEXT NOT NULL CHECK (length(zeroblob(9e8)) > 0)"
    ),
    "table without a column": _edit("ALTER TABLE marks DROP COLUMN side"),
    "schema that is no SQL": _edit(
        "UPDATE sqlite_master SET sql = 'CREATE TABLE songs (' WHERE name = 'songs'",
        free_schema=True,
    ),
    "schema of 3 MB": _edit(
        "INSERT INTO sqlite_master SELECT 'view', 'v' || value, 'v' || value, 0, "
        "'CREATE VIEW v' || value || ' AS SELECT ' || hex(zeroblob(5000)) FROM "
        "(WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT 300) "
        "SELECT value FROM n)",
        free_schema=True,
    ),
    **{f"user_version {n}": _version(n) for n in (0, -1, -(2**31), 1, 2, 99, 2**31 - 1)},
    "no application_id": _edit("PRAGMA application_id = 0"),
    "another program's": _other_program,
    "claims 10 GB": _claims_10_gb,
    "no tastes": _emptied("tastes"),
    "no ratings": _emptied("ratings"),
    "no ratings, none current": _emptied("ratings", "current_ratings"),
    "no pairs": _emptied("comparisons"),
    "no songs": _emptied("songs"),
    "no songs at all": _emptied("songs", "song_paths", "song_uses", "song_use_history"),
    "no settings": _emptied("settings"),
    "a text for a number": _untyped("songs", "n_samples = 'many'"),
    "NULL for a text": _untyped("songs", "title = NULL"),
    "NULL for a song": _untyped("songs", "sha256 = NULL"),
    "a blob for a setting": _untyped("settings", "value = x'00ff'"),
    "a number for a brief": _untyped("tastes", "brief = 5"),
    "a song without length": _values("songs", "n_samples = -5"),
    "a song without rate": _values("songs", "sample_rate_hz = 0"),
    "a song of an infinite tempo": _values("songs", "tempo_bpm = 9e999"),
    "a song of no hash": _values("songs", "sha256 = 'x' || id"),
    "a status that is none": _values("songs", "status = 'gone'"),
    "a use that is none": _edit(
        "PRAGMA ignore_check_constraints = ON", "INSERT INTO song_uses VALUES (1, 1, 'x', 'y')"
    ),
    "wrong warnings": _values("songs", "warnings = '[1, {'"),
    "warnings too deep": _values("songs", f"warnings = '{'[' * 1900}{']' * 1900}'"),
    "a wrong path": _values("song_paths", "path = 'x' || path"),
    "wrong settings": _values("settings", "value = '{'"),
    "a wrong brief": _values("tastes", "brief = '{\"name\": 1e999}'"),
    "a brief of another": _values("tastes", 'brief = \'{"nam": "x"}\''),
    "a wrong report": _values("reports", "report = '[]'"),
}
"""What is done to a whole project's file. Each must be refused."""

SPOILED_ROWS: dict[str, Spoil] = {
    "wrong pairs": _values("comparisons", "a = '{', origin_b = '[1e999]'"),
    "pairs with endless numbers": _values(
        "comparisons", f"a = '{{\"spans\": [[1{'0' * 400}, 2]]}}'"
    ),
    "wrong corrections": _edit("INSERT INTO song_corrections VALUES (1, '[[[', 0)"),
    "a wrong checkpoint": _values("checkpoints", "record = '{}'"),
    "an active checkpoint that is gone": _values("activations", "checkpoint = 'c9'"),
    "statistics": _edit("ANALYZE"),
    "10 GB of nothing behind it": _is_10_gb,
}
"""What a row's own checks see, or what is no harm: a sentence, or the rest goes on."""


def hostile_database(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 68: every kind, asked by the command under a time limit."""
    kinds = [*SPOILED, *SPOILED_ROWS]
    random.Random(seed).shuffle(kinds)
    chosen = kinds[:rounds]
    whole = verdict.folder / "whole"
    whole_project(whole)
    refused = 0
    for number, kind in enumerate(chosen):
        project = verdict.folder / f"project {number}"
        verdict.injects(project)
        project.mkdir()
        path = database_path(project)
        path.write_bytes(database_path(whole).read_bytes())
        (SPOILED.get(kind) or SPOILED_ROWS[kind])(path)
        refused += ask(project, VERBS[number % len(VERBS)], kind, kind in SPOILED)
        if path.stat().st_size > 1024**3:
            path.unlink()
    return f"{len(chosen)} kinds: {refused} refused in a sentence, the others went on; none hung"


def ask(project: Path, verb: tuple[str, ...], kind: str, must_refuse: bool) -> bool:
    """Run a verb on a spoiled project; whether it was refused."""
    path = database_path(project)
    before = None if path.stat().st_size > 1024**3 else path.read_bytes()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "ml_core.cli", *verb, "--project", str(project)],
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
            cwd=ROOT,
        )
    except subprocess.TimeoutExpired as error:
        raise AssertionError(f"{kind}: {verb} hung") from error
    require("Traceback" not in done.stderr, f"{kind}: {done.stderr}")
    require(done.returncode in (0, 2), f"{kind}: exit code {done.returncode} {done.stderr}")
    if must_refuse:
        require(done.returncode == 2, f"{kind}: was opened by {verb}")
    if done.returncode == 2:
        require(done.stderr.count("\n") == 1, f"{kind}: {done.stderr}")
        named = str(path) in done.stderr or str(project) in done.stderr
        require(named or not must_refuse, f"{kind}: {done.stderr}")
        require(before is None or path.read_bytes() == before, f"{kind}: its bytes were changed")
    return done.returncode == 2
