"""An edit on its song's time scale, and what it shares with the song's own timeline."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPolygonF
from PySide6.QtWidgets import QToolTip, QWidget

from editor_app.listening.pair_picture import LanePicture, Wave
from editor_app.look import theme
from editor_app.look.words import counted
from editor_app.widgets.timeline_widget import GUTTER_PX, TimelineWidget, paint_hairlines
from editor_app.widgets.wave_image import wave_image
from ml_core.units import clock

STRIP_PX = 20
_INSET_PX = 6
_NOTCH_WIDTH_PX, _NOTCH_HEIGHT_PX = 10, 7
_LABEL_INSET_PX = 6
# As near to a join its tooltip shows.
_JOIN_REACH_PX = 6
# Strength of body and core: what is kept, and what is cut.
KEPT, CUT = (0.6, 1.0), (0.16, 0.3)


class KeptTimeline(TimelineWidget):
    """A timeline of the song's length, with words in the gutter."""

    sought = Signal(float)
    """A time was clicked, in seconds of what the timeline shows."""

    def __init__(self, words: str, height_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._height_px = words, height_px
        self._scale_s = 1.0

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As in the pictures."""
        return QSize(816, self._height_px)

    def to_px(self, at_s: float) -> float:
        """Where a time lies, from the timeline's left edge."""
        return at_s / self._scale_s * self.timeline_px

    def _x(self, at_s: float) -> float:
        return GUTTER_PX + self.to_px(at_s)

    def _paint_words(self, painter: QPainter, facts: str) -> None:
        font = theme.font("small")
        line = QFontMetricsF(font).height()
        painter.setFont(font)
        painter.setPen(theme.color(theme.current().secondary))
        painter.drawText(QPointF(0, STRIP_PX + line), self._words)
        painter.drawText(QPointF(0, STRIP_PX + 2 * line + 2), facts)

    def _paint_wave(
        self,
        painter: QPainter,
        wave: Wave,
        span: tuple[float, float],
        peak: float,
        hex_rgb: str,
        strength: tuple[float, float],
        foot: float,
        at_s: float | None = None,
    ) -> None:
        """Paint a stretch of a waveform at its own place, or from `at_s` on."""
        start_s, end_s = span
        first_s = start_s if at_s is None else at_s
        left, right = self._x(first_s), self._x(first_s + end_s - start_s)
        box = QRectF(left, STRIP_PX + _INSET_PX, right - left, 0)
        box.setBottom(foot - _INSET_PX)
        ratio = self.devicePixelRatioF()
        n_columns, n_rows = round(box.width() * ratio), round(box.height() * ratio)
        if n_columns > 0 and n_rows > 0:
            columns = wave.columns(start_s, end_s, n_columns)
            body, core = (theme.color(hex_rgb, one) for one in strength)
            painter.drawImage(box, wave_image(columns, n_rows, peak, body, core))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Seek where it was clicked."""
        x = event.position().x() - GUTTER_PX
        if event.button() == Qt.MouseButton.LeftButton and x >= 0:
            self.sought.emit(min(1.0, x / self.timeline_px) * self._scale_s)


class KeptEdit(KeptTimeline):
    """The edit on the song's scale, so that the time saved is seen; joins as notches."""

    def __init__(self) -> None:
        super().__init__("Edit", 88)
        self._picture: LanePicture | None = None
        self._join_words: tuple[str, ...] = ()
        self._spans_s: tuple[tuple[float, float], ...] = ()

    @property
    def picture(self) -> LanePicture | None:
        """The edit that is shown."""
        return self._picture

    def show_edit(
        self,
        picture: LanePicture | None,
        song_s: float,
        spans_s: tuple[tuple[float, float], ...] = (),
    ) -> None:
        """Show an edit of a song of `song_s` seconds.

        Args:
            picture: of the edit; None for none.
            song_s: length of its song.
            spans_s: what it keeps, where its picture's wave is the song's; empty for its own wave.
        """
        self._picture, self._scale_s = picture, max(song_s, 1e-3)
        self._join_words, self._spans_s = (), spans_s
        self._name()
        self.repaint_picture()

    def _name(self) -> None:
        words, picture = "No edit", self._picture
        if picture is not None:
            words = f"The edit, {clock(picture.duration_s)}, {counted(len(picture.joins), 'join')}"
        self.setAccessibleName(words)

    def tell_joins(self, words: tuple[str, ...]) -> None:
        """Say of each join how much it stands out, in its tooltip."""
        self._join_words = words

    def tooltip(self, x: float) -> str:
        """What lies at a place, in pixels from the left."""
        joins = self._picture.joins if self._picture is not None else ()
        reach = [(abs(self._x(join.at_s) - x), index) for index, join in enumerate(joins)]
        distance, index = min(reach, default=(_JOIN_REACH_PX + 1.0, 0))
        if distance > _JOIN_REACH_PX:
            return ""
        more = self._join_words[index] if index < len(self._join_words) else ""
        return "\n".join(filter(None, (joins[index].tooltip, more)))

    def event(self, event: QEvent) -> bool:
        """Tell what lies under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tooltip(event.pos().x()), self)
            return True
        return super().event(event)

    def paint_picture(self, painter: QPainter) -> None:
        """Paint all but the head."""
        foot = float(self.height())
        self.head_top_px, self.head_bottom_px = float(STRIP_PX), foot
        picture = self._picture
        if picture is None:
            return
        palette = theme.current()
        self._paint_words(painter, clock(picture.duration_s))
        left, right = self._x(0), self._x(picture.duration_s)
        strip = QRectF(left, 0, right - left, STRIP_PX)
        painter.fillRect(strip, theme.color(palette.band_2))
        ground = QRectF(left, STRIP_PX, right - left, self.height() - STRIP_PX)
        painter.fillRect(ground, theme.color(palette.panel))
        whole = (0.0, picture.duration_s)
        at_s = 0.0
        for span in self._spans_s or (whole,):
            wave = picture.wave
            self._paint_wave(painter, wave, span, picture.peak, palette.new, KEPT, foot, at_s)
            at_s += span[1] - span[0]
        self._paint_bars(painter, picture)
        self._paint_joins(painter, picture)

    def _paint_bars(self, painter: QPainter, picture: LanePicture) -> None:
        font = theme.font("small")
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(theme.color(theme.current().secondary))
        for segment in picture.segments:
            left = self._x(segment.start_s) + _LABEL_INSET_PX
            room = self._x(segment.end_s) - left - _NOTCH_WIDTH_PX / 2
            if metrics.horizontalAdvance(segment.bars) <= room:
                box = QRectF(left, 0, room, STRIP_PX)
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, segment.bars)

    def _paint_joins(self, painter: QPainter, picture: LanePicture) -> None:
        palette = theme.current()
        xs = [int(self._x(join.at_s)) + 0.5 for join in picture.joins]
        for x in xs:
            painter.fillRect(QRectF(x - 2, 0, 4, self.height()), theme.color(palette.window))
        paint_hairlines(painter, xs, 0, self.height(), theme.color(palette.text, 0.75))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(palette.text))
        for x in xs:
            half = _NOTCH_WIDTH_PX / 2
            notch = QPolygonF(
                [QPointF(x - half, 0), QPointF(x + half, 0), QPointF(x, _NOTCH_HEIGHT_PX)]
            )
            painter.drawPolygon(notch)
