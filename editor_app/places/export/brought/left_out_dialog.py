"""All that was left out of an edit from another tool, to be read at leisure."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QListWidget,
    QVBoxLayout,
    QWidget,
)

from editor_app.look.foreign import sentence
from editor_app.places.export.brought.rows import fit_rows
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label


class LeftOutDialog(QDialog):
    """A sentence a line. The edit goes on without what they tell of."""

    def __init__(self, name: str, left_out: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("What was left out")
        self.setMinimumWidth(520)
        head = label(sentence(f"Left out of {name}:"), "heading")
        head.setWordWrap(True)
        self.list = QListWidget()
        self.list.setAccessibleName("What was left out")
        self.list.setWordWrap(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.addItems([sentence(one) for one in left_out])
        fit_rows(self.list)
        close = KeyButton("Close", kind="primary")
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(head)
        column.addWidget(self.list, 1)
        column.addLayout(buttons)
        self.resize(self.minimumSizeHint())
