"""Imports what places not yet opened will need, so that nobody waits where one is first opened.

In a thread, once the window is at work: the interpreter passes from it to the window every 5 ms.
"""

from __future__ import annotations

import importlib
import threading

from editor_app.keys.place_table import PLACE_TABLE

# What lies beside a page comes last: pyqtgraph alone takes longer than all pages. By their names:
# they lie in higher layers.
_MODULES = (
    *(spec.module for spec in PLACE_TABLE),
    *(f"editor_app.places.{spec.name}.{later}" for spec in PLACE_TABLE for later in spec.later),
)


class ReadyAhead:
    """Runs once in a process."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()

    def start(self) -> None:
        """Begin, unless it was begun before."""
        if self._thread is None:
            # Not a daemon: a process that ends in the middle of an import may crash.
            self._thread = threading.Thread(target=self._import_all, name="ready-ahead")
            self._thread.start()

    def stop(self) -> None:
        """Leave the rest, as when the window closes; what is being imported is finished."""
        self._stopped.set()

    def wait(self) -> None:
        """Return once it is done with what was begun."""
        if self._thread is not None:
            self._thread.join()

    @property
    def is_running(self) -> bool:
        """Whether it is still at it."""
        return self._thread is not None and self._thread.is_alive()

    def _import_all(self) -> None:
        for name in _MODULES:
            if not self._stopped.is_set():
                importlib.import_module(name)


READY_AHEAD = ReadyAhead()
"""Of this process: what was imported once stays so."""
