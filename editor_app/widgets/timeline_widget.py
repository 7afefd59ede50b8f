"""What overview, lanes and ruler share: a gutter, a picture kept between paints, and a head."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from editor_app.look import theme

# Room for words and badges left of every timeline, the same for all so that timelines align.
GUTTER_PX = 88
# Room on each side of a head's line that is repainted with it.
_HEAD_ROOM_PX = 2


def paint_hairlines(
    painter: QPainter, xs: Iterable[float], top: float, bottom: float, color: QColor
) -> None:
    """Paint upright lines of one logical pixel, each on whole pixels of the device.

    By `fillRect`, since on a screen of scale 2 Qt strokes lines many times as slowly.
    """
    device = painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    width = max(1, int(ratio + 0.5)) / ratio
    for x in xs:
        painter.fillRect(QRectF(int(x * ratio) / ratio, top, width, bottom - top), color)


class TimelineWidget(QWidget):
    """Paints its picture once, and then only the line of the head over it.

    Subclasses implement `paint_picture` and `to_px`.
    """

    gutter_px = GUTTER_PX
    head_top_px = 0.0
    head_bottom_px = 0.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixmap, self._is_outdated = QPixmap(), True
        self._head_s: float | None = None
        self._is_head_dashed = False
        # Where the head was painted last, and whether dashed.
        self._head_painted: tuple[float | None, bool] = (None, False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def timeline_px(self) -> float:
        """Width of the timeline itself."""
        return max(1.0, self.width() - self.gutter_px)

    def to_px(self, at_s: float) -> float:
        """Where a time lies, from the timeline's left edge."""
        raise NotImplementedError

    def paint_picture(self, painter: QPainter) -> None:
        """Paint all but the head."""
        raise NotImplementedError

    def set_head(self, at_s: float | None, *, is_dashed: bool = False) -> None:
        """Show the head at a time, or none."""
        if (at_s, is_dashed) == (self._head_s, self._is_head_dashed):
            return
        self._head_s, self._is_head_dashed = at_s, is_dashed
        before, after = self._head_painted, (self._head_x(), is_dashed)
        if before == after:  # still on the same pixel
            return
        for x, _ in (before, after):
            if x is not None:
                room = _HEAD_ROOM_PX
                self.update(QRect(int(x) - room, 0, 2 * room + 1, self.height()))

    def shows_head(self, at_s: float) -> bool:
        """Whether the head is painted where a time lies; never for one outside the view."""
        x = self._x_of(at_s)
        return x is not None and x == self._head_painted[0]

    def repaint_picture(self) -> None:
        """Paint the picture anew at the next paint."""
        self._is_outdated = True
        self.update()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Paint anew in other colours or type."""
        if event.type() in (
            QEvent.Type.PaletteChange,
            QEvent.Type.FontChange,
            QEvent.Type.StyleChange,
            QEvent.Type.EnabledChange,
        ):
            self.repaint_picture()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the kept picture and the head."""
        ratio = self.devicePixelRatioF()
        if self._is_outdated or self._pixmap.size() != self.size() * ratio:
            self._pixmap = self._painted(ratio)
            self._is_outdated = False
        painter = QPainter(self)
        part = QRectF(event.rect())
        source = QRectF(part.topLeft() * ratio, part.size() * ratio)
        painter.drawPixmap(part, self._pixmap, source)
        x = self._head_x()
        self._head_painted = (x, self._is_head_dashed)
        if x is not None:
            pen = QPen(theme.color(theme.current().text), 1)
            if self._is_head_dashed:
                pen.setStyle(Qt.PenStyle.CustomDashLine)
                pen.setDashPattern([3, 3])
            painter.setPen(pen)
            painter.drawLine(QPointF(x, self.head_top_px), QPointF(x, self.head_bottom_px))

    def _painted(self, ratio: float) -> QPixmap:
        """The picture, painted into the memory of the last one, since new memory takes longer."""
        pixmap, size = self._pixmap, self.size() * ratio
        if pixmap.size() != size:
            pixmap = QPixmap(size)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(theme.color(theme.current().window))
        painter = QPainter(pixmap)
        self.paint_picture(painter)
        painter.end()
        return pixmap

    def _head_x(self) -> float | None:
        """The head's place in the widget, on the middle of a pixel; None outside the view."""
        return None if self._head_s is None else self._x_of(self._head_s)

    def _x_of(self, at_s: float) -> float | None:
        x = self.to_px(at_s)
        if not 0 <= x <= self.timeline_px:
            return None
        ratio = self.devicePixelRatioF()
        return (int((self.gutter_px + x) * ratio) + 0.5) / ratio
