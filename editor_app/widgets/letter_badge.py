"""The square with A, B or = (a tie) in it, as it stands wherever an edit's letter is painted."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen

from editor_app.look import theme


def paint(
    painter: QPainter,
    letter: str,
    box: QRectF,
    *,
    is_filled: bool = True,
    strength: float = 1.0,
) -> None:
    """Paint the badge of "A", "B" or "=" (a tie) into a square of logical pixels.

    Args:
        is_filled: filled, or outlined as for the silent lane.
    """
    palette = theme.current()
    fill = {"A": palette.a, "B": palette.b}.get(letter, palette.track)
    ink = palette.text if letter not in "AB" else palette.letter_on_ab if is_filled else fill
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(painter.opacity() * strength)
    radius = max(2.0, box.width() / 8)
    if is_filled:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(fill))
        painter.drawRoundedRect(box, radius, radius)
    else:
        painter.setPen(QPen(theme.color(fill), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    font = theme.font("body", QFont.Weight.DemiBold)
    font.setPixelSize(max(9, round(box.height() * 0.62)))
    painter.setFont(font)
    painter.setPen(theme.color(ink))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)
    painter.restore()
