"""Archives made to do harm, and mutants of good ones.

`python -m tests.ml_core.pipeline.archive.forging ROUNDS SEED` opens so many mutants, each with and
without its damaged parts, and tells how they ended.
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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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


def main(rounds: int, seed: int) -> None:
    """Open mutants and count how they ended."""
    rng, counts = random.Random(seed), Counter[str]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(folder / "project", folder / "music")
        save(folder / "project", folder / "good.tastecut", with_songs=True)
        good = (folder / "good.tastecut").read_bytes()
        (folder / "a" / "room").mkdir(parents=True)
        for _ in range(rounds):
            counts[require_harmless(mutant(good, rng), folder / "a" / "room")] += 1
    print(json.dumps(counts))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
