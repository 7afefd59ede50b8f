"""What a person does while the app learns."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from editor_app.keys.actions import Actions
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label


def meanwhile_panel(actions: Actions) -> QFrame:
    """A panel that sends them back to rating."""
    panel = QFrame()
    panel.setObjectName("panel")
    column = QVBoxLayout(panel)
    column.setContentsMargins(16, 12, 16, 12)
    column.setSpacing(6)
    column.addWidget(label("Meanwhile", "heading"))
    words = label(
        "Go on rating: new answers are saved and count from the next cycle. The new edits are "
        "used only once you say so, best after a blind comparison.",
        "secondary",
    )
    words.setWordWrap(True)
    column.addWidget(words)
    row = QHBoxLayout()
    row.addWidget(KeyButton("Go on rating", kind="primary").bind(actions["rate_pairs"]))
    row.addStretch(1)
    column.addLayout(row)
    return panel
