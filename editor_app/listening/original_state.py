"""What stands left of the song while the original sounds: neither edit is heard then."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from editor_app.look import icons, theme

_EDGE_PX, _LEFT_PX = 4, 10
_ICON_PX = 16
_GAP_PX = 6


@dataclass(frozen=True, slots=True)
class OriginalState:
    """Whether the song itself is the chosen lane, and whether it is heard."""

    is_sounding: bool = False
    is_playing: bool = False

    @property
    def words(self) -> str:
        """The state in a word."""
        return "Playing" if self.is_playing else "Paused"


def paint(painter: QPainter, box: QRectF, state: OriginalState) -> None:
    """Paint, as the gutter of a sounding lane is; nothing while an edit is the chosen one.

    Args:
        painter: paints in logical pixels.
        box: the gutter beside the song's waveform.
        state: of the original.
    """
    if not state.is_sounding:
        return
    palette = theme.current()
    painter.fillRect(box, theme.color(palette.raised))
    painter.fillRect(QRectF(box.left(), box.top(), _EDGE_PX, box.height()), palette.text)
    lines = (("Original", QFont.Weight.DemiBold), (state.words, QFont.Weight.Normal))
    metrics = [QFontMetricsF(theme.font("small", weight)) for _, weight in lines]
    height = metrics[0].height()
    # Where room is short, that it is the original comes first.
    n_lines = 2 if box.height() >= 2 * height else 1
    top = box.center().y() - n_lines * height / 2
    painter.setPen(theme.color(palette.text))
    right = box.left() + _LEFT_PX
    for (words, weight), metric in list(zip(lines, metrics, strict=True))[:n_lines]:
        painter.setFont(theme.font("small", weight))
        line = QRectF(box.left() + _LEFT_PX, top, metric.horizontalAdvance(words) + 1, height)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, words)
        right = max(right, line.right())
        top += height
    if right + _GAP_PX + _ICON_PX <= box.right():
        middle = box.center().y() - _ICON_PX / 2
        icons.paint(painter, "loudspeaker", right + _GAP_PX, middle, palette.text, _ICON_PX)
