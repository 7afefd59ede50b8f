"""The songs to export: a list with boxes to tick, filtered as one types."""

from __future__ import annotations

from PySide6.QtCore import QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QListView, QVBoxLayout, QWidget

from editor_app.actions import Actions
from editor_app.session import Session
from editor_app.widgets.fields import FilterField
from ml_core.domain.songs import SongEntry

_SHA_ROLE = Qt.ItemDataRole.UserRole + 1


class ExportSongs(QWidget):
    """Ready songs; what is ticked is exported, the current one is shown."""

    ticked = Signal()
    current_changed = Signal(str)
    """SHA-256 of the song to show; empty without one."""

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self._session = session
        self._model = QStandardItemModel(self)
        self._shown = QSortFilterProxyModel(self)
        self._shown.setSourceModel(self._model)
        self._shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._filter = FilterField("Filter", actions["find"])
        self._filter.textChanged.connect(self._shown.setFilterFixedString)
        self._list = QListView()
        self._list.setModel(self._shown)
        self._list.setObjectName("exportSongs")
        self._list.setUniformItemSizes(True)
        self._list.setAccessibleName("Songs to export")
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.selectionModel().currentChanged.connect(
            lambda index, _: self.current_changed.emit(str(index.data(_SHA_ROLE) or ""))
        )
        self._model.itemChanged.connect(lambda _: self.ticked.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._filter)
        column.addWidget(self._list, 1)

    def read_songs(self) -> None:
        """Show the ready songs; ticks and the current song stay."""
        entries = [e for e in self._session.songs() if e.status == "ready"]
        entries.sort(key=lambda entry: entry.song.title.casefold())
        known = {self._sha(row): row for row in range(self._model.rowCount())}
        if list(known) == [entry.song.sha256 for entry in entries]:
            return
        ticked, current = set(self.ticked_songs()), self.current
        self._model.clear()
        for entry in entries:
            self._model.appendRow(_item(entry, entry.song.sha256 in ticked))
        self.show_song(current or (entries[0].song.sha256 if entries else ""))

    def ticked_songs(self) -> list[str]:
        """SHA-256 of each ticked song, in the list's order."""
        rows = range(self._model.rowCount())
        checked = Qt.CheckState.Checked
        return [self._sha(r) for r in rows if self._model.item(r).checkState() == checked]

    @property
    def n_songs(self) -> int:
        """How many songs there are."""
        return self._model.rowCount()

    @property
    def current(self) -> str:
        """SHA-256 of the song that is shown; empty without one."""
        return str(self._list.currentIndex().data(_SHA_ROLE) or "")

    def show_song(self, sha256: str) -> None:
        """Make a song the current one."""
        for row in range(self._model.rowCount()):
            if self._sha(row) == sha256:
                index = self._shown.mapFromSource(self._model.index(row, 0))
                self._list.setCurrentIndex(index)
                return

    def take_keys(self) -> None:
        """Take the keyboard."""
        self._list.setFocus()

    def _sha(self, row: int) -> str:
        return str(self._model.item(row).data(_SHA_ROLE))


def _item(entry: SongEntry, is_ticked: bool) -> QStandardItem:
    made = QStandardItem(entry.song.title)
    made.setData(entry.song.sha256, _SHA_ROLE)
    made.setCheckable(True)
    made.setCheckState(Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked)
    made.setToolTip(entry.song.path)
    return made
