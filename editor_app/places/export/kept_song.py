"""The song an edit is made of: its parts, what is kept lit, what must or must not be kept."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from editor_app.listening.pair_picture import SongPicture
from editor_app.look import theme
from editor_app.look.parts import BEHIND_WAVE, part_color, part_words
from editor_app.places.export.kept_timelines import CUT, KEPT, STRIP_PX, KeptTimeline
from editor_app.places.export.painting.marks import Kind, paint_span
from editor_app.widgets.time_ruler import tick_label, tick_step_s
from editor_app.widgets.timeline_widget import GUTTER_PX
from ml_core.domain.songs import SILENCE
from ml_core.units import clock

Span = tuple[float, float]

_HEIGHT_PX = 144
_RULER_PX = 16
_LABEL_INSET_PX = 6
# A press that moves less is a click.
_DRAG_PX = 4


class KeptSong(KeptTimeline):
    """A click seeks, a click on a part selects it, dragging selects whole bars.

    A double click asks for a bar, or a part, to be cut out or brought back.
    """

    selected = Signal()
    """Another stretch is selected, or none."""
    flipped = Signal(object)
    """A stretch was clicked twice, in seconds of the song."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Song", _HEIGHT_PX, parent)
        self._picture: SongPicture | None = None
        self._bars_s: tuple[float, ...] = ()
        self._locked: tuple[Span, ...] = ()
        self._forbidden: tuple[Span, ...] = ()
        self._selection: Span | None = None
        self._pressed_px: float | None = None

    @property
    def selection(self) -> Span | None:
        """What is selected, in seconds of the song."""
        return self._selection

    @property
    def picture(self) -> SongPicture | None:
        """The song that is shown."""
        return self._picture

    def show_song(self, picture: SongPicture | None, bars_s: tuple[float, ...] = ()) -> None:
        """Show a song whose kept spans stand under "A"; `bars_s` are its bar lines."""
        is_other = picture is None or picture.duration_s != self._scale_s
        self._picture, self._bars_s = picture, bars_s
        self._scale_s = picture.duration_s if picture is not None else 1.0
        if is_other:
            self.select(None)
        self._name()
        self.repaint_picture()

    def show_kept(self, spans_s: tuple[Span, ...]) -> None:
        """Show that the edit keeps these stretches, in seconds of the song."""
        if self._picture is not None:
            self._picture = replace(self._picture, kept={"A": spans_s, "B": spans_s})
            self.repaint_picture()

    def show_spans(self, locked: tuple[Span, ...], forbidden: tuple[Span, ...]) -> None:
        """Show what is always and what is never kept."""
        self._locked, self._forbidden = locked, forbidden
        self._name()
        self.repaint_picture()

    def select(self, span: Span | None) -> None:
        """Select a stretch, or nothing."""
        if span != self._selection:
            self._selection = span
            self.repaint_picture()
            self.selected.emit()

    def part_at(self, at_s: float) -> Span | None:
        """The part of the song that holds a time."""
        parts = self._picture.sections if self._picture is not None else ()
        return next(((start, end) for start, end, _ in parts if start <= at_s < end), None)

    def music_parts(self) -> list[Span]:
        """The parts of the song that are no silence, in order."""
        parts = self._picture.sections if self._picture is not None else ()
        return [(start, end) for start, end, name in parts if name != SILENCE]

    def nearest_bar(self, at_s: float) -> float:
        """The bar line, or end of the song, that is nearest to a time."""
        return min((0.0, *self._bars_s, self._scale_s), key=lambda bar: abs(bar - at_s))

    def grow_selection(self, n_bars: int, from_s: float) -> None:
        """Select bars more or less at the end; without a selection, the bar at a time."""
        if self._picture is None:
            return
        if self._selection is None:
            self.select(self._whole_bars(from_s, from_s + 1e-6))
            return
        start_s, end_s = self._selection
        edges = [bar for bar in (*self._bars_s, self._scale_s) if bar > start_s + 1e-6]
        at = min(range(len(edges)), key=lambda k: abs(edges[k] - end_s))
        self.select((start_s, edges[min(max(at + n_bars, 0), len(edges) - 1)]))

    def is_kept(self, span: Span) -> bool:
        """Whether the edit keeps more than half of a stretch."""
        kept = self._picture.kept["A"] if self._picture is not None else ()
        heard_s = sum(max(0.0, min(end, span[1]) - max(start, span[0])) for start, end in kept)
        return heard_s > 0.5 * (span[1] - span[0])

    def _name(self) -> None:
        words = "No song"
        if self._picture is not None:
            words = f"The song, {clock(self._scale_s)}"
            for kind, spans in (("locked", self._locked), ("forbidden", self._forbidden)):
                if spans:
                    words += f", {len(spans)} {kind}"
        self.setAccessibleName(words)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin a click or a selection."""
        x = event.position().x() - GUTTER_PX
        is_left = event.button() == Qt.MouseButton.LeftButton
        self._pressed_px = x if is_left and x >= 0 and self._picture is not None else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Select the bars from the press to here."""
        x = event.position().x() - GUTTER_PX
        if self._pressed_px is not None and abs(x - self._pressed_px) >= _DRAG_PX:
            ends = sorted(self._to_s(px) for px in (self._pressed_px, x))
            self.select(self._whole_bars(ends[0], ends[1]))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click: seek; on a part, select it too."""
        pressed, self._pressed_px = self._pressed_px, None
        x = event.position().x() - GUTTER_PX
        if pressed is None or abs(x - pressed) >= _DRAG_PX:
            return
        is_part = event.position().y() < STRIP_PX
        self.select(self.part_at(self._to_s(x)) if is_part else None)
        self.sought.emit(self._to_s(x))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Ask for the bar, or on a part for the part, to be cut out or brought back."""
        self._pressed_px = None
        x = event.position().x() - GUTTER_PX
        if event.button() != Qt.MouseButton.LeftButton or x < 0 or self._picture is None:
            return
        at_s = self._to_s(x)
        part = self.part_at(at_s) if event.position().y() < STRIP_PX else None
        self.flipped.emit(part or self._whole_bars(at_s, at_s + 1e-6))

    def _to_s(self, x: float) -> float:
        return min(1.0, max(0.0, x / self.timeline_px)) * self._scale_s

    def _whole_bars(self, start_s: float, end_s: float) -> Span:
        before = [bar for bar in self._bars_s if bar <= start_s]
        after = [bar for bar in self._bars_s if bar >= end_s]
        return (before[-1] if before else 0.0, after[0] if after else self._scale_s)

    # Painting

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The size that the layout starts from."""
        return QSize(816, _HEIGHT_PX)

    def paint_picture(self, painter: QPainter) -> None:
        """Paint all but the head."""
        foot = float(self.height() - _RULER_PX)
        self.head_top_px, self.head_bottom_px = float(STRIP_PX), foot
        picture = self._picture
        palette = theme.current()
        ground = QRectF(GUTTER_PX, STRIP_PX, self.timeline_px, foot - STRIP_PX)
        painter.fillRect(ground, theme.color(palette.panel))
        if picture is None:
            return
        self._paint_words(painter, clock(picture.duration_s))
        self._paint_parts(painter, picture)
        whole = (0.0, picture.duration_s)
        self._paint_wave(painter, picture.wave, whole, picture.peak, palette.secondary, CUT, foot)
        for span in picture.kept["A"]:
            box = self._box(span)
            painter.fillRect(box, theme.color(palette.panel))
            self._paint_wave(painter, picture.wave, span, picture.peak, palette.new, KEPT, foot)
            painter.fillRect(QRectF(box.left(), STRIP_PX, box.width(), 3), theme.color(palette.new))
        self.paint_spans(painter)
        if self._selection is not None:
            painter.fillRect(self._box(self._selection), theme.color(palette.text, 0.14))
            painter.setPen(QPen(theme.color(palette.text), 1, Qt.PenStyle.DashLine))
            painter.drawRect(self._box(self._selection).adjusted(0.5, 0.5, -0.5, -0.5))
        self._paint_ruler(painter, foot)

    def _box(self, span: Span) -> QRectF:
        left, right = self._x(span[0]), self._x(span[1])
        return QRectF(left, STRIP_PX, right - left, self.height() - _RULER_PX - STRIP_PX)

    def _paint_parts(self, painter: QPainter, picture: SongPicture) -> None:
        palette, font = theme.current(), theme.font("small")
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        for start_s, end_s, name in picture.sections:
            left, right = round(self._x(start_s)), round(self._x(end_s))
            band = QRectF(left, 0, max(1, right - left - 1), STRIP_PX - 2)
            painter.fillRect(band, part_color(name))
            painter.fillRect(
                QRectF(left, STRIP_PX, band.width() + 1, self._box((start_s, end_s)).height()),
                part_color(name, BEHIND_WAVE),
            )
            room = band.width() - 2 * _LABEL_INSET_PX
            fitting = (w for w in part_words(name) if metrics.horizontalAdvance(w) <= room)
            painter.setPen(theme.color(palette.text))
            box = band.adjusted(_LABEL_INSET_PX, 0, 0, 0)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, next(fitting, ""))

    def paint_spans(self, painter: QPainter) -> None:
        """Paint what is always and what is never kept."""
        kinds: tuple[tuple[Kind, tuple[Span, ...]], ...] = (
            ("locked", self._locked),
            ("forbidden", self._forbidden),
        )
        for kind, spans in kinds:
            for span in spans:
                paint_span(painter, self._box(span), kind)

    def _paint_ruler(self, painter: QPainter, top: float) -> None:
        palette, font = theme.current(), theme.font("small")
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        widest = metrics.horizontalAdvance(clock(self._scale_s))
        step_s = tick_step_s(self._scale_s / self.timeline_px, widest)
        painter.setPen(theme.color(palette.secondary))
        for index in range(int(self._scale_s / step_s) + 1):
            words = tick_label(index * step_s, step_s)
            width = metrics.horizontalAdvance(words) + 1
            left = max(float(GUTTER_PX), self._x(index * step_s) - width / 2)
            box = QRectF(min(left, self.width() - width), top, width, _RULER_PX)
            painter.drawText(box, Qt.AlignmentFlag.AlignBottom, words)
