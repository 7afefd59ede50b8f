"""Hostile files of ratings: CSV and JSON, read and written by the command."""

from __future__ import annotations

import csv
import json
import random
import shutil
from pathlib import Path
from typing import Any

from ml_core.store import Store
from tests.faults.hostile import mutant_reader
from tests.faults.ledger import answers_in
from tests.faults.requiring import require
from tests.faults.studio import open_studio
from tests.faults.verdicts import Verdict

HOSTILE_ROWS: list[Any] = [
    {"pair": "../../etc/passwd", "answer": "A"},
    {"pair": "/etc/passwd", "answer": "A"},
    {"pair": "1; DROP TABLE ratings", "answer": "A"},
    {"pair": "1' OR '1'='1", "answer": "A"},
    {"pair": "1\0", "answer": "A\0"},
    {"pair": -1, "answer": "A"},
    {"pair": 10**30, "answer": "A"},
    {"pair": 10**400, "answer": "A"},
    {"pair": 1.5, "answer": "A"},
    {"pair": True, "answer": "A"},
    {"pair": 999_999, "answer": "A"},
    {"pair": 9, "answer": "maybe"},
    {"pair": 9, "answer": "A", "heard_a_s": float("inf")},
    {"pair": 9, "answer": "A", "heard_a_s": -1},
    {"pair": 9, "answer": "A", "song": "x" * 100_000},
    {"answer": "A"},
    "not a row",
    None,
    [],
]
"""None of these may become a rating."""


def _files(rng: random.Random, waiting: int) -> dict[str, tuple[bytes, int]]:
    """Files by name, with how many ratings they may bring."""
    good = {"pair": waiting, "answer": "B"}
    deep = "[" * 100_000
    table = f"pair,song,A,B,answer,heard_a_s,heard_b_s\n{waiting},s,a,b,A,1,1\n"
    return {
        "rows.json": (json.dumps([*HOSTILE_ROWS, good, good]).encode(), 1),
        "surrogate.json": (b'[{"pair": 9, "answer": "\\ud800"}]', 0),
        "digits.json": (b'[{"pair": ' + b"9" * 5_000 + b', "answer": "A"}]', 0),
        "infinite.json": (b'{"preferences": Infinity}', 0),
        "deep.json": (deep.encode(), 0),
        "deep objects.json": (b'{"a":' * 50_000, 0),
        "field.csv": (b"pair,answer\n1," + b"x" * 20_000_000 + b"\n", 0),
        "huge.csv": (b"pair,answer\n" + b"1,x\n" * 26_000_000, 0),
        "nul.csv": (b"pair,answer\n1,\0\n", 0),
        "zeros.csv": (bytes(5_000), 0),
        "empty.csv": (b"", 0),
        "columns.csv": (b"song,reply\nx,A\n", 0),
        "quote.csv": (b'pair,answer\n"1,A\n', 0),
        "sql.csv": (b"pair,answer\n1;DELETE FROM ratings,A\n", 0),
        "binary.csv": (rng.randbytes(4_000), 0),
        "bom.csv": (b"\xef\xbb\xbf" + table.encode(), 1),
        "utf-16.csv": (table.encode("utf-16"), 1),
        "twice.csv": ((table + table.splitlines()[1] + "\n").encode(), 1),
    }


