"""One edit on its own time scale: what it keeps, where it joins, its waveform, whether it plays."""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from editor_app.listening import lane_gutter
from editor_app.listening.lane_gutter import GutterState
from editor_app.listening.pair_picture import Join, LanePicture, Segment
from editor_app.listening.song_overview import paint_bracket
from editor_app.look import theme
from editor_app.widgets.time_scale import TimeScale
from editor_app.widgets.timeline_widget import GUTTER_PX, TimelineWidget, paint_hairlines
from editor_app.widgets.wave_image import Lines, wave_image
from ml_core.units import clock

# Sizes of a lane's parts, in logical pixels.
_STRIP_PX = 20
_WAVE_INSET_PX = 8
# Two pixels to each side of the line.
_JOIN_GAP_PX = 5
_NOTCH_WIDTH_PX, _NOTCH_HEIGHT_PX = 10, 7
_LABEL_INSET_PX = 8
_BETWEEN_WORDS_PX = 10
_JOIN_REACH_PX = 6
# A silent lane's body, and its core over it.
_SILENT_BODY, _SILENT_CORE = 0.26, 0.5
# Bar lines closer than this are a hatching, not lines.
_CLOSEST_LINES_PX = 6
# One notch of a mouse wheel.
_WHEEL_STEP = 120
_ZOOM_A_STEP = 0.8
_SCROLL_A_STEP = 0.15


