"""One worker process with its queue of jobs, each driven by a thread of its own."""

from __future__ import annotations

import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal, Protocol, TypeVar, cast

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from ml_core import worker as work
from ml_core.worker import Crashed, Progressed, Ready, Refused, Stopped, Succeeded, Worker

State = Literal["waiting", "running", "done", "failed", "cancelled"]

# A task that has not stopped by then is not going to report: its process is ended instead.
CANCEL_GRACE_S = 3.0
# How long a thread waits for its worker before it looks whether it should cancel.
POLL_S = 0.1
# How long an idle worker gets to end by itself when the window closes.
IDLE_GRACE_S = 1.0

FAULT_MESSAGE = "Something went wrong inside Tastecut."
FAULT_REMEDY = "Nothing that was saved is lost. Please report it with the details."
GONE_MESSAGE = "The work ended before it was finished."
GONE_REMEDY = "If memory is short, close other programs and try again."


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job failed.

    Attributes:
        message, remedy: one sentence each, for people.
        details: what to copy into a report; empty if the person can put it right.
        is_user_error: true where `message` and `remedy` say all.
    """

    message: str
    remedy: str = ""
    details: str = ""
    is_user_error: bool = False


Told_co = TypeVar("Told_co", covariant=True)
Result_co = TypeVar("Result_co", covariant=True)


class SignalOf(Protocol[Told_co]):
    """A signal of Qt's with one value, as its slots are checked against it."""

    def connect(self, slot: Callable[[Told_co], object], /) -> object:
        """Call the slot with each value."""


class Job(QObject, Generic[Result_co]):
    """One task on its way. `finished` follows `done`, `failed` or `cancelled`.

    Signals:
        progress: fraction in 0..1, words, and one partial result or None. Several partial
            results may come at once; none is left out.
    """

    progress = Signal(float, str, object)
    done = cast("SignalOf[Result_co]", Signal(object))
    failed = cast("SignalOf[Failure]", Signal(object))
    cancelled = Signal()
    finished = Signal()

    def __init__(self, line: JobLine, task: str, request: Any, words: str, is_urgent: bool) -> None:
        super().__init__()
        self._line, self.is_urgent = line, is_urgent
        self.task, self.request = task, request
        self.words, self.fraction = words, 0.0
        self.state: State = "waiting"

    @property
    def is_finished(self) -> bool:
        """Whether the job has come to its end, good or bad."""
        return self.state in ("done", "failed", "cancelled")

    def cancel(self) -> None:
        """Ask the job to stop; it ends as cancelled, at the latest after a short grace."""
        if not self.is_finished:
            self._line.cancel(self)

    def take(self, message: work.Message) -> None:
        """Turn a worker's message into signals. For the job's thread, not for views."""
        if self.is_finished:
            return
        match message:
            case Progressed():
                self._show(message)
            case Succeeded(result=result):
                self._close("done", self.done, result)
            case Refused(message=text, remedy=remedy):
                self._close("failed", self.failed, Failure(text, remedy, is_user_error=True))
            case Crashed(message=text, details=details, remedy=remedy) if remedy:
                self._close("failed", self.failed, Failure(text, remedy, details))
            case Crashed(kind=kind, details=details):
                is_gone = kind == work.WorkerGone.__name__
                text = GONE_MESSAGE if is_gone else FAULT_MESSAGE
                remedy = GONE_REMEDY if is_gone else FAULT_REMEDY
                self._close("failed", self.failed, Failure(text, remedy, details))
            case Stopped():
                self._close("cancelled", self.cancelled)
            case Ready():
                self._close("done", self.done, None)

    def _show(self, message: Progressed) -> None:
        self.fraction = message.fraction
        self.words = message.words or self.words
        for partial in message.partials or (None,):
            self.progress.emit(message.fraction, self.words, partial)

    def _close(self, state: State, signal: Any, *values: Any) -> None:
        self.state = state
        signal.emit(*values)
        self.finished.emit()


