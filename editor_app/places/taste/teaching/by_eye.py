"""Whether answers given by eye teach too: one line, shown where there are such answers."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from editor_app.look.words import counted
from editor_app.notifier import Notifier
from editor_app.project.project import Project
from editor_app.widgets.labels import label
from ml_core.errors import UserError

_TIP = (
    "Given without hearing 2 s of both edits where they differ. They never count in verdicts, "
    "nor in how well your taste is known."
)


class ByEyeLine(QWidget):
    """How many answers were given by eye, and a box to have them teach."""

    def __init__(self, project: Project, notifier: Notifier) -> None:
        super().__init__()
        self._project, self._notifier = project, notifier
        self._words = label("", "secondary")
        self.box = QCheckBox("Learn from these too")
        for widget in (self._words, self.box):
            widget.setToolTip(_TIP)
        self.box.clicked.connect(self._set)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 8)
        row.setSpacing(16)
        row.addWidget(self._words)
        row.addWidget(self.box)
        row.addStretch(1)

    def show_state(self, is_locked: bool) -> None:
        """Read again how many there are; locked while a training is under way."""
        ratings = self._project.ratings
        n, teaches = ratings.count_by_eye(), ratings.by_eye_teaches
        self.setVisible(n > 0)
        what = counted(n, "answer")
        self._words.setText(f"{what} by eye" if teaches else f"{what} by eye left out")
        self.box.setChecked(teaches)
        self.box.setEnabled(not is_locked)

    def _set(self, is_on: bool) -> None:
        try:
            self._project.ratings.by_eye_teaches = is_on
        except UserError as error:
            self.box.setChecked(not is_on)
            self._notifier.user_error(error)
