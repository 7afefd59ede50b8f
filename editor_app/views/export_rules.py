"""The rules of an export: how long, and what must stay."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
)

from editor_app.views.place import label
from editor_app.widgets.fields import LengthField
from ml_core.domain.edits import Brief, Limits

# As the command does: edits are made of whole bars, and 3 % also counts as the same length.
_SLACK = 0.03


class ExportRules(QFrame):
    """Hard limits that the person sets; every edit keeps them or says that it can't."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._by_taste = QRadioButton("Length as your taste says")
        self._by_length = QRadioButton("Length")
        self._by_taste.setChecked(True)
        group = QButtonGroup(self)
        group.addButton(self._by_taste)
        group.addButton(self._by_length)
        self._length = LengthField("Length of the edit")
        self._length.setPlaceholderText("m:ss")
        self._intro = QCheckBox("Keep the intro")
        self._ending = QCheckBox("Keep the ending")
        self._state = label("", "secondary")
        self._state.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(8)
        column.addWidget(label("Rules", "heading"))
        column.addWidget(self._by_taste)
        row = QHBoxLayout()
        row.addWidget(self._by_length)
        row.addStretch(1)
        row.addWidget(self._length)
        column.addLayout(row)
        column.addWidget(self._intro)
        column.addWidget(self._ending)
        column.addWidget(self._state)
        column.addStretch(1)
        self._length.length_changed.connect(self._on_length)
        for button in (self._by_taste, self._intro, self._ending):
            button.toggled.connect(lambda _: self.changed.emit())

    def limits(self, brief: Brief) -> Limits:
        """The limits that these rules set for any song."""
        wished_s = self._length.length_s if self._by_length.isChecked() else None
        base = Limits.from_brief(brief)
        if wished_s is not None:
            base = Limits(wished_s * (1 - _SLACK), wished_s * (1 + _SLACK), 0.0, 1.0)
        return replace(
            base, keep_intro=self._intro.isChecked(), keep_ending=self._ending.isChecked()
        )

    def say(self, words: str) -> None:
        """Say which rule can't be met; empty when all are."""
        self._state.setText(words or "All met.")

    def _on_length(self) -> None:
        if self._by_length.isChecked():
            self.changed.emit()
        else:
            self._by_length.setChecked(True)
