"""Which finished edits teach: one line, shown where there are any, and a menu to leave some out."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from editor_app.look.foreign import named
from editor_app.look.words import counted
from editor_app.notifier import Notifier
from editor_app.project.project import Project
from editor_app.widgets.labels import label
from ml_core.domain.finished_edits import (
    FEWEST_ALONE,
    RATINGS_FOR_FEWER,
    FinishedEdit,
    ratings_that_help,
)
from ml_core.errors import UserError
from ml_core.units import clock

_TIP = (
    "Edits that you made before. They say what you want, and never count in verdicts, nor in how "
    "well your taste is known."
)


class EditsLine(QWidget):
    """How many finished edits teach, how many ratings help most beside them, and which count."""

    def __init__(self, project: Project, notifier: Notifier) -> None:
        super().__init__()
        self._project, self._notifier = project, notifier
        self._words = label("", "secondary")
        self._words.setToolTip(_TIP)
        self.which = QToolButton()
        self.which.setText("Which ones")
        self.which.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self)
        self.which.setMenu(self.menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 8)
        row.setSpacing(16)
        row.addWidget(self._words)
        row.addWidget(self.which)
        row.addStretch(1)

    def show_state(self, is_locked: bool) -> None:
        """Read again which there are; locked while a training is under way."""
        edits = self._project.finished_edits.all()
        self.setVisible(bool(edits))
        if not edits:
            return
        n_taught = len(self._project.finished_edits.taught())
        self._words.setText(edits_words(edits, n_taught, self._project.ratings.count()))
        self.which.setEnabled(not is_locked)
        self.menu.clear()
        for edit in edits:
            self._add(edit)

    def _add(self, edit: FinishedEdit) -> None:
        action = named(QAction(self.menu), f"{edit.name} ({clock(edit.duration_s)})")
        action.setCheckable(True)
        action.setChecked(not edit.is_left_out)
        action.triggered.connect(lambda is_on: self._set(edit, is_on))
        self.menu.addAction(action)

    def _set(self, edit: FinishedEdit, is_on: bool) -> None:
        try:
            self._project.finished_edits.leave_out(edit, not is_on)
        except UserError as error:
            self._notifier.user_error(error)


def edits_words(edits: list[FinishedEdit], n_taught: int, n_ratings: int) -> str:
    """What is said of finished edits beside so many ratings."""
    left_out = sum(edit.is_left_out for edit in edits)
    n_waiting = len(edits) - left_out
    if n_taught:
        words = counted(n_taught, "finished edit")
        words += " teaches" if n_taught == 1 else " teach"
        words += " too." if n_ratings else "."
    elif n_waiting:
        words = counted(n_waiting, "finished edit")
        words += " waits" if n_waiting == 1 else " wait"
        words += f": it takes {FEWEST_ALONE}, or {RATINGS_FOR_FEWER} ratings that say A or B."
    else:
        words = f"{counted(left_out, 'finished edit')} left out."
        left_out = 0
    if left_out:
        words += f" {left_out} left out."
    more = ratings_that_help(n_taught, n_ratings)
    if more:
        again = " more" if n_ratings else ""
        words += f" {more}{again} rating{'' if more == 1 else 's'} would help most next."
    return words
