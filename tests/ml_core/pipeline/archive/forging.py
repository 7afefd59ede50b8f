"""Archives made to do harm, archives that were cut, and mutants of good ones.

`python -m tests.ml_core.pipeline.archive.forging ROUNDS SEED` opens one of each kind and so many
mutants, each with and without its damaged parts, and tells how they ended.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import shutil
import stat
import sys
import tempfile
import zipfile
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ml_core.cli import main
from ml_core.errors import UserError
from ml_core.pipeline.archive import names
from ml_core.store import Store
from tests.ml_core.pipeline.archive.project_builder import below, build, open_, save


@dataclass
class Forged:
    """One part of an archive that somebody made with their own tools."""

    name: str
    data: bytes
    mode: int = stat.S_IFREG | 0o600
    method: int = zipfile.ZIP_STORED
    is_listed: bool = True
    told: dict[str, Any] = field(default_factory=dict)


def parts_of(good: Path) -> list[Forged]:
    with zipfile.ZipFile(good) as archive:
        return [
            Forged(name, archive.read(name))
            for name in archive.namelist()
            if name != names.MANIFEST
        ]


def forged(forged_parts: list[Forged], **manifest: Any) -> bytes:
    """A ZIP of these parts with a manifest that lists them, right but for what is `told`."""
    listed = [
        {
            "name": part.name,
            "n_bytes": len(part.data),
            "sha256": hashlib.sha256(part.data).hexdigest(),
        }
        | part.told
        for part in forged_parts
        if part.is_listed
    ]
    head = json.dumps({"format": 1, "app": "Tastecut", "parts": listed} | manifest).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part in [Forged(names.MANIFEST, head), *forged_parts]:
            entry = zipfile.ZipInfo(part.name)
            entry.external_attr = part.mode << 16
            entry.compress_type = part.method
            archive.writestr(entry, part.data)
    return out.getvalue()


OUTSIDE = [
    "../evil.txt",
    "songs/../../evil.wav",
    "/tmp/evil.txt",
    "songs//evil.wav",
    "C:\\evil.txt",
    "c:evil.wav",
    "songs/C:evil.wav",
    "songs\\..\\evil.wav",
    "songs/..",
    "songs/.",
    "songs/",
    "./songs/a.wav",
    "songs/a/b.wav",
    "songs/a\x00.wav",
    "songs/a\n.wav",
    "songs/a\x1b[2J.wav",
    "songs/a\u202e.wav",
    "songs/con.wav",
    "songs/a.wav ",
    "songs/a.wav.",
    "songs/.hidden.wav",
    "songs/" + "a" * 300 + ".wav",
    "models/../tastecut.sqlite3",
    "models/a.pkl",
    "cache/evil.npz",
    "tastecut.sqlite3-wal",
    "tastecut.lock",
    "backups/0001-2026-01-01.sqlite3",
    "",
    "\N{LATIN SMALL LETTER A WITH DIAERESIS}",
]


def mutant(data: bytes, rng: random.Random) -> bytes:
    """The archive with bytes changed, taken away or doubled, most of them near heads."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5, 40))):
        heads = [at for at in _finds(data, b"PK") if at < len(changed)]
        at = min(len(changed) - 1, rng.choice(heads or [0]) + rng.randrange(60))
        if rng.random() < 0.3:
            at = rng.randrange(len(changed))
        length = rng.choice((1, 2, 4, 8, 500))
        kind = rng.randrange(6)
        if kind == 0:
            changed[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            changed[at : at + length] = rng.randbytes(length)
        elif kind == 2:
            changed[at : at + length] = rng.choice((b"\0", b"\xff")) * length
        elif kind == 3:
            del changed[at : at + length]
        elif kind == 4:
            changed[at:at] = changed[at : at + length]
        else:
            del changed[rng.randrange(len(changed)) :]
        if not changed:
            return b""
    return bytes(changed)


def require_harmless(data: bytes, room: Path) -> str:
    """Open an archive in an empty folder; what became of it.

    Raises:
        AssertionError: if it left something behind, or wrote outside of its project.
    """
    (room / "x.tastecut").write_bytes(data)
    ends = []
    for without_damaged in (False, True):
        before = below(room.parent)
        try:
            opened = open_(room / "x.tastecut", room / "new", without_damaged=without_damaged)
        except UserError as error:
            assert str(error).strip() and "\n" not in str(error)
            ends.append("refused")
        else:
            ends.append("opened" if opened.is_open else "damaged")
        if ends[-1] == "opened":
            with Store.open(room / "new") as store:
                assert store.ratings.damaged() == []
                assert all(check.ok for check in store.check()), store.check()
            shutil.rmtree(room / "new")
        assert below(room.parent) == before
    return f"{ends[0]}, then {ends[1]}"


def _finds(data: bytes, what: bytes) -> list[int]:
    found, at = [], -1
    while (at := data.find(what, at + 1)) >= 0:
        found.append(at)
    return found


def hostile_kinds(good: Path) -> dict[str, bytes]:
    """An archive of every kind that must be refused, by what is wrong with it."""
    database, *rest = parts_of(good)
    parts, data = [database, *rest], good.read_bytes()
    kinds = {f"name {name!a}": forged([*parts, Forged(name, b"evil")]) for name in OUTSIDE}
    for kind in (stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO):
        link = Forged("songs/link.wav", b"/etc/passwd", mode=kind | 0o777)
        kinds[f"link {kind:o}"] = forged([*parts, link])
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        bomb = Forged("songs/bomb.wav", bytes(20_000_000), method=method)
        kinds[f"bomb {method}"] = forged([*parts, bomb])
    kinds["not listed"] = forged([*parts, Forged("songs/a.wav", b"evil", is_listed=False)])
    kinds["wrong hash"] = forged([database, replace(rest[0], told={"sha256": "0" * 64})])
    kinds["wrong size"] = forged([database, replace(rest[0], told={"n_bytes": 1 << 40})])
    kinds["missing part"] = forged([database])[:-1]
    kinds["foreign database"] = forged([replace(database, data=b"SQLite format 3\0" * 999), *rest])
    kinds["no database"] = forged(rest)
    kinds["newer format"] = forged(parts, format=1_000)
    kinds["no manifest"] = data[data.index(b"PK", 4) :]
    kinds["not a ZIP"] = random.Random(0).randbytes(50_000)
    kinds |= {f"cut at {k} tenths": data[: len(data) * k // 10] for k in range(10)}
    return kinds


def hostile_archives(folder: Path, rounds: int, seed: int) -> str:
    """Case 54 of the fault suite: one archive of every kind, then `rounds` mutants.

    Args:
        folder: an empty one.

    Returns:
        the outcome in words.

    Raises:
        AssertionError: if one was opened, left or wrote anything, or was refused in other words
            than one sentence.
    """
    build(folder / "project", folder / "music")
    save(folder / "project", folder / "good.tastecut", with_songs=True)
    room = folder / "a" / "room"
    room.mkdir(parents=True)
    kinds = hostile_kinds(folder / "good.tastecut")
    for name, data in kinds.items():
        (room / "x.tastecut").write_bytes(data)
        before = below(folder)
        said, out = io.StringIO(), io.StringIO()
        with redirect_stderr(said), redirect_stdout(out):
            code = main(["restore", str(room / "x.tastecut"), "--project", str(room / "new")])
        sentence = said.getvalue()
        assert (code, out.getvalue()) == (2, ""), f"{name}: {code} {sentence}"
        assert sentence.startswith("tastecut: ") and sentence.count("\n") == 1, name
        assert "x.tastecut" in sentence, name
        assert below(folder) == before, name
    rng, good, counts = random.Random(seed), folder / "good.tastecut", Counter[str]()
    for _ in range(rounds):
        counts[require_harmless(mutant(good.read_bytes(), rng), room)] += 1
    ends = "; ".join(f"{n} {end}" for end, n in counts.most_common())
    return f"{len(kinds)} kinds refused; mutants: {ends or 'none'}"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        print(hostile_archives(Path(name), int(sys.argv[1]), int(sys.argv[2])))
