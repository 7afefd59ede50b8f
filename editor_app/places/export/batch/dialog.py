"""The songs of an export: which are written, how far each is, and why one could not be."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from editor_app.look import theme
from editor_app.look.foreign import plain_tip, sentence
from editor_app.places.export.batch.batch import ExportBatch
from editor_app.places.export.batch.songs import BatchSong
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label
from editor_app.widgets.model_index import Index

_SIZE_PX = (560, 400)
_ROW_PX = 36
_NONE = "No export is under way."


class BatchTable(QAbstractTableModel):
    """A row for each song: its title, and what became of it."""

    def __init__(self) -> None:
        super().__init__()
        self._songs: tuple[BatchSong, ...] = ()

    def show(self, songs: tuple[BatchSong, ...]) -> None:
        """Show these songs; the same ones keep their rows."""
        if [id(song) for song in songs] != [id(song) for song in self._songs]:
            self.beginResetModel()
            self._songs = songs
            self.endResetModel()
        elif songs:
            self.dataChanged.emit(self.index(0, 1), self.index(len(songs) - 1, 1))

    def song(self, row: int) -> BatchSong | None:
        """The song in a row; None where there is none."""
        return self._songs[row] if 0 <= row < len(self._songs) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's form
        """How many songs there are."""
        return 0 if parent.isValid() else len(self._songs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's form
        """Title, and what became of it."""
        return 0 if parent.isValid() else 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A song's title, or what became of it."""
        song = self.song(index.row())
        if song is None:
            return None
        text = song.title if index.column() == 0 else song.words
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return sentence(text)
        return plain_tip(text) if role == Qt.ItemDataRole.ToolTipRole else None


class BatchDialog(QDialog):
    """Beside the window, which goes on working.

    Args:
        batch: whose songs are shown.
        parent: the window.
    """

    def __init__(self, batch: ExportBatch, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Songs of the export")
        self.resize(*_SIZE_PX)
        self._batch = batch
        self.table = BatchTable()
        self._list = QTableView()
        self._list.setModel(self.table)
        self._list.setShowGrid(False)
        self._list.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._list.setTabKeyNavigation(False)
        self._list.setWordWrap(False)
        self._list.verticalHeader().hide()
        self._list.verticalHeader().setDefaultSectionSize(theme.grown_px(_ROW_PX))
        self._list.horizontalHeader().hide()
        self._list.setAccessibleName("Songs of the export, and what became of each")
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._list.selectionModel().currentChanged.connect(lambda *_: self._show_song())
        # A long reason has no room in its row.
        self._said = label("", "secondary")
        self._said.setWordWrap(True)
        close = KeyButton("Close")
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(self._list, 1)
        column.addWidget(self._said)
        column.addLayout(buttons)
        batch.changed.connect(self._follow)

    def come_up(self) -> None:
        """Show the songs as they are now, the first that failed chosen."""
        self.table.show(self._batch.songs)
        states = [song.state for song in self._batch.songs]
        row = states.index("failed") if "failed" in states else 0
        self._list.setCurrentIndex(self.table.index(row, 0))
        self._show_song()
        self.show()
        self.raise_()
        self.activateWindow()
        self._list.setFocus(Qt.FocusReason.ActiveWindowFocusReason)

    def _follow(self) -> None:
        if self.isVisible():
            self.table.show(self._batch.songs)
            self._show_song()

    def _show_song(self) -> None:
        song = self.table.song(self._list.currentIndex().row())
        if song is None:
            self._said.setText("" if self.table.rowCount() else _NONE)
        else:
            self._said.setText(sentence(f"{song.title}: {song.words}"))
