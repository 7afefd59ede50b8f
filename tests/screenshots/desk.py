"""A real window in this process, driven by its actions, that tells when nothing is under way."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings, QSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from editor_app.look.theme import Theme
from editor_app.notifier import Notifier
from editor_app.settings import Settings
from editor_app.window import Window
from editor_app.work.jobs import Job, Jobs
from ml_core.domain.tasks import Request, Result, Task

LIMIT_S = 120.0
_STEP_MS = 40
# Nothing new is asked for within so many steps (0.5 s): the last answers have been painted. Steps
# are counted, for where the machine is busy, time passes in which nothing could be asked.
_QUIET_STEPS = 12


class CountingJobs(Jobs):
    """The app's own workers; `n_open` is how much is asked and not answered."""

    def __init__(self) -> None:
        super().__init__()
        self.n_open = 0

    def start(self, task: Task[Request, Result], request: Request, words: str = "") -> Job[Result]:
        return self._count(super().start(task, request, words))

    def spread(self, task: Task[Request, Result], request: Request, words: str = "") -> Job[Result]:
        return self._count(super().spread(task, request, words))

    def ask(
        self, task: Task[Request, Result], request: Request, is_urgent: bool = True
    ) -> Job[Result]:
        return self._count(super().ask(task, request, is_urgent))

    def _count(self, job: Job[Result]) -> Job[Result]:
        self.n_open += 1
        job.finished.connect(self._on_finished)
        return job

    def _on_finished(self) -> None:
        self.n_open -= 1


class Desk:
    """The app on a project, with settings of its own.

    Args:
        folder: for settings and exported files.
    """

    def __init__(self, project: Path, folder: Path, theme: str) -> None:
        self.app = QApplication.instance() or QApplication(["tastecut"])
        self.app.setApplicationName("Tastecut")
        settings = Settings(
            QSettings(str(folder / f"settings {theme}.ini"), QSettings.Format.IniFormat)
        )
        settings.theme = theme  # type: ignore[assignment]
        settings.listen_first = False
        settings.export_folder = str(folder / "Music" / "My edits")
        self.jobs = CountingJobs()
        self._theme = Theme(self.app, theme)  # type: ignore[arg-type]
        self.window = Window(project, settings, Notifier(), self._theme, self.jobs)
        self.main = self.window.main
        self.actions = self.main.actions_by_id
        self.main.activateWindow()
        self.until(lambda: bool(self.main.place), "the place that comes up first")

    @property
    def view(self) -> Any:
        """The place in front."""
        return self.main._places[self.main.place]

    def go(self, place: str) -> None:
        """Show a place, and wait until it has all it asked for."""
        self.main.show_place(place)
        self.settle()

    def resize(self, width: int, height: int) -> None:
        """Give the window another size."""
        self.main.resize(QSize(width, height))
        self.settle()

    def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait until something is so.

        Raises:
            TimeoutError: naming what was waited for.
        """
        until_s = time.monotonic() + LIMIT_S
        while not is_so():
            if time.monotonic() > until_s:
                raise TimeoutError(what)
            QTest.qWait(_STEP_MS)

    def settle(self) -> None:
        """Wait until every question is answered and painted."""
        n_quiet = 0

        def is_quiet() -> bool:
            nonlocal n_quiet
            n_quiet = 0 if self.jobs.n_open else n_quiet + 1
            return n_quiet > _QUIET_STEPS

        self.until(is_quiet, f"the end of all work in {self.main.place}")

    def close(self) -> None:
        """Close as a person does."""
        self.main.close()
