"""An icon by itself, in a colour of the palette."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from editor_app.look import icons, theme


class Glyph(QWidget):
    """One icon in a palette colour, named by its role there."""

    def __init__(self, name: str, role: str) -> None:
        super().__init__()
        self._name, self._role = name, role
        self.setFixedSize(16, 16)

    def set_icon(self, name: str, role: str) -> None:
        """Show another icon or colour."""
        if (name, role) != (self._name, self._role):
            self._name, self._role = name, role
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the icon."""
        icons.paint(QPainter(self), self._name, 0, 0, getattr(theme.current(), self._role))
