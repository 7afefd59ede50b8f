"""How a task tells how far it is, and how it learns that it should stop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ml_core.errors import Cancelled

Report = Callable[[float, str, Mapping[str, Any] | None], None]


class Progress:
    """Handed into every task; the task calls `report` for work that it has really done.

    Args:
        on_report: called with (fraction in 0..1, words, partial result or None).
        is_cancelled: asked at each report; true makes the task raise `Cancelled`.
    """

    def __init__(
        self,
        on_report: Report | None = None,
        is_cancelled: Callable[[], bool] | None = None,
    ) -> None:
        self._on_report = on_report
        self._is_cancelled = is_cancelled

    def check(self) -> None:
        """Raise `Cancelled` if the person asked to stop."""
        if self._is_cancelled is not None and self._is_cancelled():
            raise Cancelled

    def report(
        self, fraction: float, words: str = "", partial: Mapping[str, Any] | None = None
    ) -> None:
        """Tell how far the task is.

        Args:
            fraction: share of the work done, clipped to 0..1.
            words: what is being done, for people; empty keeps the last words.
            partial: a plain mapping to show meanwhile (a curve's next point, say).

        Raises:
            Cancelled: if the person asked to stop.
        """
        self.check()
        if self._on_report is not None:
            self._on_report(min(1.0, max(0.0, fraction)), words, partial)

    def part(self, start: float, end: float, prefix: str = "") -> Progress:
        """A progress whose 0..1 is this one's `start`..`end`; `prefix` stands before its words."""

        def scaled(fraction: float, words: str, partial: Mapping[str, Any] | None) -> None:
            if self._on_report is not None:
                self._on_report(start + (end - start) * fraction, prefix + words, partial)

        return Progress(scaled, self._is_cancelled)


def silent() -> Progress:
    """A progress that nobody watches and nobody cancels."""
    return Progress()
