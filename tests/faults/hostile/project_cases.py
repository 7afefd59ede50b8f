"""Hostile archives, ratings of another project, and a person's own files inside a project."""

from __future__ import annotations

import json
import shutil
import stat
import zipfile
from pathlib import Path

from tests.faults.requiring import require
from tests.faults.studio import open_studio, write_song
from tests.faults.verdicts import Verdict
from tests.faults.window.driver import Driver

BOMB_BYTES = 2 * 1024**3


def archives(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 54: `../`, absolute paths, links and a bomb inside a project archive."""
    studio = open_studio(verdict)
    good = verdict.folder / "good.tastecut"
    verdict.tastecut("backup", "--archive", good, project=studio.project)
    opened = verdict.folder / "deep" / "er" / "opened"
    verdict.tastecut("restore", good, project=opened)
    shutil.rmtree(opened)
    names = [
        "../evil.txt", "../../evil.txt", "/tmp/tastecut evil.txt", "songs/../../../evil.wav",
        "C:\\evil.txt", "..\\evil.txt", "songs/..", "\x00evil", "link",
    ]  # fmt: skip
    n_refused = 0
    for number in range(rounds):
        forged = [_with_part(good, verdict.folder / f"{number} {k}.tastecut", name)
                  for k, name in enumerate(names)]  # fmt: skip
        forged += [_bomb(verdict.folder / f"{number} bomb.tastecut", good)]
        forged += [_cut(good, verdict.folder / f"{number} cut.tastecut", number)]
        for file in forged:
            before = _below(verdict.folder)
            verdict.refused("restore", file, project=opened, names=[file.name], limit_s=60)
            require(_below(verdict.folder) == before, f"{file.name}: files were written")
            require(not Path("/tmp/tastecut evil.txt").exists(), "written outside")
            n_refused += 1
    return f"{n_refused} archives refused, nothing written"


def _below(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if "home" not in path.parts}


def _with_part(good: Path, target: Path, name: str) -> Path:
    shutil.copyfile(good, target)
    entry = zipfile.ZipInfo(name)
    is_link = name == "link"
    entry.external_attr = (stat.S_IFLNK | 0o777 if is_link else stat.S_IFREG | 0o600) << 16
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(entry, "/etc/passwd" if is_link else b"evil")
    return target


def _bomb(target: Path, good: Path) -> Path:
    shutil.copyfile(good, target)
    with (
        zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("songs/bomb.wav", "w", force_zip64=True) as part,
    ):
        block = bytes(1 << 24)
        for _ in range(BOMB_BYTES // len(block)):
            part.write(block)
    return target


def _cut(good: Path, target: Path, number: int) -> Path:
    data = good.read_bytes()
    target.write_bytes(data[: len(data) * (number % 8 + 1) // 10])
    return target


def foreign_ratings(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 67: ratings of another project, with the same numbers of pairs."""
    studio = open_studio(verdict)
    n_refused = 0
    for number in range(rounds):
        music = verdict.folder / f"other music {number}"
        music.mkdir()
        for place in range(2):
            write_song(music / f"song {place}.flac", 20 + 5 * number + place)
        other = verdict.folder / f"other {number}"
        verdict.tastecut("add", music, project=other)
        pairs = verdict.folder / f"other pairs {number}"
        verdict.tastecut("propose", "--pairs", "12", "--out", pairs, project=other)
        listed = json.loads((pairs / "pairs.json").read_text(encoding="utf-8"))["pairs"]
        rows = [{**pair, "pair": pair["id"], "answer": "A"} for pair in listed]
        filled = verdict.folder / f"filled {number}.json"
        filled.write_text(json.dumps({"preferences": rows}))
        verdict.tastecut("rate", "--from", filled, project=other)
        written = [verdict.folder / f"other {number}.{end}" for end in ("csv", "json")]
        for file in written:
            verdict.tastecut("rate", "--to", file, project=other)
        template = pairs / "feedback_template.csv"
        lines = template.read_text(encoding="utf-8-sig").splitlines()
        column = lines[0].split(",").index("answer")
        cells = [line.split(",") for line in lines]
        for row in cells[1:]:
            row[column] = "B"
        template.write_text("\n".join(",".join(row) for row in cells) + "\n")
        for file in (filled, *written, template):
            done = verdict.tastecut("rate", "--from", file, project=studio.project, code=None)
            if done.code == 2:
                verdict.told(done.err.strip().splitlines()[-1])
                n_refused += 1
                continue
            require(done.data["accepted"] == 0, f"{file.name}: {done.out[:300]}")
            require(all(row["reason"] for row in done.data["refused"]), done.out[:300])
            n_refused += 1
    return f"{n_refused} files of other projects refused by content"


def own_files(verdict: Verdict) -> None:
    """Case 71 by the command and the window: a person's own files inside a project folder."""
    studio = open_studio(verdict)
    project = studio.project
    mine = [
        "notes.txt", ".check-mine", ".check-folder/mine.txt", "cache/mine.txt", "models/mine.txt",
        "backups/mine.txt", "cache/listening/mine.txt", "demo songs/mine.txt", ".tastecut-mine",
        "tastecut.sqlite3.old", "models/.mine.part", "backups/.check-mine", "my folder/a/b.txt",
        ".tastecut-0123456789abcdef.part", "cache/listening/own/mine.f32", "journal/mine.txt",
    ]  # fmt: skip
    for name in mine:
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"mine: {name}\n")
        verdict.watch(path)
    verdict.tastecut("add", *studio.songs, project=project)
    pairs = verdict.folder / "more pairs"
    verdict.tastecut("propose", "--pairs", "4", "--out", pairs, project=project)
    verdict.tastecut("train", "--epochs", "2", "--episodes", "8", project=project)
    verdict.tastecut("doctor", project=project)
    copy = verdict.tastecut("backup", project=project).data["file"]
    verdict.tastecut("restore", copy, project=project)
    verdict.tastecut("tastes", "--add", "Another", project=project)
    with Driver(verdict, project) as window:
        window.rate(1)
        window.close()
    left = [name for name in mine if not (project / name).exists()]
    require(not left, f"removed: {left}")
