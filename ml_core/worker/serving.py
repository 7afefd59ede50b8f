"""The worker process itself: runs one task after the other until its parent is gone."""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any

from ml_core.errors import Cancelled, OwnFault, UserError
from ml_core.progress import Progress
from ml_core.worker.messages import Crashed, Message, Progressed, Ready, Refused, Stopped, Succeeded

# Twenty messages a second look continuous and cost the window nothing noticeable.
REPORT_INTERVAL_S = 0.05
# What a running task gets to stop in after its parent has died.
ORPHAN_GRACE_S = 5.0
# One thread: two made a small network slower, 790 to 570 steps a second (measured).
SINGLE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
# Half way down: work goes on at full speed on an idle core and gives way on a busy one.
BACKGROUND_NICENESS = 10
BELOW_NORMAL_PRIORITY_CLASS = 0x4000


def serve(
    connection: Connection[Any, Any], cancelled_id: Any, tasks: str, is_background: bool
) -> None:
    """Run tasks from `connection` until its other end closes. The child's main function."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's to answer
    if is_background:
        _step_back()
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


def _step_back() -> None:
    """Let sound and window go first: the device asks for the next samples every few ms."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), BELOW_NORMAL_PRIORITY_CLASS)
    else:
        os.nice(BACKGROUND_NICENESS)


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
    if isinstance(error, OwnFault):
        return Crashed(task_id, type(error).__name__, error.message, details, error.remedy)
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
