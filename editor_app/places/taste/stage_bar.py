"""How far one stage of a training is."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from editor_app.widgets.labels import label


class StageBar(QWidget):
    """One of the two stages of training: what is done in plain words, a bar and the time.

    Numbers and technical words stand beside them once they are asked for.
    """

    def __init__(self, heading: str, what: str, technical: str) -> None:
        super().__init__()
        self._count = label("", "heading")
        self._bar = QProgressBar()
        self._bar.setFixedHeight(8)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(heading)
        self._fact, self._time = label("", "small"), label("", "small")
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(heading, "heading"))
        self._technical = label(technical, "secondary")
        head.addWidget(self._technical)
        head.addStretch(1)
        head.addWidget(self._count)
        foot.addWidget(self._fact)
        foot.addStretch(1)
        foot.addWidget(self._time)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self._bar)
        column.addLayout(foot)
        said = label(what, "secondary")
        said.setWordWrap(True)
        column.addWidget(said)
        column.addStretch(1)  # The other stage may say more: both begin at one height.
        self.show_numbers(False)

    def show_numbers(self, are_shown: bool) -> None:
        """Show the technical words and counts, or only the bar and the time."""
        for widget in (self._technical, self._count, self._fact):
            widget.setVisible(are_shown)

    def begin(self, total: int, words: str) -> None:
        """Set it to nothing done."""
        self._bar.setRange(0, max(1, total))
        self._bar.setValue(0)
        self._count.setText(words)
        self._fact.setText("")
        self._time.setText("")

    def show_done(self, done: int, count: str, fact: str, times: str) -> None:
        """Show how far it is."""
        self._bar.setValue(done)
        self._count.setText(count)
        self._fact.setText(fact)
        self._time.setText(times)
