"""Which seconds a row of timelines shows; shared, so that they zoom and scroll as one."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

# Twenty milliseconds across a screen: single samples are seen, nothing is gained beyond.
SHORTEST_VIEW_S = 0.02
# Where a head that leaves the view is put, from its left.
FOLLOW_MARGIN = 0.1


class TimeScale(QObject):
    """The view [start_s, end_s) of a timeline of `duration_s`."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._duration_s = 1.0
        self._start_s, self._end_s = 0.0, 1.0

    @property
    def duration_s(self) -> float:
        """Length of the longest timeline."""
        return self._duration_s

    @property
    def start_s(self) -> float:
        """Left edge of the view."""
        return self._start_s

    @property
    def end_s(self) -> float:
        """Right edge of the view."""
        return self._end_s

    @property
    def is_zoomed(self) -> bool:
        """Whether less than all is shown."""
        return self._end_s - self._start_s < self._duration_s

    def set_duration(self, duration_s: float) -> None:
        """Show all of timelines of another length."""
        self._duration_s = max(duration_s, SHORTEST_VIEW_S)
        self._set(0.0, self._duration_s)

    def zoom(self, factor: float, about_s: float) -> None:
        """Show `factor` times as much; `about_s` stays where it is on the screen."""
        length_s = self._end_s - self._start_s
        new_s = min(max(length_s * factor, SHORTEST_VIEW_S), self._duration_s)
        start_s = about_s - (about_s - self._start_s) * new_s / length_s
        self._set(start_s, start_s + new_s)

    def scroll(self, by_s: float) -> None:
        """Move the view."""
        self._set(self._start_s + by_s, self._end_s + by_s)

    def follow(self, at_s: float) -> None:
        """Turn the page if a head at `at_s` has left the view."""
        if not self._start_s <= at_s < self._end_s:
            start_s = at_s - FOLLOW_MARGIN * (self._end_s - self._start_s)
            self.scroll(start_s - self._start_s)

    def to_px(self, at_s: float, width_px: float) -> float:
        """Where a time lies on a timeline of that width."""
        return (at_s - self._start_s) / (self._end_s - self._start_s) * width_px

    def to_s(self, x_px: float, width_px: float) -> float:
        """Which time lies at a place of a timeline of that width."""
        return self._start_s + x_px / max(1.0, width_px) * (self._end_s - self._start_s)

    def _set(self, start_s: float, end_s: float) -> None:
        length_s = end_s - start_s
        start_s = min(max(0.0, start_s), self._duration_s - length_s)
        view = (start_s, start_s + length_s)
        if length_s >= self._duration_s * (1 - 1e-9):  # rounding must not leave it zoomed
            view = (0.0, self._duration_s)
        if view != (self._start_s, self._end_s):
            self._start_s, self._end_s = view
            self.changed.emit()
