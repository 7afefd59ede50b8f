"""Keyboards of other countries: digits that need Shift, letters elsewhere, no Latin letters.

Keys are pressed by their code, as a finger does: which sign that makes is the layout's affair.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ml_core.store import Store
from tests.faults.command import ROOT, own_environment
from tests.faults.requiring import NotPossibleHere, require
from tests.faults.studio import open_studio
from tests.faults.verdicts import Verdict
from tests.faults.window.driver import Driver, wait_until

LIMIT_S = 30.0
PROGRAMS = ("Xvfb", "openbox", "xdotool", "setxkbmap")
# Codes of an X11 keyboard: the kernel's and eight.
DIGIT = {"1": 10, "2": 11, "3": 12, "5": 14, "0": 19}
KEYPAD = {"1": 87, "2": 88, "0": 90}
PLACE_OF = {"q": 24, "w": 25, "t": 28, "y": 29, "a": 38, "s": 39, "k": 45, "z": 52, "b": 56}
COMMA, SLASH, NUM_LOCK, ALT_GR = 59, 61, "Num_Lock", "ISO_Level3_Shift"
_WITH_ALT_GR = ("fr", "de", "cz")
_HAS_KEYS = {"given": "full_screen"}
ASKED = ("rate_a", "rate_b", "rate_tie", "rate_a_much", "place_songs", "rate_skip", "undo")


@dataclass(frozen=True)
class Expected:
    """What a layout's keys do and print in Rate.

    Attributes:
        caps: of the commands in `ASKED`.
        typed: what a field gets of the keys under 1, 2 and T.
        own: keys of this layout alone, and the commands that they give.
    """

    caps: tuple[str, ...]
    typed: str
    own: dict[str, str] = field(default_factory=dict)


LAYOUTS = {
    "us": Expected(
        ("1", "2", "0", "Shift+1", "Ctrl+1", "S", "Ctrl+Z"), "12t", {"ctrl+52": "undo"}
    ),
    "fr": Expected(
        ("&", "é", "à", "Shift+&", "Ctrl+&", "S", "Ctrl+Z"), "&ét", {"ctrl+25": "undo"}
    ),
    "de": Expected(
        ("1", "2", "0", "Shift+1", "Ctrl+1", "S", "Ctrl+Z"), "12t", {"ctrl+29": "undo"}
    ),
    "ru": Expected(
        ("1", "2", "0", "Shift+1", "Ctrl+1", "Ы", "Ctrl+Я"), "12е", {"ctrl+52": "undo"}
    ),
    "cz": Expected(
        ("+", "ě", "é", "Shift++", "Ctrl++", "S", "Ctrl+Z"), "+ět", {"ctrl+29": "undo"}
    ),
}  # fmt: skip


class Keys:
    """A screen with hands on a keyboard of any layout."""

    def __init__(self, display: str) -> None:
        self.environment = {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}

    def lay(self, layout: str) -> None:
        """Another keyboard."""
        self._do("setxkbmap", layout, "-option", "")

    def press(self, *keys: str | int) -> None:
        """Press keys by code, such as "shift+10", or by name."""
        self._do("xdotool", "key", *map(str, keys))

    def bring_up(self, name: str) -> None:
        """Give a window the keys: one that came before the window manager has none."""
        found = ("xdotool", "search", "--onlyvisible", "--name", name, "windowactivate")
        subprocess.run(found, env={**os.environ, **self.environment}, check=False, timeout=LIMIT_S)

    def _do(self, *command: str) -> None:
        subprocess.run(command, env={**os.environ, **self.environment}, check=True, timeout=LIMIT_S)


@contextlib.contextmanager
def keys_on_a_screen() -> Iterator[Keys]:
    """A screen with a window manager.

    Raises:
        NotPossibleHere: a program is missing.
    """
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        raise NotPossibleHere(f"needs {', '.join(missing)}")
    read_end, write_end = os.pipe()
    # Without "-noreset" the server begins anew, and drops who comes, once its last client goes.
    screen = ("-screen", "0", "1280x900x24", "-noreset")
    command = ["Xvfb", "-displayfd", str(write_end), *screen]
    server = subprocess.Popen(command, pass_fds=(write_end,), stderr=subprocess.DEVNULL)
    os.close(write_end)
    with os.fdopen(read_end) as told:
        keys = Keys(f":{told.readline().strip()}")
    manager = subprocess.Popen(
        ["openbox"], env={**os.environ, **keys.environment}, stderr=subprocess.DEVNULL
    )
    try:
        yield keys
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait()


class Typed:
    """The small window, seen from outside."""

    def __init__(self, keys: Keys, home: Path, place: str = "rate") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.window.typed_window", place],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=own_environment(home, keys.environment),
            cwd=ROOT,
        )
        self._keys = keys
        wait_until(self._has_keys, "the small window has the keys", LIMIT_S)

    def press(self, *keys: str | int) -> list[str]:
        """Press keys; the commands that were given, up to a last one that always is."""
        self._keys.press(*keys, "F1")
        return [said["given"] for said in self._until({"given": "guide"}) if "given" in said]

    def tell(self, order: str) -> dict[str, Any]:
        """Give an order; its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{order}\n".encode())
        self._process.stdin.flush()
        return self._answer()

    def type(self, *keys: str | int) -> str:
        """Press keys while the field has the focus; what stands in it then."""
        self.tell("field")
        self._keys.press(*keys, "F1")
        said = self._until({"given": "guide"})
        given = [one["given"] for one in said if "given" in one]
        require(not given, f"typing in a field gave {given}")
        self.tell("button")
        return next((one["typed"] for one in reversed(said) if "typed" in one), "")

    def end(self) -> None:
        """Close it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _until(self, last: dict[str, Any]) -> list[dict[str, Any]]:
        said: list[dict[str, Any]] = []
        while (one := self._next()) != last:
            # What was pressed to find out whether the window has the keys may be told late.
            if one != _HAS_KEYS:
                said.append(one)
        return said

    def _next(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        require(line, "the small window ended")
        return dict(json.loads(line))

    def _answer(self) -> dict[str, Any]:
        while (one := self._next()) == _HAS_KEYS:
            pass
        return one

    def _has_keys(self) -> bool:
        self._keys.bring_up("Tastecut typed")
        self._keys.press("F11")
        assert self._process.stdout is not None
        return bool(select.select([self._process.stdout], [], [], 0.3)[0])


def layouts(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 70: the commands of Rate on five keyboards, changed while the window is open."""
    home = verdict.folder / "home"
    with keys_on_a_screen() as keys:
        keys.lay("us")
        typed = Typed(keys, home)
        try:
            for _ in range(rounds):
                for name, expected in LAYOUTS.items():
                    keys.lay(name)
                    _one_layout(typed, name, expected)
                    verdict.counts["layouts"] += 1
        finally:
            typed.end()
    return f"{rounds * len(LAYOUTS)} keyboards: answers by key, letters and caps as printed"


