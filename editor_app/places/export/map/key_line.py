"""What the looks of the dots mean: each step that occurs, painted as on the map."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from editor_app.look import theme
from editor_app.places.export.map.axes import colour_words, steps_of
from editor_app.places.export.map.steps import LOOKS, SHORT_WORDS, ink
from ml_core.domain.mapping import EditMap

_DOT_PX, _GAP_PX = 12, 8
_HEAD = "Match"


class KeyLine(QWidget):
    """One line; a sentence where the looks say nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._steps: tuple[str, ...] = ()
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A line of small words."""
        return QSize(200, round(QFontMetricsF(theme.font("small")).height()) + 2)

    def show_map(self, edits: EditMap) -> None:
        """Say what the looks of these edits mean."""
        self._words = colour_words(edits)
        self._steps = () if self._words else steps_of(edits)
        self.setAccessibleName(self._words or ", ".join(self._steps))
        self.update()

    def show_words(self, words: str) -> None:
        """Say that instead, or nothing."""
        self._words, self._steps = words, ()
        self.setAccessibleName(words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint dots and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = theme.font("small")
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        secondary = theme.color(theme.current().secondary)
        x = 0.0
        if self._words:
            painter.setPen(secondary)
            words = metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignVCenter, words)
        if self._steps:
            painter.setPen(secondary)
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignVCenter, _HEAD)
            x = metrics.horizontalAdvance(_HEAD) + _GAP_PX
        for step in self._steps:
            _paint_dot(painter, step, QPointF(x + _DOT_PX / 2, self.height() / 2))
            width = metrics.horizontalAdvance(SHORT_WORDS[step]) + 1
            painter.setPen(secondary)
            box = QRectF(x + _DOT_PX + 4, 0, width, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, SHORT_WORDS[step])
            x += _DOT_PX + 4 + width + _GAP_PX


def _paint_dot(painter: QPainter, step: str, at: QPointF) -> None:
    symbol, size, is_filled = LOOKS[step]
    colour, half = ink(step), size / 2
    painter.setPen(QPen(colour, 1.5))
    painter.setBrush(colour if is_filled else Qt.BrushStyle.NoBrush)
    if symbol == "x":
        for side in (-1, 1):
            painter.drawLine(at + QPointF(-half, -side * half), at + QPointF(half, side * half))
    elif symbol == "d":
        corners = ((0, -half), (half * 0.8, 0), (0, half), (-half * 0.8, 0))
        painter.drawPolygon(QPolygonF([at + QPointF(*corner) for corner in corners]))
    else:
        painter.drawEllipse(at, half, half)
