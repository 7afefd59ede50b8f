"""Your taste, learned: directions with intervals, what length explains, and the cycles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from editor_app.look.words import counted, edits_learned, learned_from
from editor_app.places.taste.cycles import Cycles
from editor_app.places.taste.directions_chart import DirectionsChart
from editor_app.places.taste.directions_legend import DirectionsLegend
from editor_app.places.taste.heard_examples import HeardExamples
from editor_app.places.taste.ratings import RatingsOverTime
from editor_app.places.taste.side import SidePanel
from editor_app.places.taste.what_changes import WhatChanges
from editor_app.widgets.labels import label
from editor_app.workspace import Workspace

_SHOWN_DIRECTIONS = 7
# The directions need 560 beside the side panel of 344.
_NARROW_BELOW_PX = 936


class LearnedPanel(QWidget):
    """Painted from the taste report and the project's history.

    Attributes:
        cycles: the trainings so far.
        examples: what can be heard of the directions.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._chart = DirectionsChart()
        self.examples = HeardExamples(workspace)
        self._chart.asked.connect(self.examples.press)
        self.examples.changed.connect(self._chart.show_heard)
        self._chart.show_waiting()
        self._legend = DirectionsLegend()
        self._hint = label("Reading your ratings…", "secondary")
        self._hint.setWordWrap(True)
        self._side = SidePanel()
        left = QVBoxLayout()
        left.setSpacing(8)
        for widget in (label("What you like", "heading"), self._hint, self._chart, self._legend):
            left.addWidget(widget)
        left.addStretch(1)
        self._upper = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._upper.setSpacing(32)
        self._upper.addLayout(left, 1)
        self._upper.addWidget(self._side, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(24)
        column.addLayout(self._upper)
        what_changes = WhatChanges(workspace.project)
        column.addWidget(what_changes)
        what_changes.refresh()
        self.cycles = Cycles(workspace)
        column.addWidget(self.cycles)
        column.addWidget(RatingsOverTime(workspace.project))
        column.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The panel stands under the directions where there is no room beside them."""
        is_narrow = self.width() < _NARROW_BELOW_PX
        across = QBoxLayout.Direction.LeftToRight
        self._upper.setDirection(QBoxLayout.Direction.TopToBottom if is_narrow else across)
        # A column of fixed width would be asked for its height as if it were wide.
        self._side.set_wide(is_narrow)
        super().resizeEvent(event)
        self._keep_height()

    def _keep_height(self) -> None:
        """Ask for the height that wrapped lines need: a scroll area asks for no such thing."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.setMinimumHeight(layout.totalHeightForWidth(self.width()))

    def forget(self) -> None:
        """Show nothing of what was said: another taste was chosen."""
        self.examples.let_go()
        self._chart.show_waiting()
        self._legend.hide()
        self._side.hide()
        self._hint.setText("Reading your ratings…")
        self._hint.show()

    def show_taste(self, found: Mapping[str, Any], n_before: int, is_few: bool) -> None:
        """Show a taste report; `n_before` is how many ratings the older dots stand for."""
        rows = sorted(found["directions"], key=_weight, reverse=True)[:_SHOWN_DIRECTIONS]
        if n_before == found["counts"]["ratings"]:  # nothing was rated since: no before to show
            rows = [{**row, "before": None} for row in rows]
        self._chart.show_rows(rows)
        self._legend.setVisible(bool(rows))
        has_before = any(row["before"] is not None for row in rows)
        learned = learned_from(found["counts"]["ratings"], edits_learned(found))
        self._legend.show_words(
            f"now, after {learned}; a bar holds 19 of 20 likely values",
            f"before, after {counted(n_before, 'rating')}" if has_before else "",
        )
        is_guessing = bool(rows) and not found["above_guessing"]
        if not found["counts"]["ratings"]:
            self._hint.setText("No answer has checked yet what your edits say: rate some pairs.")
            is_few = True
        elif is_guessing:
            self._hint.setText(found["lines"][1])
        elif not rows:
            self._hint.setText("Your answers decide too little so far. Rate some more pairs.")
        elif is_few:
            self._hint.setText("Few ratings so far: the bars will become shorter with more.")
        self._hint.setVisible(is_guessing or is_few or not rows)
        self._side.show_taste(found)
        self._side.show()
        self._keep_height()


def _weight(row: Mapping[str, Any]) -> tuple[bool, float]:
    return row["sure"] != "unknown", abs(row["wish"])
