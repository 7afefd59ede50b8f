"""How fast a four-minute song is analysed: `python tests/benchmarks/bench_analysis_speed.py`.

    [--music DIR] [--rounds 3] [--out FILE.json]

CPU time of one thread, warm (a first round is not counted), the best of some rounds, since other
work on the machine only ever adds. A sung song is repeated to four minutes and kept as WAV, so that
decoding costs little; beside it stand plain decoding in the same run, and librosa's loading and
beats where it is installed. Numbers of different machines compare by the ratio to these.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import reference_beats
import soundfile

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ml_core import audio_file
from ml_core.analysis.analyse import analyse
from ml_core.analysis.spectra import reading
from ml_core.edits.graph.edit_graph import build_graph
from tests.conftest import find_music_dir

SONG_S = 240.0
REACH = {"analysis": 100.0, "with voice": 60.0}
BEYOND = {"analysis": 200.0, "with voice": 120.0}


class NoVoice:
    """In place of the voice detector: hears nothing."""

    def __init__(self, sample_rate_hz: int, n_channels: int, n_samples: int) -> None:
        pass

    def add(self, block: np.ndarray) -> None:
        pass

    def finish(self) -> np.ndarray:
        return np.zeros((0, 2), np.float16)


def four_minutes(music: Path, folder: Path) -> Path:
    """A sung song, repeated or cut to four minutes."""
    source = sorted((music / "vocals").glob("*.ogg"))[-1]
    audio = audio_file.read(source)
    rate_hz = audio_file.probe(source).sample_rate_hz
    n = round(SONG_S * rate_hz)
    target = folder / "four minutes.wav"
    soundfile.write(target, np.tile(audio, (-(-n // len(audio)), 1))[:n], rate_hz, "PCM_16")
    return target


def cpu_s(work: Callable[[], object], rounds: int) -> float:
    """Least CPU seconds of one round, after one that does not count."""
    work()
    seconds = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        seconds.append(time.process_time() - started)
    return min(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--music", type=Path, default=find_music_dir())
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    if arguments.music is None:
        sys.exit("There are no songs to measure on: give --music.")
    rows: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = four_minutes(arguments.music, Path(folder))
        song = audio_file.read_song(path)
        rows["decode only"] = cpu_s(
            lambda: [len(block) for block in audio_file.blocks(path)], arguments.rounds
        )
        with mock.patch.object(reading, "VoiceDetector", NoVoice):
            rows["analysis"] = cpu_s(lambda: analyse(song, path), arguments.rounds)
        rows["with voice"] = cpu_s(lambda: analyse(song, path), arguments.rounds)
        analysis = analyse(song, path)
        rows["edit graph"] = cpu_s(lambda: build_graph(analysis), arguments.rounds)
        if reference_beats.is_installed():
            rows["librosa beats"] = cpu_s(
                lambda: reference_beats.librosa_beats_s(path), arguments.rounds
            )
        else:
            print("librosa: not installed")
    print(f"{'':16s} {'CPU s':>7s} {'x real time':>12s} {'x decoding':>11s} {'reach':>6s}  beyond")
    for name, seconds in rows.items():
        limits = f"{REACH[name]:6.0f} {BEYOND[name]:7.0f}" if name in REACH else ""
        ratio = seconds / rows["decode only"]
        print(f"{name:16s} {seconds:7.2f} {SONG_S / seconds:12.0f} {ratio:11.1f} {limits}")
    if arguments.out:
        result = {"cpu_s": rows, "song_s": SONG_S, "reach": REACH, "beyond": BEYOND}
        arguments.out.write_text(json.dumps(result, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
