"""Tags of files: what is kept, and the title that tells an edit from its song."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QCheckBox

from editor_app.places.export.files.names import EXAMPLE
from editor_app.places.export.files.pattern_field import PatternField
from editor_app.places.export.files.section import FilesSection
from editor_app.widgets.labels import label
from ml_core.domain.files.choices import FileChoices
from ml_core.domain.files.name_pattern import TITLE_FIELDS, TITLE_PATTERN, filled

KEPT = "All that a file says of its song is kept, with its pictures, but what the cut makes false."
WHAT_GOES = "Such as its length, its loudness, chapters, timed lyrics and the recording's numbers."


class TagsSection(FilesSection):
    """The title may be the song's own, or made by a pattern."""

    heading = "Tags"

    def __init__(self) -> None:
        super().__init__()
        said = label(KEPT, "secondary")
        said.setToolTip(WHAT_GOES)
        said.setWordWrap(True)
        self.is_made = QCheckBox("The title says that it is an edit")
        self.title = PatternField("Title in the tags", TITLE_FIELDS)
        self.column.addWidget(said)
        self.column.addWidget(self.is_made)
        self.column.addWidget(self.title)
        self.is_made.clicked.connect(self._on_switched)
        self.title.changed.connect(self._on_changed)

    def show_choices(self, choices: FileChoices) -> None:
        """Show the pattern, or that the title stays as it is."""
        self.is_made.setChecked(bool(choices.title_pattern))
        if choices.title_pattern:
            self.title.show_pattern(choices.title_pattern)
        self._show_example()

    def taken(self, choices: FileChoices) -> FileChoices:
        """The choices with the title's pattern, if it can be filled."""
        if not self.is_made.isChecked():
            return replace(choices, title_pattern="")
        if self.title.fault():
            return choices
        return replace(choices, title_pattern=self.title.pattern)

    def _on_switched(self) -> None:
        if self.is_made.isChecked() and self.title.fault():
            self.title.show_pattern(TITLE_PATTERN)
        self._on_changed()

    def _on_changed(self) -> None:
        self._show_example()
        self.changed.emit()

    def _show_example(self) -> None:
        self.title.setEnabled(self.is_made.isChecked())
        facts = EXAMPLE | {"length": "1:23"}
        made = filled(self.title.pattern, facts) if self.is_made.isChecked() else facts["title"]
        fault = self.title.fault() if self.is_made.isChecked() else ""
        self.title.example.setText(fault or f"For instance: {made}")
