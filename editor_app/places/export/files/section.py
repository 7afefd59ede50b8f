"""What the dialog's sections have in common."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor_app.widgets.labels import label
from ml_core.domain.files.choices import FileChoices


class FilesSection(QWidget):
    """Some of the choices under one heading; a section knows no other.

    Whoever adds one names it in `section_table.SECTIONS` and its fields in `FileChoices`.
    """

    heading = ""

    changed = Signal()
    """The person chose something: `taken` has it. Not sent by `show_choices`."""

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)
        self.column.addWidget(label(self.heading, "heading"))

    def show_choices(self, choices: FileChoices) -> None:
        """Show what is chosen now."""
        raise NotImplementedError

    def taken(self, choices: FileChoices) -> FileChoices:
        """The choices with this section's own put in; unchanged where what it shows can't be."""
        raise NotImplementedError

    def show_format(self, file_format: str) -> None:
        """Follow the format that files are written as; sections that don't depend on it need not.

        Args:
            file_format: a key of `domain.files.formats.WRITE_FORMATS`.
        """
