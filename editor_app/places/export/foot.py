"""Where an export goes: format, folder, and the button that writes the files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QFont, QFontMetricsF
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from editor_app.look import theme
from editor_app.look.foreign import plain_tip, sentence
from editor_app.look.words import counted
from editor_app.settings import Settings
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label
from ml_core.domain.files.formats import WRITE_FORMATS

# Of a folder's name; the tooltip has all of it.
_FOLDER_PX = 148


def chosen_words(n_chosen: int, n_songs: int) -> tuple[str, str]:
    """(how many songs are chosen, what the button writes then): so the two never disagree.

    Where none is chosen, the song that is looked at is exported.

    Args:
        n_chosen: songs with a tick.
        n_songs: that can be exported.
    """
    if n_chosen == 0:
        return (counted(n_songs, "song"), "Export this edit") if n_songs else ("", "Export")
    return f"{n_chosen} of {n_songs} chosen", f"Export {counted(n_chosen, 'edit')}"


class ExportFoot(QWidget):
    """Both choices are remembered for the person, apart from any project."""

    def __init__(
        self,
        settings: Settings,
        presets: QWidget,
        export: QAction,
        recent: QAction,
        files: QAction,
    ) -> None:
        super().__init__()
        self._settings = settings
        self._format = QComboBox()
        self._format.setAccessibleName("Format")
        for form in WRITE_FORMATS.values():
            self._format.addItem(form.words, form.name)
        self._format.setCurrentIndex(max(0, self._format.findData(settings.export_format)))
        self._format.currentIndexChanged.connect(self._on_format)
        self._folder = KeyButton("", "folder")
        self._folder.clicked.connect(self._choose_folder)
        self._export = KeyButton("Export", kind="primary", height_px=48).bind(export)
        left, row, foot = QVBoxLayout(), QHBoxLayout(), QHBoxLayout(self)
        row.setSpacing(8)
        row.addWidget(presets)
        row.addWidget(self._format)
        row.addWidget(self._folder)
        self._recent = KeyButton("Recent", "clock", kind="flat", height_px=24)
        # The key stands in the tooltip alone: the row has no room for its cap.
        recent.changed.connect(lambda: self._recent.setToolTip(recent.toolTip()))
        self._recent.setToolTip(recent.toolTip())
        self._recent.clicked.connect(recent.trigger)
        self._files = KeyButton("Options…", kind="flat", height_px=24)
        self._files.setAccessibleName(files.text())
        files.changed.connect(lambda: self._files.setToolTip(files.toolTip()))
        self._files.setToolTip(files.toolTip())
        self._files.clicked.connect(files.trigger)
        row.addStretch(1)
        left.setSpacing(2)
        left.addLayout(row)
        said = label("Songs never change, nothing is overwritten.", "small")
        said.setToolTip("Tags that stay true are kept")
        said.setWordWrap(True)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(said, 1)
        below.addWidget(self._recent)
        below.addWidget(self._files)
        left.addLayout(below)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(16)
        foot.addLayout(left, 1)
        foot.addWidget(self._export)
        settings.changed.connect(self._on_setting)
        self._show_folder()
        self._show_recent()

    @property
    def file_format(self) -> str:
        """The format chosen, as the export task takes it."""
        return str(self._format.currentData())

    @property
    def folder(self) -> Path:
        """Where files go."""
        return Path(self._settings.export_folder)

    def say(self, words: str) -> None:
        """Say what the button writes."""
        self._export.set_words(words)

    def _on_format(self) -> None:
        self._settings.export_format = self.file_format

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self, "Where to put the edits", self._settings.export_folder
        )
        if folder:
            self._settings.export_folder = folder

    def _on_setting(self, name: str) -> None:
        if name == "export_folder":
            self._show_folder()
        elif name == "export_format":
            at = self._format.findData(self._settings.export_format)
            if at >= 0 and at != self._format.currentIndex():
                self._format.setCurrentIndex(at)
        elif name == "recent_exports":
            self._show_recent()

    def _show_recent(self) -> None:
        """There is a list of exports only where something was exported."""
        self._recent.setVisible(bool(self._settings.recent_exports))

    def _show_folder(self) -> None:
        folder = self.folder
        words = sentence(f"{folder.parent.name}/{folder.name}" if folder.name else str(folder))
        metrics = QFontMetricsF(theme.font("body", QFont.Weight.Medium))
        room = theme.grown_px(_FOLDER_PX)
        self._folder.set_words(metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, room))
        self._folder.setAccessibleName(sentence(f"Folder: {folder}"))
        self._folder.setToolTip(plain_tip(f"{folder}: choose another folder"))
