"""Plain text and hairlines: the parts that every page is set with."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel


def label(text: str = "", role: str = "") -> QLabel:
    """A line of plain text; roles: title, heading, secondary, small, or none for body text."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    return made


def rule() -> QFrame:
    """A hairline that parts what stands above from what stands below."""
    made = QFrame()
    made.setObjectName("rule")
    made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    made.setFixedHeight(1)
    return made
