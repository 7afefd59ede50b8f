"""A pattern to be typed, with its fields to be put in and an example of what it makes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from editor_app.widgets.eliding_label import ElidingLabel
from editor_app.widgets.key_button import KeyButton
from ml_core.domain.files.name_pattern import NAME_FIELDS, check_pattern
from ml_core.errors import UserError


class PatternField(QWidget):
    """A pattern that can't be filled says why, and is not taken.

    Args:
        words: what the pattern is of.
        fields: that it may name.
    """

    changed = Signal()

    def __init__(self, words: str, fields: Sequence[str]) -> None:
        super().__init__()
        self._fields = tuple(fields)
        self.line = QLineEdit()
        self.line.setAccessibleName(words)
        self.example = ElidingLabel()
        self.example.setProperty("role", "small")
        row = QHBoxLayout()
        row.setSpacing(4)
        for field in self._fields:
            button = KeyButton(f"{{{field}}}", kind="flat", height_px=28)
            button.setAccessibleName(f"Put in {NAME_FIELDS[field]}")
            button.setToolTip(f"Put in {NAME_FIELDS[field]}")
            button.clicked.connect(lambda _=False, field=field: self._put_in(field))
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.line)
        column.addLayout(row)
        column.addWidget(self.example)
        self.line.textEdited.connect(lambda _: self.changed.emit())

    @property
    def pattern(self) -> str:
        """What is typed, whether it can be filled or not."""
        return self.line.text().strip()

    def fault(self) -> str:
        """Why it can't be filled; empty where it can."""
        try:
            check_pattern(self.pattern, self._fields)
        except UserError as error:
            return str(error)
        return ""

    def show_pattern(self, pattern: str) -> None:
        """Show a pattern; what the person is typing stays."""
        if self.pattern != pattern and not (self.line.hasFocus() and self.fault()):
            self.line.setText(pattern)

    def _put_in(self, field: str) -> None:
        self.line.insert(f"{{{field}}}")
        self.line.setFocus()
        self.changed.emit()
