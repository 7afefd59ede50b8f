"""The dots of a map, by pyqtgraph: imported when the map is first shown."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from editor_app.look import theme
from editor_app.places.export.map.axes import Axis, facts, next_towards
from editor_app.places.export.map.scales import shown_range, ticks_across, ticks_up
from editor_app.places.export.map.steps import CHOSEN_PX, LOOKS, POINTED_PX, ink
from ml_core.domain.mapping import EditMap, MappedEdit

_REACH_PX = 14
_LEFT_PX, _BOTTOM_PX = 56, 20
_EDGE_PX = 10
_DIRECTIONS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_TAKES = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_OWN_KEYS = (*_DIRECTIONS, *_TAKES, Qt.Key.Key_Space)


class EditChart(pg.PlotWidget):
    """A dot for each edit; one of them is pointed at, one may be the edit.

    Arrows point at the next dot in that direction, Enter takes it, Space hears it.
    """

    pointed = Signal(int)
    """Index of the edit that is pointed at now by the mouse; -1 for none."""
    moved = Signal(int)
    """Index of the edit that is pointed at now by the keyboard."""
    taken = Signal(int)
    heard = Signal(int)

    def __init__(self) -> None:
        super().__init__(viewBox=pg.ViewBox(enableMenu=False, enableMouse=False))
        self._edits: EditMap = ()
        self._axes: tuple[Axis, Axis] | None = None
        self._at: list[tuple[float, float]] = []
        self._pointed, self._chosen = -1, -1
        self._dots = pg.ScatterPlotItem(pxMode=True)
        self._marks = pg.ScatterPlotItem(pxMode=True)
        self._lines = (pg.InfiniteLine(angle=0), pg.InfiniteLine(angle=90))
        self._numbers: list[pg.TextItem] = []
        for height, item in enumerate((*self._lines, self._dots, self._marks)):
            item.setZValue(height)
            self.addItem(item, ignoreBounds=True)
        plot = self.getPlotItem()
        plot.hideButtons()
        plot.setMenuEnabled(False)
        plot.setContentsMargins(0, 6, _EDGE_PX, 0)
        for side, room in (("left", _LEFT_PX), ("bottom", _BOTTOM_PX)):
            axis = plot.getAxis(side)
            axis.setStyle(tickLength=0)
            axis.enableAutoSIPrefix(False)
            (axis.setWidth if side == "left" else axis.setHeight)(theme.grown_px(room))
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.follow_theme()
        self._name()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """It takes what room there is, and asks for little."""
        return QSize(320, 120)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The same."""
        return QSize(200, 100)

    # What is shown

    def show_edits(self, edits: EditMap, axes: tuple[Axis, Axis]) -> None:
        """Show edits along two axes, which all of them have values on."""
        if edits is self._edits and axes == self._axes:
            return
        if edits is not self._edits:
            self._pointed = -1
        self._edits, self._axes = edits, axes
        self._at = [
            (float(axes[0].value(one) or 0.0), float(axes[1].value(one) or 0.0)) for one in edits
        ]
        self._scale(axes)
        self._paint_dots()
        self._point(self._pointed)

    def mark(self, chosen: int) -> None:
        """Ring the dot that is the edit; -1 for none of them."""
        if chosen != self._chosen:
            self._chosen = chosen
            self._paint_marks()
            self._name()

    @property
    def now(self) -> int:
        """Index of the edit that is pointed at; -1 for none."""
        return self._pointed

    def follow_theme(self) -> None:
        """Take the colours and type in use now."""
        palette = theme.current()
        self.setBackground(palette.panel)
        for side in ("left", "bottom"):
            axis = self.getPlotItem().getAxis(side)
            axis.setPen(pg.mkPen(theme.color(palette.line)))
            axis.setTextPen(pg.mkPen(palette.secondary))
            axis.setTickFont(theme.font("small"))
        for line in self._lines:
            line.setPen(pg.mkPen(theme.color(palette.text, 0.5), style=Qt.PenStyle.DotLine))
        self._paint_dots()
        self._paint_marks()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """As many words at the axes as there is room for."""
        super().resizeEvent(event)
        if getattr(self, "_at", None) and self._axes is not None:  # Qt tells before all is made.
            self._scale(self._axes)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow colours and type."""
        super().changeEvent(event)
        is_look = event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange)
        if is_look and hasattr(self, "_numbers"):  # Qt tells of some before all is made.
            self.follow_theme()

    def _scale(self, axes: tuple[Axis, Axis]) -> None:
        """Let both axes reach over all dots, and write what there is room for."""
        across, up = zip(*self._at, strict=True)
        plot = self.getPlotItem()
        width_px = self.width() - theme.grown_px(_LEFT_PX) - _EDGE_PX
        ticks = ticks_across(axes[0], min(across), max(across), width_px)
        plot.getAxis("bottom").setTicks([ticks])
        plot.getAxis("left").setTicks([ticks_up(axes[1], min(up), max(up))])
        self.setXRange(*shown_range(min(across), max(across)), padding=0)
        self.setYRange(*shown_range(min(up), max(up)), padding=0)

    def _paint_dots(self) -> None:
        spots = [_spot(one, at) for one, at in zip(self._edits, self._at, strict=True)]
        self._dots.setData(spots)
        for item in self._numbers:
            self.removeItem(item)
        self._numbers = []
        for index, at in enumerate(self._at[: self.n_numbered]):
            palette = theme.current()
            ground = theme.color(palette.panel, 0.6)
            item = pg.TextItem(str(index + 1), palette.text, anchor=(-0.7, 0.5), fill=ground)
            item.setZValue(10)
            item.setFont(theme.font("small", QFont.Weight.DemiBold))
            item.setPos(*at)
            self.addItem(item, ignoreBounds=True)
            self._numbers.append(item)
        self._paint_marks()

    n_numbered = 3
    """So many of the first are the alternatives, and carry their number."""

    def _paint_marks(self) -> None:
        text = theme.color(theme.current().text)
        found = []
        for index, size, width in ((self._chosen, CHOSEN_PX, 2), (self._pointed, POINTED_PX, 1)):
            if 0 <= index < len(self._at):
                pen = pg.mkPen(text, width=width)
                found.append({"pos": self._at[index], "size": size, "pen": pen, "brush": None})
        self._marks.setData(found)
        is_pointed = 0 <= self._pointed < len(self._at)
        x, y = self._at[self._pointed] if is_pointed else (0.0, 0.0)
        for line, value in zip(self._lines, (y, x), strict=True):
            line.setVisible(is_pointed)
            line.setValue(value)

    def _name(self) -> None:
        words = f"Map of {len(self._edits)} edits"
        if 0 <= self._pointed < len(self._edits):
            words += f", {facts(self._edits[self._pointed])}"
            words += ", this is the edit" if self._pointed == self._chosen else ""
        self.setAccessibleName(words)

    # Pointing

    def _point(self, index: int) -> None:
        self._pointed = index
        self._paint_marks()
        self._name()

    def _pixels(self) -> list[tuple[float, float]]:
        to_scene = self.getPlotItem().vb.mapViewToScene
        points = (self.mapFromScene(to_scene(QPointF(*at))) for at in self._at)
        return [(float(point.x()), float(point.y())) for point in points]

    def _under(self, event: QMouseEvent) -> int:
        x, y = event.position().x(), event.position().y()
        reach = [(abs(px - x) + abs(py - y), k) for k, (px, py) in enumerate(self._pixels())]
        distance, index = min(reach, default=(_REACH_PX + 1.0, -1))
        return index if distance <= _REACH_PX else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Point at what lies under the mouse; off all dots the last one stays shown."""
        index = self._under(event)
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if index >= 0 else Qt.CursorShape.ArrowCursor
        )
        if index >= 0 and index != self._pointed:
            self._point(index)
        self.pointed.emit(index)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take the dot."""
        index = self._under(event)
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self._point(index)
            self.taken.emit(index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Nothing: a press has taken it."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Nothing more than its first press."""

    def wheelEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the wheel to others: all dots are in view."""
        event.ignore()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """The mouse points at nothing here any more."""
        self.pointed.emit(-1)
        super().leaveEvent(event)

    # Keys

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the map from the commands of the place while it has the focus."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._edits
            and self._is_own(event)
        ):
            event.accept()
            return True
        return bool(super().event(event))

    @staticmethod
    def _is_own(event: QKeyEvent) -> bool:
        bare = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return event.key() in _OWN_KEYS and bare == Qt.KeyboardModifier.NoModifier

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Go to the next dot, take it, hear it."""
        if not self._edits or not self._is_own(event):
            event.ignore()
            return
        key = Qt.Key(event.key())
        if key in _DIRECTIONS:
            now = self._pointed if self._pointed >= 0 else max(0, self._chosen)
            self._point(
                next_towards(self._pixels(), now, _DIRECTIONS[key]) if self._pointed >= 0 else now
            )
            self.moved.emit(self._pointed)
        elif self._pointed >= 0 and key in _TAKES:
            self.taken.emit(self._pointed)
        elif self._pointed >= 0:
            self.heard.emit(self._pointed)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """By key: point at the edit that is chosen, so that arrows start somewhere."""
        super().focusInEvent(event)
        if self._edits and self._pointed < 0 and event.reason() != Qt.FocusReason.MouseFocusReason:
            self._point(max(0, self._chosen))
            self.moved.emit(self._pointed)


def _spot(one: MappedEdit, at: tuple[float, float]) -> dict[str, Any]:
    """A dot as pyqtgraph takes it."""
    match = one.delivered.match
    symbol, size, is_filled = LOOKS[match]
    colour, ground = ink(match), theme.color(theme.current().panel)
    return {
        "pos": at,
        "symbol": symbol,
        "size": size,
        # Where dots overlap, each still has an edge.
        "pen": pg.mkPen(ground) if is_filled else pg.mkPen(colour, width=1.5),
        "brush": pg.mkBrush(colour) if is_filled else None,
    }
