"""Photographs every place of the window, in a real window on a screen of its own.

    python -m tests.screenshots.make_screenshots [--out DIR] [--themes dark light] [--scale 2]

Without options it writes the pictures of the README, in the dark, at 1280x800. Ten songs are made
up, a scripted rater rates them, a virtual sound card is there, and one training and one comparison
are done: the same pictures each time, but for waveforms that follow the analyser.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from editor_app.keys.place_table import PLACES as README_PLACES
from ml_core.domain.ratings import HEARD_S
from tests.editor_app.sound.captured.virtual_card import VirtualCard
from tests.screenshots.made_up_songs import write_songs

ROOT = Path(__file__).resolve().parents[2]
# Your taste also while it learns.
PLACES = tuple(
    shown for p in README_PLACES for shown in ((p, "training") if p == "taste" else (p,))
)
_SCREEN = "3840x2400x24"
# Of the episodes, when training is photographed: the curves have a shape by then.
_LEARNED_SHARE = 0.45


def is_possible() -> bool:
    """Whether there is a program that stands in for a screen."""
    return shutil.which("Xvfb") is not None


def photograph(
    out: Path,
    places: tuple[str, ...] = PLACES,
    themes: tuple[str, ...] = ("dark", "light"),
    size: tuple[int, int] = (1280, 800),
    scale: float = 1.0,
    project: Path | None = None,
    effort: tuple[int, int, int, int] = (36, 150, 300, 25),
    demo_songs: Path | None = None,
    with_sound: bool = False,
) -> dict[str, list[str]]:
    """Write PLACE-THEME.png of every place into a folder.

    Args:
        size: of the window, logical pixels.
        project: filled by an earlier call or to be filled; None for a temporary one.
        effort: ratings, epochs, episodes and pairs of the filled project.
        demo_songs: a folder of them; None to make them.
        with_sound: let the window find a virtual sound card, where one can be had.

    Returns:
        What is wrong with each picture's widgets, by the picture's name.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tastecut-") as temporary:
        folder = Path(temporary)
        order = {
            "project": str(project or folder / "project"),
            "out": str(out.resolve()),
            "folder": str(folder),
            "places": places,
            "themes": themes,
            "size": size,
            "effort": effort,
            "demo_songs": None if demo_songs is None else str(demo_songs),
        }
        screen, display = start_screen()
        card = _card(folder) if with_sound else None
        try:
            subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "tests.screenshots.make_screenshots",
                    "--order",
                    json.dumps(order),
                ],
                cwd=ROOT,
                env=(os.environ if card is None else card.environment)
                | {
                    "DISPLAY": display,
                    "QT_QPA_PLATFORM": "xcb",
                    "QT_SCALE_FACTOR": str(scale),
                    "PYTHONPATH": str(ROOT),
                    "OMP_NUM_THREADS": "1",
                    "TASTECUT_HOME": str(folder / "home"),
                },
                check=True,
            )
        finally:
            screen.terminate()
            screen.wait()
            if card is not None:
                card.stop()
        found: dict[str, list[str]] = json.loads((folder / "faults.json").read_text())
    return found


def _card(folder: Path) -> VirtualCard | None:
    """A virtual sound card that is on; None where PulseAudio is missing."""
    if not VirtualCard.is_possible():
        return None
    own = folder / "card"
    own.mkdir()
    card = VirtualCard(own)
    card.start()
    return card


def start_screen() -> tuple[subprocess.Popen[bytes], str]:
    """A screen of its own for windows; the process to end, and what DISPLAY must be."""
    read_end, write_end = os.pipe()
    with os.fdopen(read_end) as told:
        # The server picks a free number itself and tells it: no race with others.
        screen = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write_end), "-screen", "0", _SCREEN],
            pass_fds=(write_end,),
            stderr=subprocess.DEVNULL,
        )
        os.close(write_end)
        return screen, f":{told.readline().strip()}"


