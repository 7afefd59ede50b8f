"""Asks what sound files are that were dropped on a song: edits of it, or new songs."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from editor_app.look.foreign import sentence, song_title
from editor_app.widgets.do_or_cancel import do_or_cancel
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label
from ml_core.domain.songs import Song
from ml_core.paths import printable_name

_WIDTH_PX = 480


class KindDialog(QDialog):
    """Three ways on; `accepted` follows the first, nothing follows "Cancel"."""

    are_songs = Signal()
    """They are to be added as songs."""

    def __init__(self, files: list[str], song: Song, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Edits or songs?")
        self.setFixedWidth(_WIDTH_PX)
        one = len(files) == 1
        what = (
            f"Is {printable_name(files[0])} an edit"
            if one
            else f"Are these {len(files)} files edits"
        )
        asked = label(sentence(f"{what} of {song_title(song)}?"), "heading")
        asked.setWordWrap(True)
        text = label(
            "An edit is found in the song and shown to you before it counts. "
            "A new song is added to your songs.",
            "secondary",
        )
        text.setWordWrap(True)
        self.edits = KeyButton("An edit of it" if one else "Edits of it", kind="primary")
        self.edits.setDefault(True)
        self.edits.clicked.connect(self.accept)
        self.songs = KeyButton("A new song" if one else "New songs")
        self.songs.clicked.connect(self._are_songs)
        buttons = do_or_cancel(self, self.songs, self.edits)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(8)
        column.addWidget(asked)
        column.addWidget(text)
        column.addSpacing(8)
        column.addLayout(buttons)
        self.finished.connect(self.deleteLater)

    def _are_songs(self) -> None:
        self.are_songs.emit()
        self.reject()
