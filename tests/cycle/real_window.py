"""Tastecut in a real window: Xvfb for a screen, openbox for a window manager, xdotool for hands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

LIMIT_S = 120.0
POLL_S = 0.1


def is_possible() -> bool:
    """Whether the programs that stand in for a person's desk are installed."""
    return all(shutil.which(name) for name in ("Xvfb", "openbox", "xdotool"))


def wait_until(is_so: Callable[[], bool], what: str, limit_s: float = LIMIT_S) -> None:
    """Wait until something is so.

    Raises:
        TimeoutError: naming what was waited for.
    """
    until_s = time.monotonic() + limit_s
    while not is_so():
        if time.monotonic() > until_s:
            raise TimeoutError(what)
        time.sleep(POLL_S)


class RealWindow:
    """A screen with the app on it; keys are typed as a person types them.

    Args:
        project: the project to open.
        environment: of the app, for instance a virtual sound card's.
        folder: for the log.
    """

    def __init__(self, project: Path, environment: Mapping[str, str], folder: Path) -> None:
        self._folder = folder
        self._screen = self._start_screen()
        self._environment = {
            **environment,
            "DISPLAY": self._display,
            "QT_QPA_PLATFORM": "xcb",
            "OMP_NUM_THREADS": "1",
        }
        self._manager = subprocess.Popen(["openbox"], env=self._environment)
        self._log = (folder / "window.log").open("wb")
        self.app = subprocess.Popen(
            [sys.executable, "-m", "editor_app.app", "--project", str(project)],
            env=self._environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        wait_until(self._has_window, "the window on the screen")
        self._do("windowactivate", "--sync", self._window())

    def _start_screen(self) -> subprocess.Popen[bytes]:
        read_end, write_end = os.pipe()
        with os.fdopen(read_end) as told:
            # The server picks a free number itself and tells it: no race with others.
            screen = subprocess.Popen(
                ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1280x840x24"],
                pass_fds=(write_end,),
                stderr=subprocess.DEVNULL,
            )
            os.close(write_end)
            self._display = f":{told.readline().strip()}"
        return screen

    def press(self, *keys: str) -> None:
        """Press keys, one after another."""
        for key in keys:
            self._do("key", key)

    def close(self) -> int:
        """Close as a person does; returns the app's exit code."""
        self.press("ctrl+q")
        try:
            return self.app.wait(LIMIT_S)
        finally:
            self.stop()

    def stop(self) -> None:
        """End everything, whatever state it is in."""
        for process in (self.app, self._manager, self._screen):
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._log.close()

    @property
    def log(self) -> str:
        """What the app wrote to its terminal."""
        return (self._folder / "window.log").read_text(errors="replace")

    def _has_window(self) -> bool:
        if self.app.poll() is not None:
            raise RuntimeError(f"the app has ended: {self.log}")
        return bool(self._window())

    def _window(self) -> str:
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", "Tastecut"],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return found.stdout.split()[0] if found.stdout.split() else ""

    def _do(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env=self._environment, check=True)
