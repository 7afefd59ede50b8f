"""How many ratings each sitting brought: a small row of bars, oldest at the left."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from editor_app.look import theme

_BAR_PX, _STEP_PX, _BARS_HEIGHT_PX = 12, 18, 48
_GUTTER_PX = 32


class RatingsChart(QWidget):
    """Bars with their largest count at the left and the first and last day below."""

    def __init__(self) -> None:
        super().__init__()
        self._bars: list[tuple[str, int]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_sittings(self, sittings: Sequence[tuple[str, int]]) -> None:
        """Show (day in words, number of ratings) of each sitting, oldest first."""
        self._bars = list(sittings)
        words = "; ".join(f"{day}: {n}" for day, n in self._bars[-12:])
        self.setAccessibleName("Ratings over time")
        self.setAccessibleDescription(words or "no ratings yet")
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Bars, a line of type below, and air above for the largest count."""
        return QSize(320, _BARS_HEIGHT_PX + 2 * self._line_px)

    @property
    def _line_px(self) -> int:
        return math.ceil(QFontMetricsF(theme.font("small")).height()) + 2

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the newest bars that there is room for."""
        palette = theme.current()
        painter = QPainter(self)
        foot, line = float(self._line_px / 2 + _BARS_HEIGHT_PX), self._line_px
        painter.fillRect(
            QRectF(_GUTTER_PX, foot, self.width() - _GUTTER_PX, 1), theme.color(palette.line)
        )
        n_seen = max(1, int((self.width() - _GUTTER_PX) / _STEP_PX))
        bars = self._bars[-n_seen:]
        if not bars:
            return
        most = max(n for _, n in bars)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color(palette.secondary))
        middle = Qt.AlignmentFlag.AlignVCenter
        right = Qt.AlignmentFlag.AlignRight | middle
        painter.drawText(QRectF(0, 0, _GUTTER_PX - 8, line), right, str(most))
        painter.drawText(QRectF(0, foot - line / 2, _GUTTER_PX - 8, line), right, "0")
        for index, (_, n) in enumerate(bars):
            height = max(1.0, round(_BARS_HEIGHT_PX * n / most))
            left = _GUTTER_PX + index * _STEP_PX
            box = QRectF(left, foot - height, _BAR_PX, height)
            painter.fillRect(box, theme.color(palette.text, 0.75))
        below = QRectF(_GUTTER_PX, foot + 3, self.width() - _GUTTER_PX, line)
        first, last = bars[0][0], bars[-1][0]
        # The last day stands under the last bar, where the first one leaves room.
        end = _GUTTER_PX + (len(bars) - 1) * _STEP_PX + _BAR_PX
        width = theme.words_px(last, "small")
        has_room = end - width > _GUTTER_PX + theme.words_px(first, "small") + 8
        if has_room and last != first:
            painter.drawText(QRectF(end - width, foot + 3, width + 1, line), middle, last)
        is_range = last != first and not has_room
        painter.drawText(below, middle, f"{first} to {last}" if is_range else first)
