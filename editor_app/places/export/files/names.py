"""Names of files: a pattern, and what it makes of a song."""

from __future__ import annotations

from dataclasses import replace

from editor_app.places.export.files.pattern_field import PatternField
from editor_app.places.export.files.section import FilesSection
from ml_core.domain.files.choices import FileChoices
from ml_core.domain.files.name_pattern import NAME_FIELDS, filled

EXAMPLE = {
    "name": "03 Harbour Lights",
    "title": "Harbour Lights",
    "artist": "The Demo Band",
    "album": "Demo Songs",
    "track": "3",
    "year": "2026",
    "length": "1m23s",
}


class NamesSection(FilesSection):
    """What a file is called; one whose name is taken gets a number."""

    heading = "Names of files"

    def __init__(self) -> None:
        super().__init__()
        self.pattern = PatternField("Names of files", tuple(NAME_FIELDS))
        self.column.addWidget(self.pattern)
        self.pattern.changed.connect(self._on_changed)
        self._extension = "wav"

    def show_choices(self, choices: FileChoices) -> None:
        """Show the pattern, and an example."""
        self.pattern.show_pattern(choices.pattern)
        self._show_example()

    def taken(self, choices: FileChoices) -> FileChoices:
        """The choices with the pattern, if it can be filled."""
        return choices if self.pattern.fault() else replace(choices, pattern=self.pattern.pattern)

    def show_format(self, file_format: str) -> None:
        """Give the example its ending."""
        self._extension = file_format
        self._show_example()

    def _on_changed(self) -> None:
        self._show_example()
        self.changed.emit()

    def _show_example(self) -> None:
        name = f"{filled(self.pattern.pattern, EXAMPLE)}.{self._extension}"
        self.pattern.example.setText(self.pattern.fault() or f"For instance: {name}")
