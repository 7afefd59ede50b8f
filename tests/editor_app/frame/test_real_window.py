"""One smoke test in a real window under a window manager: real keys, real workers, demo songs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from ml_core.errors import UserError
from ml_core.store.store import Store

ROOT = Path(__file__).parents[3]
TOOLS = ("Xvfb", "openbox", "xdotool")
LIMIT_S = 120.0
# From the key to the answer in the project: no key is pressed again before, lest both be taken.
SAVED_WITHIN_S = 2.0

pytestmark = [
    pytest.mark.window,
    pytest.mark.beside,  # it waits for what it asserts, but where a key is held
    pytest.mark.skipif(
        not all(shutil.which(tool) for tool in TOOLS), reason=f"needs {', '.join(TOOLS)}"
    ),
]


def wait_for(what: Callable[[], object], reason: str) -> None:
    until_s = time.monotonic() + LIMIT_S
    while not what():
        if time.monotonic() > until_s:
            pytest.fail(f"waited in vain until {reason}")
        time.sleep(0.1)


class Screen:
    """An X server of its own with a window manager, and keys pressed as by a person."""

    def __init__(self, folder: Path) -> None:
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24"]
        self._server = subprocess.Popen(
            command, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(write)
        with os.fdopen(read) as pipe:
            display = f":{pipe.readline().strip()}"
        self.environment = os.environ | {
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "XDG_CONFIG_HOME": str(folder / "config"),
            "PYTHONPATH": str(ROOT),
        }
        self._manager = subprocess.Popen(
            ["openbox"],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def find_window(self) -> bool:
        """Whether the window is there and has the keys."""
        found = self._xdotool("search", "--onlyvisible", "--name", "^Tastecut$").split()
        if not found:
            return False
        self._xdotool("windowactivate", found[-1])
        return self._xdotool("getwindowfocus") == found[-1]

    def press(self, *keys: str) -> None:
        self._xdotool("key", *keys)

    def hold(self, key: str, seconds: float) -> None:
        """Keep a key down: the server repeats it, as it does for a finger."""
        self._xdotool("keydown", key)
        time.sleep(seconds)
        self._xdotool("keyup", key)

    def close(self) -> None:
        for process in (self._manager, self._server):
            process.terminate()
            process.wait()

    def _xdotool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.strip()


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    made = Screen(tmp_path)
    yield made
    made.close()


def ask(project: Path, what: Callable[[Store], int]) -> int:
    """A number from the project while its window is open."""
    try:
        with Store.open(project, write=False) as store:
            return what(store)
    except UserError:  # not there yet
        return 0


@pytest.fixture
def app(screen: Screen, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (tmp_path / "log").open("w") as log:
        made = subprocess.Popen(
            [sys.executable, "-m", "editor_app.app", "--project", str(tmp_path / "project")],
            env=screen.environment,
            stderr=log,
        )
    yield made
    made.kill()
    made.wait()


def test_from_an_empty_project_to_a_saved_rating_by_keys_alone(
    screen: Screen,
    app: subprocess.Popen[bytes],
    tmp_path: Path,
    alone: Callable[[], AbstractContextManager[None]],
):
    project = tmp_path / "project"
    wait_for(screen.find_window, "the window shows")
    screen.press("ctrl+d")
    ready = lambda store: sum(entry.status == "ready" for entry in store.songs.listed())  # noqa: E731
    wait_for(lambda: ask(project, ready) == 2, "the demo songs are analysed")
    screen.press("ctrl+2")

    def rated(store: Store) -> int:
        return store.ratings.count(include_skips=True)  # By eye: this screen has no sound.

    def answer(key: str, n: int) -> None:
        # A key is refused until the pair is ready: press until it counts, and never once more.
        def pressed() -> bool:
            screen.press(key)
            until_s = time.monotonic() + SAVED_WITHIN_S
            while ask(project, rated) < n and time.monotonic() < until_s:
                time.sleep(0.05)
            return ask(project, rated) >= n

        wait_for(pressed, f"{n} answers are saved")
        assert ask(project, rated) == n

    answer("1", 1)
    answer("shift+2", 2)
    with Store.open(project, write=False) as store:
        last = store.ratings.last(2)
    assert [(rating.answer, rating.strength) for rating in last] == [("B", 2), ("A", 1)]
    screen.press("ctrl+z")
    wait_for(lambda: ask(project, rated) == 1, "the answer is taken back")
    answer("1", 2)
    with alone():
        screen.hold("1", 3.0)
    assert ask(project, rated) <= 3, "a key that is held answers once"
    app.send_signal(signal.SIGTERM)
    assert app.wait(timeout=60) == 0
    log = (tmp_path / "log").read_text()
    assert "Traceback" not in log and "QAction" not in log
