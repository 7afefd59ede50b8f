"""Songs as they come: silence, two formats, chained files, codings, and what Tastecut wrote."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np

from tests.faults.requiring import NotPossibleHere, require
from tests.faults.songs.library import RATE_HZ, Library, save, tune
from tests.faults.studio import open_studio
from tests.faults.verdicts import Verdict

# What a song's own pauses and the ends of its fades may add.
MOST_SILENCE_S = 2.0


def silence(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 58: silence before, behind and inside of songs."""
    library, rng = Library(verdict), np.random.default_rng(seed)
    spans: dict[str, tuple[float, float]] = {}
    for number in range(rounds):
        one, other = tune(30.0, seed=number), tune(26.0, seed=100 + number)
        quiet_s = float(rng.uniform(20, 60))
        gap = np.zeros(int(quiet_s * RATE_HZ), np.float32)
        for name, parts, start in (
            ("hidden", (one, gap, other), 30.0), ("behind", (one, gap), 30.0),
            ("before", (gap, one), 0.0),
        ):  # fmt: skip
            file = f"{name} {number}.flac"
            save(library.folder / file, np.concatenate(parts))
            spans[file] = (start, start + quiet_s)
    rows = library.add()
    library.ready(rows, *spans)
    n_edits, most = 0, 0.0
    for name, row in rows.items():
        for take in range(4):
            out = verdict.folder / "out" / f"{row['id']} {take}"
            wanted = ("export", row["id"], "--out", out, "--seed", take)
            more = ("--duration", "20") if take == 1 else ()
            done = verdict.tastecut(*wanted, *more, project=library.project)
            kept = _kept_within(Path(done.data["files"][0]), spans[name])
            most = max(most, kept)
            require(kept <= MOST_SILENCE_S, f"{name}: an edit keeps {kept:.1f} s of silence")
            n_edits += 1
        too_long = rows[name]["duration_s"] - 4
        verdict.refused(
            "export", row["id"], "--out", verdict.folder / "out", "--duration", f"{too_long:.1f}",
            project=library.project, names=[Path(name).stem],
        )  # fmt: skip
    _require_audit_tells(verdict, library, next(iter(spans)), spans)
    return f"{n_edits} edits keep at most {most:.2f} s of silence; longer ones refused by name"


def _record_of(sound: Path) -> Path:
    return sound.with_suffix(".edit.json")


def _kept_within(sound: Path, span: tuple[float, float]) -> float:
    record = json.loads(_record_of(sound).read_text(encoding="utf-8"))
    rate = record["sample_rate_hz"]
    return sum(
        max(0.0, min(end / rate, span[1]) - max(start / rate, span[0]))
        for start, end in record["kept_samples"]
    )


def _require_audit_tells(
    verdict: Verdict, library: Library, name: str, spans: dict[str, tuple[float, float]]
) -> None:
    """An edit that holds the silence, as older ones do, is not praised."""
    sound = next((verdict.folder / "out").rglob("*.wav"))
    record = json.loads(_record_of(sound).read_text(encoding="utf-8"))
    rate, (start, end) = record["sample_rate_hz"], spans[Path(record["source"]).name]
    record["kept_samples"] = [[0, int((start + end) / 2 * rate)]]
    record["joins"], record["fades_samples"], record["tails_samples"] = [], [], []
    record["gains_db"], record["proposed_samples"] = [0.0], record["kept_samples"]
    forged = verdict.folder / "forged.edit.json"
    forged.write_text(json.dumps(record))
    done = verdict.tastecut("audit", forged, project=library.project, code=None)
    require("silen" in (done.out + done.err).lower(), f"the audit says nothing: {done.out[:400]}")


