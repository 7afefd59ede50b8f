"""Tags that are edited after rating, and tags of other times."""

from __future__ import annotations

import json
import struct
import unicodedata
from pathlib import Path
from typing import Any

import mutagen
import mutagen.aiff
import mutagen.apev2
import mutagen.id3
import mutagen.wave
import soundfile

from tests.faults.requiring import require
from tests.faults.songs.library import Library, save, tune
from tests.faults.verdicts import Verdict

# Eight kinds: MP3 with each of its two kinds of tags, WAV with each of its two.
KINDS = (
    "id3.mp3", "ape.mp3", "id3.wav", "info.wav", "comments.flac", "comments.ogg", "opus.opus",
    "id3.aiff",
)  # fmt: skip


def retagged(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 59: tags edited after rating, correcting and training."""
    library = Library(verdict)
    for number, name in enumerate(KINDS):
        write_tagged(library.folder / name, "First title", tune(26.0, 44_100, number), 44_100)
    rows = library.add()
    library.ready(rows, *KINDS)
    project = library.project
    pairs = verdict.folder / "pairs"
    verdict.tastecut("propose", "--pairs", "12", "--out", pairs, project=project)
    asked = json.loads((pairs / "pairs.json").read_text(encoding="utf-8"))["pairs"]
    answers = [{"pair": p["id"], "answer": "AB"[k % 2]} for k, p in enumerate(asked)]
    (verdict.folder / "answers.json").write_text(json.dumps(answers))
    verdict.tastecut("rate", "--from", verdict.folder / "answers.json", project=project)
    verdict.tastecut("correct", rows[KINDS[0]]["id"], "--shift", "1", project=project)
    verdict.tastecut("train", "--epochs", "2", "--episodes", "8", project=project)
    verdict.expect(project)
    before, taste = _songs(verdict, project), _counts(verdict, project)
    corrected = _corrections(verdict, project, rows[KINDS[0]]["id"])
    for number in range(rounds):
        for name in KINDS:
            verdict.changes(library.folder / name)
            set_title(library.folder / name, f"Title {number} " * (1 + 300 * number))
        verdict.watch(library.folder)
        verdict.tastecut("add", library.folder, project=project)
        after = _songs(verdict, project)
        require(after.keys() == before.keys(), f"songs {sorted(before)} became {sorted(after)}")
        for key, row in after.items():
            for field in ("id", "sha256", "use", "status", "tempo_bpm"):
                require(row[field] == before[key][field], f"{key}: another {field}")
            require(str(row["title"]).startswith(f"Title {number}"), f"{key}: {row['title'][:60]}")
        require(_counts(verdict, project) == taste, "other counts of ratings")
        require(_corrections(verdict, project, rows[KINDS[0]]["id"]) == corrected, "corrections")
        done = verdict.tastecut(
            "export", *[row["id"] for row in after.values()], "--out", verdict.folder / "out",
            project=project,
        )  # fmt: skip
        require(not done.data["failed"], str(done.data["failed"]))
    return f"{len(KINDS)} kinds of tags edited {rounds} times: the same songs"


def _songs(verdict: Verdict, project: Path) -> dict[str, dict[str, Any]]:
    rows = verdict.tastecut("songs", project=project).data["songs"]
    return {Path(row["path"]).name: row for row in rows}


def _counts(verdict: Verdict, project: Path) -> Any:
    return verdict.tastecut("taste", project=project).data["counts"]


def _corrections(verdict: Verdict, project: Path, song: int) -> str:
    data = verdict.tastecut("correct", song, project=project).data
    return json.dumps({k: v for k, v in data.items() if k not in {"title", "path", "song"}})


def write_tagged(path: Path, title: str, audio: Any, rate_hz: int = 44_100) -> Path:
    """A song with a title in the tags that its name says."""
    if path.suffix == ".opus":
        with soundfile.SoundFile(str(path), "w", 48_000, 1, format="OGG", subtype="OPUS") as file:
            for start in range(0, len(audio), 20_000):
                file.write(audio[start : start + 20_000])
    else:
        save(path, audio, rate_hz)
    set_title(path, title)
    return path


def set_title(path: Path, title: str) -> None:
    """Change the title as a tag editor does."""
    kind = path.name.split(".")[0]
    if kind == "ape":
        tags = mutagen.apev2.APEv2()
        tags["Title"] = title
        tags.save(path)
    elif kind == "info":
        set_info(path, title)
    elif path.suffix in (".wav", ".aiff", ".mp3"):
        opened = mutagen.File(path)
        if opened.tags is None:
            opened.add_tags()
        opened.tags.delall("TIT2")
        opened.tags.add(mutagen.id3.TIT2(encoding=3, text=[title]))
        opened.save()
    else:
        opened = mutagen.File(path)
        opened["title"] = [title]
        opened.save()


def set_info(path: Path, title: str, code_page: str = "cp1252") -> None:
    """Write a WAV's INFO list behind its sound, in place of one that is there."""
    data = path.read_bytes()
    at, kept = 12, b""
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        chunk = data[at : at + 8 + size + size % 2]
        if not (chunk[:4] == b"LIST" and chunk[8:12] == b"INFO"):
            kept += chunk
        at += len(chunk)
    text = title.encode(code_page, "replace") + b"\0"
    info = b"INFO" + b"INAM" + struct.pack("<I", len(text)) + text + b"\0" * (len(text) % 2)
    kept += b"LIST" + struct.pack("<I", len(info)) + info
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(kept)) + b"WAVE" + kept)


