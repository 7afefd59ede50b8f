"""What a person likes, one row a direction: a sentence, a scale between two ends, an interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from editor_app import theme

ROW_PX = 48
_HEAD_PX = 24
_SENTENCE_SHARE = 0.34
_ENDS_PX = 104
_DOT_PX = 11
_OLD_DOT_PX = 7
_BAR_PX = 7


class DirectionsChart(QWidget):
    """Painted rows; each row is a mapping with `sentence`, `sure`, `less`, `more`, `wish`
    (-1..1), `interval` and `before` (a wish or None).
    """

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[Mapping[str, Any]] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Show these directions, in their order."""
        self._rows = rows
        self.setFixedHeight(_HEAD_PX + ROW_PX * len(rows))
        self.setAccessibleName(
            "; ".join(f"{row['sentence']}, {row['sure']}" for row in rows) or "Nothing learned yet"
        )
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide enough to read."""
        return QSize(672, _HEAD_PX + ROW_PX * len(self._rows))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Sentences, ends and a short scale."""
        return QSize(520, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the scale's middle, then each row."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = theme.current()
        left = self.width() * _SENTENCE_SHARE + _ENDS_PX
        right = float(self.width() - _ENDS_PX)
        middle = (left + right) / 2
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color(palette.secondary))
        box = QRectF(middle - 60, 0, 120, 16)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "no wish")
        painter.setPen(QPen(theme.color(palette.line), 1))
        painter.drawLine(QPointF(middle, 20), QPointF(middle, self.height()))
        for index, row in enumerate(self._rows):
            self._paint_row(painter, row, _HEAD_PX + index * ROW_PX, left, right)

    def _paint_row(
        self, painter: QPainter, row: Mapping[str, Any], top: float, left: float, right: float
    ) -> None:
        palette = theme.current()
        known = row["sure"] != "unknown"
        ink = palette.text if known else palette.secondary
        text_width = self.width() * _SENTENCE_SHARE - 8
        painter.setFont(theme.font("body", QFont.Weight.Medium if known else QFont.Weight.Normal))
        painter.setPen(theme.color(ink))
        _draw_elided(painter, QRectF(0, top + 4, text_width, 20), row["sentence"])
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color(palette.secondary))
        sure = row["sure"] if known else "more ratings would help"
        _draw_elided(painter, QRectF(0, top + 24, text_width, 16), sure)

        centre = top + ROW_PX / 2
        painter.setPen(QPen(theme.color(palette.line), 1))
        painter.drawLine(QPointF(left, centre), QPointF(right, centre))
        self._paint_ends(painter, row, centre, left, right)
        half = (right - left) / 2
        zero = left + half

        def x(wish: float) -> float:
            return zero + half * max(-1.0, min(1.0, wish))

        colour = palette.new if known else palette.old
        low, high = row["interval"]
        bar = QRectF(x(low), centre - _BAR_PX / 2, x(high) - x(low), _BAR_PX)
        painter.fillRect(bar, theme.color(colour, 0.55))
        painter.setPen(Qt.PenStyle.NoPen)
        if row["before"] is not None:
            painter.setBrush(theme.color(palette.old))
            painter.drawEllipse(QPointF(x(row["before"]), centre), _OLD_DOT_PX / 2, _OLD_DOT_PX / 2)
        painter.setBrush(theme.color(colour))
        painter.drawEllipse(QPointF(x(row["wish"]), centre), _DOT_PX / 2, _DOT_PX / 2)

    def _paint_ends(
        self, painter: QPainter, row: Mapping[str, Any], centre: float, left: float, right: float
    ) -> None:
        palette = theme.current()
        known = row["sure"] != "unknown"
        middle_line = Qt.AlignmentFlag.AlignVCenter
        for words, is_wished, box, side in (
            (
                row["less"],
                known and row["wish"] < 0,
                QRectF(left - _ENDS_PX, centre - 8, _ENDS_PX - 8, 16),
                Qt.AlignmentFlag.AlignRight,
            ),
            (
                row["more"],
                known and row["wish"] > 0,
                QRectF(right + 8, centre - 8, _ENDS_PX - 8, 16),
                Qt.AlignmentFlag.AlignLeft,
            ),
        ):
            weight = QFont.Weight.DemiBold if is_wished else QFont.Weight.Normal
            painter.setFont(theme.font("small", weight))
            painter.setPen(theme.color(palette.text if is_wished else palette.secondary))
            painter.drawText(box, side | middle_line, words)


def _draw_elided(painter: QPainter, box: QRectF, words: str) -> None:
    metrics = QFontMetricsF(painter.font())
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
