"""What an edit keeps of its song, as a thin ribbon: kept spans as blocks on a faint line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from editor_app.look import theme

_LINE_STRENGTH = 0.35
# A span of a bar in a long song would vanish.
_LEAST_PX = 2.0


def paint(
    painter: QPainter, box: QRectF, kept: Sequence[tuple[float, float]], hex_rgb: str
) -> None:
    """Paint a ribbon.

    Args:
        kept: spans as shares of the song, 0..1.
    """
    line = QRectF(box.left(), round(box.center().y()) - 0.5, box.width(), 1)
    painter.fillRect(line, theme.color(hex_rgb, _LINE_STRENGTH))
    for start, end in kept:
        left = box.left() + start * box.width()
        width = max(_LEAST_PX, (end - start) * box.width())
        painter.fillRect(QRectF(left, box.top(), width, box.height()), theme.color(hex_rgb))
