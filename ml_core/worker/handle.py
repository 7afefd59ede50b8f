"""The handle by which another process drives a worker process."""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import sys
import threading
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

from ml_core.worker.messages import Message
from ml_core.worker.serving import serve

TASKS = "ml_core.pipeline.tasks:TASKS"

_context = multiprocessing.get_context("spawn")
_start_lock = threading.Lock()


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
        is_background: whether it lets every other process go first.
    """

    def __init__(
        self, tasks: str = TASKS, name: str = "tastecut-worker", is_background: bool = False
    ) -> None:
        self._tasks, self._name, self._is_background = tasks, name, is_background
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

    def start(self) -> None:
        """Start the child unless it runs; returns before the child is ready."""
        if self.is_alive:
            return
        self.kill()
        ours, theirs = _context.Pipe()
        process = _context.Process(
            target=serve,
            args=(theirs, self._cancelled_id, self._tasks, self._is_background),
            name=self._name,
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
