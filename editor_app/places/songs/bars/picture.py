"""A few bars of a song, large: its waveform under the lines of beats and bars."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from editor_app.look import theme
from editor_app.widgets.timeline_widget import TimelineWidget, paint_hairlines
from editor_app.widgets.wave_image import wave_image
from ml_core.domain.bar_check import BarCheck
from ml_core.edits.peaks import Pyramid
from ml_core.units import clock

# Sizes of the picture's parts, in logical pixels.
WAVE_PX, _LEAST_WAVE_PX = 112, 56
_LABELS_PX = 20
_NOTCH_WIDTH_PX, _NOTCH_HEIGHT_PX = 10, 6
_LABEL_GAP_PX = 8
_DOUBT_PX = 2
# What is written where a bar is doubtful, the longest that fits.
_DOUBTFUL_WORDS = ("first beat uncertain", "uncertain", "?")
_MARKED_WORDS = ("you marked a bad join here", "bad join here", "bad join", "?")
_BODY, _CORE, _BEAT = 0.55, 1.0, 0.4
# Beats closer than this are not numbered, closer than half of it not drawn.
_NUMBERED_PX = 24
# What is seen: five bars, within what an eye can follow.
_BARS_SEEN = 5
_SHORTEST_VIEW_S, _LONGEST_VIEW_S = 2.0, 60.0
_USUAL_VIEW_S = (4.0, 16.0)
# A page turns when the head comes this near to the edge, and starts so much before it.
_TURN_AT, _TURN_TO = 0.94, 0.06
_WHEEL_STEP = 120
_SCROLL_A_STEP, _ZOOM_A_STEP = 0.15, 0.8


@dataclass(frozen=True, slots=True, eq=False)
class _Song:
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


class BarPicture(TimelineWidget):
    """The view follows the play head page by page; the wheel scrolls, with Ctrl it zooms.

    Signals:
        sought: the picture was clicked: the time in seconds.
    """

    gutter_px = 0
    sought = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._song: _Song | None = None
        self._start_s, self._view_s = 0.0, 10.0
        self.setAccessibleName("Beats and bars")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The size that the layout starts from; labels grow with the type."""
        return QSize(640, self._labels_px + WAVE_PX)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As low as lines can still be told from each other."""
        return QSize(200, self._labels_px + _LEAST_WAVE_PX)

    @property
    def view_s(self) -> tuple[float, float]:
        """Start and end of what is seen, in seconds."""
        return self._start_s, self._start_s + self._view_s

    def show_song(
        self,
        check: BarCheck | None,
        wave: Pyramid | None,
        marked: frozenset[int] = frozenset(),
    ) -> None:
        """Show a song's grid; the view stays where it is for the same waveform.

        Args:
            check: the grid, with what is uncertain of it.
            wave: of the song.
            marked: indices of bars at which a person marked a join as bad.
        """
        before = self._song
        if check is None or wave is None:
            self._song = None
            self.repaint_picture()
            return
        layout = check.layout
        rate = layout.sample_rate_hz
        top = wave.levels[-1]
        self._song = _Song(
            wave,
            rate,
            layout.n_samples / rate,
            float(max(-top[:, 0].min(initial=0.0), top[:, 1].max(initial=0.0))),
            np.array(layout.beat_samples, np.float64) / rate,
            np.array(layout.bar_edges_samples, np.float64) / rate,
            frozenset(check.doubtful_bars),
            marked,
            layout.has_beat,
        )
        if before is None or before.wave is not wave:
            shortest, longest = _USUAL_VIEW_S
            bar_s = float(np.median(np.diff(self._song.edges_s)))
            self._view_s = min(max(_BARS_SEEN * bar_s, shortest), longest)
            self._look_at(float(self._song.edges_s[0]))
        self._tell_readers()
        self.repaint_picture()

    def follow(self, at_s: float) -> None:
        """Have a time in view, turning the page if need be, and the head there."""
        if self._song is not None:
            place = (at_s - self._start_s) / self._view_s
            if not 0 <= place <= _TURN_AT:
                self._look_at(at_s)
        self.set_head(at_s)

    @property
    def head_s(self) -> float | None:
        """Where the head is, in seconds."""
        return self._head_s

    def bar_starts_s(self) -> NDArray[np.float64]:
        """Where bars start, in seconds."""
        return np.zeros(0) if self._song is None else self._song.edges_s[:-1]

    def to_px(self, at_s: float) -> float:
        """Where a time lies."""
        return (at_s - self._start_s) / self._view_s * self.timeline_px

    def paint_picture(self, painter: QPainter) -> None:
        """Paint all but the head."""
        palette = theme.current()
        painter.fillRect(self.rect(), theme.color(palette.panel))
        top = self._labels_px
        self.head_top_px, self.head_bottom_px = top - _NOTCH_HEIGHT_PX, float(self.height())
        ground = QRectF(0, top, self.width(), self.height() - top)
        painter.fillRect(ground, theme.color(palette.window))
        if self._song is None:
            return
        self._paint_wave(painter, self._song, ground)
        self._paint_lines(painter, self._song, top)
        self._paint_doubts(painter, self._song)

    def _paint_wave(self, painter: QPainter, song: _Song, ground: QRectF) -> None:
        ratio = self.devicePixelRatioF()
        n_columns, n_rows = round(ground.width() * ratio), round(ground.height() * ratio)
        start, end = (at_s * song.rate_hz for at_s in self.view_s)
        palette = theme.current()
        image = wave_image(
            song.wave.columns(start, end, max(1, n_columns)),
            max(1, n_rows),
            song.peak,
            theme.color(palette.secondary, _BODY),
            theme.color(palette.secondary, _CORE),
        )
        painter.drawImage(ground, image)

    def _paint_lines(self, painter: QPainter, song: _Song, top: float) -> None:
        palette = theme.current()
        foot = float(self.height())
        beat_px = float(np.median(np.diff(song.beats_s))) / self._view_s * self.timeline_px
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
        half, tip = _NOTCH_WIDTH_PX / 2, top + 1
        for x in (int(x) + 0.5 for x in xs):
            corners = [
                QPointF(x - half, tip - _NOTCH_HEIGHT_PX),
                QPointF(x + half, tip - _NOTCH_HEIGHT_PX),
            ]
            painter.drawPolygon(QPolygonF([*corners, QPointF(x, tip)]))
        painter.restore()
        self._paint_labels(painter, song, bars, beats if beat_px >= _NUMBERED_PX else [])

    def _paint_labels(
        self, painter: QPainter, song: _Song, bars: list[int], beats: list[int]
    ) -> None:
        """Name bars and number beats; a name that would run into the next line is left out."""
        palette, font = theme.current(), theme.font("small")
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        height = self._labels_px - _NOTCH_HEIGHT_PX
        numbers = {i: self._number(song, i) for i in beats}
        lines = sorted(
            [self.to_px(song.edges_s[i]) for i in bars]
            + [self.to_px(song.beats_s[i]) for i, number in numbers.items() if number > 1]
        )

        def write(x: float, words: str, hex_rgb: str) -> None:
            following = next((other for other in lines if other > x + 1), float(self.width()))
            width = metrics.horizontalAdvance(words)
            if x + _LABEL_GAP_PX + width <= max(following - 2, x + _NUMBERED_PX):
                painter.setPen(theme.color(hex_rgb))
                box = QRectF(x + _LABEL_GAP_PX, 0, width + 1, height)
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)

        for i in bars:
            if i < len(song.edges_s) - 1:
                words = f"bar {i + 1}" if song.has_beat else clock(song.edges_s[i])
                write(self.to_px(song.edges_s[i]), words, palette.text)
        for i, number in numbers.items():
            if number > 1:
                write(self.to_px(song.beats_s[i]), str(number), palette.secondary)

    def _number(self, song: _Song, beat: int) -> int:
        """A beat's place in its bar, from 1 on; 0 before the first bar and after the last."""
        at_s = song.beats_s[beat]
        bar = int(np.searchsorted(song.edges_s, at_s + 1e-6, side="right")) - 1
        if not 0 <= bar < len(song.edges_s) - 1:
            return 0
        return beat - int(np.searchsorted(song.beats_s, song.edges_s[bar] - 1e-6)) + 1

    def _paint_doubts(self, painter: QPainter, song: _Song) -> None:
        """Underline what is uncertain, in words too where they fit."""
        palette, font = theme.current(), theme.font("small")
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        foot = self.height() - _DOUBT_PX
        for bar in sorted(song.doubtful | song.marked):
            left, right = (self.to_px(song.edges_s[bar + k]) for k in (0, 1))
            if right < 0 or left > self.width():
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

    @property
    def _labels_px(self) -> int:
        return max(_LABELS_PX, math.ceil(QFontMetricsF(theme.font("small")).height()) + 8)

    def _seen(self, times_s: NDArray[np.float64]) -> list[int]:
        start, end = self.view_s
        first, last = np.searchsorted(times_s, (start, end))
        return list(range(int(first), int(last)))

    def _look_at(self, at_s: float) -> None:
        """Turn to the page that begins just before a time."""
        self._scroll_to(at_s - _TURN_TO * self._view_s)

    def _scroll_to(self, start_s: float) -> None:
        last_s = 0.0 if self._song is None else self._song.duration_s - self._view_s
        start_s = max(0.0, min(start_s, last_s))
        if start_s != self._start_s:
            self._start_s = start_s
            self.repaint_picture()

    def _tell_readers(self) -> None:
        song = self._song
        if song is None:
            self.setAccessibleDescription("")
            return
        n_bars = len(song.edges_s) - 1
        words = f"{n_bars} bars, {len(song.beats_s)} beats" if song.has_beat else "No steady beat"
        if song.doubtful:
            words += f", the first beat is uncertain in {len(song.doubtful)}"
        if song.marked:
            numbers = ", ".join(str(bar + 1) for bar in sorted(song.marked))
            words += f", joins marked as bad at bar {numbers}"
        self.setAccessibleDescription(words)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Seek where it was clicked."""
        if self._song is not None and event.button() == Qt.MouseButton.LeftButton:
            share = event.position().x() / self.timeline_px
            at_s = self._start_s + share * self._view_s
            self.sought.emit(min(max(0.0, at_s), self._song.duration_s))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Scroll; with Ctrl zoom about the mouse."""
        steps = (event.angleDelta().y() + event.angleDelta().x()) / _WHEEL_STEP
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            share = event.position().x() / self.timeline_px
            at_s = self._start_s + share * self._view_s
            view_s = self._view_s * _ZOOM_A_STEP**steps
            self._view_s = min(max(view_s, _SHORTEST_VIEW_S), _LONGEST_VIEW_S)
            self._scroll_to(at_s - share * self._view_s)
            self.repaint_picture()
        else:
            self._scroll_to(self._start_s - steps * _SCROLL_A_STEP * self._view_s)
        event.accept()
