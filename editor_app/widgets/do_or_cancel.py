"""The last row of a dialog that does something or leaves it: Cancel, then what it does."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout

from editor_app.widgets.key_button import KeyButton


def do_or_cancel(dialog: QDialog, *do: KeyButton) -> QHBoxLayout:
    """All buttons at the right; Cancel rejects the dialog, what `do` does is its owner's."""
    cancel = KeyButton("Cancel")
    cancel.clicked.connect(dialog.reject)
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addStretch(1)
    for button in (cancel, *do):
        row.addWidget(button)
    return row
