"""The composition root: makes every part, hands each what it needs, and ends them in order.

The first paint comes before anything heavy: torch and scipy live in the worker processes alone,
and sound, workers and the server for a second start begin once the window is on the screen.
"""

from __future__ import annotations

import argparse
import multiprocessing
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from editor_app.frame.dialogs.backups_dialog import start_or_bring_back
from editor_app.frame.faults import catch_faults
from editor_app.frame.garbage import Garbage
from editor_app.look.foreign import sentence
from editor_app.look.theme import Theme
from editor_app.notifier import Notifier
from editor_app.project.project import Project
from editor_app.settings import Settings
from editor_app.window import Window
from editor_app.work.ready_ahead import READY_AHEAD
from ml_core import paths
from ml_core.errors import InUseError, UserError
from ml_core.log import logging_to

if TYPE_CHECKING:
    from editor_app.frame.single_instance import Meeting

# Python sees a signal (Ctrl+C, SIGTERM) only when its interpreter runs: let it, this often.
_SIGNAL_POLL_MS = 200


class App(QObject):
    """Holds the open window and replaces it when another project is chosen."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self._app = app
        self.notifier = Notifier()
        self.settings = Settings()
        self.theme = Theme(app, self.settings.theme, self.settings.text_scale)
        self.window: Window | None = None
        self._leaving: list[Window] = []
        self._garbage = Garbage(self)

    def start(self, project_dir: Path, taste: str = "") -> bool:
        """Open the project in a window; false if another window has it and was raised.

        One that was closed and whose work still stops is waited for.

        Raises:
            UserError: if the project can't be opened.
        """
        try:
            window = Window(project_dir, self.settings, self.notifier, self.theme, taste=taste)
        except InUseError:
            meeting = _meet_other(project_dir)
            if meeting == "nobody":
                raise
            return meeting == "left" and self.start(project_dir, taste)
        window.main.commands.project_wanted.connect(self._open)
        window.main.archives.open_project = self._open
        window.main.commands.backup_wanted.connect(self._go_back)
        window.main.closed.connect(lambda: self._on_closed(window))
        old, self.window = self.window, window
        if old is not None:
            old.main.close()
        return True

    def close(self) -> None:
        """Close the window as if the person had."""
        if self.window is not None:
            self.window.main.close()

    def _open(self, folder: str) -> bool:
        """Open another project in this one's place; whether it is open in this app's window."""
        try:
            return self.start(Path(folder).resolve())
        except UserError as error:
            self.notifier.user_error(error)
            return False

    def _go_back(self, file: str) -> None:
        """Close the project, put the backup in its place, and open it again."""
        window = self.window
        if window is None:
            return
        self.window = None  # Its end is not the app's.
        window.main.close()
        told: UserError | None = None
        try:
            Project.restore(Path(file), window.project_dir)
        except UserError as error:
            told = error
        try:
            is_open = self.start(window.project_dir)
        except UserError as error:
            _tell(error)
            is_open = False
        if not is_open:
            self._app.quit()  # Without a window nothing else would.
        elif told is None:
            words = "The project is what it was then. What it was before is a backup of its own."
            self.notifier.banner("good", words, action_id="go_back")
        else:
            self.notifier.user_error(told)

    def _on_closed(self, window: Window) -> None:
        self.settings.sync()
        if window is self.window:
            self._app.quit()
            return
        # All at once, by Qt: Python's collector would destroy a table's header before the table,
        # which then crashes at the next style sheet. Until then nothing of it may be collected.
        self._leaving.append(window)
        window.main.destroyed.connect(lambda: self._leaving.remove(window))
        window.main.deleteLater()


def _meet_other(project_dir: Path) -> Meeting:
    """Have the window that has the project come up, or wait for its end."""
    # Not needed for the first paint of the usual start, and 60 ms to import (measured).
    from editor_app.frame.single_instance import SingleInstance  # noqa: PLC0415

    return SingleInstance(project_dir).meet_other()


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window; returns the exit code."""
    multiprocessing.freeze_support()
    options = _parser().parse_args(arguments)
    with logging_to("window"):
        return _run(options)


def _run(options: argparse.Namespace) -> int:
    app = QApplication([sys.argv[0]])
    app.setApplicationName("Tastecut")
    app.setApplicationDisplayName("Tastecut")
    app.setDesktopFileName("tastecut")
    app.setQuitOnLastWindowClosed(False)
    project_dir = (options.project or paths.default_project_dir()).expanduser().resolve()
    tastecut = App(app)
    catch_faults(tastecut.notifier)
    try:
        if not start_or_bring_back(lambda: tastecut.start(project_dir, options.taste), project_dir):
            return 0
    except UserError as error:
        sys.stderr.write(f"{error}\n")
        _tell(error)
        return 2
    for number in (signal.SIGINT, signal.SIGTERM):
        # Not at once: Python may run this in the middle of a slot that still reads the project.
        signal.signal(number, lambda *_: QTimer.singleShot(0, tastecut.close))
    poll = QTimer()
    poll.timeout.connect(lambda: None)
    poll.start(_SIGNAL_POLL_MS)
    code = app.exec()
    READY_AHEAD.stop()
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tastecut-window", description="Tastecut's window.")
    parser.add_argument("--project", type=Path, help="folder of the project to open")
    parser.add_argument("--taste", default="", metavar="NAME", help="the taste to work in")
    return parser


def _tell(error: UserError) -> None:
    """The project can't be opened, so there is no window to put a banner in."""
    box = QMessageBox(QMessageBox.Icon.Critical, "Tastecut", sentence(str(error)))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.exec()


if __name__ == "__main__":
    sys.exit(main())