def hostile_files(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 55."""
    studio, rng = open_studio(verdict), random.Random(seed)
    folder = verdict.folder / "hostile"
    folder.mkdir()
    verdict.injects(folder)
    n_files = 0
    for _ in range(rounds):
        for name, (data, most) in _files(rng, _waiting(studio.project)).items():
            file = folder / name
            file.write_bytes(data)
            before = _n_ratings(studio.project)
            done = verdict.tastecut(
                "rate", "--from", file, project=studio.project, code=None, limit_s=60
            )
            if done.code == 2:
                verdict.told(done.err.strip().splitlines()[-1], name)
            else:
                require(all(row["reason"] for row in done.data["refused"]), done.out[:400])
            added = _n_ratings(studio.project) - before
            require(added <= most, f"{name} brought {added} ratings")
            n_files += 1
    return f"{n_files} files: refused, or each row with its reason"


def _n_ratings(project: Path) -> int:
    with Store.open(project, write=False) as store:
        return len(store.ratings.current())


def _waiting(project: Path) -> int:
    with Store.open(project, write=False) as store:
        waiting = store.pairs.waiting()
        return waiting[0].id if waiting else 0


def formula_cells(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 56: names that begin like formulas, written as CSV and read back."""
    studio = open_studio(verdict)
    for number in range(rounds):
        music, project = verdict.folder / f"formulas {number}", verdict.folder / f"fresh {number}"
        music.mkdir()
        for start, song in zip("=+-@", studio.songs, strict=True):
            shutil.copyfile(song, music / f"{start}SUM(A1) {number}{song.suffix}")
        verdict.watch(music)
        verdict.tastecut("add", music, project=project)
        pairs = verdict.folder / f"pairs {number}"
        verdict.tastecut("propose", "--pairs", "6", "--out", pairs, project=project)
        template = pairs / "feedback_template.csv"
        _require_plain(template)
        _fill_template(template)
        rated = verdict.tastecut("rate", "--from", template, project=project)
        require(rated.data["accepted"] == 6 and not rated.data["refused"], rated.out)
        verdict.expect(project)
        written = verdict.folder / f"ratings {number}.csv"
        verdict.tastecut("rate", "--to", written, project=project)
        _require_plain(written)
        with Store.open(project, write=False) as store:
            before = answers_in(store)
        verdict.tastecut("rate", "--from", written, project=project, code=2)
        with Store.open(project, write=False) as store:
            require(answers_in(store) == before, "read back otherwise")
    return f"{rounds} times written plain, read back unchanged"


def _fill_template(file: Path) -> None:
    with file.open(newline="", encoding="utf-8-sig") as read:
        rows = list(csv.reader(read))
    column = rows[0].index("answer")
    for number, row in enumerate(rows[1:]):
        row[column] = "AB"[number % 2]
    with file.open("w", newline="", encoding="utf-8") as write:
        csv.writer(write, lineterminator="\n").writerows(rows)


def _require_plain(file: Path) -> None:
    with file.open(newline="", encoding="utf-8-sig") as read:
        cells = [cell for row in csv.reader(read) for cell in row]
    bad = [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t", "\r") or cell[:2] == "-S"]
    require(not bad, f"{file.name}: a spreadsheet would run {bad[:2]}")


def mutated(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 57: mutants of CSV, JSON and database files: no traceback, no partial import."""
    studio, rng = open_studio(verdict), random.Random(seed)
    folder = verdict.folder / "mutants"
    folder.mkdir()
    verdict.injects(folder)
    wholes = _whole_files(verdict, studio.project, studio.pairs)
    counts = dict.fromkeys(wholes, 0)
    for number in range(rounds):
        name = list(wholes)[number % len(wholes)]
        file = folder / f"{number}{Path(name).suffix}"
        file.write_bytes(_mutant(wholes[name], rng))
        counts[name] += 1
        if number % 100 < len(wholes):  # By the command, which takes longer to start.
            verb = ("restore",) if name.endswith("sqlite3") else ("rate", "--from")
            copy = Path(shutil.copytree(studio.project, folder / f"project {number}"))
            done = verdict.tastecut(*verb, file, project=copy, code=None, limit_s=60)
            if done.code == 2:
                verdict.told(done.err.strip().splitlines()[-1])
            shutil.rmtree(copy)
        else:
            words = mutant_reader.read(file, studio.project, folder / "room")
            if words:
                verdict.told(words)
        file.unlink()
    return ", ".join(f"{n} of {name}" for name, n in counts.items())


def _whole_files(verdict: Verdict, project: Path, pairs: Path) -> dict[str, bytes]:
    written = {}
    for name in ("ratings.csv", "ratings.json"):
        verdict.tastecut("rate", "--to", verdict.folder / name, project=project)
        written[name] = (verdict.folder / name).read_bytes()
    backup = verdict.folder / "backup.sqlite3"
    verdict.tastecut("backup", backup, project=project)
    written["backup.sqlite3"] = backup.read_bytes()
    written["template.csv"] = (pairs / "feedback_template.csv").read_bytes()
    return written


def _mutant(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randrange(1, 8)):
        at = rng.randrange(len(changed) or 1)
        kind = rng.randrange(5)
        if kind == 0 and changed:
            changed[at % len(changed)] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del changed[at : at + rng.randrange(1, 200)]
        elif kind == 2:
            changed[at:at] = changed[at : at + rng.randrange(1, 200)]
        elif kind == 3:
            changed[at : at + 4] = rng.choice([b"\0\0\0\0", b"\xff\xff\xff\xff", b'"""]', b"1e99"])
        else:
            changed[at : at + 8] = rng.randbytes(8)
    return bytes(changed)
