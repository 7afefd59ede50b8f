"""A few named shares as bars that start at one half: how much better than guessing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from editor_app.look import theme

_ROW_PX = 28
_NAME_PX = 88
_NUMBER_PX = 48
_BAR_PX = 8


class ShareBars(QWidget):
    """Rows of (name, share 0..1, role): role "old", "new" or "secondary" picks the colour."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[tuple[str, float, str]] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(self, rows: Sequence[tuple[str, float, str]]) -> None:
        """Show these shares."""
        self._rows = rows
        self.setFixedHeight(_ROW_PX * len(rows))
        self.setAccessibleName("; ".join(f"{name} {100 * s:.0f} %" for name, s, _ in rows))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for names, bars and numbers."""
        return QSize(328, _ROW_PX * len(self._rows))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the rows and the line of guessing."""
        painter = QPainter(self)
        palette = theme.current()
        left, right = float(_NAME_PX), float(self.width() - _NUMBER_PX)
        for index, (name, share, role) in enumerate(self._rows):
            top = index * _ROW_PX
            middle = top + _ROW_PX / 2
            is_ours = role == "new"
            weight = QFont.Weight.DemiBold if is_ours else QFont.Weight.Normal
            painter.setFont(theme.font("small", weight))
            painter.setPen(theme.color(palette.text if is_ours else palette.secondary))
            upright = Qt.AlignmentFlag.AlignVCenter
            box = QRectF(0, top, _NAME_PX, _ROW_PX)
            painter.drawText(box, upright | Qt.AlignmentFlag.AlignLeft, name)
            painter.drawText(
                QRectF(right, top, _NUMBER_PX, _ROW_PX),
                upright | Qt.AlignmentFlag.AlignRight,
                f"{100 * share:.0f} %",
            )
            track = QRectF(left, middle - _BAR_PX / 2, right - left - 8, _BAR_PX)
            painter.fillRect(track, theme.color(palette.track))
            filled = max(0.0, min(1.0, 2 * (share - 0.5))) * track.width()
            colour = palette.new if is_ours else palette.old
            painter.fillRect(QRectF(left, track.top(), filled, _BAR_PX), theme.color(colour))
        painter.setPen(QPen(theme.color(palette.text), 1))
        painter.drawLine(QPointF(left, 4), QPointF(left, self.height() - 4))
