"""Where work runs that may block: in a thread of its own, or at once for tests."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Event, Thread
from typing import Protocol

Work = Callable[[], None]


class Runner(Protocol):
    """Runs one piece of work after another."""

    def __call__(self, work: Work) -> None:
        """Run this after what was given before."""
        ...

    def end(self, timeout_s: float) -> bool:
        """Take nothing more; whether all that was given is done by then."""
        ...


class AtOnce:
    """Runs work where it is given."""

    def __call__(self, work: Work) -> None:
        """Run this now."""
        work()

    def end(self, timeout_s: float) -> bool:
        """Nothing is ever left to do."""
        return True


class InThread:
    """Runs work in a thread that nobody waits for: a sound system may never answer."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._given: SimpleQueue[Work | None] = SimpleQueue()
        self._is_done = Event()
        self._thread: Thread | None = None

    def __call__(self, work: Work) -> None:
        """Run this after what was given before."""
        if self._thread is None:
            self._thread = Thread(target=self._serve, name=self._name, daemon=True)
            self._thread.start()
        self._given.put(work)

    def end(self, timeout_s: float) -> bool:
        """Take nothing more; whether all that was given is done by then."""
        if self._thread is None:
            return True
        self._given.put(None)
        return self._is_done.wait(timeout_s)

    def _serve(self) -> None:
        while (work := self._given.get()) is not None:
            work()
        self._is_done.set()
