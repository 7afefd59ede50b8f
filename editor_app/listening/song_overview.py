"""The whole song: its parts, what each edit keeps of it, and where they differ."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QToolTip, QWidget

from editor_app.listening import original_state
from editor_app.listening.original_state import OriginalState
from editor_app.listening.pair_picture import SongPicture
from editor_app.look import theme
from editor_app.look.parts import BEHIND_WAVE, part_color, part_words
from editor_app.widgets import letter_badge
from editor_app.widgets.timeline_widget import GUTTER_PX, TimelineWidget
from editor_app.widgets.wave_image import wave_image
from ml_core.units import clock

_RIBBON_PX, _GAP_PX, _BRACKET_PX = 10, 4, 6
_THREAD_PX = 2
_LABEL_INSET_PX = 6
_BADGE_PX = 16
# What a bracket covers is one pixel narrower at each side, so that neighbours stay apart.
_BRACKET_INSET_PX = 1.0


def paint_bracket(
    painter: QPainter, left: float, right: float, foot: float, hex_rgb: str, strength: float
) -> None:
    """Paint a bracket that opens upwards, its line at `foot`."""
    left, right = int(left + _BRACKET_INSET_PX), int(right - _BRACKET_INSET_PX)
    right = max(right, left + 2)
    color = theme.color(hex_rgb, strength)
    painter.fillRect(QRectF(left, foot - 1, right - left, 1), color)
    for x in (left, right - 1):
        painter.fillRect(QRectF(x, foot + 1 - _BRACKET_PX, 1, _BRACKET_PX - 2), color)


class SongOverview(TimelineWidget):
    """Bands of parts, ribbon A, the song, ribbon B and brackets where the edits differ.

    Signals:
        sought: a place of the song was clicked, in seconds.
    """

    sought = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: SongPicture | None = None
        self._is_wave_hidden = False
        self._state = OriginalState()
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The size that the layout starts from; the waveform takes any further height."""
        return QSize(1064, 112)

    def set_picture(self, picture: SongPicture | None) -> None:
        """Show another song, or none."""
        self._picture = picture
        self._tell_readers()
        self.repaint_picture()

    def set_state(self, state: OriginalState) -> None:
        """Show whether the original is what sounds, rather than one of the edits."""
        if state != self._state:
            self._state = state
            self._tell_readers()
            self.repaint_picture()

    def set_wave_hidden(self, is_hidden: bool) -> None:
        """Leave the waveform out, for ears only."""
        self._is_wave_hidden = is_hidden
        self.repaint_picture()

    def to_px(self, at_s: float) -> float:
        """Where a time of the song lies, from the timeline's left edge."""
        duration_s = self._picture.duration_s if self._picture is not None else 1.0
        return at_s / duration_s * self.timeline_px

    def paint_picture(self, painter: QPainter) -> None:
        """Paint all but the head."""
        band = self._band_px
        self.head_top_px, self.head_bottom_px = float(band), float(self.height())
        if self._picture is None:
            return
        self._paint_parts(painter, self._picture)
        top = band + _GAP_PX
        self._paint_ribbon(painter, self._picture, "A", top)
        wave = QRectF(GUTTER_PX, top + _RIBBON_PX + _GAP_PX, self.timeline_px, self._wave_px)
        self._paint_wave(painter, self._picture, wave)
        self._paint_ribbon(painter, self._picture, "B", wave.bottom() + _GAP_PX)
        foot = self.height() - 2.0
        text = theme.current().text
        for difference in self._picture.differences:
            left, right = (self._x(at) for at in (difference.start_s, difference.end_s))
            paint_bracket(painter, left, right, foot, text, 0.75)
        self._paint_gutter(painter, self._picture, top, wave.bottom() + _GAP_PX)
        original_state.paint(painter, QRectF(0, wave.top(), GUTTER_PX, wave.height()), self._state)

    @property
    def _band_px(self) -> int:
        return max(16, math.ceil(QFontMetricsF(theme.font("small")).height()) + 2)

    @property
    def _wave_px(self) -> float:
        others = self._band_px + 2 * _RIBBON_PX + 4 * _GAP_PX + 4 + _BRACKET_PX + 2
        return max(12.0, self.height() - others)

    def _x(self, at_s: float) -> float:
        return GUTTER_PX + self.to_px(at_s)

    def _paint_parts(self, painter: QPainter, picture: SongPicture) -> None:
        palette, font = theme.current(), theme.font("small")
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        for start_s, end_s, name in picture.sections:
            left, right = round(self._x(start_s)), round(self._x(end_s))
            band = QRectF(left, 0, max(1, right - left - 1), self._band_px)
            painter.fillRect(band, part_color(name))
            below = QRectF(left, self._band_px, band.width() + 1, self.height())
            painter.fillRect(below, part_color(name, BEHIND_WAVE))
            room = band.width() - 2 * _LABEL_INSET_PX
            fitting = (w for w in part_words(name) if metrics.horizontalAdvance(w) <= room)
            words = next(fitting, "")
            painter.setPen(theme.color(palette.text))
            box = band.adjusted(_LABEL_INSET_PX, 0, 0, 0)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_ribbon(self, painter: QPainter, picture: SongPicture, lane: str, top: float) -> None:
        palette = theme.current()
        hex_rgb = palette.a if lane == "A" else palette.b
        middle = top + (_RIBBON_PX - _THREAD_PX) / 2
        thread = QRectF(GUTTER_PX, middle, self.timeline_px, _THREAD_PX)
        painter.fillRect(thread, theme.color(hex_rgb, 0.3))
        for start_s, end_s in picture.kept.get(lane, ()):
            left, right = self._x(start_s), self._x(end_s)
            painter.fillRect(QRectF(left, top, right - left, _RIBBON_PX), theme.color(hex_rgb))

    def _paint_wave(self, painter: QPainter, picture: SongPicture, box: QRectF) -> None:
        palette = theme.current()
        ink = palette.text if self._state.is_sounding else palette.secondary
        if self._is_wave_hidden:
            line = QRectF(box.left(), box.center().y(), box.width(), 1)
            painter.fillRect(line, theme.color(ink, 0.4))
            return
        ratio = self.devicePixelRatioF()
        n_columns, height = round(box.width() * ratio), round(box.height() * ratio)
        columns = picture.wave.columns(0, picture.duration_s, n_columns)
        image = wave_image(columns, height, picture.peak, theme.color(ink, 0.6), theme.color(ink))
        painter.drawImage(box, image)

    def _paint_gutter(
        self, painter: QPainter, picture: SongPicture, top_a: float, top_b: float
    ) -> None:
        font = theme.font("small")
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(theme.color(theme.current().secondary))
        line = metrics.height()

        def write(words: str, left: float, middle: float) -> None:
            room = GUTTER_PX - left - 4
            box = QRectF(left, middle - line / 2, room, line)
            elided = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, elided)

        write("Song", 0, self._band_px / 2)
        for lane, top in (("A", top_a), ("B", top_b)):
            middle = top + _RIBBON_PX / 2
            badge = QRectF(0, round(middle - _BADGE_PX / 2), _BADGE_PX, _BADGE_PX)
            letter_badge.paint(painter, lane, badge)
            write("kept", _BADGE_PX + 8, middle)
        # Under B's badge, whatever the type's size.
        write(
            _counted(len(picture.differences)),
            0,
            min(self.height() - line / 2, top_b + _RIBBON_PX / 2 + _BADGE_PX / 2 + line / 2 + 1),
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Seek where it was clicked."""
        x = event.position().x() - GUTTER_PX
        if self._picture is not None and event.button() == Qt.MouseButton.LeftButton and x >= 0:
            self.sought.emit(min(1.0, x / self.timeline_px) * self._picture.duration_s)

    def event(self, event: QEvent) -> bool:
        """Tell what lies under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._tooltip(event.pos().x()), self)
            return True
        return super().event(event)

    def _tooltip(self, x: float) -> str:
        picture = self._picture
        if picture is None or x < GUTTER_PX:
            return ""
        at_s = (x - GUTTER_PX) / self.timeline_px * picture.duration_s
        for difference in picture.differences:
            if difference.start_s <= at_s < difference.end_s:
                times = f"{clock(difference.start_s)} to {clock(difference.end_s)}"
                return f"Only {difference.lane} has this: {times} of the song"
        return clock(at_s)

    def _tell_readers(self) -> None:
        words = "Song overview" if self._picture is None else self._words(self._picture)
        if self._state.is_sounding:
            words += f"; the original is chosen, {self._state.words.lower()}"
        self.setAccessibleName(words)

    def _words(self, picture: SongPicture) -> str:
        n_parts = len(picture.sections)
        parts = "1 part" if n_parts == 1 else f"{n_parts} parts"
        return (
            f"Song, {clock(picture.duration_s)}, {parts}; "
            f"the edits have {_counted(len(picture.differences))}"
        )


def _counted(n_differences: int) -> str:
    if n_differences == 0:
        return "no differences"
    return "1 difference" if n_differences == 1 else f"{n_differences} differences"
