"""A key as it looks on a keyboard, painted where the key acts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QFont, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from editor_app.look import theme
from editor_app.look.palette import Size

HEIGHT_PX = 18
LARGE_HEIGHT_PX = 24
_PADDING_PX = 5
_CAPS = "keyCaps"


def set_caps(
    action: QAction, keys: Sequence[QKeySequence], cap: Callable[[QKeySequence], str]
) -> None:
    """Give an action its keys, each with what stands on it.

    Its shortcuts are what the keyboard types, which menus show and screen readers say.
    """
    caps = [cap(key) for key in keys]
    action.setProperty(_CAPS, caps)
    typed = [QKeySequence(text, QKeySequence.SequenceFormat.NativeText) for text in caps]
    action.setShortcuts(typed)


def keys_of(action: QAction) -> list[str]:
    """The keys of an action as people read them now."""
    kept = action.property(_CAPS)
    native = QKeySequence.SequenceFormat.NativeText
    return list(kept) if kept else [key.toString(native) for key in action.shortcuts()]


def key_of(action: QAction) -> str:
    """The first key of an action as people read it now; empty without one."""
    return next(iter(keys_of(action)), "")


def width(text: str, height_px: int = HEIGHT_PX) -> float:
    """How wide the cap of a key is, in logical pixels."""
    words_px = theme.words_px(text, _size(height_px), QFont.Weight.Medium)
    return max(float(height_px), words_px + 2 * _pad(height_px))


def paint(
    painter: QPainter,
    text: str,
    left: float,
    middle: float,
    height_px: int = HEIGHT_PX,
    *,
    is_filled: bool = False,
    is_faint: bool = False,
) -> None:
    """Paint a cap with its left edge at `left`, centred on the height `middle`.

    Args:
        is_filled: stands on a filled (text-coloured) button.
        is_faint: its key can't be used now.
    """
    palette = theme.current()
    ink = palette.window if is_filled else palette.text
    edge = palette.secondary if is_filled else palette.key_edge
    fill = palette.text if is_filled else palette.window
    strength = 0.45 if is_faint else 1.0
    top = middle - height_px / 2
    box = QRectF(left + 0.5, top + 0.5, width(text, height_px) - 1, height_px - 1)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color(edge, strength), 1))
    painter.setBrush(theme.color(fill, strength))
    painter.drawRoundedRect(box, 3, 3)
    # The bottom edge is two pixels: a key that stands up a little.
    painter.drawLine(box.bottomLeft() + QPointF(2, -1), box.bottomRight() + QPointF(-2, -1))
    painter.setPen(theme.color(ink, strength))
    painter.setFont(theme.font(_size(height_px), QFont.Weight.Medium))
    painter.drawText(box.adjusted(0, 0, 0, -1), Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def _size(height_px: int) -> Size:
    return "small" if height_px <= HEIGHT_PX else "body"


def _pad(height_px: int) -> float:
    return _PADDING_PX if height_px <= HEIGHT_PX else 8


class KeyCap(QWidget):
    """A cap on its own, beside words."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_text(self, text: str) -> None:
        """Show another key."""
        if text != self._text:
            self._text = text
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as the key's name needs."""
        return QSize(round(width(self._text) + 0.5), HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the cap."""
        if self._text:
            painter = QPainter(self)
            paint(painter, self._text, 0, self.height() / 2, is_faint=not self.isEnabled())
