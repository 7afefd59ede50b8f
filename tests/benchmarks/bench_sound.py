"""The numbers of sound: `python tests/benchmarks/bench_sound.py [--project DIR] [--out FILE]`.

Captured sample by sample on a virtual card, with the window on a screen of its own. The delay of
a key ends when its first sample has arrived at the recorder, so card and recorder are in it; a
bare buffer that is handed to the device shows, in the same run, what those take by themselves.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
from bench_window import HERE, Bench
from number_table import Row, print_rows, spread, write_rows

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.editor_app.sound.captured.sound_scenes import STEP
from tests.editor_app.sound.captured.virtual_card import (
    BYTES_A_SAMPLE,
    RATE_HZ,
    SETTLE_S,
    VirtualCard,
)
from tests.screenshots.filled_project import fill_project
from tests.screenshots.make_screenshots import is_possible, start_screen

ONSET_LEVEL = 0.25
# A chunk of the recorder; what it holds arrives at once.
CHUNK_BYTES = 1024
GIVE_UP_S = 180.0


class Recorder:
    """Records the card and notes when each chunk arrived."""

    def __init__(self, card: VirtualCard) -> None:
        command = (
            "parec", "-d", "test.monitor", "--raw", "--format=float32le", f"--rate={RATE_HZ}",
            "--channels=2", "--latency-msec=5",
        )  # fmt: skip
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, env=card.environment)
        self._parts: list[bytes] = []
        self._arrived: list[tuple[int, float]] = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        time.sleep(SETTLE_S)

    def _read(self) -> None:
        assert self._process.stdout is not None
        n_bytes = 0
        while part := self._process.stdout.read1(CHUNK_BYTES):  # type: ignore[attr-defined]
            n_bytes += len(part)
            self._parts.append(part)
            self._arrived.append((n_bytes, time.monotonic()))

    def heard(self) -> bool:
        """Whether any sound came by now; the newest bytes suffice, since music goes on."""
        return any(any(part) for part in self._parts[-64:])

    def stop(self) -> tuple[np.ndarray, np.ndarray]:
        """What was recorded, float32 (n, 2), and when each sample of it arrived."""
        time.sleep(0.3)
        self._process.terminate()
        self._process.wait()
        self._thread.join()
        data = b"".join(self._parts)
        whole = len(data) // BYTES_A_SAMPLE
        sound = np.frombuffer(data[: whole * BYTES_A_SAMPLE], "<f4").reshape(-1, 2)
        ends, times = (np.array(column) for column in zip(*self._arrived, strict=True))
        first = np.searchsorted(ends, (np.arange(whole) + 1) * BYTES_A_SAMPLE)
        return sound, times[first]


def play(bench: Bench, card: VirtualCard, scene: str) -> tuple[dict[str, Any], Any, Any]:
    recorder = Recorder(card)
    told = tell(bench, scene)
    return told, *recorder.stop()


def tell(bench: Bench, scene: str) -> dict[str, Any]:
    """Play a scene in the window; what it says it did."""
    project, folder, environment = bench.own(scene)
    command = [sys.executable, str(HERE / "sound_rows.py"), scene, str(project), str(folder)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    shutil.rmtree(folder, ignore_errors=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def delays(bench: Bench, card: VirtualCard) -> list[Row]:
    """From the key to the other edit, as captured and by the device's clock."""
    told, sound, arrived = play(bench, card, "switch")
    is_bare = np.abs(sound[:, 0]) >= 0.9 * ONSET_LEVEL
    is_bare &= sound[:, 0] == sound[:, 1]
    starts = np.flatnonzero(is_bare & ~np.concatenate([[False], is_bare[:-1]]))
    # A buffer of a tenth of a second: an edge within it is a gap of the card.
    starts = starts[np.diff(starts, prepend=-RATE_HZ) > RATE_HZ // 5]
    assert len(starts) == len(told["onsets"]), "a bare buffer was not heard"
    bare_ms = 1000 * (arrived[starts] - np.array(told["onsets"]))
    both = np.flatnonzero((sound[:, 0] > 0) & (sound[:, 1] > 0) & ~is_bare)
    crossed = both[np.diff(both, prepend=-RATE_HZ) > RATE_HZ // 10]
    assert len(crossed) == len(told["keys"]), (len(crossed), len(told["keys"]))
    key_ms = 1000 * (arrived[crossed] - np.array(told["keys"]))
    facts = {"captured": spread(key_ms), "bare": spread(bare_ms)}
    own = spread(told["at_device_ms"])
    bare = spread(bare_ms)["p95"]
    return [
        Row("key to sound, captured, p95", spread(key_ms)["p95"], "ms", 110, bare,
            "ms, a bare buffer to the device, p95", facts),
        Row("key to sound, by the device's clock, p95", own["p95"], "ms", 80, bare,
            "ms, the same", own),
    ]  # fmt: skip


def gaps(sound: np.ndarray) -> dict[str, int]:
    """Silences and jumps within what sounded; the lane goes on by one place a sample."""
    place = np.rint(sound[:, 0].astype(np.float64) / STEP)
    sounding = np.flatnonzero(place > 0)
    place = place[sounding[0] + 2000 : sounding[-1] - 2000]  # without the fades
    silent = place <= 0
    n_silences = int(np.count_nonzero(silent & ~np.concatenate([[False], silent[:-1]])))
    kept = place[~silent]
    n_jumps = int(np.count_nonzero(np.abs(np.diff(kept) - 1) > 2))
    return {"gaps": n_silences + n_jumps, "silences": n_silences, "jumps": n_jumps,
            "samples silent": int(silent.sum()), "samples": len(place)}  # fmt: skip


def dropouts(bench: Bench, card: VirtualCard) -> list[Row]:
    """Sixty seconds while all else is going on, beside twenty with nothing."""
    found = {}
    for scene in ("idle", "busy"):
        told, sound, _ = play(bench, card, scene)
        found[scene] = gaps(sound) | told
    more = found["busy"]
    against = f"gaps in {found['idle']['seconds']:.0f} s of play with nothing else"
    return [
        Row(f"gaps, {more['seconds']:.0f} s, training, proposing, zooming", more["gaps"], "", 0,
            found["idle"]["gaps"], against, found)
    ]  # fmt: skip


def lost_output(bench: Bench, card: VirtualCard) -> list[Row]:
    """From the moment that the card takes sound to ours, without a hand moved.

    A null sink that has come anew serves whoever plays to it every two seconds.
    """
    rows = []
    for kind, told in tell(bench, "lost").items():
        late_s = [
            max(0.0, own - bare) for own, bare in zip(told["back_s"], told["bare_s"], strict=True)
        ]
        rows.append(
            Row(f"a lost output that takes sound to sound again, {kind}, longest", max(late_s), "s",
                3.0, max(told["bare_s"]), "s, the card itself until it takes sound", told)
        )  # fmt: skip
    return rows


def first_sound(bench: Bench, card: VirtualCard) -> list[Row]:
    """From the start in an empty project, by the demo songs, to the first pair's sound."""
    project, folder, environment = bench.own("first", is_filled=False)
    recorder, start_s = Recorder(card), time.monotonic()
    command = [sys.executable, str(HERE / "first_sound_rows.py"), str(project)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as window:
        while not recorder.heard() and window.poll() is None:
            assert time.monotonic() < start_s + GIVE_UP_S, "no sound"
            time.sleep(0.1)
        window.terminate()
        told, _ = window.communicate()
    shutil.rmtree(folder, ignore_errors=True)
    sound, arrived = recorder.stop()
    first_s = float(arrived[int(np.flatnonzero(np.abs(sound).max(axis=1) > 0)[0])])
    at_s = json.loads(told.splitlines()[-1])
    steps = {name: reached_s - start_s for name, reached_s in at_s.items()}
    return [
        Row("first start to the first pair's sound, demo songs", first_s - start_s, "s", 45,
            steps["window"], "s, of it until the window shows", steps)
    ]  # fmt: skip


ROWS = {
    "delays": delays,
    "dropouts": dropouts,
    "lost": lost_output,
    "first": first_sound,
}


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=ROWS, default=list(ROWS))
    parser.add_argument("--project", type=Path, help="a filled project to use again")
    parser.add_argument("--out", type=Path, help="write the numbers here, as JSON")
    options = parser.parse_args()
    if not (is_possible() and VirtualCard.is_possible()):
        raise SystemExit("Xvfb and PulseAudio are needed: apt install xvfb pulseaudio")
    with tempfile.TemporaryDirectory(prefix="tastecut-") as temporary:
        folder = Path(temporary)
        project = options.project or folder / "filled"
        if options.only != ["first"] and not (project / "tastecut.sqlite3").exists():
            fill_project(project, 36, 150, 300, 25)
        (folder / "card").mkdir()
        card = VirtualCard(folder / "card")
        card.start()
        screen, display = start_screen()
        try:
            bench = Bench(folder, project, display, card)
            rows = [row for name in options.only for row in ROWS[name](bench, card)]
        finally:
            screen.terminate()
            screen.wait()
            card.stop()
    print_rows(rows)
    write_rows(rows, options.out)


if __name__ == "__main__":
    main()
