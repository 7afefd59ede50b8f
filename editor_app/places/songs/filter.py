"""The list of songs as it is shown: sorted, and only what the typed words name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import (
    QAbstractProxyModel,
    QModelIndex,
    QObject,
    Qt,
)

from editor_app.places.songs.model import (
    HEADINGS,
    LENGTH,
    METER,
    STATUS,
    STATUS_ORDER,
    TEMPO,
    TITLE,
    USE,
    SongModel,
    answer,
    needs_check,
)
from editor_app.widgets.model_index import Index
from ml_core.domain.songs import SongEntry

# One key a column, since a library is sorted anew at every letter that is typed.
_SORT_KEYS: dict[int, Callable[[SongEntry], Any]] = {
    TITLE: lambda entry: entry.song.title.casefold(),
    LENGTH: lambda entry: entry.song.duration_s,
    TEMPO: lambda entry: entry.tempo_bpm or 0.0,
    METER: lambda entry: entry.meter or 0,
    USE: lambda entry: entry.use,
    STATUS: lambda entry: STATUS_ORDER[entry.status] - (0.5 if needs_check(entry) else 0.0),
}


def _by_id(entry: SongEntry) -> int:
    return entry.id


class SongFilter(QAbstractProxyModel):
    """Sorts by any column and keeps the rows whose title or artist holds the typed words.

    It stands in for Qt's proxy, which asks Python for every comparison. With 5,000 songs a typed
    letter took half a second there (measured), and takes a hundredth here.
    """

    def __init__(self, model: SongModel, parent: QObject | None = None) -> None:
        # Never the model's own child: shiboken 6.11 crashes collecting such a pair.
        super().__init__(parent)
        self._words: list[str] = []
        # Both kept while words are typed: rows of the model as sorted, and each one's text.
        self._sorted: list[int] | None = None
        self._texts: list[str] | None = None
        self._column, self._is_falling = -1, False
        self._order: list[int] = []
        self._at: dict[int, int] = {}
        self._songs = model
        self.setSourceModel(model)
        model.modelAboutToBeReset.connect(self.beginResetModel)
        model.modelReset.connect(self._on_reset)
        model.dataChanged.connect(self._on_data)
        self._take(self._arranged())

    def set_words(self, text: str) -> None:
        """Keep rows that hold every word of `text`; all rows if it is empty."""
        self._words = text.casefold().split()
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; equal rows stay in the order in which songs were added."""
        self._column, self._is_falling = column, order == Qt.SortOrder.DescendingOrder
        self._sorted = None
        self._arrange()

    def _arranged(self) -> list[int]:
        """Rows of the model in the order in which they are shown."""
        rows = self._songs.rows()
        if self._sorted is None:
            self._sorted = list(range(len(rows)))
            if self._column >= 0:
                key = _SORT_KEYS.get(self._column, _by_id)
                self._sorted.sort(key=lambda at: key(rows[at].entry), reverse=self._is_falling)
        kept = list(self._sorted)
        if self._words and self._texts is None:
            songs = (row.entry.song for row in rows)
            self._texts = [f"{song.title} {song.artist}".casefold() for song in songs]
        for word in self._words:
            texts = self._texts or []
            kept = [at for at in kept if word in texts[at]]
        return kept

    def _forget_rows(self) -> None:
        """The songs have changed: sort and read them anew."""
        self._sorted = self._texts = None

    def _arrange(self) -> None:
        order = self._arranged()
        if order == self._order:
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        places = [(self._order[index.row()], index.column()) for index in before]
        self._take(order)
        after = [
            self.createIndex(self._at[row], column) if row in self._at else QModelIndex()
            for row, column in places
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _take(self, order: list[int]) -> None:
        self._order = order
        self._at = {row: at for at, row in enumerate(order)}

    def _on_reset(self) -> None:
        self._forget_rows()
        self._take(self._arranged())
        self.endResetModel()

    def _on_data(self, first: QModelIndex, last: QModelIndex) -> None:
        self._forget_rows()
        self._arrange()
        for row in range(first.row(), last.row() + 1):
            if row in self._at:
                at = self._at[row]
                self.dataChanged.emit(self.index(at, 0), self.index(at, last.column()))

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        """The index of a cell."""
        is_there = 0 <= row < len(self._order) and 0 <= column < len(HEADINGS)
        return self.createIndex(row, column) if is_there else QModelIndex()

    def parent(self, child: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        """A table's rows have no parent."""
        return QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's form
        """Number of rows that are kept."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's form
        """Number of columns."""
        return 0 if parent.isValid() else len(HEADINGS)

    def mapToSource(self, index: Index) -> QModelIndex:  # noqa: N802 - Qt's name
        """The model's cell of a shown one."""
        if not index.isValid() or index.row() >= len(self._order):
            return QModelIndex()
        return self._songs.index(self._order[index.row()], index.column())

    def mapFromSource(self, index: Index) -> QModelIndex:  # noqa: N802 - Qt's name
        """The shown cell of one of the model's; invalid where the row is not kept."""
        at = self._at.get(index.row()) if index.isValid() else None
        return QModelIndex() if at is None else self.createIndex(at, index.column())

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a shown cell says; straight from the row, since painting asks hundreds of times."""
        if not index.isValid() or index.row() >= len(self._order):
            return None
        return answer(self._songs.rows()[self._order[index.row()]], index.column(), role)

    def headerData(  # noqa: N802 - Qt's name
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """The model's headings, also while no row is kept."""
        return self._songs.headerData(section, orientation, role)
