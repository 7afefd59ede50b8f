"""A process that runs tasks by name, and the handle by which another process drives it.

Why a process: importing torch in the window's process stalls it by a third of a second, fails
on Windows once Qt is loaded, and a child that ends frees its CUDA memory (measured, recipes).
This module imports nothing heavy: the child loads a task's module when it is first asked for.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from ml_core.errors import Cancelled, UserError
from ml_core.progress import Progress

TASKS = "ml_core.pipeline.tasks:TASKS"

# Twenty messages a second look continuous and cost the window nothing noticeable.
REPORT_INTERVAL_S = 0.05
# What a running task gets to stop in after its parent has died.
ORPHAN_GRACE_S = 5.0
# One thread: two made a small network slower, 790 to 570 steps a second (measured).
SINGLE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

_context = multiprocessing.get_context("spawn")
_start_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Ready:
    """The child has imported what it was told to warm up with."""

    task_id: int


@dataclass(frozen=True, slots=True)
class Progressed:
    """How far a task is; `partials` are all partial results since the last message, in order."""

    task_id: int
    fraction: float
    words: str
    partials: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Succeeded:
    """A task's result."""

    task_id: int
    result: Any


@dataclass(frozen=True, slots=True)
class Refused:
    """A task met something that the person can put right."""

    task_id: int
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Crashed:
    """A task failed by our fault; `details` is the child's traceback."""

    task_id: int
    kind: str
    message: str
    details: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """A task was cancelled."""

    task_id: int


Message = Ready | Progressed | Succeeded | Refused | Crashed | Stopped


class WorkerGone(Exception):
    """The child ended without a word; `exit_code` as `multiprocessing` gives it (-9: killed)."""

    def __init__(self, exit_code: int | None) -> None:
        super().__init__(f"the worker process ended with exit code {exit_code}")
        self.exit_code = exit_code


class Worker:
    """The parent's side of one worker process.

    `cancel` may be called from any thread, all else from one thread at a time.

    Args:
        tasks: "module:attribute" of the table of tasks, a dict of name to "module:function".
        name: of the process, for people who look at the process list.
    """

    def __init__(self, tasks: str = TASKS, name: str = "tastecut-worker") -> None:
        self._tasks, self._name = tasks, name
        self._process: SpawnProcess | None = None
        self._connection: Connection[Any, Any] | None = None
        # The id of the newest task to cancel. One writer, one reader, one machine word: no lock
        # that a killed child could keep, and a late cancel can't hit the next task.
        self._cancelled_id = _context.RawValue("q", 0)
        self._last_id = 0

    @property
    def is_alive(self) -> bool:
        """Whether the child runs."""
        return self._process is not None and self._process.is_alive()

    @property
    def pid(self) -> int | None:
        """The child's process id; None before `start`."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start the child unless it runs; returns before the child is ready."""
        if self.is_alive:
            return
        self.kill()
        ours, theirs = _context.Pipe()
        process = _context.Process(
            target=serve, args=(theirs, self._cancelled_id, self._tasks), name=self._name
        )
        with _start_lock, _hidden_main_module():
            process.start()
        theirs.close()
        self._process, self._connection = process, ours
        atexit.register(self.kill)

    def warm_up(self, tasks: Sequence[str]) -> int:
        """Have the child import the modules of these tasks; it answers `Ready`."""
        return self._send("warm", tuple(tasks))

    def run(self, task: str, request: Any) -> int:
        """Have the child run a task; it answers `Progressed` and then one closing message.

        Returns:
            The task's id, which its messages carry.

        Raises:
            WorkerGone: if the child has ended.
        """
        return self._send(task, request)

    def _send(self, task: str, request: Any) -> int:
        if self._connection is None:
            raise WorkerGone(None)
        self._last_id += 1
        try:
            self._connection.send((self._last_id, task, request))
        except OSError as error:
            raise WorkerGone(self._exit_code()) from error
        return self._last_id

    def receive(self, timeout_s: float) -> Message | None:
        """The child's next message, or None if there is none within `timeout_s`.

        Raises:
            WorkerGone: if the child has ended and said all it had to say.
        """
        connection = self._connection
        if connection is None:
            raise WorkerGone(None)
        try:
            if not connection.poll(timeout_s):
                return None
            message: Message = connection.recv()
        except (EOFError, OSError) as error:
            raise WorkerGone(self._exit_code()) from error
        return message

    def cancel(self, task_id: int) -> None:
        """Ask a task to stop; it does so at its next report."""
        self._cancelled_id.value = max(task_id, self._cancelled_id.value)

    def kill(self) -> None:
        """End the child at once, whatever it does."""
        process, self._process = self._process, None
        connection, self._connection = self._connection, None
        atexit.unregister(self.kill)
        if connection is not None:
            connection.close()
        if process is not None:
            process.kill()
            process.join()
            process.close()

    def close(self, grace_s: float) -> None:
        """Let an idle child end by itself within `grace_s`, then kill it."""
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.join(grace_s)
        self.kill()

    def _exit_code(self) -> int | None:
        if self._process is None:
            return None
        self._process.join(1.0)
        return self._process.exitcode


