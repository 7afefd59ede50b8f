"""Collects what is unreachable in the window's own thread, and in no other.

Python collects in whatever thread happens to allocate, and so in those that import ahead or wait
for a worker; Qt's widgets must not be destroyed outside of their thread.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 1000


class Garbage(QObject):
    """Takes over from Python's own collector, by the same thresholds, until `stop`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self._timer.start(_EVERY_MS)

    def collect(self) -> None:
        """Collect the oldest generation that is due."""
        due = zip(gc.get_count(), gc.get_threshold(), strict=True)
        generations = [at for at, (count, threshold) in enumerate(due) if count > threshold > 0]
        if generations:
            gc.collect(generations[-1])

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()


def spare_lasting() -> None:
    """Look through what there is now no more: that took 70 ms, and it stays while a window does."""
    gc.freeze()


def forget_lasting() -> None:
    """A window has closed: what it leaves may be collected."""
    gc.unfreeze()
