"""A drawn example of a song and its edit: kept spans, joins, and what is saved."""

from __future__ import annotations

import math
from functools import cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from editor_app.look import theme
from editor_app.look.parts import part_color

# The example: parts of a song of 3:10 by bar, and the spans of bars that its edit keeps.
_N_BARS = 88
_PARTS = (
    ("Part 1", 0, 15),
    ("Part 2", 15, 37),
    ("Part 1", 37, 55),
    ("Part 2", 55, 76),
    ("Part 1", 76, 83),
    ("3", 83, 88),
)
_KEPT = ((0, 15), (22, 37), (48, 55), (62, 88))
_LOUDNESS = {"Part 1": 0.5, "Part 2": 0.9, "3": 0.22}
_SLICES_A_BAR = 10

_BAND_PX = 16


@cache
def _levels() -> tuple[tuple[float, float], ...]:
    """(peak, core) of each slice of the example song, 0..1: made up, the same every time."""
    levels = []
    for index in range(_N_BARS * _SLICES_A_BAR):
        bar, place = divmod(index, _SLICES_A_BAR)
        part = next(name for name, start, end in _PARTS if start <= bar < end)
        # A fixed, uneven sequence in 0..1 (golden-ratio steps) stands for the music's detail.
        detail = (index * 0.6180339887 + 0.13 * math.sin(index * 12.9898)) % 1.0
        beat = 1.0 if place % 5 == 0 else 0.72
        start_of_song = min(1.0, 0.12 + index / (6 * _SLICES_A_BAR))
        end_of_song = min(1.0, (_N_BARS * _SLICES_A_BAR - index) / (5 * _SLICES_A_BAR))
        peak = _LOUDNESS[part] * beat * (0.62 + 0.38 * detail) * start_of_song * end_of_song
        levels.append((peak, peak * (0.36 + 0.2 * detail)))
    return tuple(levels)


class EditPicture(QWidget):
    """The song above, its edit below, and where each kept span goes."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Picture: an edit keeps four spans of a song, with three joins")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(150)
        self.setMaximumHeight(236)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As in a column of the first screen."""
        return QSize(936, 220)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint both waveforms and the ribbons between them."""
        palette = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bar_px = self.width() / _N_BARS
        self._paint_bands(painter, bar_px)
        wave_px = (self.height() - _BAND_PX - 4) * 0.36
        song = QRectF(0, _BAND_PX + 4, self.width(), wave_px)
        n_kept = sum(end - start for start, end in _KEPT)
        edit = QRectF(0, self.height() - wave_px, n_kept * bar_px, wave_px)
        painter.fillRect(song, theme.color(palette.panel))
        painter.fillRect(edit, theme.color(palette.panel))
        _paint_wave(painter, song, 0, _N_BARS, palette.old, 0.35)
        left = 0.0
        for at, (start, end) in enumerate(_KEPT):
            source = QRectF(start * bar_px, song.top(), (end - start) * bar_px, wave_px)
            target = QRectF(left, edit.top(), source.width(), wave_px)
            painter.fillRect(source, theme.color(palette.panel))
            _paint_wave(painter, source, start, end, palette.new, 1.0)
            _paint_wave(painter, target, start, end, palette.new, 1.0)
            _paint_ribbon(painter, source, target)
            if at:
                _paint_join(painter, target)
            left += source.width()
        self._paint_words(painter, edit)

    def _paint_bands(self, painter: QPainter, bar_px: float) -> None:
        painter.setFont(theme.font("small"))
        for name, start, end in _PARTS:
            box = QRectF(start * bar_px, 0, (end - start) * bar_px - 1, _BAND_PX)
            painter.fillRect(box, part_color(name.removeprefix("Part ")))
            painter.setPen(theme.color(theme.current().text))
            inner = box.adjusted(6, 0, 0, 0)
            painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, name)

    def _paint_words(self, painter: QPainter, edit: QRectF) -> None:
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color(theme.current().secondary))
        left = edit.right() + 16
        box = QRectF(left, edit.top(), self.width() - left, edit.height())
        words = (
            "The edit: 2:16 of 3:10.\nThree joins on bar lines,\n"
            "the intro and the real\nending kept."
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, words)


def _paint_wave(
    painter: QPainter, box: QRectF, start: int, end: int, hex_rgb: str, strength: float
) -> None:
    levels = _levels()[start * _SLICES_A_BAR : end * _SLICES_A_BAR]
    step, middle = box.width() / len(levels), box.center().y()
    painter.setPen(Qt.PenStyle.NoPen)
    for which, alpha in ((0, 0.6), (1, 1.0)):
        heights = [level[which] * box.height() / 2 for level in levels]
        above = [QPointF(box.left() + i * step, middle - h) for i, h in enumerate(heights)]
        below = [QPointF(box.left() + i * step, middle + h) for i, h in enumerate(heights)]
        painter.setBrush(theme.color(hex_rgb, alpha * strength))
        painter.drawPolygon(QPolygonF(above + below[::-1]))


def _paint_ribbon(painter: QPainter, source: QRectF, target: QRectF) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(theme.current().new, 0.16))
    corners = [source.bottomLeft(), source.bottomRight(), target.topRight(), target.topLeft()]
    painter.drawPolygon(QPolygonF(corners))


def _paint_join(painter: QPainter, target: QRectF) -> None:
    palette = theme.current()
    gap = QRectF(target.left() - 2, target.top(), 4, target.height())
    painter.fillRect(gap, theme.color(palette.window))
    painter.setPen(QPen(theme.color(palette.text), 1))
    painter.drawLine(target.topLeft(), target.bottomLeft())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(palette.text))
    x, y = target.left(), target.top()
    painter.drawPolygon(QPolygonF([QPointF(x - 5, y), QPointF(x + 5, y), QPointF(x, y + 7)]))
