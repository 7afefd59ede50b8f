"""Stems: a folder whose files get the same cuts as their song's edit."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QFileDialog, QHBoxLayout

from editor_app.look.foreign import plain_tip, sentence
from editor_app.places.export.files.section import FilesSection
from editor_app.widgets.eliding_label import ElidingLabel
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label
from ml_core.domain.files.choices import FileChoices

SAID = (
    "Files as long as a song to the sample, at its sample rate, get the cuts of its edit and are "
    "written beside it. Where songs are equally long, name the file or its folder as its song."
)
_NONE = "No stems are cut."


class StemsSection(FilesSection):
    """The folder, or none."""

    heading = "Stems"

    def __init__(self) -> None:
        super().__init__()
        self._folder = ""
        said = label(SAID, "small")
        said.setWordWrap(True)
        self.choose = KeyButton("Choose a folder…", "folder")
        self.clear = KeyButton("No stems", kind="flat")
        self.where = ElidingLabel()
        self.where.setProperty("role", "small")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.choose)
        row.addWidget(self.where, 1)
        row.addWidget(self.clear)
        self.column.addLayout(row)
        self.column.addWidget(said)
        self.choose.clicked.connect(self._choose)
        self.clear.clicked.connect(lambda: self._take(""))

    def show_choices(self, choices: FileChoices) -> None:
        """Show the folder."""
        self._folder = choices.stems_dir
        self.where.setText(sentence(self._folder) if self._folder else _NONE)
        self.choose.setToolTip(plain_tip(f"Stems are looked for in {self._folder} and below"))
        if not self._folder:
            self.choose.setToolTip("")
        self.clear.setVisible(bool(self._folder))

    def taken(self, choices: FileChoices) -> FileChoices:
        """The choices with the folder."""
        return replace(choices, stems_dir=self._folder)

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Folder of stems", self._folder)
        if folder:
            self._take(folder)

    def _take(self, folder: str) -> None:
        self._folder = folder
        self.changed.emit()
