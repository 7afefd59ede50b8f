"""The edit's timeline whose joins can be taken, dragged, and moved by keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter

from editor_app.places.export.hand.place_marks import PlaceMark, paint_edge, paint_marks
from editor_app.places.export.kept_timelines import KeptEdit
from editor_app.widgets.timeline_widget import GUTTER_PX
from ml_core.domain.by_hand import HowItStandsOut

_REACH_PX = 6
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_TURNS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class JoinedEdit(KeptEdit):
    """A click on a join takes it in hand, dragging moves it; elsewhere a click seeks.

    With a join in hand and the focus, the arrow keys move it and turn to others, Esc lets go.
    """

    join_taken = Signal(int)
    """A join was pressed, from 0."""

    join_dragged = Signal(float)
    """Where the mouse has the join that was taken, in seconds of the edit."""

    join_dropped = Signal()

    join_neared = Signal(int)
    """The mouse lies over that join."""

    stepped = Signal(int)
    """A key asks to move the join so many bars."""

    turned = Signal(int)
    """A key asks for the next join, or the one before."""

    let_go = Signal()
    """A key asks to have no join in hand."""

    def __init__(self) -> None:
        super().__init__()
        self._in_hand: int | None = None
        self._how: HowItStandsOut | None = None
        self._marks: tuple[PlaceMark, ...] = ()
        self._said = ""
        self._is_dragging = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_join(
        self,
        in_hand: int | None,
        how: HowItStandsOut | None = None,
        marks: tuple[PlaceMark, ...] = (),
        words: str = "",
    ) -> None:
        """Show the join in hand, how it stands out, and where it could lie; what is said of it."""
        self._said = words
        self._name()
        if (in_hand, how, marks) != (self._in_hand, self._how, self._marks):
            self._in_hand, self._how, self._marks = in_hand, how, marks
            self.repaint_picture()

    def join_s(self, join: int) -> float | None:
        """Where a join lies, in seconds of the edit; None without it."""
        joins = self._picture.joins if self._picture is not None else ()
        return joins[join].at_s if 0 <= join < len(joins) else None

    def _name(self) -> None:
        super()._name()
        if self._said:
            self.setAccessibleName(f"{self.accessibleName()}. In hand: {self._said}")

    def _join_at(self, event: QMouseEvent) -> int | None:
        x = event.position().x()
        joins = self._picture.joins if self._picture is not None else ()
        near = [(abs(self._x(join.at_s) - x), index) for index, join in enumerate(joins)]
        distance, index = min(near, default=(_REACH_PX + 1.0, 0))
        return index if distance <= _REACH_PX else None

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take a join; elsewhere seek."""
        join = self._join_at(event) if event.button() == Qt.MouseButton.LeftButton else None
        if join is None:
            super().mousePressEvent(event)
            return
        self._is_dragging = True
        self.join_taken.emit(join)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Drag what was taken; show what can be."""
        x = event.position().x() - GUTTER_PX
        if self._is_dragging:
            self.join_dragged.emit(max(0.0, x / self.timeline_px) * self._scale_s)
            return
        join = self._join_at(event)
        shape = Qt.CursorShape.ArrowCursor if join is None else Qt.CursorShape.SplitHCursor
        self.setCursor(shape)
        if join is not None:
            self.join_neared.emit(join)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Let go of it where it is."""
        if self._is_dragging:
            self._is_dragging = False
            self.join_dropped.emit()

    # Keys

    def event(self, event: QEvent) -> bool:
        """Keep the keys of a join in hand from the commands of the place."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._is_own(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def _is_own(self, event: QKeyEvent) -> bool:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if self._in_hand is None or modifiers != Qt.KeyboardModifier.NoModifier:
            return False
        return event.key() in (*_STEPS, *_TURNS, Qt.Key.Key_Escape)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move the join in hand, turn to another, or let go."""
        key = Qt.Key(event.key())
        if not self._is_own(event):
            super().keyPressEvent(event)
        elif key in _STEPS:
            self.stepped.emit(_STEPS[key])
        elif key in _TURNS:
            self.turned.emit(_TURNS[key])
        else:
            self.let_go.emit()

    # Painting

    def paint_picture(self, painter: QPainter) -> None:
        """Paint the edit, and the join in hand over it."""
        super().paint_picture(painter)
        at_s = None if self._in_hand is None else self.join_s(self._in_hand)
        if at_s is not None:
            foot = float(self.height())
            paint_marks(painter, ((self._x(mark.at_s), mark.how) for mark in self._marks), foot)
            paint_edge(painter, self._x(at_s), 0.0, foot, self._how)
