"""Tasks that a worker process runs in the tests, by name."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from ml_core.errors import UserError
from ml_core.progress import Progress

TASKS = {
    name: f"tests.ml_core.worker.worker_sample_tasks:{name}"
    for name in (
        "double", "curve", "last_words", "until_cancelled", "deaf", "crash", "kill_self",
        "refuse", "divide", "unpicklable", "unpicklable_partial", "environment", "modules",
        "niceness",
    )
} | {"not_there": "tests.ml_core.worker.worker_sample_tasks:no_such_function"}  # fmt: skip


def double(request: int, progress: Progress) -> int:
    return 2 * request


def curve(request: int, progress: Progress) -> int:
    for i in range(request):
        progress.report((i + 1) / request, f"Point {i}", {"point": i})
    return request


def last_words(request: Any, progress: Progress) -> None:
    progress.report(0.1, "First")
    progress.report(0.2, "Second")
    while True:
        time.sleep(0.01)
        progress.check()


def until_cancelled(request: Any, progress: Progress) -> None:
    while True:
        progress.report(0.5, "Running")
        time.sleep(0.01)


def deaf(request: Any, progress: Progress) -> None:
    progress.report(0.5, "Deaf")
    while True:
        time.sleep(0.1)


def crash(request: Any, progress: Progress) -> None:
    os._exit(7)


def kill_self(request: Any, progress: Progress) -> None:
    os.kill(os.getpid(), 9)


def refuse(request: Any, progress: Progress) -> None:
    raise UserError("This file is empty: x.wav.", "Choose another one.")


def divide(request: int, progress: Progress) -> float:
    return 1 / request


def unpicklable(request: Any, progress: Progress) -> Any:
    return lambda: None


def unpicklable_partial(request: Any, progress: Progress) -> Any:
    progress.report(0.5, "", {"function": lambda: None})
    return 1


def environment(request: str, progress: Progress) -> str | None:
    return os.environ.get(request)


def modules(request: Any, progress: Progress) -> list[str]:
    return sorted(sys.modules)


def niceness(request: Any, progress: Progress) -> int:
    return os.nice(0)


class OnlyHere:
    """A request whose class the child refuses to load."""

    def __reduce__(self) -> Any:
        return _explode, ()


def _explode() -> None:
    raise RuntimeError("can't be loaded here")
