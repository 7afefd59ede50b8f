"""From the app's start in an empty project to the sound of its first pair, as a person goes on.

The window, the demo songs by their key, and "Rate pairs" as soon as it can be pressed. Run in a
process of its own by `bench_sound.py`, which records the card and ends it at its first sound:
standard output tells when each step was reached, by the machine's monotonic clock.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from editor_app import app
from editor_app.frame.main_window import MainWindow

LOOK_MS = 20


class FirstSound:
    """Presses what comes next and notes when it could."""

    def __init__(self) -> None:
        self.reached: dict[str, float] = {}
        self._timer = QTimer()
        self._timer.timeout.connect(self._look)
        self._timer.start(LOOK_MS)

    def _look(self) -> None:
        windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
        if not windows or not windows[0].isVisible():
            return
        actions, now_s = windows[0].actions_by_id, time.monotonic()
        if "window" not in self.reached:
            self.reached["window"] = now_s
            actions["demo_songs"].trigger()
        elif "rate" not in self.reached:
            if actions["rate_pairs"].isEnabled():
                self.reached["rate"] = now_s
                actions["rate_pairs"].trigger()
        else:
            self._timer.stop()
            sys.stdout.write(json.dumps(self.reached) + "\n")
            sys.stdout.flush()


def main() -> None:
    """Open the app on the project that was named."""
    made: list[FirstSound] = []
    begin = QApplication.exec  # Called on the instance: there is no window before.

    def watched(*_: object) -> int:
        made.append(FirstSound())
        return begin()

    QApplication.exec = watched  # type: ignore[method-assign, assignment]
    raise SystemExit(app.main(["--project", str(Path(sys.argv[1]))]))


if __name__ == "__main__":
    main()
