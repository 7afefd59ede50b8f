"""How what is always and what is never kept looks on a waveform: colour, pattern, icon and word."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from editor_app.look import icons, theme

Kind = Literal["locked", "forbidden"]

_STRIPE_PX = 8
_HANDLE_PX, _HANDLE_SHARE = 3, 0.3
_ICONS = {"locked": "lock", "forbidden": "crossed_circle"}
WORDS: dict[Kind, str] = {"locked": "always", "forbidden": "never"}


def ink(kind: Kind) -> QColor:
    """The colour of a kind."""
    palette = theme.current()
    return theme.color(palette.good if kind == "locked" else palette.failed)


def paint_span(
    painter: QPainter, box: QRectF, kind: Kind, words: str = "", *, is_rule: bool = False
) -> None:
    """Paint a span: upright stripes where it is always kept, slanting ones where it never is.

    Args:
        box: of the span on the waveform.
        words: what its flag says; by default the kind's word.
        is_rule: a rule of all songs, which has no borders to drag: its edge is dashed.
    """
    palette, colour = theme.current(), ink(kind)
    painter.save()
    painter.setClipRect(box)
    if kind == "forbidden":
        painter.fillRect(box, theme.color(palette.window, 0.5))
    faint = QColor(colour)
    faint.setAlphaF(0.14)
    painter.fillRect(box, faint)
    line = QColor(colour)
    line.setAlphaF(0.5 if kind == "locked" else 0.75)
    painter.setPen(QPen(line, 1))
    if kind == "locked":
        x = box.left() + _STRIPE_PX
        while x < box.right():
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
            x += _STRIPE_PX
    else:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = box.left() - box.height()
        while x < box.right():
            painter.drawLine(QPointF(x, box.bottom()), QPointF(x + box.height(), box.top()))
            x += _STRIPE_PX
    style = Qt.PenStyle.DashLine if is_rule else Qt.PenStyle.SolidLine
    painter.setPen(QPen(colour, 2, style))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box.adjusted(1, 1, -1, -1))
    if not is_rule:
        high = _HANDLE_SHARE * box.height()
        top = box.center().y() - high / 2
        for left in (box.left() + 3, box.right() - 3 - _HANDLE_PX):
            painter.fillRect(QRectF(left, top, _HANDLE_PX, high), theme.color(palette.text, 0.8))
    painter.restore()
    _paint_flag(painter, box, kind, words or WORDS[kind])


def flag_box(box: QRectF, words: str) -> QRectF:
    """Where a span's flag lies: its icon with a word, the icon alone where room is short."""
    width = QFontMetricsF(theme.font("small")).horizontalAdvance(words)
    has_word = box.width() >= width + 48
    return QRectF(box.left() + 9, box.top() + 6, 28 + (width if has_word else -4), 20)


def _paint_flag(painter: QPainter, box: QRectF, kind: Kind, words: str) -> None:
    palette = theme.current()
    painter.setFont(theme.font("small"))
    flag = flag_box(box, words)
    painter.fillRect(flag, theme.color(palette.window, 0.88))
    icons.paint(painter, _ICONS[kind], flag.left() + 4, flag.top() + 2, palette.text)
    if flag.width() > 24:
        painter.setPen(theme.color(palette.text))
        painter.drawText(flag.adjusted(24, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, words)
