"""A few bars of a song, large: its waveform under the lines of beats and bars."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from editor_app.look import theme
from editor_app.places.songs.bars.painting import NOTCH_HEIGHT_PX, BarCanvas, DrawnSong
from editor_app.places.songs.bars.snapping import snapped_s
from editor_app.widgets.timeline_widget import TimelineWidget
from ml_core.domain.bar_check import BarCheck
from ml_core.edits.peaks import Pyramid

# Sizes of the picture's parts, in logical pixels.
WAVE_PX, _LEAST_WAVE_PX = 112, 56
_LABELS_PX = 20
# What is seen: five bars, within what an eye can follow.
_BARS_SEEN = 5
_SHORTEST_VIEW_S, _LONGEST_VIEW_S = 2.0, 60.0
_USUAL_VIEW_S = (4.0, 16.0)
# A page turns when the head comes this near to the edge, and starts so much before it.
_TURN_AT, _TURN_TO = 0.94, 0.06
_WHEEL_STEP = 120
# A line is held by the mouse this near, and snaps to what is as near; less than that is a click.
_REACH_PX, _DRAG_PX = 6, 4
_SCROLL_A_STEP, _ZOOM_A_STEP = 0.15, 0.8


class BarPicture(TimelineWidget):
    """The view follows the play head page by page; the wheel scrolls, with Ctrl it zooms.

    Signals:
        sought: the picture was clicked: the time in seconds.
        line_moved: a bar line was dragged: where it was and where it goes, in seconds.
        chosen: a stretch was dragged over: its bars (first, end), or None for none.
        turned: another part of the song is in view.
    """

    gutter_px = 0
    sought = Signal(float)
    line_moved = Signal(float, float)
    chosen = Signal(object)
    turned = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._song: DrawnSong | None = None
        self._start_s, self._view_s = 0.0, 10.0
        self._pressed_px: float | None = None
        self._line_s: float | None = None
        self._dragged_s: tuple[float, float] | None = None
        self._chosen: tuple[int, int] | None = None
        self.setMouseTracking(True)
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
            self._song, self._chosen = None, None
            self.repaint_picture()
            return
        layout = check.layout
        rate = layout.sample_rate_hz
        top = wave.levels[-1]
        self._song = DrawnSong(
            wave,
            rate,
            layout.n_samples / rate,
            float(max(-top[:, 0].min(initial=0.0), top[:, 1].max(initial=0.0))),
            np.array(layout.beat_samples, np.float64) / rate,
            np.array(layout.bar_edges_samples, np.float64) / rate,
            frozenset(check.doubtful_bars),
            marked,
            layout.has_beat,
            tuple(anchor / rate for anchor in check.corrections.anchors),
            tuple((a / rate, b / rate) for a, b in check.corrections.stretches),
        )
        if before is None or before.wave is not wave:
            self._chosen = None
            shortest, longest = _USUAL_VIEW_S
            bar_s = float(np.median(np.diff(self._song.edges_s)))
            self._view_s = min(max(_BARS_SEEN * bar_s, shortest), longest)
            self._look_at(float(self._song.edges_s[0]))
            self.turned.emit()
        elif self._chosen is not None:
            self.choose(_same_stretch(before.edges_s, self._song.edges_s, self._chosen))
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
        self.head_top_px, self.head_bottom_px = top - NOTCH_HEIGHT_PX, float(self.height())
        ground = QRectF(0, top, self.width(), self.height() - top)
        painter.fillRect(ground, theme.color(palette.window))
        if self._song is None:
            return
        chosen_s = None
        if self._chosen is not None:
            first_s, end_s = (float(self._song.edges_s[bar]) for bar in self._chosen)
            chosen_s = (first_s, end_s)
        BarCanvas(
            self._song,
            self._start_s,
            self._view_s,
            self.timeline_px,
            float(self.height()),
            top,
            self.devicePixelRatioF(),
            chosen_s,
            self._dragged_s,
        ).paint(painter)

    @property
    def _labels_px(self) -> int:
        return max(_LABELS_PX, math.ceil(QFontMetricsF(theme.font("small")).height()) + 8)

    def _look_at(self, at_s: float) -> None:
        """Turn to the page that begins just before a time."""
        self._scroll_to(at_s - _TURN_TO * self._view_s)

    def _scroll_to(self, start_s: float) -> None:
        last_s = 0.0 if self._song is None else self._song.duration_s - self._view_s
        start_s = max(0.0, min(start_s, last_s))
        if start_s != self._start_s:
            self._start_s = start_s
            self.repaint_picture()
            self.turned.emit()

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

    @property
    def chosen_bars(self) -> tuple[int, int] | None:
        """First bar of the stretch that is chosen, and the one after its last."""
        return self._chosen

    def choose(self, bars: tuple[int, int] | None) -> None:
        """Choose a stretch of bars, or none."""
        if bars != self._chosen:
            self._chosen = bars
            self.repaint_picture()
            self.chosen.emit(bars)

    def line_near(self, at_s: float, reach_s: float = float("inf")) -> float | None:
        """The bar line nearest to a time, in seconds; None if none is within reach."""
        if self._song is None or not self._song.has_beat:
            return None
        lines_s = self._song.edges_s[:-1]
        nearest_s = float(lines_s[np.abs(lines_s - at_s).argmin()])
        return nearest_s if abs(nearest_s - at_s) <= reach_s else None

    def snapped_s(self, at_s: float, reach_s: float) -> float:
        """A place moved onto an onset or beat that is near."""
        song = self._song
        if song is None:
            return at_s
        return snapped_s(song.wave, song.rate_hz, song.beats_s, at_s, reach_s)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take hold of a bar line, or of a place."""
        if self._song is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pressed_px = event.position().x()
            self._line_s = self.line_near(self._time_s(self._pressed_px), self._reach_s)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Drag a line, or a stretch; show what a press would take hold of."""
        x = event.position().x()
        if self._pressed_px is None:
            is_line = self.line_near(self._time_s(x), self._reach_s) is not None
            shape = Qt.CursorShape.SizeHorCursor if is_line else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
        elif abs(x - self._pressed_px) >= _DRAG_PX or self._dragged_s is not None:
            at_s = min(max(0.0, self._time_s(x)), self._end_s)
            if self._line_s is None:
                self._drag_over(self._time_s(self._pressed_px), at_s)
                return
            if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                at_s = self.snapped_s(at_s, self._reach_s)
            self._dragged_s = (self._line_s, at_s)
            self.repaint_picture()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Let a line go where it is; a click without a drag seeks."""
        pressed_px, self._pressed_px = self._pressed_px, None
        dragged_s, self._dragged_s = self._dragged_s, None
        if pressed_px is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if dragged_s is not None:
            self.repaint_picture()
            self.line_moved.emit(*dragged_s)
        elif abs(event.position().x() - pressed_px) < _DRAG_PX:
            self.choose(None)
            self.sought.emit(min(max(0.0, self._time_s(pressed_px)), self._end_s))

    def _drag_over(self, from_s: float, to_s: float) -> None:
        """Choose the bars from one time to another."""
        song = self._song
        if song is None or not song.has_beat:
            return
        n_bars = len(song.edges_s) - 1
        first, last = (
            int(np.clip(np.searchsorted(song.edges_s, at_s, side="right") - 1, 0, n_bars - 1))
            for at_s in sorted((from_s, to_s))
        )
        self.choose((first, last + 1))

    @property
    def _reach_s(self) -> float:
        return _REACH_PX / self.timeline_px * self._view_s

    @property
    def _end_s(self) -> float:
        return 0.0 if self._song is None else self._song.duration_s

    def _time_s(self, x: float) -> float:
        return self._start_s + x / self.timeline_px * self._view_s

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
            self.turned.emit()
        else:
            self._scroll_to(self._start_s - steps * _SCROLL_A_STEP * self._view_s)
        event.accept()


def _same_stretch(
    before_s: NDArray[np.float64], now_s: NDArray[np.float64], bars: tuple[int, int]
) -> tuple[int, int] | None:
    """The bars that lie where others lay before the grid changed; None where none do."""
    first, end = (int(np.abs(now_s - before_s[bar]).argmin()) for bar in bars)
    return (first, end) if end > first else None
