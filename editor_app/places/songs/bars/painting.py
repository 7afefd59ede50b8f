"""Painting of a few bars: waveform, lines of bars and beats, their names, what is doubtful."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPolygonF

from editor_app.look import theme
from editor_app.widgets.timeline_widget import paint_hairlines
from editor_app.widgets.wave_image import wave_image
from ml_core.edits.peaks import Pyramid
from ml_core.units import clock

# Sizes of the picture's parts, in logical pixels.
NOTCH_WIDTH_PX, NOTCH_HEIGHT_PX = 10, 6
_LABEL_GAP_PX = 8
_DOUBT_PX = 2
_STRETCH_PX = 2
# What is written where a bar is doubtful, the longest that fits.
_DOUBTFUL_WORDS = ("first beat uncertain", "uncertain", "?")
_MARKED_WORDS = ("you marked a bad join here", "bad join here", "bad join", "?")
_BODY, _CORE, _BEAT = 0.55, 1.0, 0.4
_CHOSEN = 0.16
# Beats closer than this are not numbered, closer than half of it not drawn.
_NUMBERED_PX = 24


@dataclass(frozen=True, slots=True, eq=False)
class DrawnSong:
    """What is drawn, in seconds."""

    wave: Pyramid
    rate_hz: int
    duration_s: float
    peak: float
    beats_s: NDArray[np.float64]
    edges_s: NDArray[np.float64]
    doubtful: frozenset[int]
    marked: frozenset[int]
    has_beat: bool
    anchors_s: tuple[float, ...] = ()
    stretches_s: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class BarCanvas:
    """Where in a picture what lies, and how it is painted.

    Attributes:
        start_s, view_s: first second that is seen, and how many are.
        width_px, height_px: of the picture.
        labels_px: of the line of names at its top.
        ratio: pixels of the device a logical one.
        chosen_s: the stretch that is chosen.
        dragged_s: where a line is and where it is dragged to.
    """

    song: DrawnSong
    start_s: float
    view_s: float
    width_px: float
    height_px: float
    labels_px: float
    ratio: float
    chosen_s: tuple[float, float] | None = None
    dragged_s: tuple[float, float] | None = None

    def to_px(self, at_s: float) -> float:
        """Where a time lies."""
        return (at_s - self.start_s) / self.view_s * self.width_px

    def paint(self, painter: QPainter) -> None:
        """Paint all of it."""
        top = self.labels_px
        ground = QRectF(0, top, self.width_px, self.height_px - top)
        self._paint_wave(painter, self.song, ground)
        self._paint_stretches(painter, top)
        self._paint_lines(painter, self.song, top)
        self._paint_doubts(painter, self.song)
        self._paint_dragged(painter, top)

    def _paint_stretches(self, painter: QPainter, top: float) -> None:
        """A band over stretches of a tempo or meter of their own, a tint over what is chosen."""
        palette = theme.current()
        for start_s, end_s in self.song.stretches_s:
            left, right = self.to_px(start_s), self.to_px(end_s)
            band = QRectF(left, top, right - left, _STRETCH_PX)
            painter.fillRect(band, theme.color(palette.text))
        if self.chosen_s is not None:
            left, right = map(self.to_px, self.chosen_s)
            tinted = QRectF(left, top, right - left, self.height_px - top)
            painter.fillRect(tinted, theme.color(palette.text, _CHOSEN))

    def _paint_dragged(self, painter: QPainter, top: float) -> None:
        """The line that is being dragged, where it would come to lie, with how far it is moved."""
        if self.dragged_s is None:
            return
        from_s, to_s = self.dragged_s
        ink = theme.color(theme.current().doubtful)
        x = self.to_px(to_s)
        painter.fillRect(QRectF(x - 1, top - 2, 2, self.height_px), ink)
        painter.setPen(ink)
        painter.setFont(theme.font("small"))
        words = f"{1000 * (to_s - from_s):+.0f} ms"
        box = QRectF(x + _LABEL_GAP_PX, top + 2, 80, 20)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_wave(self, painter: QPainter, song: DrawnSong, ground: QRectF) -> None:
        ratio = self.ratio
        n_columns, n_rows = round(ground.width() * ratio), round(ground.height() * ratio)
        start, end = (at_s * song.rate_hz for at_s in (self.start_s, self.start_s + self.view_s))
        palette = theme.current()
        image = wave_image(
            song.wave.columns(start, end, max(1, n_columns)),
            max(1, n_rows),
            song.peak,
            theme.color(palette.secondary, _BODY),
            theme.color(palette.secondary, _CORE),
        )
        painter.drawImage(ground, image)

    def _paint_lines(self, painter: QPainter, song: DrawnSong, top: float) -> None:
        palette = theme.current()
        foot = self.height_px
        beat_px = float(np.median(np.diff(song.beats_s))) / self.view_s * self.width_px
        beats = self._seen(song.beats_s) if song.has_beat and beat_px > _NUMBERED_PX / 2 else []
        starts = set(np.round(song.edges_s, 6))
        beat_xs = [
            self.to_px(song.beats_s[i]) for i in beats if round(song.beats_s[i], 6) not in starts
        ]
        paint_hairlines(painter, beat_xs, top, foot, theme.color(palette.text, _BEAT))
        bars = self._seen(song.edges_s)
        xs = [self.to_px(song.edges_s[i]) for i in bars]
        paint_hairlines(painter, xs, top - 2, foot, theme.color(palette.text))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(palette.text))
        half, tip = NOTCH_WIDTH_PX / 2, top + 1
        for x in (int(x) + 0.5 for x in xs):
            corners = [
                QPointF(x - half, tip - NOTCH_HEIGHT_PX),
                QPointF(x + half, tip - NOTCH_HEIGHT_PX),
            ]
            painter.drawPolygon(QPolygonF([*corners, QPointF(x, tip)]))
        painter.restore()
        self._paint_labels(painter, song, bars, beats if beat_px >= _NUMBERED_PX else [])

    def _paint_labels(
        self, painter: QPainter, song: DrawnSong, bars: list[int], beats: list[int]
    ) -> None:
        """Name bars and number beats; a name that would run into the next line is left out.

        Beats have no numbers where these leave a bar no room for its name.
        """
        palette, font = theme.current(), theme.font("small")
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        height = self.labels_px - NOTCH_HEIGHT_PX
        names = {
            i: f"bar {i + 1}" if song.has_beat else clock(song.edges_s[i])
            for i in bars
            if i < len(song.edges_s) - 1
        }
        widest = max(map(metrics.horizontalAdvance, names.values()), default=0.0)
        beat_px = min(np.diff([self.to_px(song.beats_s[i]) for i in beats]), default=0.0)
        has_room = _LABEL_GAP_PX + widest <= max(beat_px - 2, _NUMBERED_PX)
        numbers = {i: self._number(song, i) for i in beats} if has_room else {}
        lines = sorted(
            [self.to_px(song.edges_s[i]) for i in bars]
            + [self.to_px(song.beats_s[i]) for i, number in numbers.items() if number > 1]
        )

        def write(x: float, words: str, hex_rgb: str) -> None:
            following = next((other for other in lines if other > x + 1), self.width_px)
            width = metrics.horizontalAdvance(words)
            if x + _LABEL_GAP_PX + width <= max(following - 2, x + _NUMBERED_PX):
                painter.setPen(theme.color(hex_rgb))
                box = QRectF(x + _LABEL_GAP_PX, 0, width + 1, height)
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)

        for i, words in names.items():
            write(self.to_px(song.edges_s[i]), words, palette.text)
        for i, number in numbers.items():
            if number > 1:
                write(self.to_px(song.beats_s[i]), str(number), palette.secondary)

    def _number(self, song: DrawnSong, beat: int) -> int:
        """A beat's place in its bar, from 1 on; 0 before the first bar and after the last."""
        at_s = song.beats_s[beat]
        bar = int(np.searchsorted(song.edges_s, at_s + 1e-6, side="right")) - 1
        if not 0 <= bar < len(song.edges_s) - 1:
            return 0
        return beat - int(np.searchsorted(song.beats_s, song.edges_s[bar] - 1e-6)) + 1

    def _paint_doubts(self, painter: QPainter, song: DrawnSong) -> None:
        """Underline what is uncertain, in words too where they fit."""
        palette, font = theme.current(), theme.font("small")
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        foot = self.height_px - _DOUBT_PX
        for bar in sorted(song.doubtful | song.marked):
            left, right = (self.to_px(song.edges_s[bar + k]) for k in (0, 1))
            if right < 0 or left > self.width_px:
                continue
            left, right = left + 4, right - 3
            ink = theme.color(palette.doubtful)
            painter.fillRect(QRectF(left, foot, right - left, _DOUBT_PX), ink)
            for words in _MARKED_WORDS if bar in song.marked else _DOUBTFUL_WORDS:
                width = metrics.horizontalAdvance(words) + 8
                if width <= right - left:
                    box = QRectF(left, foot - metrics.height() - 2, width, metrics.height() + 2)
                    painter.fillRect(box, theme.color(palette.window, 0.85))
                    painter.setPen(ink)
                    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
                    break

    def _seen(self, times_s: NDArray[np.float64]) -> list[int]:
        start, end = self.start_s, self.start_s + self.view_s
        first, last = np.searchsorted(times_s, (start, end))
        return list(range(int(first), int(last)))
