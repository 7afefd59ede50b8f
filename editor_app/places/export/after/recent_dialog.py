"""The edits that were exported lately: hear one, see it in its folder, drag it out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QListView,
    QVBoxLayout,
    QWidget,
)

from editor_app.look.foreign import sentence
from editor_app.places.export.after.file_player import FilePlayer
from editor_app.places.export.after.written_files import WrittenFiles
from editor_app.settings import Settings
from editor_app.widgets.eliding_label import ElidingLabel
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label

_HOW = "Drag a file into a folder or into another program."
_NONE = "Nothing was exported yet, or the files have been moved."


class RecentDialog(QDialog):
    """Beside the window, which goes on working: files can be dragged out while it is open.

    Args:
        settings: remember the files.
        sound: plays them.
        show_in_folder: opens a file's folder; whether it could.
        released: called once the player is free for others again.
    """

    def __init__(
        self,
        settings: Settings,
        sound: FilePlayer,
        show_in_folder: Callable[[Path], bool],
        released: Callable[[], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Recent exports")
        self.resize(560, 400)
        self._settings, self._sound = settings, sound
        self._show_in_folder, self._released = show_in_folder, released
        self.files = WrittenFiles()
        self.list = QListView()
        self.list.setModel(self.files)
        self.list.setAccessibleName("Exported files, newest first")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.doubleClicked.connect(lambda _: self._play())
        self.list.installEventFilter(self)
        self._where, self._how = ElidingLabel(), label(_HOW, "secondary")
        self._where.setProperty("role", "small")
        self._how.setWordWrap(True)
        self.play = KeyButton("Play", "play", "Space", kind="primary")
        self.play.hold_place("Play", "Pause")
        self.play.clicked.connect(self._play)
        self.folder = KeyButton("Show in folder", "folder", "Enter")
        self.folder.clicked.connect(self._show)
        close = KeyButton("Close")
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.play, self.folder):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(self._how)
        column.addWidget(self.list, 1)
        column.addWidget(self._where)
        column.addLayout(buttons)
        self.list.selectionModel().currentChanged.connect(lambda *_: self._on_current())
        sound.changed.connect(self._show_play)
        settings.changed.connect(self._on_setting)

    def open_on_newest(self) -> None:
        """Show the files that are there now, the newest chosen."""
        self._read()
        self.show()
        self.raise_()
        self.activateWindow()
        self.list.setFocus(Qt.FocusReason.ActiveWindowFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """In the list Space plays and Enter shows the folder."""
        if watched is self.list and isinstance(event, QKeyEvent):
            does = {
                Qt.Key.Key_Space: self._play,
                Qt.Key.Key_Return: self._show,
                Qt.Key.Key_Enter: self._show,
            }.get(Qt.Key(event.key()))
            if does is not None:
                event.accept()  # Also before Qt looks for a shortcut of the window.
                if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
                    does()
                return True
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Fall silent, and let what was heard before be heard again."""
        self._sound.stop()
        self._released()
        super().hideEvent(event)

    def _read(self) -> None:
        self.files.show(self._settings.recent_exports)
        self.list.setCurrentIndex(self.files.index(0))
        self._how.setText(_HOW if self.files.rowCount() else _NONE)
        self._on_current()

    def _on_setting(self, name: str) -> None:
        if name == "recent_exports" and self.isVisible():
            self._read()

    @property
    def _file(self) -> Path | None:
        return self.files.file(self.list.currentIndex().row())

    def _on_current(self) -> None:
        file = self._file
        self._where.setText("" if file is None else sentence(f"In {file.parent}"))
        for button in (self.play, self.folder):
            button.setEnabled(file is not None)
        self._show_play()

    def _show_play(self) -> None:
        is_heard = self._sound.is_playing and self._sound.file == self._file
        self.play.set_words(*(("Pause", "pause") if is_heard else ("Play", "play")))

    def _play(self) -> None:
        if self._file is not None:
            self._sound.toggle(self._file)

    def _show(self) -> None:
        if self._file is not None and not self._show_in_folder(self._file):
            where = f"No file manager could be opened. The file is in {self._file.parent}"
            self._where.setText(sentence(where))