class LaneWidget(TimelineWidget):
    """One lane of a pair.

    Signals:
        sought: the lane was clicked: its name, and the time in it in seconds.
        join_chosen: a join's notch was clicked: the lane's name, and the join's index.
    """

    sought = Signal(str, float)
    join_chosen = Signal(str, int)

    def __init__(self, name: str, scale: TimeScale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._scale = name, scale
        self._picture: LanePicture | None = None
        self._state = GutterState(name)
        self._is_wave_hidden = False
        self._gutter = lane_gutter.GutterPicture()
        scale.changed.connect(self._repaint_times)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The size that the layout starts from."""
        return QSize(1064, 128)

    def set_picture(self, picture: LanePicture | None) -> None:
        """Show another edit, or none."""
        self._picture = picture
        self._tell_readers()
        self.repaint_picture()

    def set_state(self, *, is_sounding: bool, is_playing: bool = False, key: str = "") -> None:
        """Show whether this lane is the one that sounds.

        Args:
            is_sounding: whether it is the chosen one.
            is_playing: whether it is being heard.
            key: the key that switches to this lane, shown while it is silent.
        """
        state = GutterState(self._name, is_sounding, is_playing, key)
        if state != self._state:
            self._state = state
            self._tell_readers()
            self.repaint_picture()

    def set_wave_hidden(self, is_hidden: bool) -> None:
        """Leave the waveform out, for ears only."""
        self._is_wave_hidden = is_hidden
        self.repaint_picture()

    def to_px(self, at_s: float) -> float:
        """Where a time of the lane lies, from the timeline's left edge."""
        return self._scale.to_px(at_s, self.timeline_px)

    def paint_picture(self, painter: QPainter) -> None:
        """Paint all but the head."""
        strip = self._strip_px
        self.head_top_px, self.head_bottom_px = strip, float(self.height())
        picture = self._picture
        facts = () if picture is None else (clock(picture.duration_s), _counted(picture.joins))
        self._gutter.paint(painter, QSize(GUTTER_PX, self.height()), self._state, facts)
        if picture is None:
            return
        painter.setClipRect(QRectF(GUTTER_PX, 0, self.timeline_px, self.height()))
        left, right = self._x(0), self._x(picture.duration_s)
        palette = theme.current()
        ground = QRectF(left, 0, right - left, self.height())
        painter.fillRect(ground, theme.color(palette.panel))
        painter.fillRect(QRectF(left, 0, right - left, strip), theme.color(palette.band_2))
        self._paint_wave(painter, picture, strip)
        strength = 0.8 if self._state.is_sounding else 0.45
        for start_s, end_s in picture.differences_s:
            first, last = self._x(start_s), self._x(end_s)
            paint_bracket(painter, first, last, self.height() - 1.0, palette.text, strength)
        self._paint_labels(painter, picture.segments, strip)
        self._paint_joins(painter, picture.joins)

    def repaint_picture(self) -> None:
        """Paint all anew at the next paint."""
        self._gutter.forget()
        super().repaint_picture()

    def _repaint_times(self) -> None:
        """Paint anew what the view of the time scale changes."""
        super().repaint_picture()

    @property
    def _strip_px(self) -> float:
        return max(_STRIP_PX, QFontMetricsF(theme.font("small")).height() + 4)

    @overload
    def _x(self, at_s: float) -> float: ...

    @overload
    def _x(self, at_s: NDArray[np.float64]) -> NDArray[np.float64]: ...

    def _x(self, at_s: float | NDArray[np.float64]) -> float | NDArray[np.float64]:
        """Where times of the lane lie in the widget."""
        scale = self._scale
        return GUTTER_PX + (at_s - scale.start_s) * self.timeline_px / (scale.end_s - scale.start_s)

    def _paint_wave(self, painter: QPainter, picture: LanePicture, top: float) -> None:
        """Paint the waveform, and the bar lines behind it."""
        first, last = max(0.0, self._scale.start_s), min(picture.duration_s, self._scale.end_s)
        ratio = self.devicePixelRatioF()
        left, right = self._x(first), self._x(last)
        n_columns, n_rows = round((right - left) * ratio), round((self.height() - top) * ratio)
        if first >= last or n_columns < 1 or n_rows < 1:
            return
        palette = theme.current()
        hex_rgb = palette.a if self._name == "A" else palette.b
        body, core = (0.6 if palette.is_dark else 0.5), 1.0
        if not self._state.is_sounding:
            body, core = _SILENT_BODY, _SILENT_CORE
        columns = np.zeros((n_columns, 3), np.float32)
        if not self._is_wave_hidden:
            columns = picture.wave.columns(first, last, n_columns)
        image = wave_image(
            columns,
            n_rows,
            picture.peak,
            theme.color(hex_rgb, body),
            theme.color(hex_rgb, core),
            round(_WAVE_INSET_PX * ratio),
            self._bar_lines(picture, left, ratio),
        )
        painter.drawImage(QRectF(left, top, n_columns / ratio, n_rows / ratio), image)

    def _bar_lines(self, picture: LanePicture, left: float, ratio: float) -> list[Lines]:
        """Hairlines, stronger every fourth bar, and fewer where they would crowd."""
        line = theme.current().line
        seen = (picture.bar_lines_s > self._scale.start_s) & (
            picture.bar_lines_s < self._scale.end_s
        )
        px_a_s = self.timeline_px / (self._scale.end_s - self._scale.start_s)
        bar_px = picture.duration_s / max(1, len(picture.bar_lines_s)) * px_a_s
        kinds = []
        for is_strong, strength in ((False, 0.55), (True, 1.0)):
            if bar_px * (4 if is_strong else 1) < _CLOSEST_LINES_PX:
                continue
            chosen = picture.bar_lines_s[seen & (picture.is_phrase == is_strong)]
            first = np.floor((self._x(chosen) - left) * ratio).astype(np.int64)
            width = np.arange(max(1, round(ratio)))
            kinds.append(Lines((first[:, None] + width).ravel(), theme.color(line, strength)))
        return kinds

    def _paint_labels(self, painter: QPainter, segments: tuple[Segment, ...], strip: float) -> None:
        """Write what each segment is, within what of it is seen: the parts, then the bars."""
        palette, is_sounding = theme.current(), self._state.is_sounding
        weight = QFont.Weight.Medium if is_sounding else QFont.Weight.Normal
        fonts = theme.font("small", weight), theme.font("small")
        metrics = tuple(QFontMetricsF(font) for font in fonts)
        inks = palette.text if is_sounding else palette.secondary, palette.secondary
        shortest = metrics[0].horizontalAdvance("Pa\N{HORIZONTAL ELLIPSIS}")
        for segment in segments:
            left = max(self._x(segment.start_s), GUTTER_PX) + _LABEL_INSET_PX
            room = min(self._x(segment.end_s), self.width()) - _NOTCH_WIDTH_PX / 2 - left
            if room < shortest:
                continue
            parts = metrics[0].elidedText(segment.parts, Qt.TextElideMode.ElideRight, room)
            for words, font, metric, ink in zip(
                (parts, segment.bars), fonts, metrics, inks, strict=True
            ):
                words_px = metric.horizontalAdvance(words)
                if words_px > room:
                    break
                painter.setFont(font)
                painter.setPen(theme.color(ink))
                box = QRectF(left, 0, words_px + 1, strip)
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
                left += words_px + _BETWEEN_WORDS_PX
                room -= words_px + _BETWEEN_WORDS_PX

    def _paint_joins(self, painter: QPainter, joins: tuple[Join, ...]) -> None:
        """Paint the joins in view: a gap, a line, and a notch on top."""
        palette, is_sounding = theme.current(), self._state.is_sounding
        xs = [int(self._x(join.at_s)) for join in joins]
        reach = _NOTCH_WIDTH_PX
        xs = [x for x in xs if GUTTER_PX - reach <= x <= self.width() + reach]
        ground = theme.color(palette.window)
        for x in xs:
            painter.fillRect(QRectF(x - _JOIN_GAP_PX // 2, 0, _JOIN_GAP_PX, self.height()), ground)
        line = theme.color(palette.text, 0.75 if is_sounding else 0.45)
        paint_hairlines(painter, xs, 0, self.height(), line)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(palette.text if is_sounding else palette.secondary))
        half = _NOTCH_WIDTH_PX / 2
        for middle in (x + 0.5 for x in xs):
            tip = QPointF(middle, _NOTCH_HEIGHT_PX)
            notch = [QPointF(middle - half, 0), QPointF(middle + half, 0), tip]
            painter.drawPolygon(QPolygonF(notch))
        painter.restore()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Seek where it was clicked; a join's notch means the join."""
        if self._picture is None or event.button() != Qt.MouseButton.LeftButton:
            return
        x, y = event.position().x(), event.position().y()
        index = self._join_at(x)
        if index is not None and y <= self._strip_px:
            self.join_chosen.emit(self._name, index)
        elif x >= GUTTER_PX:
            at_s = self._scale.to_s(x - GUTTER_PX, self.timeline_px)
            self.sought.emit(self._name, min(max(0.0, at_s), self._picture.duration_s))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom about the mouse; sideways, or with Shift, scroll."""
        steps = event.angleDelta().y() / _WHEEL_STEP
        sideways = event.angleDelta().x() / _WHEEL_STEP
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            steps, sideways = 0.0, sideways + steps
        view_s = self._scale.end_s - self._scale.start_s
        if sideways:
            self._scale.scroll(-sideways * _SCROLL_A_STEP * view_s)
        if steps:
            x = event.position().x() - GUTTER_PX
            self._scale.zoom(_ZOOM_A_STEP**steps, self._scale.to_s(x, self.timeline_px))
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Tell what lies under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._tooltip(event.pos().x()), self)
            return True
        return super().event(event)

    def _join_at(self, x: float) -> int | None:
        joins = self._picture.joins if self._picture is not None else ()
        reach = [(abs(self._x(join.at_s) - x), index) for index, join in enumerate(joins)]
        nearest = min(reach, default=(_JOIN_REACH_PX + 1.0, 0))
        return nearest[1] if nearest[0] <= _JOIN_REACH_PX else None

    def _tooltip(self, x: float) -> str:
        picture = self._picture
        if picture is None or x < GUTTER_PX:
            return ""
        join = self._join_at(x)
        if join is not None:
            return picture.joins[join].tooltip
        at_s = self._scale.to_s(x - GUTTER_PX, self.timeline_px)
        if any(start <= at_s < end for start, end in picture.differences_s):
            return f"Only {self._name} has this"
        return ""

    def _tell_readers(self) -> None:
        """Say in words what the picture shows."""
        picture, name = self._picture, f"Edit {self._name}"
        if picture is None:
            self.setAccessibleName(name)
            return
        facts = f"{clock(picture.duration_s)}, {_counted(picture.joins)}"
        self.setAccessibleName(f"{name}, {facts}, {self._state.words.lower()}")


def _counted(joins: tuple[Join, ...]) -> str:
    if not joins:
        return "no joins"
    return "1 join" if len(joins) == 1 else f"{len(joins)} joins"
