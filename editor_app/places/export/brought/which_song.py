"""Asks which song an edit from another tool is of, where that can't be told."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from editor_app.look.foreign import heading, sentence
from editor_app.places.export.brought.rows import fit_rows
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label
from ml_core.domain.songs import Song


class WhichSongDialog(QDialog):
    """The songs that may be meant, the likeliest first; nothing waits for it."""

    answered = Signal(str)
    """Key of the song; empty where the file is left out."""

    def __init__(self, name: str, songs: Sequence[Song], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Which song?")
        self.setMinimumWidth(400)
        asked = label(sentence(f"Which song is {name} an edit of?"), "heading")
        asked.setWordWrap(True)
        why = label("More than one of your songs fits.", "secondary")
        self.list = QListWidget()
        self.list.setAccessibleName("Songs that fit")
        for song in songs:
            item = QListWidgetItem(heading(song))
            item.setData(Qt.ItemDataRole.UserRole, song.sha256)
            self.list.addItem(item)
        fit_rows(self.list)
        self.list.setCurrentRow(0)
        self.list.itemActivated.connect(lambda _: self.accept())
        take = KeyButton("Take this song", kind="primary")
        take.clicked.connect(self.accept)
        leave = KeyButton("Leave it out")
        leave.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(leave)
        buttons.addWidget(take)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(8)
        for widget in (asked, why, self.list):
            column.addWidget(widget)
        column.addLayout(buttons)
        self.resize(self.minimumSizeHint())
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self.finished.connect(self._on_finished)

    def _on_finished(self, result: int) -> None:
        item = self.list.currentItem()
        is_taken = result == QDialog.DialogCode.Accepted and item is not None
        self.answered.emit(str(item.data(Qt.ItemDataRole.UserRole)) if is_taken else "")
