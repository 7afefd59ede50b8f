"""Under the answers: undo by name, and faults that are kept apart from taste."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from editor_app.keys.actions import Actions
from editor_app.look.foreign import sentence
from editor_app.project.project import Project
from editor_app.widgets.key_button import KeyButton

# Longer names are cut: the row must hold the marks as well.
_NAME_CHARACTERS = 30


class RateFoot(QWidget):
    """Undo at the left, marks at the right; the switch for the next pair stands elsewhere."""

    def __init__(self, project: Project, actions: Actions) -> None:
        super().__init__()
        self._project = project
        self._undo = KeyButton("Undo", "undo", kind="flat").bind(actions["undo"])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._undo)
        row.addStretch(1)
        row.addWidget(KeyButton("Bad join", "bad_join", kind="flat").bind(actions["bad_join"]))
        row.addWidget(KeyButton("Both bad", "both_bad", kind="flat").bind(actions["both_bad"]))
        self.play_next = QCheckBox("Play the next pair at once")
        self.play_next.setChecked(actions["play_next"].isChecked())
        self.play_next.toggled.connect(actions["play_next"].setChecked)
        actions["play_next"].toggled.connect(self.play_next.setChecked)
        project.history.changed.connect(self._name_undo)
        self._name_undo()

    def _name_undo(self) -> None:
        name = self._project.history.undo_name
        shown = name if len(name) <= _NAME_CHARACTERS else f"{name[: _NAME_CHARACTERS - 1]}…"
        self._undo.set_words(sentence(f"Undo {shown}".strip()))
