"""The whole song on one strip: where bars are doubtful, what was set by hand, what is in view."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from editor_app.look import theme
from editor_app.widgets.timeline_widget import TimelineWidget
from editor_app.widgets.wave_image import wave_image
from ml_core.domain.bar_check import BarCheck
from ml_core.edits.peaks import Pyramid

STRIP_PX = 24
_DOUBT_PX = 4
_LEAST_DOUBT_PX = 3.0
_STRETCH_PX = 2
_BODY, _CORE, _VIEW = 0.4, 0.75, 0.14


class SongStrip(TimelineWidget):
    """A click goes there.

    Signals:
        sought: the strip was clicked: the time in seconds.
    """

    gutter_px = 0
    sought = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._check: BarCheck | None = None
        self._wave: Pyramid | None = None
        self._doubts: tuple[int, ...] = ()
        self._view_s = (0.0, 0.0)
        self.setFixedHeight(STRIP_PX)
        self.setAccessibleName("The whole song")
        self.setToolTip("The whole song, uncertain bars marked. Click to go there.")
        self.head_top_px, self.head_bottom_px = 0.0, float(STRIP_PX)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as there is room."""
        return QSize(640, STRIP_PX)

    def show_song(
        self, check: BarCheck | None, wave: Pyramid | None, doubts: tuple[int, ...]
    ) -> None:
        """Show a song's doubtful bars, and lines and stretches that were set by hand."""
        self._check, self._wave, self._doubts = check, wave, doubts
        n_set = 0 if check is None else len(check.corrections.anchors)
        self.setAccessibleDescription(
            f"{len(doubts)} uncertain bars, {n_set} lines set by hand" if check else ""
        )
        self.repaint_picture()

    def show_view(self, start_s: float, end_s: float) -> None:
        """Show what the picture below shows."""
        if self._view_s != (start_s, end_s):
            self._view_s = (start_s, end_s)
            self.repaint_picture()

    @property
    def _duration_s(self) -> float:
        layout = None if self._check is None else self._check.layout
        return 1.0 if layout is None else layout.n_samples / layout.sample_rate_hz

    def to_px(self, at_s: float) -> float:
        """Where a time lies."""
        return at_s / self._duration_s * self.timeline_px

    def paint_picture(self, painter: QPainter) -> None:
        """Paint all but the head."""
        palette = theme.current()
        painter.fillRect(self.rect(), theme.color(palette.window))
        check, wave = self._check, self._wave
        if check is None or wave is None:
            return
        ground = QRectF(self.rect())
        ratio = self.devicePixelRatioF()
        n_columns, n_rows = round(ground.width() * ratio), round(ground.height() * ratio)
        top = wave.levels[-1]
        image = wave_image(
            wave.columns(0.0, float(check.layout.n_samples), max(1, n_columns)),
            max(1, n_rows),
            float(max(-top[:, 0].min(initial=0.0), top[:, 1].max(initial=0.0))),
            theme.color(palette.secondary, _BODY),
            theme.color(palette.secondary, _CORE),
        )
        painter.drawImage(ground, image)
        left, right = (self.to_px(at_s) for at_s in self._view_s)
        seen = QRectF(left, 0, max(2.0, right - left), STRIP_PX)
        painter.fillRect(seen, theme.color(palette.text, _VIEW))
        self._paint_marks(painter, check)

    def _paint_marks(self, painter: QPainter, check: BarCheck) -> None:
        palette, rate = theme.current(), check.layout.sample_rate_hz
        edges_s = np.array(check.layout.bar_edges_samples, np.float64) / rate
        for start, end in check.corrections.stretches:
            left, right = self.to_px(start / rate), self.to_px(end / rate)
            band = QRectF(left, 0, right - left, _STRETCH_PX)
            painter.fillRect(band, theme.color(palette.text))
        for anchor in check.corrections.anchors:
            pin = QRectF(self.to_px(anchor / rate) - 0.5, 0, 1, STRIP_PX)
            painter.fillRect(pin, theme.color(palette.text))
        for bar in self._doubts:
            left, right = (self.to_px(edges_s[bar + k]) for k in (0, 1))
            mark = QRectF(left, STRIP_PX - _DOUBT_PX, max(_LEAST_DOUBT_PX, right - left), _DOUBT_PX)
            painter.fillRect(mark, theme.color(palette.doubtful))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Go where it was clicked."""
        if self._check is not None and event.button() == Qt.MouseButton.LeftButton:
            at_s = event.position().x() / self.timeline_px * self._duration_s
            self.sought.emit(min(max(0.0, at_s), self._duration_s))
