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
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from editor_app.frame.faults import catch_faults
from editor_app.frame.garbage import Garbage, forget_lasting, spare_lasting
from editor_app.frame.main_window import MainWindow
from editor_app.keys.actions import Actions
from editor_app.keys.held_keys import HeldKeys
from editor_app.keys.place_table import FIRST_PLACE, PLACES
from editor_app.listening.own_folder import remove_left_over, set_aside_left_over
from editor_app.look.foreign import sentence
from editor_app.look.theme import Theme
from editor_app.notifier import Notifier
from editor_app.project.project import Project
from editor_app.settings import Settings
from editor_app.sound.player import Player
from editor_app.work.jobs import Jobs
from editor_app.work.library import Library
from editor_app.work.lookout import Lookout
from editor_app.work.ready_ahead import READY_AHEAD
from editor_app.workspace import Workspace
from ml_core import paths
from ml_core.domain.tasks import ANALYSE_SONG, PREPARE_PAIR, PROPOSE
from ml_core.errors import UserError
from ml_core.store.outdated import LEARN_AGAIN, OUTDATED

if TYPE_CHECKING:
    from editor_app.frame.single_instance import SingleInstance

# Python sees a signal (Ctrl+C, SIGTERM) only when its interpreter runs: let it, this often.
_SIGNAL_POLL_MS = 200
# A window that opens hidden is never painted: sound and workers start all the same after 2 s.
_FIRST_PAINT_POLL_MS, _FIRST_PAINT_WAITS = 10, 200
# The first pair comes before what is needed later.
_READY_AHEAD_AFTER_MS = 1500
# What the workers import while the person looks at the window.
_WARM_INTERACTIVE = (PROPOSE, PREPARE_PAIR)
_WARM_BATCH = (ANALYSE_SONG,)


class Window(QObject):
    """One open project with its window; `close` ends everything that belongs to it.

    Args:
        jobs, player: in place of worker processes and the sound device, for tests.
        taste: the one to work in; empty for the one that was last in use.

    Raises:
        UserError: if the project can't be opened.
    """

    def __init__(
        self,
        project_dir: Path,
        settings: Settings,
        notifier: Notifier,
        theme: Theme,
        jobs: Jobs | None = None,
        player: Player | None = None,
        taste: str = "",
    ) -> None:
        super().__init__()
        self.project = Project.open(project_dir, notifier, taste)
        set_aside_left_over(self.project.cache_dir)
        self.jobs = jobs if jobs is not None else Jobs()
        self.player = player if player is not None else Player()
        self.library = Library(self.project, self.jobs, notifier)
        self.lookout = Lookout(self.project, self.jobs, notifier)
        actions = Actions(settings)
        workspace = Workspace(
            self.project, self.jobs, self.player, self.library, actions, notifier, settings
        )
        self.main = MainWindow(workspace, theme)
        self.main.closed.connect(self.close)
        self.project.changed.connect(self._tell_of_another_version)
        self._is_open = True
        self._is_outdated = False
        self._notifier = notifier
        self._project_dir = project_dir
        self._instance: SingleInstance | None = None
        settings.add_recent_project(project_dir)
        last = settings.place if self.project.songs.all() else FIRST_PLACE
        self._first_place = last if last in PLACES else FIRST_PLACE
        self.main.open_empty(self._first_place)
        handle = self.main.windowHandle()
        if handle is not None:
            HeldKeys(handle)
        self._first_paint_waits = 0
        self._wait_for_first_paint()

    def close(self) -> None:
        """Stop sound and jobs, then close the project."""
        if self._is_open:
            self._is_open = False
            if self._instance is not None:
                self._instance.close()
            self.main.hide()
            self.library.close()
            self.lookout.close()
            self.player.close()
            self.jobs.shutdown()
            self.project.close()
            forget_lasting()

    def _wait_for_first_paint(self) -> None:
        """The screen asks for the first paint when it is ready, and Qt then paints at once."""
        if not self._is_open:
            return
        handle = self.main.windowHandle()
        self._first_paint_waits += 1
        if handle is None or handle.isExposed() or self._first_paint_waits > _FIRST_PAINT_WAITS:
            QTimer.singleShot(0, self._after_first_paint)
        else:
            QTimer.singleShot(_FIRST_PAINT_POLL_MS, self._wait_for_first_paint)

    def _after_first_paint(self) -> None:
        if self._is_open:
            # Before what may fail: sound and workers don't hang on it.
            QTimer.singleShot(0, self._begin_work)
            if not self.main.place:  # A key may have chosen another one by now.
                self.main.show_place(self._first_place)

    def _begin_work(self) -> None:
        if self._is_open:
            self._listen()
            cache_dir = self.project.cache_dir
            Thread(target=remove_left_over, args=(cache_dir,), name="left-over").start()
            self.main.sound.open()
            self.jobs.warm_up(_WARM_INTERACTIVE, _WARM_BATCH)
            self.library.resume()
            self.lookout.start()
            QTimer.singleShot(_READY_AHEAD_AFTER_MS, self._ready_ahead)
            for warning in self.project.warnings:
                self._notifier.banner("doubtful", warning)
            self._tell_of_another_version(frozenset({"tastes"}))

    def _ready_ahead(self) -> None:
        if self._is_open:
            READY_AHEAD.start()
            self.main.places_ahead.done.connect(spare_lasting)
            self.main.places_ahead.start()

    def _tell_of_another_version(self, changes: frozenset[str]) -> None:
        """The taste in use may have been learned by another version of the app."""
        if not self._is_open or not changes & {"tastes", "checkpoints"}:
            return
        is_told, self._is_outdated = self._is_outdated, self.project.models.is_outdated()
        if self._is_outdated and not is_told:
            self._notifier.banner("doubtful", OUTDATED, LEARN_AGAIN, "train")
        elif is_told and not self._is_outdated:
            self._notifier.clear()

    def _listen(self) -> None:
        """A second start finds this window."""
        from editor_app.frame.single_instance import SingleInstance  # noqa: PLC0415 - as below

        self._instance = SingleInstance(self._project_dir)
        self._instance.raised.connect(self.main.come_up)
        self._instance.listen()


