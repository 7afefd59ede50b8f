"""What the dots and bars of the directions mean."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from editor_app.look import theme

_NOW_DOT_PX, _BEFORE_DOT_PX = 11, 7
_TEXT_LEFT_PX, _APART_PX = 18, 32


class DirectionsLegend(QWidget):
    """Two dots with their words on one line; the second goes first where room is short."""

    def __init__(self) -> None:
        super().__init__()
        self._now, self._before = "", ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_words(self, now: str, before: str) -> None:
        """Say what the present dots and the older ones stand for; empty leaves the latter out."""
        self._now, self._before = now, before
        self.setAccessibleName("; ".join(words for words in (now, before) if words))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One line of small type."""
        line = QFontMetricsF(theme.font("small")).height()
        return QSize(320, round(line + 6) if self._now else 0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint dots and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, font = theme.current(), theme.font("small")
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        left, middle = 0.0, self.height() / 2
        for words, ink, dot_px in (
            (self._now, palette.new, _NOW_DOT_PX),
            (self._before, palette.old, _BEFORE_DOT_PX),
        ):
            width = metrics.horizontalAdvance(words) + 1
            if not words or left + _TEXT_LEFT_PX + width > self.width() + 1:
                continue
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(ink))
            painter.drawEllipse(QPointF(left + dot_px / 2, middle), dot_px / 2, dot_px / 2)
            painter.setPen(theme.color(palette.secondary))
            box = QRectF(left + _TEXT_LEFT_PX, 0, width, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
            left += _TEXT_LEFT_PX + width + _APART_PX