def _one_layout(typed: Typed, name: str, expected: Expected) -> None:
    one, two, zero = DIGIT["1"], DIGIT["2"], DIGIT["0"]
    for pressed, given in {
        str(one): "rate_a",
        str(two): "rate_b",
        str(zero): "rate_tie",
        f"shift+{one}": "rate_a_much",
        f"shift+{two}": "rate_b_much",
        f"ctrl+{one}": "place_songs",
        f"ctrl+{DIGIT['5']}": "place_export",
        str(PLACE_OF["t"]): "rate_tie",
        str(PLACE_OF["s"]): "rate_skip",
        **expected.own,
    }.items():
        found = typed.press(pressed)
        require(found == [given], f"{name}: {pressed} gave {found}, not {given}")
    if name in _WITH_ALT_GR:
        given_so = typed.press(f"{ALT_GR}+{one}")
        require(not given_so, f"{name}: AltGr types, and gave {given_so}")
    caps = typed.tell(f"caps {' '.join(ASKED)}")["caps"]
    require(tuple(caps.values()) == expected.caps, f"{name}: {caps}")
    text = typed.type(one, two, PLACE_OF["t"])
    require(text == expected.typed, f"{name}: {text} typed in a field")
    undone = typed.type(PLACE_OF["t"], *expected.own)
    require(undone == "", f"{name}: {expected.own} left “{undone}” in a field")
    _keypad(typed, name)


def _keypad(typed: Typed, name: str) -> None:
    keys = [KEYPAD["1"], KEYPAD["2"], KEYPAD["0"], f"shift+{KEYPAD['1']}"]
    given = typed.press(NUM_LOCK, *keys, NUM_LOCK)
    require(given == ["rate_a", "rate_b", "rate_tie", "rate_a_much"], f"{name}: keypad {given}")


def rated_on_french_keys(verdict: Verdict) -> None:
    """The window's part of case 70: strength is stored, and a plain key is not taken for it."""
    studio = open_studio(verdict)
    with keys_on_a_screen() as keys:
        keys.lay("fr")
        with Driver(verdict, studio.project, keys.environment) as window:
            for pressed, answer in ((f"shift+{DIGIT['1']}", ("A", 2)), (DIGIT["2"], ("B", 1))):
                shown = window.tell("wait pair", "shown")["pair"]
                keys.bring_up("^Tastecut$")
                time.sleep(0.5)  # a new pair can't be answered within the moment it appears
                keys.press(pressed)
                wait_until(lambda s=shown: _answer(studio.project, s), "a rating", LIMIT_S)
                found = _answer(studio.project, shown)
                require(found == answer, f"{pressed} gave {found}")
            window.close()


def _answer(project: Path, pair: int) -> tuple[str, int] | None:
    with Store.open(project, write=False) as store:
        found = [one for one in store.ratings.current() if one.comparison_id == pair]
    return (found[0].answer, found[0].strength) if found else None
