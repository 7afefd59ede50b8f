"""A person who cancels at a known moment."""

from __future__ import annotations

from ml_core.progress import Progress


class StopAt(Progress):
    """Cancels at the given report."""

    def __init__(self, count: int) -> None:
        self.left = count
        super().__init__(lambda *_: self._tick(), lambda: self.left <= 0)

    def _tick(self) -> None:
        self.left -= 1
