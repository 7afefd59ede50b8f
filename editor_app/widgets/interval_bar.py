"""A share with its interval on a scale: 0 to 100 %, one half as the tallest line."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from editor_app.look import theme

_HEIGHT_PX = 72
_BAR_PX = 13
_DOT_PX = 14
_SCALE = ((0.0, "0 %"), (0.25, "25 %"), (0.75, "75 %"), (1.0, "100 %"))
_TEXT_PX = 16
_BOUND_APART_PX = 36


class IntervalBar(QWidget):
    """Where a share lies and where it likely is.

    Args:
        middle_words: what one half means; empty leaves the scale's numbers out too.
        role: "new" draws in the colour of the new policy, "text" in the text's.
    """

    def __init__(self, middle_words: str = "", role: str = "new") -> None:
        super().__init__()
        self._middle_words, self._role = middle_words, role
        self._share: float | None = None
        self._low, self._high = 0.0, 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float | None, low: float, high: float) -> None:
        """Show a share (None for no dot) within its interval, all 0..1."""
        self._share, self._low, self._high = share, low, high
        mean = "unknown" if share is None else f"{100 * share:.0f} %"
        self.setAccessibleName(f"{mean}, likely {100 * low:.0f} to {100 * high:.0f} %")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """High enough for the labels above and below."""
        return QSize(320, _HEIGHT_PX if self._middle_words else 2 * _DOT_PX)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Narrow, but of full height."""
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint scale, interval and dot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = theme.current()
        painter.setFont(theme.font("small"))
        inset = 24.0 if self._middle_words else _DOT_PX / 2
        width = self.width() - 2 * inset
        middle = _TEXT_PX + 14.0 if self._middle_words else self.height() / 2

        def x(share: float) -> float:
            return inset + share * width

        painter.setPen(QPen(theme.color(palette.line), 1))
        painter.drawLine(QPointF(x(0), middle), QPointF(x(1), middle))
        colour = palette.new if self._role == "new" else palette.text
        bar = QRectF(x(self._low), middle - _BAR_PX / 2, x(self._high) - x(self._low), _BAR_PX)
        painter.fillRect(bar, theme.color(colour, 0.45))
        if self._middle_words:
            self._paint_scale(painter, x, middle)
        painter.setPen(QPen(theme.color(palette.text), 1))
        half = 18 if self._middle_words else 8
        painter.drawLine(QPointF(x(0.5), middle - half), QPointF(x(0.5), middle + half))
        if self._share is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(colour))
            painter.drawEllipse(QPointF(x(self._share), middle), _DOT_PX / 2, _DOT_PX / 2)
            if self._middle_words:
                painter.setPen(theme.color(palette.text))
                painter.setFont(theme.font("small", QFont.Weight.DemiBold))
                box = QRectF(x(self._share) - 40, 0, 80, _TEXT_PX)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{100 * self._share:.0f} %")

    def _paint_scale(self, painter: QPainter, x, middle: float) -> None:  # type: ignore[no-untyped-def]
        palette = theme.current()
        painter.setPen(theme.color(palette.secondary))
        centre = Qt.AlignmentFlag.AlignCenter
        for share, words in _SCALE:
            painter.drawText(QRectF(x(share) - 40, middle + 10, 80, _TEXT_PX), centre, words)
        self._paint_bounds(painter, x)
        painter.setPen(theme.color(palette.text))
        painter.drawText(
            QRectF(x(0.5) - 120, middle + 26, 240, _TEXT_PX), centre, self._middle_words
        )

    def _paint_bounds(self, painter: QPainter, x) -> None:  # type: ignore[no-untyped-def]
        """The interval's ends above it, where they do not meet the share's own number."""
        centre = Qt.AlignmentFlag.AlignCenter
        for bound in (self._low, self._high):
            if self._share is None or abs(x(bound) - x(self._share)) >= _BOUND_APART_PX:
                box = QRectF(x(bound) - 40, 0, 80, _TEXT_PX)
                painter.drawText(box, centre, f"{100 * bound:.0f} %")