def two_formats(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 60: each recording as FLAC and as MP3 or OGG."""
    library = Library(verdict)
    names: list[tuple[str, str]] = []
    for number in range(4 * rounds):
        audio = tune(26.0 + number % 3, 44_100, seed + number)
        end = ("mp3", "ogg")[number % 2]
        names.append((f"take {number}.flac", f"copy of {number}.{end}"))
        save(library.folder / names[-1][0], audio, 44_100)
        save(library.folder / names[-1][1], audio, 44_100)
    added = library.add()
    rows = verdict.tastecut("songs", project=library.project).data["songs"]
    by_name = {Path(row["path"]).name: row for row in rows}
    for one, other in names:
        uses = {by_name[name]["use"] for name in (one, other) if name in by_name}
        require(uses != {"rate", "compare"}, f"{one} and {other} are split: {uses}")
        words = " ".join(
            json.dumps(row, ensure_ascii=False) for row in (added.get(one), added.get(other)) if row
        )
        told = [added[n].get("message") or "" for n in (one, other) if n in added]
        is_told = any("same recording" in text or "again" in text for text in told)
        is_told |= any(added[n].get("same_recording_as") for n in (one, other) if n in added)
        require(is_told, words[:500])
    return f"{len(names)} recordings in two formats: told, none split"


def several_streams(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 61: chained Ogg, joined MP3, leftover bytes."""
    library = Library(verdict)
    whole_s: dict[str, float] = {}
    for number in range(rounds):
        lengths = (26.0, 22.0 + number)
        for end in ("ogg", "mp3"):
            data = b""
            for place, seconds in enumerate(lengths):
                part = verdict.folder / f"part {place}.{end}"
                save(part, tune(seconds, 44_100, seed + 7 * place), 44_100)
                data += part.read_bytes()
            name = f"joined {number}.{end}"
            (library.folder / name).write_bytes(data)
            whole_s[name] = sum(lengths)
        for end in ("flac", "wav", "ogg", "mp3"):
            name = f"leftover {number}.{end}"
            save(verdict.folder / name, tune(24.0, 44_100, number), 44_100)
            data = (verdict.folder / name).read_bytes()
            (library.folder / name).write_bytes(data + b"something else " * 4_000)
    rows = library.add()
    library.ready(rows, *rows)
    for name, row in rows.items():
        is_whole = name in whole_s and abs(row["duration_s"] - whole_s[name]) < 1
        if not is_whole:
            verdict.told(row["message"] or "", name)
    n_whole = sum(abs(rows[n]["duration_s"] - s) < 1 for n, s in whole_s.items())
    return f"{n_whole} of {len(whole_s)} joined files read whole, all leftovers named"


def own_output(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 62: a music folder that holds exports and proposed pairs."""
    studio = open_studio(verdict)
    music = studio.songs[0].parent
    before = verdict.tastecut("songs", project=studio.project).data["songs"]
    for number in range(rounds):
        file_format = ("wav", "flac", "mp3", "ogg", "aiff", "opus")[number % 6]
        edits, pairs = music / f"edits {number}", music / f"pairs {number}"
        wanted = ("export", "1", "2", "--out", edits, "--format", file_format)
        made = verdict.tastecut(*wanted, project=studio.project).data["files"]
        verdict.tastecut("propose", "--pairs", "2", "--out", pairs, project=studio.project)
        moved = music / f"moved {number}.{file_format}"
        shutil.copyfile(made[0], moved)  # Without its record beside it.
        done = verdict.tastecut("add", music, project=studio.project)
        songs = verdict.tastecut("songs", project=studio.project).data["songs"]
        new = {row["path"] for row in songs} - {row["path"] for row in before}
        require(not new, f"taken for songs: {new}")
        said = (done.out + done.err).lower()
        require("tastecut" in said or "edit" in said, f"not said: {done.out[:300]}")
        new_project = verdict.folder / f"new {number}"
        rows = verdict.tastecut("add", music, project=new_project).data["songs"]
        n_ready = sum(row["status"] == "ready" for row in rows)
        require(n_ready == len(studio.songs), f"{n_ready} songs in a new project")
    return f"{rounds} folders with edits and pairs: passed over, said so"


CODINGS: dict[str, tuple[str, ...]] = {
    "flac in ogg.oga": ("-c:a", "flac", "-sample_fmt", "s16", "-f", "ogg"),
    "mp3 in wav.wav": ("-c:a", "libmp3lame", "-b:a", "48k", "-f", "wav"),
    "speex.ogg": ("-c:a", "libspeex", "-f", "ogg"),
    "aac.m4a": ("-c:a", "aac"),
    "alac.m4a": ("-c:a", "alac"),
    "adts.aac": ("-c:a", "aac", "-f", "adts"),
    "windows.wma": ("-c:a", "wmav2"),
    "wavpack.wv": ("-c:a", "wavpack"),
    "dolby.ac3": ("-c:a", "ac3"),
    "aac in matroska.mka": ("-c:a", "aac", "-f", "matroska"),
    "layer two.mp2": ("-c:a", "mp2"),
    "adpcm.wav": ("-c:a", "adpcm_ima_wav"),
    "video.avi": ("-c:a", "pcm_u8", "-f", "avi"),
    "quick.mov": ("-c:a", "pcm_s16le", "-f", "mov"),
}


def codings(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 63: codings that can't be read, in containers that can, and the other way round."""
    if shutil.which("ffmpeg") is None:
        raise NotPossibleHere("there is no ffmpeg to write other codings")
    library = Library(verdict)
    source = save(verdict.folder / "source.wav", tune(24.0, seed=seed))
    made = []
    for name, options in CODINGS.items():
        line = ["ffmpeg", "-y", "-v", "error", "-i", str(source), *options]
        done = subprocess.run([*line, str(library.folder / name)], capture_output=True, check=False)
        if done.returncode == 0:  # This ffmpeg may lack an encoder.
            made.append(name)
        else:
            (library.folder / name).unlink(missing_ok=True)
    for _ in range(rounds):
        rows = library.add()
    n_read = 0
    for name in made:
        row = rows[name]
        if row["status"] == "ready":
            n_read += 1
            require(abs(row["duration_s"] - 24) < 0.5, f"{name}: {row['duration_s']} s")
            continue
        library.refused(rows, name)
        require("damaged" not in row["message"], f"{name}: {row['message']}")
        remedy = ("Convert", "convert", "WAV", "FLAC")
        require(any(word in row["message"] for word in remedy), f"{name}: {row['message']}")
    require(len(made) >= 8, f"only {made} could be made")
    return f"{n_read} of {len(made)} codings read, the others named with what helps"
