"""Shows what was found of finished edits in their song, before anything counts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from editor_app.look.foreign import sentence, shown, song_title
from editor_app.look.words import counted
from editor_app.places.export.brought.rows import fit_rows
from editor_app.places.export.finished.picture import FoundPicture
from editor_app.places.export.finished.words import file_words, piece_rows
from editor_app.widgets.do_or_cancel import do_or_cancel
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label
from ml_core.domain.files.found_edits import FoundEdit
from ml_core.domain.files.found_words import notes
from ml_core.domain.finished_edits import FinishedEdit
from ml_core.domain.songs import Song
from ml_core.paths import printable_name

_WIDTH_PX, _MARGIN_PX = 640, 24
_FILES_PX, _PIECES_PX = 108, 128
_PIECE_ROLE = Qt.ItemDataRole.UserRole


class FoundDialog(QDialog):
    """The files with boxes to tick, where the selected one lies in the song, and two questions.

    Args:
        found: of one song, as the task tells them.
        told: why each can't be learned from, a sentence; empty where it can.
    """

    def __init__(
        self, song: Song, found: Sequence[FoundEdit], told: Sequence[str], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Finished edits")
        self.setMinimumWidth(_WIDTH_PX)
        self.song, self._found = song, tuple(found)
        self._reasons = list(told)
        self.picture = FoundPicture()
        self.files, self.pieces = QListWidget(), QListWidget()
        self.notes = label("", "secondary")
        self.notes.setWordWrap(True)
        self.is_length_given = QCheckBox("Their length was given, as for a slot or a reel")
        self.is_length_given.setToolTip("Then their length says nothing about how long you like it")
        self.is_rough = QCheckBox("Made with little care")
        self.is_rough.setToolTip("Then they count for less")
        self.keep = KeyButton("Keep to learn from", kind="primary")
        self._fill()
        self._build()
        self.files.currentRowChanged.connect(self._show_file)
        self.files.itemChanged.connect(lambda _: self._show_count())
        self.pieces.currentItemChanged.connect(lambda item, _: self._mark(item))
        self.files.setCurrentRow(0)
        self._show_count()
        self.resize(_WIDTH_PX, self.minimumSizeHint().height())
        self.files.setFocus(Qt.FocusReason.OtherFocusReason)
        self.finished.connect(self.deleteLater)

    def chosen(self) -> list[FinishedEdit]:
        """What is kept of the ticked files."""
        given, rough = self.is_length_given.isChecked(), self.is_rough.isChecked()
        return [
            one.finished(printable_name(one.file), given, rough)
            for row, one in enumerate(self._found)
            if self.files.item(row).checkState() == Qt.CheckState.Checked
        ]

    def _fill(self) -> None:
        self.files.setAccessibleName("Files that were looked for")
        for one, reason in zip(self._found, self._reasons, strict=True):
            item = QListWidgetItem(shown(file_words(one, reason)))
            item.setCheckState(Qt.CheckState.Unchecked if reason else Qt.CheckState.Checked)
            if reason:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsUserCheckable)
            self.files.addItem(item)
        self.pieces.setAccessibleName("Pieces of the edit")
        self.pieces.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        fit_rows(self.files)
        self.files.setMaximumHeight(min(self.files.minimumHeight(), _FILES_PX))
        self.files.setMinimumHeight(self.files.maximumHeight())
        self.pieces.setMinimumHeight(_PIECES_PX)

    def _build(self) -> None:
        heading = label(sentence(f"Found in {song_title(self.song)}"), "heading")
        heading.setWordWrap(True)
        self.keep.setDefault(True)
        self.keep.clicked.connect(self.accept)
        buttons = do_or_cancel(self, self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN_PX, _MARGIN_PX, _MARGIN_PX, 16)
        column.setSpacing(8)
        column.addWidget(heading)
        column.addWidget(self.files)
        column.addWidget(self.picture)
        column.addWidget(self.pieces, 1)
        column.addWidget(self.notes)
        column.addWidget(label("For all of these edits", "secondary"))
        column.addWidget(self.is_length_given)
        column.addWidget(self.is_rough)
        column.addSpacing(8)
        column.addLayout(buttons)

    def _show_file(self, row: int) -> None:
        """Show where a file lies in the song, or why it can't be learned from."""
        if row < 0:
            return
        found, reason = self._found[row], self._reasons[row]
        self.pieces.clear()
        for words, piece in piece_rows(found):
            item = QListWidgetItem(words)
            item.setData(_PIECE_ROLE, self._share(piece) if piece is not None else None)
            self.pieces.addItem(item)
        self.picture.show_kept([self._share(span) for span in found.kept_s])
        told = [reason] if found.refusal else [reason, *notes(found, self.song.duration_s)]
        self.notes.setText(sentence(" ".join(filter(None, told))))
        # A wrapped line asks for one line's height alone, and the rows above would lie over it.
        self.notes.setMinimumHeight(self.notes.heightForWidth(_WIDTH_PX - 2 * _MARGIN_PX))

    def _share(self, span: Sequence[float]) -> tuple[float, float]:
        return span[0] / self.song.duration_s, span[1] / self.song.duration_s

    def _mark(self, item: QListWidgetItem | None) -> None:
        piece = item.data(_PIECE_ROLE) if item is not None else None
        self.picture.mark(None if piece is None else (piece[0], piece[1]))

    def _show_count(self) -> None:
        n_chosen = len(self.chosen())
        self.keep.setEnabled(n_chosen > 0)
        self.keep.setToolTip(
            f"Learn from {counted(n_chosen, 'edit')}" if n_chosen else "No file is ticked"
        )
