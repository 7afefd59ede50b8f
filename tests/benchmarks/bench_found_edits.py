"""Finding finished edits: `python tests/benchmarks/bench_found_edits.py [--songs 4] [--edits 1]`.

Edits of known places of synthesized songs and of real ones (`--music`), each with 14 kinds of
damage; every edit against songs that it is not of; CPU and memory of a take of 30 minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ml_core.audio_file.resampling import read_resampled
from ml_core.demo_songs import DEMO_SONGS, synthesize, synthesize_test_song
from ml_core.edits.found.finding import Found, find_edit
from ml_core.edits.found.heard import SOUND_HZ, Heard, frame_length_s, hear
from ml_core.edits.found.verdict import misfit
from ml_core.progress import silent
from tests.benchmarks.damaged_edits import DAMAGES, MadeEdit, Score, joined, make_edit, score

Stereo = NDArray[np.float32]
GOALS = {"right": 0.99, "joins": 0.95, "cpu_s": 5.0, "long_cpu_s": 40.0, "long_mb": 800.0}


def songs(music: Path | None, most: int) -> dict[str, tuple[Stereo, int]]:
    """Synthesized songs, and as many real ones as asked for, stereo."""
    found = {name: synthesize(name)[:2] for name in DEMO_SONGS}
    for seed in range(2):
        found[f"test song {seed}"] = synthesize_test_song(120.0, 100.0 + 24 * seed, seed=seed)[:2]
    files = sorted(music.iterdir())[:most] if music is not None and music.is_dir() else []
    for file in files:
        found[file.stem] = (read_resampled(file, 44100), 44100)
    return found


def mono(sound: Stereo, rate_hz: int) -> NDArray[np.float32]:
    """At the rate that finding works with."""
    mixed = sound.mean(axis=1)
    return np.asarray(soxr.resample(mixed, rate_hz, SOUND_HZ, "HQ"), np.float32)


def look(song: Heard, made: MadeEdit) -> tuple[Found, float]:
    """What was found, and the CPU seconds it took."""
    begun = time.process_time()
    found = find_edit(song, mono(made.sound, made.rate_hz), silent())
    return found, time.process_time() - begun


def long_take(out: Path) -> None:
    """30 minutes of which 20 are kept; CPU seconds and peak memory of a process that does it."""
    rng = np.random.default_rng(3)
    parts = [synthesize_test_song(180.0, 90 + 7 * k, seed=k)[0].mean(axis=1) for k in range(10)]
    sound = np.concatenate([soxr.resample(part, 44100, SOUND_HZ) for part in parts])
    sound = sound.astype(np.float32) + 1e-4 * rng.normal(size=len(sound)).astype(np.float32)
    spans = [(60.0 + 150 * k, 60.0 + 150 * k + 100) for k in range(11)]
    made = joined(sound[:, None], SOUND_HZ, spans)
    np.savez(out / "long.npz", song=sound, edit=made.sound[:, 0])
    told = subprocess.run(
        [sys.executable, __file__, "--measure", str(out / "long.npz")],
        check=True, capture_output=True, text=True, env=os.environ,
    )  # fmt: skip
    print(f"30 minutes: {told.stdout}", end="")


def peak_mb() -> float:
    """Of this process alone: what `getrusage` tells begins at its parent's peak."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def measure(file: Path) -> dict[str, float]:
    """In this process: CPU seconds, peak memory in MB and the share found of a kept long take."""
    sounds = np.load(file)
    song, edit = sounds["song"], sounds["edit"]
    begun = time.process_time()
    frame_s = frame_length_s(len(song) / SOUND_HZ)
    heard = hear(song, frame_s)
    del song
    found = find_edit(heard, edit, silent())
    return {
        "cpu_s": time.process_time() - begun,
        "peak_mb": peak_mb(),
        "found_share": found.found_share,
    }


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--music", type=Path, default=os.environ.get("TASTECUT_MUSIC"))
    parser.add_argument("--songs", type=int, default=4, help="real songs")
    parser.add_argument("--edits", type=int, default=1, help="of each song")
    parser.add_argument("--kinds", default=",".join(DAMAGES))
    parser.add_argument("--wrong", type=int, default=50)
    parser.add_argument("--long", type=Path, help="a folder for the take of 30 minutes")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure)))
        return
    library = songs(options.music and Path(options.music), options.songs)
    heard = {name: hear(mono(*song), 0.025) for name, song in library.items()}
    rng = np.random.default_rng(options.seed)
    made = [(n, make_edit(*library[n], rng)) for n in library for _ in range(options.edits)]
    table = {}
    for kind in options.kinds.split(","):
        total = Score()
        for name, edit in made:
            damaged = DAMAGES[kind](edit, rng)
            found, cpu_s = look(heard[name], damaged)
            one = score(heard[name], damaged, found)
            one.cpu_s = [cpu_s]
            if options.verbose and (
                one.right_share < 0.99 or one.n_false or one.precision < 1 or one.recall < 1
            ):
                print(f"  {kind} {name}: {one.right_share:.3f} false {one.n_false}", found)
                print("   ", damaged.at_s, damaged.spans_s, damaged.speed)
            total.add(one)
        table[kind] = total
        print(
            f"{kind:8} right {total.right_share:.4f}"
            f"  joins {total.recall:.3f} {total.precision:.3f}"
            f"  false {total.n_false} of {total.n_segments}"
            f"  CPU s {np.median(total.cpu_s):.2f} (most {max(total.cpu_s):.2f})",
            flush=True,
        )
    names = list(library)
    claimed = 0
    for k in range(options.wrong):
        name, edit = made[k % len(made)]
        others = [other for other in names if other != name]
        found, _ = look(heard[others[k % len(others)]], edit)
        if not misfit(found):
            claimed += 1
            print(f"  claimed: {name} in {others[k % len(others)]} {found.found_share:.2f}")
    print(f"wrong originals claimed: {claimed} of {options.wrong}")
    if options.long:
        long_take(options.long)
    if options.out:
        rows = {kind: asdict(total) for kind, total in table.items()}
        data = {"goals": GOALS, "kinds": rows, "wrong": [claimed, options.wrong]}
        options.out.write_text(json.dumps(data, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