class App(QObject):
    """Holds the open window and replaces it when another project is chosen."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self._app = app
        self.notifier = Notifier()
        self.settings = Settings()
        self.theme = Theme(app, self.settings.theme)
        self.window: Window | None = None
        self._leaving: list[Window] = []
        self._garbage = Garbage(self)

    def start(self, project_dir: Path, taste: str = "") -> bool:
        """Open the project in a window; false if another window has it and was raised.

        Raises:
            UserError: if the project can't be opened.
        """
        try:
            window = Window(project_dir, self.settings, self.notifier, self.theme, taste=taste)
        except UserError:
            if _raise_other(project_dir):
                return False
            raise
        window.main.commands.project_wanted.connect(self._open)
        window.main.closed.connect(lambda: self._on_closed(window))
        old, self.window = self.window, window
        if old is not None:
            old.main.close()
        return True

    def close(self) -> None:
        """Close the window as if the person had."""
        if self.window is not None:
            self.window.main.close()

    def _open(self, folder: str) -> None:
        try:
            self.start(Path(folder).resolve())
        except UserError as error:
            self.notifier.user_error(error)

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


def _raise_other(project_dir: Path) -> bool:
    """Whether another window has the project; it has come up then."""
    # Not needed for the first paint of the usual start, and 60 ms to import (measured).
    from editor_app.frame.single_instance import SingleInstance  # noqa: PLC0415

    return SingleInstance(project_dir).raise_other()


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window; returns the exit code."""
    multiprocessing.freeze_support()
    options = _parser().parse_args(arguments)
    app = QApplication([sys.argv[0]])
    app.setApplicationName("Tastecut")
    app.setApplicationDisplayName("Tastecut")
    app.setDesktopFileName("tastecut")
    app.setQuitOnLastWindowClosed(False)
    project_dir = (options.project or paths.default_project_dir()).expanduser().resolve()
    tastecut = App(app)
    catch_faults(tastecut.notifier)
    try:
        if not tastecut.start(project_dir, options.taste):
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
