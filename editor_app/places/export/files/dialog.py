"""How files are written: all that is chosen once and kept, on one page; each change counts at once.

What is looked at again for every export, format and folder, stands in Export itself.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from editor_app.look import theme
from editor_app.places.export.files.section_table import SECTIONS
from editor_app.settings import Settings
from editor_app.widgets.focus_ring import FocusRing
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import rule
from ml_core.domain.files.choices import FileChoices

_WIDTH_PX = 560
_MOST_OF_SCREEN = 0.8


class FilesDialog(QDialog):
    """Stays open beside the window; higher than the screen it scrolls."""

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setWindowTitle("How files are written")
        self.sections = tuple(section() for section in SECTIONS)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(16)
        for at, section in enumerate(self.sections):
            if at:
                column.addWidget(rule())
            column.addWidget(section)
            section.changed.connect(lambda one=section: self._take(one.taken(self.choices)))
        column.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inside, self._column = inside, column
        self._area.setWidget(inside)
        done = KeyButton("Done", kind="primary")
        done.clicked.connect(self.accept)
        foot = self._foot = QHBoxLayout()
        foot.setContentsMargins(24, 12, 24, 16)
        foot.addStretch(1)
        foot.addWidget(done)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._area, 1)
        outer.addWidget(rule())
        outer.addLayout(foot)
        settings.changed.connect(self._on_setting)
        self.show_settings()
        self._ring = FocusRing(self)

    @property
    def choices(self) -> FileChoices:
        """What is chosen now."""
        return self._settings.file_choices

    def come_up(self) -> None:
        """Show what is chosen, as high as the sections need and the screen has."""
        self.show_settings()
        self._fit()
        self.show()
        self.raise_()
        self.activateWindow()

    def show_settings(self) -> None:
        """Show what is chosen now, wherever it was chosen."""
        for section in self.sections:
            section.show_format(self._settings.export_format)
            section.show_choices(self.choices)

    def _on_setting(self, name: str) -> None:
        if name in ("file_choices", "export_format"):
            self.show_settings()

    def _take(self, choices: FileChoices) -> None:
        if choices != self.choices:
            self._settings.file_choices = choices

    def _fit(self) -> None:
        width = theme.grown_px(_WIDTH_PX)
        needed = self._inside.sizeHint().height() + self._foot.sizeHint().height() + 1
        if self._column.hasHeightForWidth():
            needed = max(
                needed, self._column.heightForWidth(width) + self._foot.sizeHint().height()
            )
        most = self.screen().availableGeometry().height() * _MOST_OF_SCREEN
        self.resize(width, round(min(needed, most)))
