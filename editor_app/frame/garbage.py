"""Collects unreachable objects in the window's own thread, and in no other.

Qt's widgets must not be destroyed outside of their thread. But Python collects in whatever thread
happens to allocate, such as one that imports ahead or one that waits for a worker.
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
    """Leave out of every collection what exists at this moment.

    Looking through it took 70 ms, and it stays as long as a window does.
    """
    gc.freeze()


def forget_lasting() -> None:
    """Let everything be collected again, since a window has closed."""
    gc.unfreeze()
