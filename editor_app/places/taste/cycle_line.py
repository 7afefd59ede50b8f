"""The cycles so far on one line: a circle for each state of the taste, the ratings between."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from editor_app.look import theme

_HEIGHT_PX = 32
_TICKS = {"much": 18.0, "clear": 11.0, "tie": 5.0}


class CycleLine(QWidget):
    """One column a cycle; the one in use is filled.

    Args of `show_cycles`: index of the cycle in use, and of each cycle the kinds of the ratings
    that came after it: "much", "clear" or "tie".
    """

    def __init__(self) -> None:
        super().__init__()
        self._active = 0
        self._ticks: Sequence[Sequence[str]] = ()
        self.setFixedHeight(_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_cycles(self, active: int, ticks: Sequence[Sequence[str]]) -> None:
        """Show these cycles."""
        self._active, self._ticks = active, ticks
        self.setAccessibleName(f"{len(ticks)} states of your taste, number {active + 1} in use")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as there is room."""
        return QSize(640, _HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint line, ticks and circles."""
        if not self._ticks:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = theme.current()
        pitch = self.width() / len(self._ticks)
        base = _HEIGHT_PX - 8.0
        for index, ticks in enumerate(self._ticks):
            start = index * pitch + 6
            is_last = index == len(self._ticks) - 1
            style = Qt.PenStyle.DashLine if is_last else Qt.PenStyle.SolidLine
            painter.setPen(QPen(theme.color(palette.line), 1, style))
            painter.drawLine(QPointF(start + 7, base), QPointF((index + 1) * pitch, base))
            painter.setPen(QPen(theme.color(palette.text), 1.5))
            step = min(11.0, (pitch - 48) / max(1, len(ticks)))
            for k, kind in enumerate(ticks):
                x = start + 24 + k * step
                painter.drawLine(QPointF(x, base), QPointF(x, base - _TICKS[kind]))
        for index in range(len(self._ticks)):
            centre = QPointF(index * pitch + 7, base)
            if index == self._active:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color(palette.new))
                painter.drawEllipse(centre, 7, 7)
            else:
                painter.setPen(QPen(theme.color(palette.old), 1.5))
                painter.setBrush(theme.color(palette.window))
                painter.drawEllipse(centre, 6, 6)
