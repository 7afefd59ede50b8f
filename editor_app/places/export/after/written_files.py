"""The files that were written lately, as a list that can be dragged into another program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QSize, Qt, QUrl

from editor_app.look import theme
from editor_app.look.foreign import plain_tip, sentence
from editor_app.widgets.model_index import Index

_ROW_PX = 36


class WrittenFiles(QAbstractListModel):
    """Newest first; a file that has gone is left out when the list is read again."""

    def __init__(self) -> None:
        super().__init__()
        self._files: list[Path] = []

    def show(self, files: Iterable[Path]) -> None:
        """Show those of these files that are there."""
        self.beginResetModel()
        self._files = [file for file in files if file.is_file()]
        self.endResetModel()

    def file(self, row: int) -> Path | None:
        """The file in a row; None where there is none."""
        return self._files[row] if 0 <= row < len(self._files) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's form
        """How many files there are."""
        return 0 if parent.isValid() else len(self._files)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name and folder of a file."""
        file = self.file(index.row())
        if file is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return sentence(file.name)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(str(file))
        return QSize(0, theme.grown_px(_ROW_PX)) if role == Qt.ItemDataRole.SizeHintRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Each file can be chosen and dragged out."""
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def supportedDragActions(self) -> Qt.DropAction:  # noqa: N802 - Qt's name
        """Only copies: a program that moved the file away would take it from its folder."""
        return Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:  # noqa: N802 - Qt's name
        """What other programs take."""
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802 - Qt's name
        """The files' addresses."""
        files = [self.file(row) for row in sorted({index.row() for index in indexes})]
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(file)) for file in files if file is not None])
        return data
