"""Odd, damaged and hostile sound files, added by the command."""

from __future__ import annotations

import os

import numpy as np
import soundfile

from ml_core.audio_file import read
from tests.faults.requiring import NotPossibleHere, require
from tests.faults.songs.library import RATE_HZ, Library, save, tune
from tests.faults.songs.mutants import MUTATED, mutants, read_limited
from tests.faults.verdicts import Verdict

PLAIN = 24.0
# Of the address space: what a person's machine must have left.
LIMIT_MIB = 1_536


def no_numbers(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 30: NaN and Inf in a float WAV."""
    library, rng = Library(verdict), np.random.default_rng(seed)
    for number in range(rounds):
        audio = tune(seed=seed + number)
        at = rng.integers(0, len(audio), 50)
        audio[at] = rng.choice([np.nan, np.inf, -np.inf], 50)
        save(library.folder / f"numbers {number}.wav", audio, subtype="FLOAT")
    rows = library.add()
    library.ready(rows, *rows)
    for name, row in rows.items():
        verdict.told(row["message"], name)
        require(np.isfinite(read(library.export(row))).all(), f"{name}: exported as they were")
    return f"{len(rows)} songs with values that are no sound: told, exported as silence"


def hollow(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 31: 0 bytes, 0 frames, 1 sample."""
    library = Library(verdict)
    for number in range(rounds):
        for end in ("wav", "flac", "aiff", "ogg"):
            (library.folder / f"empty {number}.{end}").touch()
            save(library.folder / f"hollow {number}.{end}", np.zeros(0, np.float32))
            save(library.folder / f"single {number}.{end}", np.full(1, 0.5, np.float32))
    rows = library.add()
    require(len(rows) == 12 * rounds, f"{len(rows)} rows")
    library.refused(rows, *rows)
    return f"{len(rows)} files refused by name"


def shapes(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 32: channels, rates and codings."""
    library = Library(verdict)
    wanted = [
        (1, 8_000, "PCM_U8"), (2, 192_000, "PCM_24"), (6, 48_000, "PCM_16"),
        (8, 11_025, "FLOAT"), (64, 8_000, "PCM_16"), (2, 22_050, "DOUBLE"),
        (1, 96_000, "PCM_32"), (3, 32_000, "ULAW"),
    ][: 4 * rounds]  # fmt: skip
    for n_channels, rate_hz, subtype in wanted:
        mono = tune(PLAIN, rate_hz, seed)
        gains = np.linspace(1, 0.5, n_channels, dtype=np.float32)
        name = f"{n_channels} channels {rate_hz} Hz {subtype}.wav"
        save(library.folder / name, mono[:, None] * gains, rate_hz, subtype)
    rows = library.add()
    library.ready(rows, *rows)
    for name, row in rows.items():
        n_channels, rate_hz = int(name.split()[0]), int(name.split()[2])
        made = soundfile.info(str(library.export(row)))
        require((made.channels, made.samplerate) == (n_channels, rate_hz), f"{name}: {made}")
    return f"{len(rows)} kinds analysed and exported as they are"


def kinds_of_sound(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 33: what is no song, or one without an even beat."""
    library, rng = Library(verdict), np.random.default_rng(seed)
    n = int(PLAIN * RATE_HZ)
    t = np.arange(n) / RATE_HZ
    click = np.exp(-np.arange(2_000) / 60) * np.sin(np.arange(2_000) * 0.6)

    def clicks(beats: np.ndarray) -> np.ndarray:
        out = np.zeros(n + 2_000)
        for beat in beats[beats < PLAIN]:
            out[int(beat * RATE_HZ) : int(beat * RATE_HZ) + 2_000] += 0.6 * click
        return out[:n]

    level = 1 + 0.3 * np.sin(t)
    speech = np.sin(2 * np.pi * 140 * t) * (np.sin(2 * np.pi * 3.1 * t + np.sin(t)) > 0.2)
    sounds = {
        "silence": np.zeros(n), "dc": np.full(n, 0.25),
        "clipped": np.sign(tune(PLAIN)), "noise": 0.3 * rng.standard_normal(n),
        "speech": 0.4 * speech + 0.02 * rng.standard_normal(n),
        "metronome": clicks(np.arange(0, PLAIN, 0.5)),
        "no beat": 0.4 * np.sin(2 * np.pi * (220 + 3 * np.sin(0.4 * t)) * t) * level,
        "three four": clicks(np.arange(0, PLAIN, 0.45)),
        "five four": clicks(np.arange(0, PLAIN, 0.37)),
        "tempo change": clicks(np.cumsum(np.r_[np.full(20, 0.6), np.full(60, 0.4)])),
    }  # fmt: skip
    for name, sound in sounds.items():
        save(library.folder / f"{name}.wav", np.clip(sound, -1, 1).astype(np.float32))
    rows = library.add()
    library.refused(rows, "silence.wav", "dc.wav")
    for name, row in rows.items():
        require(
            row["status"] in {"ready", "failed"} and (row["status"] == "ready" or row["message"]),
            name,
        )
    n_ready = sum(row["status"] == "ready" for row in rows.values())
    library.ready(rows, "metronome.wav", "tempo change.wav", "clipped.wav")
    for name in ("metronome.wav", "no beat.wav"):
        if rows[name]["status"] == "ready":
            library.export(rows[name])
    return f"{n_ready} of {len(rows)} became songs, the others are named"


def truncated_mp3(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 34: the header promises more than there is."""
    library, rng = Library(verdict), np.random.default_rng(seed)
    shares = {}
    for number in range(rounds):
        whole = save(verdict.folder / f"whole {number}.mp3", tune(60.0, 44_100, number), 44_100)
        data = whole.read_bytes()
        name = f"cut {number}.mp3"
        shares[name] = float(rng.uniform(0.45, 0.9))
        (library.folder / name).write_bytes(data[: int(shares[name] * len(data))])
    rows = library.add()
    library.ready(rows, *rows)
    for name, row in rows.items():
        verdict.told(row["message"], name)
        require(abs(row["duration_s"] - 60 * shares[name]) < 4, f"{name}: {row['duration_s']} s")
    return f"{len(rows)} cut files: told, and as long as they sound"


def truncated(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 35: FLAC, OGG, WAV and others cut at random."""
    library, rng = Library(verdict), np.random.default_rng(seed)
    for number in range(rounds):
        for end in ("flac", "ogg", "wav", "opus", "aiff"):
            rate_hz = 48_000 if end == "opus" else 44_100
            whole = verdict.folder / f"whole {number}.{end}"
            how = {"format": "OGG", "subtype": "OPUS"} if end == "opus" else {}
            with soundfile.SoundFile(str(whole), "w", rate_hz, 1, **how) as file:
                audio = tune(50.0, rate_hz, number)
                for start in range(0, len(audio), 20_000):
                    file.write(audio[start : start + 20_000])
            data = whole.read_bytes()
            cut = int(rng.uniform(0.55, 0.95) * len(data))
            (library.folder / f"cut {number}.{end}").write_bytes(data[:cut])
            (library.folder / f"stump {number}.{end}").write_bytes(
                data[: int(rng.integers(1, 2_000))]
            )
    rows = library.add()
    cut_names = [name for name in rows if name.startswith("cut")]
    library.ready(rows, *cut_names)
    for name in cut_names:
        verdict.told(rows[name]["message"], name)
        require(20 < rows[name]["duration_s"] < 49, f"{name}: {rows[name]['duration_s']} s")
    library.refused(rows, *[name for name in rows if name.startswith("stump")])
    return f"{len(cut_names)} cut files told and used, as many stumps refused"


def wrong_names(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 36: extensions that lie, text, a folder, a pipe."""
    library = Library(verdict)
    folder = library.folder
    flac = save(verdict.folder / "song.flac", tune()).read_bytes()
    for number, name in enumerate(("is flac.mp3", "is flac.wav", "without end")):
        (folder / name).write_bytes(
            save(verdict.folder / f"s{number}.flac", tune(seed=number)).read_bytes()
        )
    (folder / "text.wav").write_text("These are words. " * 500)
    (folder / "zeros.mp3").write_bytes(bytes(100_000))
    (folder / "half.flac").write_bytes(flac[:30])
    (folder / "folder.wav").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.wav")
    (folder / "nowhere.wav").symlink_to(folder / "gone")
    for _ in range(rounds):
        named = [path for path in sorted(folder.iterdir()) if path.name != "folder.wav"]
        rows = library.add(*named, limit_s=90)
        library.ready(rows, "is flac.mp3", "is flac.wav", "without end")
        others = [path.name for path in named if not path.name.startswith(("is flac", "without"))]
        library.refused(rows, *others)
        verdict.refused("add", folder / "folder.wav", project=library.project, names=["folder.wav"])
        verdict.refused(
            "add", folder / "not there.wav", project=library.project, names=["not there"]
        )
    return f"{len(others) + 2} names that lie refused, 3 songs read in spite of theirs"


def damaged(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 37: mutants of six formats under RLIMIT_AS, in one process each format."""
    library, counts = Library(verdict), {"song": 0, "refused": 0}
    for extension in MUTATED:
        folder = library.folder / extension
        folder.mkdir()
        paths = mutants(folder, extension, rounds, seed + 36)
        verdict.watch(folder)
        for path, line in zip(paths, read_limited(paths, LIMIT_MIB), strict=True):
            word, _, rest = line.partition(" ")
            require(word in counts, line)
            counts[word] += 1
            if word == "refused":
                verdict.told(rest, path.stem)
    few = [
        path for end in MUTATED for path in sorted((library.folder / end).glob("mutant_00*"))[:2]
    ]
    library.add(*few, memory_mib=4 * LIMIT_MIB)
    return f"{counts['song']} read, {counts['refused']} refused; no crash, no hang"


def odd_names(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 38: names of any bytes, in and out."""
    library = Library(verdict)
    names = [
        "Ünïcödé 音楽 🎵.wav", "n" * 245 + ".wav", 'quote\'s "and" spaces .wav', "new\nline.wav",
        os.fsdecode(b"not utf-8 \xff\xfe.wav"), "-option.wav", "percent %s {0}.wav",
    ]  # fmt: skip
    for number, name in enumerate(names):
        try:
            save(verdict.folder / "plain.wav", tune(seed=number)).rename(library.folder / name)
        except OSError as reason:
            raise NotPossibleHere(f"this disk has no such names: {reason}") from reason
    for _ in range(rounds):
        verdict.watch(library.folder)
        done = verdict.tastecut("add", library.folder, project=library.project)
        rows = done.data["songs"]
        require(len(rows) == len(names), f"{len(rows)} songs")
        require({row["status"] for row in rows} == {"ready"}, str(rows))
        ids = [row["id"] for row in rows]
        out = verdict.folder / "out"
        made = verdict.tastecut("export", *ids, "--out", out, project=library.project)
        require(len(made.data["files"]) == len(names), made.out)
    return f"{len(names)} names read, exported, and in JSON"


def three_hours(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 39: a file of three hours under RLIMIT_AS of 1.5 GiB."""
    library = Library(verdict)
    for number in range(rounds):
        path = library.folder / f"three hours {number}.flac"
        block = tune(60.0, 22_050, seed + number)
        with soundfile.SoundFile(str(path), "w", 22_050, 1) as file:
            for _ in range(180):
                file.write(block)
        rows = library.add(path, memory_mib=LIMIT_MIB, limit_s=1_500)
        library.ready(rows, path.name)
        require(abs(rows[path.name]["duration_s"] - 10_800) < 1, str(rows))
    return f"{rounds} files of three hours analysed within 1.5 GiB"


def too_short(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 40: a song too short for any edit; an edit that would keep nothing."""
    library, rng = Library(verdict), np.random.default_rng(seed)
    for number in range(rounds):
        save(
            library.folder / f"jingle {number}.wav",
            tune(float(rng.uniform(0.5, 19.9)), seed=number),
        )
    save(library.folder / "song.wav", tune(21.0))
    rows = library.add()
    library.ready(rows, "song.wav")
    library.refused(rows, *[name for name in rows if name.startswith("jingle")])
    for options in (("--forbid", "0-21"), ("--duration", "0.01"), ("--duration", "3600")):
        verdict.refused(
            "export", rows["song.wav"]["id"], "--out", verdict.folder / "out", *options,
            project=library.project,
        )  # fmt: skip
    return f"{rounds} short songs and three empty edits refused"
