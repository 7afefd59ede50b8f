"""The window's numbers: `python tests/benchmarks/bench_window.py [--project DIR] [--out FILE]`.

In a real window on a screen of its own (Xvfb, software drawing), with the app's own workers and a
virtual sound card. Each number stands beside a reference that was measured in the same run. For
the numbers of sound see `bench_sound.py`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from number_table import Row, print_rows, write_rows

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.editor_app.sound.captured.virtual_card import VirtualCard
from tests.screenshots.filled_project import fill_project
from tests.screenshots.make_screenshots import is_possible, start_screen

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
STARTS = 7


class Bench:
    """Runs programs on one screen, each on a copy of the project."""

    def __init__(self, folder: Path, project: Path, display: str, card: VirtualCard | None) -> None:
        self.folder, self.project = folder, project
        self._n = 0
        self.environment = (os.environ if card is None else card.environment) | {
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "PYTHONPATH": f"{ROOT}:{HERE}",
            "OMP_NUM_THREADS": "1",
            # As when it is installed: what is compiled once stays so, for Qt's modules and ours.
            "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
        }
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def own(self, name: str, is_filled: bool = True) -> tuple[Path, Path, dict[str, str]]:
        """A project and a folder that only one program uses, and its environment."""
        self._n += 1
        folder = self.folder / f"{name}-{self._n}"
        folder.mkdir()
        if is_filled:
            shutil.copytree(self.project, folder / "project")
        own = {"XDG_CONFIG_HOME": str(folder / "config"), "TASTECUT_HOME": str(folder / "home")}
        return folder / "project", folder, self.environment | own

    def row(self, name: str, is_filled: bool = True) -> dict[str, Any]:
        """The numbers of one of `window_rows`."""
        project, folder, environment = self.own(name, is_filled)
        command = [sys.executable, str(HERE / "window_rows.py"), name, str(project), str(folder)]
        done = subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
        shutil.rmtree(folder, ignore_errors=True)
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found


def first_paint(bench: Bench) -> list[Row]:
    """Starts of the app and of an empty window by turns, after one of each to warm the disk."""
    spent: dict[str, list[float]] = {"songs": [], "rate": [], "empty": []}
    filled: dict[str, list[float]] = {"songs": [], "rate": []}
    heavy: dict[str, set[str]] = {"after the first paint": set(), "after a rated pair": set()}
    n_rated = 0
    for turn in range(STARTS + 1):
        for place, times in spent.items():
            project, folder, environment = bench.own("first", place != "empty")
            kind = ["empty"] if place == "empty" else ["app"]
            rest = [] if place == "empty" else [str(project), place]
            command = [
                sys.executable,
                str(HERE / "window_first_paint.py"),
                *kind,
                str(time.time()),
                *rest,
            ]
            done = subprocess.run(
                command, env=environment, stdout=subprocess.PIPE, text=True, check=True
            )
            told = [json.loads(line) for line in done.stdout.splitlines() if line[:1] == "{"]
            if turn:
                times.append(1000 * told[0]["painted_s"])
            if place != "empty":
                if turn:
                    filled[place].append(1000 * told[1]["filled_s"])
                n_rated += told[2]["rated"]
                for when, one in zip(heavy, (told[0], told[2]), strict=True):
                    heavy[when].update(one["heavy"])
            shutil.rmtree(folder, ignore_errors=True)
    middle = {place: median(found) for place, found in spent.items()}
    rows = [
        Row(
            f"first paint, {place}, by an empty window's",
            middle[place] / middle["empty"],
            "x",
            1.2,
            middle["empty"],
            f"ms, empty window with one plot; the app {middle[place]:.0f} ms",
            {"app_ms": spent[place], "empty_ms": spent["empty"]},
        )
        for place in ("songs", "rate")
    ]
    rows += [
        Row(
            f"the same with what {place} holds",
            median(times) / middle["empty"],
            "x",
            None,
            middle["empty"],
            f"ms, as above; the app {median(times):.0f} ms",
            {"app_ms": times},
        )
        for place, times in filled.items()
    ]
    for when, found in heavy.items():
        facts = {"modules": sorted(found), "pairs rated": n_rated}
        rows.append(Row(f"torch, scipy, librosa loaded {when}", len(found), "", 0, more=facts))
    return rows


def by_clock_and_thread(
    name: str, goal_ms: float, found: dict[str, Any], against: str, at: str = "p95"
) -> list[Row]:
    """Two rows: by the clock, and the processor time of the window's thread alone."""
    rows = []
    for kind, words in (("clock", ""), ("thread", ", thread's processor time")):
        value, reference = found["ours"][kind][at], found["reference"][kind][at]
        more = found if kind == "clock" else {}
        rows.append(Row(f"{name}{words}", value, "ms", goal_ms, reference, f"ms, {against}", more))
    return rows


def zoom(bench: Bench) -> list[Row]:
    found = bench.row("zoom", is_filled=False)
    against = "four PlotDataItems, downsampled by peaks"
    return by_clock_and_thread("zoom, pan, four lanes of 4 min, p95", 16, found, against)


def play_head(bench: Bench) -> list[Row]:
    found = bench.row("play_head")
    against = f"%, paused; {found['playing, no head painted']:.2g} % playing, nothing painted"
    return [Row("playing, of one core", found["playing"], "%", 5, found["paused"], against, found)]


def lateness(bench: Bench) -> list[Row]:
    found = bench.row("lateness")
    rows = []
    for name in ("p99", "max"):
        idle, busy = found["idle"][name], found["training"][name]
        against = f"ms, idle; training {busy:.3g} ms"
        rows.append(
            Row(f"UI lateness while training, {name}", busy / idle, "x", 2, idle, against, found)
        )
    return rows


def places(bench: Bench) -> list[Row]:
    found = bench.row("places")
    against = "the same places opened again"
    return by_clock_and_thread("a place opened for the first time, max", 50, found, against, "max")


def next_pair(bench: Bench) -> list[Row]:
    found = bench.row("next_pair")
    against = "one paint of the whole window"
    return by_clock_and_thread("next pair after a rating, p95", 50, found, against)


def songs(bench: Bench) -> list[Row]:
    found = bench.row("songs", is_filled=False)
    against = "plain table of as many rows"
    return [
        *by_clock_and_thread("5,000 songs, first paint", 200, found["first"], against),
        *by_clock_and_thread("5,000 songs, filter, a letter, p95", 50, found["filter"], against),
    ]


ROWS: dict[str, Callable[[Bench], list[Row]]] = {
    row.__name__: row for row in (first_paint, zoom, play_head, lateness, places, next_pair, songs)
}


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=ROWS, default=list(ROWS))
    parser.add_argument("--project", type=Path, help="a filled project to use again")
    parser.add_argument("--out", type=Path, help="write the numbers here, as JSON")
    options = parser.parse_args()
    if not is_possible():
        raise SystemExit("Xvfb is needed: apt install xvfb")
    with tempfile.TemporaryDirectory(prefix="tastecut-") as temporary:
        folder = Path(temporary)
        project = options.project or folder / "filled"
        if not (project / "tastecut.sqlite3").exists():
            fill_project(project, 36, 150, 300, 25)
        card = None
        if VirtualCard.is_possible():
            (folder / "card").mkdir()
            card = VirtualCard(folder / "card")
            card.start()
        screen, display = start_screen()
        try:
            bench = Bench(folder, project, display, card)
            rows = [row for name in options.only for row in ROWS[name](bench)]
        finally:
            screen.terminate()
            screen.wait()
            if card is not None:
                card.stop()
    print_rows(rows)
    write_rows(rows, options.out)


if __name__ == "__main__":
    main()
