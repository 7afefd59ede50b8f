"""What is said of an edit: how its joins are, and why it is as it is."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor_app.listening.why_line import WhyLine
from editor_app.widgets.eliding_label import ElidingLabel
from editor_app.work.jobs import Jobs


class SaidOfEdit(QWidget):
    """Two lines. While a join is in hand, the first one is of that join alone.

    Attributes:
        why: says why the taste likes the edit.
    """

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._of_all = self._of_one = ""
        self._joins = ElidingLabel()
        self._joins.setProperty("role", "small")
        self.why = WhyLine(jobs)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._joins)
        column.addWidget(self.why)

    def say_of_joins(self, words: str) -> None:
        """Say that of all joins; empty while nothing is known."""
        self._of_all = words
        self._joins.setText(self._of_one or words)

    def say_of_join(self, words: str) -> None:
        """Say that of the join in hand; empty for none."""
        self._of_one = words
        self._joins.setText(words or self._of_all)

    def clear(self) -> None:
        """Say nothing."""
        self.say_of_joins("")
        self.say_of_join("")
        self.why.ask(None)