class _JobThread(QThread):
    """Owns one job from start to result: drives the worker, hands its messages over."""

    message = Signal(object)

    def __init__(self, worker: Worker, task: str, request: Any) -> None:
        super().__init__()
        self._worker, self._task, self._request = worker, task, request
        self._cancel = threading.Event()
        self._grace_s = CANCEL_GRACE_S
        self.closing: work.Message = Stopped(0)

    def request_cancel(self, grace_s: float) -> None:
        """Ask the task to stop, and end its process if it has not after `grace_s`."""
        self._grace_s = grace_s
        self._cancel.set()

    def run(self) -> None:
        """The thread's body; its last message closes the job."""
        try:
            self.closing = self._drive()
        except work.WorkerGone as gone:
            self.closing = Crashed(0, type(gone).__name__, str(gone), f"{self._task}: {gone}")
            self._worker.start()
        except Exception as error:
            details = "".join(traceback.format_exception(error))
            self.closing = Crashed(0, type(error).__name__, str(error), details)
        if self._cancel.is_set():
            self.closing = Stopped(0)
        self.message.emit(self.closing)

    def _drive(self) -> work.Message:
        self._worker.start()
        task_id = self._send()
        kill_at_s: float | None = None
        while True:
            message = self._worker.receive(POLL_S)
            if isinstance(message, Progressed):
                self.message.emit(message)
            elif message is not None:
                return message
            if kill_at_s is None and self._cancel.is_set():
                self._worker.cancel(task_id)
                kill_at_s = time.monotonic() + self._grace_s
            if kill_at_s is not None and time.monotonic() > kill_at_s:
                self._worker.kill()
                self._worker.start()
                return Stopped(task_id)

    def _send(self) -> int:
        if not self._task:
            return self._worker.warm_up(self._request)
        return self._worker.run(self._task, self._request)


class JobLine(QObject):
    """One worker and the jobs that wait for it, one at a time."""

    current = Signal(object)

    def __init__(self, worker: Worker) -> None:
        super().__init__()
        self._worker = worker
        self._waiting: deque[Job[Any]] = deque()
        self._thread: _JobThread | None = None
        self._job: Job[Any] | None = None
        self._is_closed = False
        self._is_let_go = False

    @property
    def job(self) -> Job[Any] | None:
        """The job that runs; None between jobs and while warming up."""
        return self._job if self._job is not None and self._job.task else None

    @property
    def waiting(self) -> tuple[Job[Any], ...]:
        """The jobs that wait, in order."""
        return tuple(self._waiting)

    @property
    def is_idle(self) -> bool:
        """Whether a job would start at once."""
        return self._thread is None and not self._waiting

    @property
    def n_unfinished(self) -> int:
        """How many jobs it still has to do; one that has just ended does not count."""
        is_busy = self._job is not None and not self._job.is_finished
        return len(self._waiting) + is_busy

    def release(self) -> None:
        """End the worker once it is idle and free its memory; the next job starts another."""
        self._is_let_go = True
        if self.is_idle:
            self._worker.kill()

    def submit(self, task: str, request: Any, words: str = "", is_urgent: bool = True) -> Job[Any]:
        """Put a job into the queue, behind all that are as urgent."""
        job: Job[Any] = Job(self, task, request, words, is_urgent)
        self._is_let_go = False
        n_before = sum(other.is_urgent or not is_urgent for other in self._waiting)
        self._waiting.insert(n_before, job)
        if self._is_closed:
            self.cancel(job)
        elif self._thread is None:
            self._start_next()
        return job

    def cancel(self, job: Job[Any], grace_s: float = CANCEL_GRACE_S) -> None:
        """Take a job out of the queue, or ask it to stop."""
        if job in self._waiting:
            self._waiting.remove(job)
            job.take(Stopped(0))
        elif self._thread is not None and job is self._job:
            # Imports can't be cancelled and leave nothing half done.
            self._thread.request_cancel(grace_s if job.task else 0.0)

    def shut_down(self) -> None:
        """Cancel what waits and what runs; `join` must follow."""
        self._is_closed = True
        while self._waiting:
            self.cancel(self._waiting[0])
        if self._job is not None:
            self.cancel(self._job)

    def join(self) -> None:
        """Wait for the running job's thread, then end the worker."""
        if self._thread is not None:
            self._thread.wait()
            self._take(self._thread.closing)
            self._thread = None
        self._worker.close(IDLE_GRACE_S)

    def _start_next(self) -> None:
        job = self._waiting.popleft() if self._waiting else None
        self._job = job
        if job is not None:
            job.state = "running"
            self._thread = _JobThread(self._worker, job.task, job.request)
            self._thread.message.connect(self._take, Qt.ConnectionType.QueuedConnection)
            self._thread.finished.connect(self._release, Qt.ConnectionType.QueuedConnection)
            self._thread.start()
        elif self._is_let_go:
            self._worker.kill()
        self.current.emit(self.job)

    @Slot(object)
    def _take(self, message: work.Message) -> None:
        if self._job is not None:
            self._job.take(message)

    @Slot()
    def _release(self) -> None:
        if self._thread is None:
            return
        self._thread.wait()  # a QThread that still runs must never be destroyed
        self._thread = None
        self._start_next()
