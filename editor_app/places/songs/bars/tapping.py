"""Taps on the beat while a song plays, until the hand stops."""

from __future__ import annotations

from statistics import median

from PySide6.QtCore import QObject, QTimer, Signal

from ml_core.domain.corrections import FEWEST_TAPS

# The hand has stopped after two beats and a half without a tap, but not before this.
_STOPPED_AFTER_BEATS = 2.5
_STOPPED_AFTER_S = 1.5
# A tap sooner after the last one comes from a key that bounces, and is left out.
_CLOSEST_S = 0.1


class Tapping(QObject):
    """Collects times of the song.

    Signals:
        changed: there is one more, or they were dropped.
        ended: (seconds of all taps); empty if there were too few.
    """

    changed = Signal()
    ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._taps_s: list[float] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.end)

    @property
    def words(self) -> str:
        """How far the tapping is; empty while nobody taps."""
        n = len(self._taps_s)
        if n == 0:
            return ""
        if n < FEWEST_TAPS:
            return f"Tapping: {n} of at least {FEWEST_TAPS}, on every beat"
        return f"Tapping: {n} beats, {60 / self._beat_s:.0f} bpm"

    def tap(self, at_s: float) -> None:
        """The beat was tapped at a time of the song."""
        if self._taps_s and at_s < self._taps_s[-1]:
            self._taps_s.clear()
        if not self._taps_s or at_s - self._taps_s[-1] >= _CLOSEST_S:
            self._taps_s.append(at_s)
        wait_s = _STOPPED_AFTER_S
        if len(self._taps_s) > 1:
            wait_s = max(wait_s, _STOPPED_AFTER_BEATS * self._beat_s)
        self._timer.start(round(1000 * wait_s))
        self.changed.emit()

    def end(self) -> None:
        """The hand has stopped; also when the song does."""
        self._timer.stop()
        taps_s, self._taps_s = self._taps_s, []
        if taps_s:
            self.ended.emit(tuple(taps_s) if len(taps_s) >= FEWEST_TAPS else ())
            self.changed.emit()

    @property
    def _beat_s(self) -> float:
        pairs = zip(self._taps_s, self._taps_s[1:], strict=False)
        return median(after - before for before, after in pairs)
