"""Times along the lanes."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from editor_app.look import theme
from editor_app.widgets.time_scale import TimeScale
from editor_app.widgets.timeline_widget import GUTTER_PX, TimelineWidget
from ml_core.units import clock

_TICK_PX = 4
_BETWEEN_LABELS_PX = 28
_STEPS_S = (
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5,
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600,
)  # fmt: skip


def tick_step_s(seconds_a_px: float, label_px: float) -> float:
    """The smallest round step whose labels do not crowd."""
    wanted_s = (label_px + _BETWEEN_LABELS_PX) * seconds_a_px
    return next((step for step in _STEPS_S if step >= wanted_s), _STEPS_S[-1])


def tick_label(at_s: float, step_s: float) -> str:
    """A time as m:ss, with as many decimals as the step needs."""
    if step_s >= 1:
        return clock(at_s)
    n_decimals = math.ceil(-math.log10(step_s) - 1e-9)
    minutes, seconds = divmod(round(at_s, n_decimals), 60)
    return f"{int(minutes)}:{seconds:0{3 + n_decimals}.{n_decimals}f}"


class TimeRuler(TimelineWidget):
    """Labelled ticks for the view of a time scale."""

    def __init__(self, scale: TimeScale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = scale
        scale.changed.connect(self.repaint_picture)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One line of small type and its ticks."""
        return QSize(400, max(16, math.ceil(QFontMetricsF(theme.font("small")).height()) + 3))

    def to_px(self, at_s: float) -> float:
        """Where a time lies, from the timeline's left edge."""
        return self._scale.to_px(at_s, self.timeline_px)

    def paint_picture(self, painter: QPainter) -> None:
        """Paint ticks and labels; a label at an edge stays within it."""
        palette, font = theme.current(), theme.font("small")
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        scale, width = self._scale, self.timeline_px
        view_s = scale.end_s - scale.start_s
        widest = metrics.horizontalAdvance(tick_label(scale.duration_s, min(1.0, view_s / 10)))
        step_s = tick_step_s(view_s / width, widest)
        for index in range(math.ceil(scale.start_s / step_s), int(scale.end_s / step_s) + 1):
            x = GUTTER_PX + self.to_px(index * step_s)
            painter.setPen(QPen(theme.color(palette.line), 1))
            foot = float(self.height())
            painter.drawLine(QPointF(int(x) + 0.5, foot - _TICK_PX), QPointF(int(x) + 0.5, foot))
            label = tick_label(index * step_s, step_s)
            label_px = metrics.horizontalAdvance(label) + 1
            left = min(max(x - label_px / 2, GUTTER_PX), self.width() - label_px)
            box = QRectF(left, 0, label_px, foot - _TICK_PX + 1)
            painter.setPen(theme.color(palette.secondary))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, label)
