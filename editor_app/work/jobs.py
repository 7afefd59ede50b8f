"""Tasks that the window asks for, each run in a worker process.

Two workers are kept warm: one for what must answer at once (the next pair), one for long work
(training, export). Songs are analysed on the second and on as many more as there are cores to
spare. All signals arrive in the thread that `Jobs` lives in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from editor_app.work.job_line import Failure, Job, JobLine, State
from ml_core import worker as work
from ml_core.cores import usable_cores
from ml_core.domain.tasks import Request, Result, Task
from ml_core.worker import Worker

__all__ = ["Failure", "Job", "Jobs", "State"]


class Jobs(QObject):
    """Starts tasks. Live in the window's thread; `shutdown` before it ends.

    Args:
        tasks: "module:attribute" of the table of tasks.

    Signals:
        current: the batch job that now runs, or None; with several, the first of them.
        started: a batch job that begins to run.

    Attributes:
        n_spread: how many jobs of `spread` run side by side. They use all cores but one, which is
            left to the window and the sound.
    """

    current = Signal(object)
    started = Signal(object)

    def __init__(self, tasks: str = work.TASKS, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._interactive = JobLine(Worker(tasks, "tastecut-interactive"))
        self._batch = JobLine(Worker(tasks, "tastecut-batch", is_background=True))
        self.n_spread = max(1, usable_cores() - 1)
        # Their processes start with their first job, and end with the last of them all.
        self._more = [
            JobLine(Worker(tasks, f"tastecut-batch-{number}", is_background=True))
            for number in range(2, self.n_spread + 1)
        ]
        for line in (self._batch, *self._more):
            line.current.connect(self._on_current)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.shutdown)

    @property
    def running(self) -> Job[Any] | None:
        """The batch job that runs, the first of several; None if there is none."""
        return next((line.job for line in (self._batch, *self._more) if line.job), None)

    @property
    def all_running(self) -> tuple[Job[Any], ...]:
        """Every batch job that runs."""
        return tuple(line.job for line in (self._batch, *self._more) if line.job)

    @property
    def waiting(self) -> tuple[Job[Any], ...]:
        """The batch jobs that wait, in order."""
        return self._batch.waiting

    def start(self, task: Task[Request, Result], request: Request, words: str = "") -> Job[Result]:
        """Run long work; it waits until the batch jobs before it have finished.

        Args:
            task: which one.
            request: what the task takes.
            words: what is done, for people, until the task says more.
        """
        return self._batch.submit(task.name, request, words)

    def spread(self, task: Task[Request, Result], request: Request, words: str = "") -> Job[Result]:
        """Run long work of which much is done side by side, on the worker with least to do."""
        freest = min((self._batch, *self._more), key=lambda line: line.n_unfinished)
        return freest.submit(task.name, request, words)

    def release_spread(self) -> None:
        """End the workers that only `spread` needs, once nothing of it is left."""
        for line in self._more:
            line.release()

    def ask(
        self, task: Task[Request, Result], request: Request, is_urgent: bool = True
    ) -> Job[Result]:
        """Run short work, also while batch work runs.

        Args:
            task: which one.
            request: what the task takes.
            is_urgent: false for what goes behind all else (a list's thumbnails, say).
        """
        return self._interactive.submit(task.name, request, is_urgent=is_urgent)

    def warm_up(
        self, interactive: Sequence[Task[Any, Any]] = (), batch: Sequence[Task[Any, Any]] = ()
    ) -> None:
        """Start both workers and have them import the modules of these tasks."""
        for line, tasks in ((self._interactive, interactive), (self._batch, batch)):
            line.submit("", tuple(task.name for task in tasks))

    @Slot()
    def shutdown(self) -> None:
        """Cancel all jobs, wait for their threads, end the workers. May be called twice."""
        for line in (self._interactive, self._batch, *self._more):
            line.shut_down()
        for line in (self._interactive, self._batch, *self._more):
            line.join()

    @Slot(object)
    def _on_current(self, job: Job[Any] | None) -> None:
        if job is not None:
            self.started.emit(job)
        self.current.emit(self.running)
