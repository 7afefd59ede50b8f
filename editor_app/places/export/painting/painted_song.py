"""The song's waveform as a person paints on it what is always and what is never kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter

from editor_app.places.export.kept_song import KeptSong, Span
from editor_app.places.export.kept_timelines import STRIP_PX
from editor_app.places.export.painting.marks import WORDS, Kind, flag_box, paint_span
from editor_app.widgets.timeline_widget import GUTTER_PX
from ml_core.units import clock

Brush = Literal["", "locked", "forbidden"]

# As near to a border it is taken, not what lies beside it.
_BORDER_PX = 5
_DRAG_PX = 4


@dataclass(frozen=True, slots=True)
class _Border:
    """A border that is being dragged.

    Attributes:
        kind, span: what it belongs to, as it was.
        is_start: which of its two.
    """

    kind: Kind
    span: Span
    is_start: bool

    def moved(self, at_s: float) -> Span:
        """The span with the border elsewhere; empty or turned round where it went too far."""
        start, end = self.span
        return (at_s, end) if self.is_start else (start, at_s)


class PaintedSong(KeptSong):
    """With a brush in hand a drag paints; without one, borders can be dragged, flags selected.

    Rules that concern places of the song are shown where they hold.
    """

    painted = Signal(str, object)
    """"locked" or "forbidden", and the stretch in seconds of the song."""

    moved = Signal(str, object, object)
    """The kind of a span, the span as it was, and as it is to be; None where it is to go."""

    brush_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._brush: Brush = ""
        self._rules: tuple[tuple[Span, str], ...] = ()
        self._painting: tuple[float, float] | None = None
        self._border: _Border | None = None
        self._border_s = 0.0
        self.setMouseTracking(True)

    @property
    def brush(self) -> Brush:
        """What a drag paints; empty where it selects."""
        return self._brush

    def take_brush(self, brush: Brush) -> None:
        """Paint that from now on; empty to paint no more."""
        if brush != self._brush:
            self._brush = brush
            self._painting = None
            self.setCursor(Qt.CursorShape.CrossCursor if brush else Qt.CursorShape.ArrowCursor)
            self.brush_changed.emit(brush)
            self.repaint_picture()

    def show_rules(self, *, keeps_intro: bool, keeps_ending: bool) -> None:
        """Show which ends of the song a rule keeps."""
        parts = self.music_parts()
        found = []
        if keeps_intro and parts:
            found.append((parts[0], "the intro, always"))
        if keeps_ending and parts:
            found.append((parts[-1], "the ending, always"))
        if tuple(found) != self._rules:
            self._rules = tuple(found)
            self.repaint_picture()

    def painted_spans(self) -> list[tuple[Kind, Span]]:
        """All that is painted, in order of the song."""
        kinds: tuple[tuple[Kind, tuple[Span, ...]], ...] = (
            ("locked", self._locked),
            ("forbidden", self._forbidden),
        )
        found = [(kind, span) for kind, spans in kinds for span in spans]
        return sorted(found, key=lambda one: one[1])

    def selected_kind(self) -> Kind | None:
        """The kind of the painted span that is selected as a whole; None without one."""
        found = (kind for kind, span in self.painted_spans() if span == self.selection)
        return next(found, None)

    def select_next(self, step: int = 1) -> None:
        """Select the next painted span, after the last one the first again."""
        spans = [span for _, span in self.painted_spans()]
        if not spans:
            return
        if self.selection in spans:
            self.select(spans[(spans.index(self.selection) + step) % len(spans)])
            return
        from_s = self.selection[0] if self.selection is not None else 0.0
        self.select(next((span for span in spans if span[0] >= from_s), spans[0]))

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin to paint or to drag a border; else as without painting."""
        x = event.position().x() - GUTTER_PX
        is_mine = event.button() == Qt.MouseButton.LeftButton and x >= 0 and self.picture
        if is_mine and self._brush:
            self._painting = (x, x)
            return
        if is_mine and event.position().y() >= STRIP_PX:
            self._border = self._border_at(event.position().x())
            if self._border is not None:
                self._border_s = self._border.span[0 if self._border.is_start else 1]
                return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Paint on, or drag the border to the nearest bar line."""
        x = event.position().x() - GUTTER_PX
        if self._painting is not None:
            self._painting = (self._painting[0], x)
            self.repaint_picture()
        elif self._border is not None:
            self._border_s = self.nearest_bar(self._to_s(x))
            self.repaint_picture()
        else:
            if not self._brush:
                near = event.position().y() >= STRIP_PX and self._border_at(event.position().x())
                shape = Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor
                self.setCursor(shape)
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """What was painted or dragged holds now."""
        if self._painting is not None:
            span = self._painted_span(event.position().y())
            self._painting = None
            self.painted.emit(self._brush, span)
            self.repaint_picture()
        elif self._border is not None:
            border, self._border = self._border, None
            self._settle(border)
            self.repaint_picture()
        elif not self._selects_flag(event):
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """With a brush in hand it is one more press."""
        if self._brush:
            self.mousePressEvent(event)
        else:
            super().mouseDoubleClickEvent(event)

    def _selects_flag(self, event: QMouseEvent) -> bool:
        """A click on a span's flag selects the span, so that it can be cleared or changed."""
        pressed, at = self._pressed_px, event.position()
        if pressed is None or abs(at.x() - GUTTER_PX - pressed) >= _DRAG_PX:
            return False
        for kind, span in self.painted_spans():
            if flag_box(self._box(span), WORDS[kind]).contains(at):
                self._pressed_px = None
                self.select(span)
                return True
        return False

    def _painted_span(self, y: float) -> Span:
        assert self._painting is not None
        low, high = sorted(self._to_s(px) for px in self._painting)
        is_click = abs(self._painting[1] - self._painting[0]) < _DRAG_PX
        part = self.part_at(low) if is_click and y < STRIP_PX else None
        return part or self._whole_bars(low, max(high, low + 1e-6))

    def _border_at(self, x: float) -> _Border | None:
        near = [
            (abs(self._x(span[end]) - x), _Border(kind, span, is_start=end == 0))
            for kind, span in self.painted_spans()
            for end in (0, 1)
        ]
        distance, border = min(near, key=lambda one: one[0], default=(_BORDER_PX + 1.0, None))
        return border if distance <= _BORDER_PX else None

    def _settle(self, border: _Border) -> None:
        span = border.moved(self._border_s)
        if span != border.span:
            self.moved.emit(border.kind, border.span, span if span[0] < span[1] else None)

    # Keys

    def grow_selection(self, n_bars: int, from_s: float) -> None:
        """Likewise; a painted span that is selected grows with its selection."""
        self._change_selected(lambda: KeptSong.grow_selection(self, n_bars, from_s))

    def grow_start(self, n_bars: int) -> None:
        """Let the selection begin bars later, or earlier where it is negative."""
        self._change_selected(lambda: self._grow_start(n_bars))

    def _grow_start(self, n_bars: int) -> None:
        if self.selection is None:
            return
        start_s, end_s = self.selection
        edges = sorted({bar for bar in (0.0, *self._bars_s) if bar < end_s - 1e-6})
        at = min(range(len(edges)), key=lambda k: abs(edges[k] - start_s))
        self.select((edges[min(max(at + n_bars, 0), len(edges) - 1)], end_s))

    def _change_selected(self, change: Callable[[], None]) -> None:
        kind, before = self.selected_kind(), self.selection
        change()
        after = self.selection
        if kind is not None and before != after:
            self.moved.emit(kind, before, after)

    # Painting

    def paint_spans(self, painter: QPainter) -> None:
        """Paint what is set on the song, as it would be once the mouse lets go."""
        for span, words in self._rules:
            paint_span(painter, self._box(span), "locked", words, is_rule=True)
        dragged = self._border
        for kind, span in self.painted_spans():
            is_dragged = dragged is not None and (kind, span) == (dragged.kind, dragged.span)
            shown = dragged.moved(self._border_s) if is_dragged and dragged else span
            if shown[0] < shown[1]:
                paint_span(painter, self._box(shown), kind)
        if self._painting is not None and self._brush:
            span = self._painted_span(STRIP_PX)
            words = f"{clock(span[0])} to {clock(span[1])}"
            paint_span(painter, self._box(span), self._brush, words)
