"""The song's waveform whose edit's joins can be taken by their edges and dragged."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter

from editor_app.places.export.hand.place_marks import PlaceMark, paint_edge, paint_marks
from editor_app.places.export.kept_timelines import STRIP_PX
from editor_app.places.export.painting.painted_song import PaintedSong
from editor_app.widgets.timeline_widget import GUTTER_PX
from ml_core.domain.by_hand import HowItStandsOut, JoinSide

_REACH_PX = 5


class JoinedSong(PaintedSong):
    """What is left out lies between two edges: each is a side of a join."""

    join_taken = Signal(int, str)
    """A join, from 0, and which side of it, were pressed."""

    join_dragged = Signal(float)
    """Where the mouse has the side that was taken, in seconds of the song."""

    join_dropped = Signal()

    join_neared = Signal(int)
    """The mouse lies over a side of that join: it is likely to be taken."""

    def __init__(self) -> None:
        super().__init__()
        self._in_hand: tuple[int, JoinSide] | None = None
        self._how: HowItStandsOut | None = None
        self._marks: tuple[PlaceMark, ...] = ()
        self._is_dragging = False

    def show_join(
        self,
        in_hand: tuple[int, JoinSide] | None,
        how: HowItStandsOut | None = None,
        marks: tuple[PlaceMark, ...] = (),
    ) -> None:
        """Show the join in hand, how it stands out, and where it could lie, in order."""
        if (in_hand, how, marks) != (self._in_hand, self._how, self._marks):
            self._in_hand, self._how, self._marks = in_hand, how, marks
            self.repaint_picture()

    def edges_s(self) -> list[tuple[float, int, JoinSide]]:
        """Of each side of each join: where it lies in seconds, which join, which side."""
        kept = self._picture.kept["A"] if self._picture is not None else ()
        found: list[tuple[float, int, JoinSide]] = []
        for join, (before, after) in enumerate(pairwise(kept)):
            found += [(before[1], join, "left"), (after[0], join, "right")]
        return found

    def _side_at(self, event: QMouseEvent) -> tuple[int, JoinSide] | None:
        x, y = event.position().x(), event.position().y()
        if self.brush or y < STRIP_PX or x < GUTTER_PX or self._border_at(x) is not None:
            return None
        near = [(abs(self._x(at_s) - x), join, side) for at_s, join, side in self.edges_s()]
        distance, join, side = min(near, default=(_REACH_PX + 1.0, 0, "left"))
        return (join, side) if distance <= _REACH_PX else None

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take a side of a join; else as without."""
        taken = self._side_at(event) if event.button() == Qt.MouseButton.LeftButton else None
        if taken is None:
            super().mousePressEvent(event)
            return
        self._is_dragging = True
        self.join_taken.emit(*taken)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Drag what was taken."""
        if self._is_dragging:
            self.join_dragged.emit(self._to_s(event.position().x() - GUTTER_PX))
            return
        super().mouseMoveEvent(event)
        near = self._side_at(event) if not event.buttons() else None
        if near is not None:
            self.setCursor(Qt.CursorShape.SplitHCursor)
            self.join_neared.emit(near[0])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Let go of it where it is."""
        if self._is_dragging:
            self._is_dragging = False
            self.join_dropped.emit()
        else:
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """On a side of a join it is one more press."""
        if self._side_at(event) is not None:
            self.mousePressEvent(event)
        else:
            super().mouseDoubleClickEvent(event)

    # Painting

    def paint_spans(self, painter: QPainter) -> None:
        """Paint what is set on the song, and the join in hand over it."""
        super().paint_spans(painter)
        if self._in_hand is None:
            return
        foot = self.head_bottom_px
        paint_marks(painter, ((self._x(mark.at_s), mark.how) for mark in self._marks), foot)
        join, side = self._in_hand
        for at_s, of_join, its_side in self.edges_s():
            if of_join == join and side in ("both", its_side):
                paint_edge(painter, self._x(at_s), STRIP_PX, foot, self._how)
