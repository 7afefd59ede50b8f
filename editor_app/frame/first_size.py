"""How large the window is at its first start: as designed, or as the screen has room."""

from __future__ import annotations

from PySide6.QtCore import QSize

DEFAULT_SIZE = QSize(1280, 800)
SMALLEST_SIZE = QSize(960, 660)
# Around the window: what a window manager adds is known only once it has.
_FRAME = QSize(8, 40)


def first_size(free: QSize) -> QSize:
    """The size at the first start.

    Args:
        free: the screen's area that no panel takes, logical pixels.
    """
    return DEFAULT_SIZE.boundedTo(free - _FRAME)


def smallest_size(free: QSize) -> QSize:
    """The least size that the window takes: as designed, but never more than there is room for."""
    return SMALLEST_SIZE.boundedTo(free - _FRAME)
