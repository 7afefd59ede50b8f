"""Which other tools an edit is written for besides."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QGridLayout

from editor_app.places.export.files.section import FilesSection
from ml_core.domain.files.choices import FileChoices
from ml_core.domain.files.tools import MARKERS, TOOLS

_COLUMNS = 2


class OtherToolsSection(FilesSection):
    """A box for each tool, and what goes with it."""

    heading = "Other tools"

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        self.tools: dict[str, QCheckBox] = {}
        for k, tool in enumerate(TOOLS.values()):
            box = QCheckBox(tool.words)
            box.clicked.connect(lambda _: self._on_changed())
            grid.addWidget(box, k // _COLUMNS, k % _COLUMNS)
            self.tools[tool.name] = box
        self.residues = QCheckBox("A second track with what clips can't say of joins")
        self.residues.setToolTip("With it the tracks together sound as the edit does")
        self.copies = QCheckBox("Copy the audio into a DAWproject")
        for box in (self.residues, self.copies):
            box.clicked.connect(lambda _: self._on_changed())
        self.column.addLayout(grid)
        self.column.addWidget(self.residues)
        self.column.addWidget(self.copies)

    def show_choices(self, choices: FileChoices) -> None:
        """Tick what is chosen."""
        for name, box in self.tools.items():
            box.setChecked(name in choices.tool_names)
        self.residues.setChecked(choices.has_residues)
        self.copies.setChecked(choices.copies_audio)
        self._allow()

    def taken(self, choices: FileChoices) -> FileChoices:
        """The choices with the ticked tools."""
        names = [name for name, box in self.tools.items() if box.isChecked()]
        return replace(
            choices,
            tools=",".join(names),
            has_residues=self.residues.isChecked(),
            copies_audio=self.copies.isChecked(),
        )

    def show_format(self, file_format: str) -> None:
        """Only WAV files hold markers."""
        self.tools[MARKERS].setEnabled(file_format == "wav")

    def _on_changed(self) -> None:
        self._allow()
        self.changed.emit()

    def _allow(self) -> None:
        """What goes with a tool can be chosen with it."""
        has_tracks = any(TOOLS[n].has_tracks and box.isChecked() for n, box in self.tools.items())
        self.residues.setEnabled(has_tracks)
        self.copies.setEnabled(self.tools["dawproject"].isChecked())
