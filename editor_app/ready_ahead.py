"""Imports what places not yet opened will need, so that nobody waits where one is first opened.

In a thread, once the window is at work: the interpreter passes from it to the window every 5 ms.
"""

from __future__ import annotations

import importlib
import threading

# The most usual way through the app first; pyqtgraph alone takes longer than all the others.
_MODULES = (
    "editor_app.views.rate",
    "editor_app.views.songs",
    "editor_app.views.taste",
    "editor_app.views.export",
    "editor_app.views.compare",
    "editor_app.views.training_charts",
)


class ReadyAhead:
    """Runs once in a process."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, unless it was begun before."""
        if self._thread is None:
            # A daemon: who closes the window meanwhile need not wait for it.
            self._thread = threading.Thread(target=_import_all, name="ready-ahead", daemon=True)
            self._thread.start()

    def wait(self) -> None:
        """Return once it is done with what was begun."""
        if self._thread is not None:
            self._thread.join()

    @property
    def is_running(self) -> bool:
        """Whether it is still at it."""
        return self._thread is not None and self._thread.is_alive()


READY_AHEAD = ReadyAhead()
"""Of this process: what was imported once stays so."""


def _import_all() -> None:
    for name in _MODULES:
        importlib.import_module(name)