@contextlib.contextmanager
def _hidden_main_module() -> Iterator[None]:
    """Keep the child from importing our `__main__`: the window's start script would load Qt."""
    main = sys.modules["__main__"]
    kept: dict[str, Any] = {
        name: vars(main).pop(name) for name in ("__file__", "__spec__") if name in vars(main)
    }
    vars(main)["__spec__"] = None
    try:
        yield
    finally:
        del vars(main)["__spec__"]
        vars(main).update(kept)


def serve(connection: Connection[Any, Any], cancelled_id: Any, tasks: str) -> None:
    """Run tasks from `connection` until its other end closes. The child's main function."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's to answer
    for name in SINGLE_THREAD:
        os.environ.setdefault(name, "1")
    _end_with_parent(cancelled_id)
    sender = _Sender(connection)
    while True:
        try:
            task_id, task, request = connection.recv()
        except (EOFError, OSError):
            return
        except Exception as error:  # the request's class can't be loaded here
            # Its id was lost with it; the parent waits for one task at a time.
            sender.close_task(_crash(0, error))
            continue
        if task == "warm":
            _warm_up(tasks, request)
            sender.close_task(Ready(task_id))
        else:
            sender.close_task(_run(tasks, task_id, task, request, cancelled_id, sender))


def _run(
    tasks: str, task_id: int, task: str, request: Any, cancelled_id: Any, sender: _Sender
) -> Message:
    sender.open_task(task_id)
    progress = Progress(sender.report, lambda: bool(cancelled_id.value >= task_id))
    try:
        progress.check()
        return Succeeded(task_id, find_task(tasks, task)(request, progress))
    except Cancelled:
        return Stopped(task_id)
    except UserError as error:
        return Refused(task_id, error.message, error.remedy)
    except Exception as error:
        return _crash(task_id, error)


def _crash(task_id: int, error: BaseException) -> Crashed:
    details = "".join(traceback.format_exception(error))
    return Crashed(task_id, type(error).__name__, str(error), details)


def find_task(tasks: str, task: str) -> Callable[[Any, Progress], Any]:
    """The function of a task's name, its module imported now.

    Raises:
        LookupError: if there is no such task.
    """
    table: Mapping[str, str] = _attribute(tasks)
    if task not in table:
        raise LookupError(f"no task is called {task!r}")
    function: Callable[[Any, Progress], Any] = _attribute(table[task])
    return function


def _attribute(name: str) -> Any:
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)


def _warm_up(tasks: str, names: Sequence[str]) -> None:
    for name in names:
        # What can't be imported now fails, with its reason, when it is asked for.
        with contextlib.suppress(Exception):
            find_task(tasks, name)


def _end_with_parent(cancelled_id: Any) -> None:
    """Watch the parent; when it dies, cancel what runs and end after a short grace."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        cancelled_id.value = 2**62
        time.sleep(ORPHAN_GRACE_S)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="parent-watch").start()


class _Sender:
    """Sends messages at most every `REPORT_INTERVAL_S` and never loses a partial result.

    A thread sends what waits, so that the last words before a long silence arrive too.
    """

    def __init__(self, connection: Connection[Any, Any]) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._waiting = threading.Event()
        self._task_id = 0
        self._fraction, self._words = 0.0, ""
        self._partials: list[Mapping[str, Any]] = []
        self._is_new = False
        self._fault: Exception | None = None
        threading.Thread(target=self._send_waiting, daemon=True, name="progress").start()

    def open_task(self, task_id: int) -> None:
        with self._lock:
            self._task_id, self._fraction, self._words = task_id, 0.0, ""

    def report(self, fraction: float, words: str, partial: Mapping[str, Any] | None) -> None:
        with self._lock:
            self._fraction, self._words = fraction, words or self._words
            if partial is not None:
                self._partials.append(partial)
            self._is_new = True
        self._waiting.set()

    def close_task(self, closing: Message) -> None:
        with self._lock:
            self._flush()
            fault, self._fault = self._fault, None
            if fault is not None:
                closing = _crash(closing.task_id, fault)
            self._send(closing)
            if self._fault is not None:  # a result that can't be pickled
                self._send(_crash(closing.task_id, self._fault))
                self._fault = None

    def _send_waiting(self) -> None:
        while True:
            self._waiting.wait()
            self._waiting.clear()
            with self._lock:
                self._flush()
            time.sleep(REPORT_INTERVAL_S)

    def _flush(self) -> None:
        if not self._is_new:
            return
        message = Progressed(self._task_id, self._fraction, self._words, tuple(self._partials))
        self._partials, self._is_new = [], False
        self._send(message)

    def _send(self, message: Message) -> None:
        try:
            self._connection.send(message)
        except OSError:
            pass  # the parent is gone; `recv` ends the loop
        except Exception as error:  # what can't be pickled is told when the task closes
            self._fault = error