TITLES = {
    "latin.wav": "Für Élise (piñata)",
    "utf-8.wav": "Grüße, 音楽",
    "ape.mp3": "By APE: Ünïcödé",
    "markup.mp3": "<b>R&B</b> <img src=file:///etc/passwd> &amp;",
    "control.mp3": "\x1b]0;owned\x07\x1b[31mred\x1b[2J\x00end",
    "bidi.mp3": "\u202egnp.exe\u2066 left\u200f",
    "lines.flac": "one\u2028two\nthree\r\nfour\x85",
    "long.flac": "x" * 100_000,
    "surrogate.flac": "\U0001f600 smile",
}


def other_times(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 64: old code pages, APEv2, right-to-left marks, markup, control characters."""
    library = Library(verdict)
    for number, (name, title) in enumerate(TITLES.items()):
        path = library.folder / name
        save(path, tune(24.0, 22_050, number), 22_050)
        if name in ("latin.wav", "utf-8.wav"):
            set_info(path, title, "cp1252" if name.startswith("latin") else "utf-8")
        else:
            set_title(path, title)
    for _ in range(rounds):
        rows = library.add()
    library.ready(rows, *TITLES)
    for name in ("latin.wav", "utf-8.wav", "ape.mp3", "markup.mp3", "surrogate.flac"):
        shown = rows[name]["title"]
        require(shown == TITLES[name] or shown == Path(name).stem, f"{name}: {shown!r}")
    for name, row in rows.items():
        require("\ufffd" not in row["title"], f"{name}: destroyed: {row['title'][:80]!r}")
    done = verdict.tastecut("songs", project=library.project, as_json=False)
    _require_quiet(done.out)
    made = verdict.tastecut(
        "export", *[row["id"] for row in rows.values()], "--out", verdict.folder / "out",
        "--format", "flac", project=library.project,
    )  # fmt: skip
    require(not made.data["failed"], str(made.data["failed"])[:400])
    for file in made.data["files"]:
        for values in _texts(file):
            require("\ufffd" not in values, f"{file}: {values[:80]!r}")
    return f"{len(TITLES)} titles shown and exported as they are, or left out"


def _texts(file: str) -> list[str]:
    tags = mutagen.File(file).tags
    return [text for _, text in tags] if tags else []


def _require_quiet(shown: str) -> None:
    """No control character, and no mark that turns our own words round beyond its line's text."""
    for line in shown.split("\n"):
        bad = [c for c in line if unicodedata.category(c) == "Cc"]
        require(not bad, f"control characters on the terminal: {bad[:3]} in {line[:80]!r}")
        opened = sum(line.count(c) for c in "\u202a\u202b\u202d\u202e")
        closed = line.count("\u202c")
        inside = "\u2068" in line and "\u2069" in line
        require(opened <= closed or inside, f"turned round: {line[:80]!r}")
