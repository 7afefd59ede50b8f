"""What stands left of a lane: its letter, whether it sounds, and its facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPixmap

from editor_app.look import icons, theme
from editor_app.widgets import key_cap, letter_badge

_EDGE_PX = 4
_LEFT_PX, _TOP_PX = 12, 8
_BADGE_PX = 32
_ICON_PX = 16
_BESIDE_BADGE_PX = 6
_SMALLEST_GAP_PX, _LARGEST_GAP_PX = 1.0, 14.0


@dataclass(frozen=True, slots=True)
class GutterState:
    """Whether a lane is the chosen one, is heard, and the key that switches to it."""

    name: str
    is_sounding: bool = False
    is_playing: bool = False
    key: str = ""

    @property
    def words(self) -> str:
        """The state in a word."""
        if not self.is_sounding:
            return "Silent"
        return "Playing" if self.is_playing else "Paused"


class GutterPicture:
    """A painted gutter, kept while the times beside it zoom and scroll."""

    def __init__(self) -> None:
        self._kept: QPixmap | None = None

    def forget(self) -> None:
        """Paint it anew at the next paint."""
        self._kept = None

    def paint(
        self, painter: QPainter, size: QSize, state: GutterState, facts: Sequence[str]
    ) -> None:
        """Paint it at the top left, as `paint` would."""
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        if self._kept is None or self._kept.size() != size * ratio:
            self._kept = QPixmap(size * ratio)
            self._kept.setDevicePixelRatio(ratio)
            self._kept.fill(theme.color(theme.current().window))
            inner = QPainter(self._kept)
            paint(inner, QRectF(QPointF(0, 0), size), state, facts)
            inner.end()
        painter.drawPixmap(0, 0, self._kept)


def paint(painter: QPainter, box: QRectF, state: GutterState, facts: Sequence[str]) -> None:
    """Paint the gutter; facts that do not fit below the state are left out.

    Args:
        painter: paints in logical pixels.
        box: the gutter.
        state: of the lane.
        facts: lines in secondary text.
    """
    palette = theme.current()
    hex_rgb = palette.a if state.name == "A" else palette.b
    ground = palette.raised if state.is_sounding else palette.panel
    painter.fillRect(box, theme.color(ground))
    if state.is_sounding:
        painter.fillRect(QRectF(box.left(), box.top(), _EDGE_PX, box.height()), hex_rgb)
    badge = QRectF(box.left() + _LEFT_PX, box.top() + _TOP_PX, _BADGE_PX, _BADGE_PX)
    letter_badge.paint(painter, state.name, badge, is_filled=state.is_sounding)
    beside, middle = badge.right() + _BESIDE_BADGE_PX, badge.center().y()
    if state.is_sounding:
        icons.paint(painter, "loudspeaker", beside + 2, middle - _ICON_PX / 2, hex_rgb, _ICON_PX)
    elif state.key and beside + key_cap.width(state.key) <= box.right():
        key_cap.paint(painter, state.key, beside, middle)
    below = QRectF(badge.left(), badge.bottom(), box.right() - badge.left() - 2, 0)
    below.setBottom(box.bottom() - _TOP_PX / 2)
    _paint_lines(painter, below, state, facts)


def _paint_lines(painter: QPainter, box: QRectF, state: GutterState, facts: Sequence[str]) -> None:
    """Write the state and as many facts as fit, evenly spaced."""
    palette = theme.current()
    weight = QFont.Weight.DemiBold if state.is_sounding else QFont.Weight.Normal
    strong, plain = theme.font("body", weight), theme.font("body")
    line = QFontMetricsF(plain).height()
    n_lines = min(1 + len(facts), max(1, int(box.height() / (line + _SMALLEST_GAP_PX))))
    gap = min(_LARGEST_GAP_PX, (box.height() - n_lines * line) / n_lines)
    lines = [(state.words, strong, palette.text if state.is_sounding else palette.secondary)]
    lines += [(fact, plain, palette.secondary) for fact in facts[: n_lines - 1]]
    # The facts belong together: what gap there is stands mostly around the state.
    top = box.top() + gap * 0.8
    for index, (words, font, hex_rgb) in enumerate(lines):
        painter.setFont(font)
        painter.setPen(theme.color(hex_rgb))
        room = QRectF(box.left(), top, box.width(), line)
        elided = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, elided)
        top += line + (gap * 1.4 if index == 0 else gap * 0.4)