def carry_out(order: dict[str, object]) -> None:
    """What the process on the screen does."""
    from tests.screenshots.desk import Desk
    from tests.screenshots.filled_project import fill_project
    from tests.screenshots.widget_faults import faults

    project, folder = Path(str(order["project"])), Path(str(order["folder"]))
    if not (project / "tastecut.sqlite3").exists():
        songs = order["demo_songs"]
        fill_project(project, *order["effort"], songs and Path(str(songs)))  # type: ignore[misc]
    found: dict[str, list[str]] = {}
    for theme in order["themes"]:  # type: ignore[attr-defined]
        own = folder / theme  # a copy: what one theme's run changes, the other's must not see
        shutil.copytree(project, own)
        desk = Desk(own, folder, theme)
        try:
            desk.resize(*order["size"])  # type: ignore[misc]
            for place in order["places"]:  # type: ignore[attr-defined]
                name = f"{place}-{theme}"
                _pose(desk, place)
                desk.main.grab().save(str(Path(str(order["out"])) / f"{name}.png"))
                found[name] = faults(desk.main)
                _after(desk, place)
        finally:
            desk.close()
    (folder / "faults.json").write_text(json.dumps(found))


def _pose(desk: object, place: str) -> None:
    """Bring a place into a state worth a picture."""
    from tests.screenshots.desk import Desk

    assert isinstance(desk, Desk)
    if place == "training":
        desk.main.show_place("taste")
        desk.actions["train"].trigger()
        page = desk.view
        curve, total = page._training._at, page._training._episodes
        # A training that has learned all it can ends sooner; its result is then what is shown.
        desk.until(
            lambda: (
                not page._model.is_training or (bool(curve) and curve[-1] >= _LEARNED_SHARE * total)
            ),
            "a good part of the training",
        )
        return
    desk.go(place)
    if place == "songs":
        desk.view._table.selectRow(0)
        desk.until(lambda: desk.view._bars.corrector.check is not None, "the song's bars")
    if place == "rate":
        desk.view._panel._seek_song(14.0)
        if desk.window.player.available:
            _hear(desk)
    if place == "export":
        desk.actions["tick_song"].trigger()
        desk.actions["part_on"].trigger()
        desk.actions["lock_part"].trigger()
        desk.settle()
        desk.view._desk.song.select(None)
    desk.settle()


def _hear(desk: object) -> None:
    """Hear both sides of the pair, as a person has who is about to answer."""
    from tests.screenshots.desk import Desk

    assert isinstance(desk, Desk)
    model = desk.view._model
    desk.actions["play"].trigger()
    for side in "AB":
        desk.until(lambda side=side: model._heard_seconds()[side] > HEARD_S, f"{side} is heard")
        desk.actions["switch"].trigger()
    desk.actions["play"].trigger()


def _after(desk: object, place: str) -> None:
    """Leave a place so that the next one has something to show."""
    from tests.screenshots.desk import Desk

    assert isinstance(desk, Desk)
    if place == "training":
        if desk.view._model.is_training:
            desk.actions["stop_job"].trigger()
        desk.settle()
    if place == "compare":
        desk.actions["use_new"].trigger()
        desk.settle()


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "resources" / "screenshots")
    parser.add_argument("--places", nargs="+", choices=PLACES)
    parser.add_argument("--themes", nargs="+", choices=("dark", "light"), default=["dark"])
    parser.add_argument("--size", default="1280x800", help="of the window, as WIDTHxHEIGHT")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--project", type=Path, help="a filled project to use again")
    parser.add_argument("--order", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.order:
        carry_out(json.loads(options.order))
        return
    if not is_possible():
        raise SystemExit("Xvfb is needed: apt install xvfb")
    width, height = (int(part) for part in options.size.split("x"))
    with tempfile.TemporaryDirectory(prefix="tastecut-songs-") as songs:
        if options.project is None or not options.project.exists():
            write_songs(Path(songs))
        found = photograph(
            options.out,
            tuple(options.places or README_PLACES),
            tuple(options.themes),
            (width, height),
            options.scale,
            options.project,
            demo_songs=Path(songs),
            with_sound=True,
        )
    for name, sentences in found.items():
        print(f"{name}.png", *sentences, sep="\n  ")


if __name__ == "__main__":
    main()
