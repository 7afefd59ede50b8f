"""How places of a join look: by colour and height for how much it stands out there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from editor_app.look import theme
from ml_core.domain.by_hand import HowItStandsOut

# The more it stands out, the higher: never told by colour alone.
_HEIGHTS_PX: dict[HowItStandsOut, int] = {"clean": 5, "unsure": 10, "rough": 15}
_MARK_PX, _EDGE_PX, _GRIP_PX = 3, 3, 9
_LEAST_BETWEEN_PX = 5


@dataclass(frozen=True, slots=True)
class PlaceMark:
    """A place that a side of a join could have, in seconds of the timeline."""

    at_s: float
    how: HowItStandsOut


def ink(how: HowItStandsOut | None) -> QColor:
    """The colour of a step; the text's while it is not known."""
    palette = theme.current()
    inks = {"clean": palette.good, "unsure": palette.doubtful, "rough": palette.failed}
    return theme.color(palette.text if how is None else inks[how])


def paint_marks(
    painter: QPainter, marks: Iterable[tuple[float, HowItStandsOut]], foot: float
) -> None:
    """Paint places along the foot of a timeline; (x, how) of each, from the left.

    Where they lie too close together, the cleanest of them is shown.
    """
    ground, last_x = theme.color(theme.current().window), -_LEAST_BETWEEN_PX - 1.0
    for x, how in _thinned(marks):
        if x - last_x >= _MARK_PX:
            high = _HEIGHTS_PX[how]
            painter.fillRect(QRectF(x - 2.5, foot - high - 1, _MARK_PX + 2, high + 1), ground)
            painter.fillRect(QRectF(x - 1.5, foot - high, _MARK_PX, high), ink(how))
            last_x = x


def _thinned(
    marks: Iterable[tuple[float, HowItStandsOut]],
) -> list[tuple[float, HowItStandsOut]]:
    """The cleanest of each group of marks that lie within a few pixels."""
    kept: list[tuple[float, HowItStandsOut]] = []
    for x, how in marks:
        if kept and x - kept[-1][0] < _LEAST_BETWEEN_PX:
            if _HEIGHTS_PX[how] < _HEIGHTS_PX[kept[-1][1]]:
                kept[-1] = (x, how)
        else:
            kept.append((x, how))
    return kept


def paint_edge(
    painter: QPainter, x: float, top: float, foot: float, how: HowItStandsOut | None
) -> None:
    """Paint the edge in hand, with a grip in its middle."""
    ground = theme.color(theme.current().window)
    painter.fillRect(QRectF(x - _EDGE_PX / 2 - 1, top, _EDGE_PX + 2, foot - top), ground)
    painter.fillRect(QRectF(x - _EDGE_PX / 2, top, _EDGE_PX, foot - top), ink(how))
    middle = (top + foot) / 2
    grip = QRectF(x - _GRIP_PX / 2, middle - _GRIP_PX, _GRIP_PX, 2 * _GRIP_PX)
    painter.fillRect(grip.adjusted(-1, -1, 1, 1), ground)
    painter.fillRect(grip, ink(how))
