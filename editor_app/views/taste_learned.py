"""Your taste, learned: directions with intervals, what length explains, and the cycles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from editor_app.actions import Actions
from editor_app.notifier import Notifier
from editor_app.session import Session
from editor_app.views.place import label
from editor_app.widgets.cycle_line import CycleLine
from editor_app.widgets.directions_chart import DirectionsChart
from editor_app.widgets.interval_bar import IntervalBar
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.share_bars import ShareBars
from editor_app.widgets.win_blocks import WinBlocks
from editor_app.words import counted
from ml_core.domain.models import BASE, Checkpoint, ComparisonReport
from ml_core.domain.ratings import Rating
from ml_core.errors import UserError

_SHOWN_DIRECTIONS = 7
_SHOWN_CYCLES = 3
_SIDE_PX = 344


class LearnedPage(QWidget):
    """Painted from the taste report and the project's history."""

    def __init__(self, session: Session, actions: Actions, notifier: Notifier) -> None:
        super().__init__()
        self._session, self._actions, self._notifier = session, actions, notifier
        self._chart = DirectionsChart()
        self._hint = label("", "secondary")
        self._hint.setWordWrap(True)
        self._hint.setText("Reading your ratings…")
        self._chart.hide()
        self._side = _SidePanel()
        self._side.hide()
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(label("What you like", "heading"))
        left.addWidget(self._hint)
        left.addWidget(self._chart)
        left.addStretch(1)
        upper = QHBoxLayout()
        upper.setSpacing(32)
        upper.addLayout(left, 1)
        upper.addWidget(self._side, 0, Qt.AlignmentFlag.AlignTop)
        self._line = CycleLine()
        self._cycles = QGridLayout()
        self._cycles.setHorizontalSpacing(16)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        column.addLayout(upper)
        column.addSpacing(16)
        head = QHBoxLayout()
        head.addWidget(label("Cycles", "heading"))
        head.addStretch(1)
        head.addWidget(label("each tick a rating; tall is much better, short a tie", "small"))
        column.addLayout(head)
        column.addWidget(self._line)
        column.addLayout(self._cycles)
        column.addStretch(1)
        session.changed.connect(self._on_changed)
        self._show_cycles()

    def show_taste(self, found: Mapping[str, Any], is_few: bool) -> None:
        """Show a taste report."""
        rows = sorted(found["directions"], key=_weight, reverse=True)[:_SHOWN_DIRECTIONS]
        self._chart.show_rows(rows)
        self._chart.setVisible(bool(rows))
        self._side.show()
        if not rows:
            self._hint.setText("Your answers decide too little so far. Rate some more pairs.")
        elif is_few:
            self._hint.setText("Few ratings so far: the bars will become shorter with more.")
        else:
            self._hint.setText("The bar holds 9 of 10 likely values.")
        self._side.show_taste(found)
        self._show_cycles()

    def _on_changed(self, changes: frozenset[str]) -> None:
        if changes & {"checkpoints", "reports"}:
            self._show_cycles()

    def _show_cycles(self) -> None:
        """One column for the start and each of the newest cycles."""
        while (item := self._cycles.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        active = self._session.active_checkpoint()
        active_id = BASE if active is None else active.id
        best = [c for c in self._session.checkpoints() if c.kind == "best"]
        shown: list[Checkpoint | None] = [None, *best][-_SHOWN_CYCLES:]
        reports = {s.new: self._session.report(s.id) for s in self._session.sessions()}
        # Ids rise; what was rated between two trainings stands between their circles.
        ratings = self._session.store.ratings(include_skips=False)
        counts = [0 if c is None else c.n_ratings for c in shown] + [len(ratings)]
        ticks = [
            [_tick(r) for r in ratings[counts[k] : max(counts[k], counts[k + 1])]]
            for k in range(len(shown))
        ]
        used = next(
            (k for k, c in enumerate(shown) if (BASE if c is None else c.id) == active_id), 0
        )
        self._line.show_cycles(used, ticks)
        first = len(best) - len(shown) + 2
        for k, checkpoint in enumerate(shown):
            number = first + k - 1
            column = self._cycle(checkpoint, number, active_id, reports)
            self._cycles.addWidget(column, 0, k)
            self._cycles.setColumnStretch(k, 1)

    def _cycle(
        self,
        checkpoint: Checkpoint | None,
        number: int,
        active_id: str,
        reports: Mapping[str, ComparisonReport | None],
    ) -> QWidget:
        checkpoint_id = BASE if checkpoint is None else checkpoint.id
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label("Start" if checkpoint is None else f"Cycle {number}", "heading"))
        facts = "untrained" if checkpoint is None else _facts(checkpoint)
        head.addWidget(label(facts, "secondary"))
        head.addStretch(1)
        column.addLayout(head)
        report = reports.get(checkpoint_id)
        if report is not None:
            blocks = WinBlocks(QSize(12, 8), 2)
            blocks.show_counts(report.wins, report.ties, report.losses)
            column.addWidget(blocks)
            words = f"{report.wins} wins, {report.ties} ties, {report.losses} losses"
            column.addWidget(label(f"{words}: {report.verdict}", "secondary"))
        elif checkpoint is None:
            column.addWidget(label("Cuts at good joins, no taste yet", "secondary"))
        else:
            column.addWidget(label("Not compared yet", "secondary"))
        row = QHBoxLayout()
        if checkpoint_id == active_id:
            row.addWidget(label("In use", "heading"))
        else:
            words = "Go back to the start" if checkpoint is None else "Use this one"
            button = KeyButton(words)
            button.clicked.connect(lambda _=False, c=checkpoint_id: self._activate(c))
            row.addWidget(button)
            if checkpoint is not None and report is None:
                row.addWidget(KeyButton("Compare").bind(self._actions["place_compare"]))
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        return made

    def _activate(self, checkpoint_id: str) -> None:
        try:
            self._session.activate(checkpoint_id)
        except UserError as error:
            self._notifier.user_error(error)
            return
        words = "The start is in use." if checkpoint_id == BASE else "This taste is in use now."
        self._notifier.status(words)


class _SidePanel(QFrame):
    """Is it more than length, does the person agree with themselves, how sure is it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setFixedWidth(_SIDE_PX)
        self._length = _wrapped()
        self._shares = ShareBars()
        self._agree = _wrapped()
        self._interval = IntervalBar(role="text")
        self._certainty = label("", "heading")
        self._bar = QProgressBar()
        self._bar.setFixedHeight(8)
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 100)
        self._bar.setAccessibleName("Certainty")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(label("Is it more than length?", "heading"))
        column.addWidget(self._length)
        column.addWidget(self._shares)
        column.addSpacing(8)
        column.addWidget(label("Do you agree with yourself?", "heading"))
        column.addWidget(self._agree)
        column.addWidget(self._interval)
        column.addSpacing(8)
        row = QHBoxLayout()
        row.addWidget(label("Certainty", "heading"))
        row.addStretch(1)
        row.addWidget(self._certainty)
        column.addLayout(row)
        column.addWidget(self._bar)

    def show_taste(self, found: Mapping[str, Any]) -> None:
        """Show a taste report's numbers."""
        accuracy = found["held_out_accuracy"]
        ours, length = accuracy.get("ours"), accuracy.get("length_only")
        shorter = accuracy.get("always_shorter")
        if ours is None or length is None:
            self._length.setText("It takes more decided ratings to tell.")
            self._shares.show_rows([])
        else:
            best_length = max(length, shorter or 0.0)
            verdict = "Yes." if ours > best_length + 0.03 else "Not shown yet."
            self._length.setText(
                f"{verdict} Length alone foresees {100 * best_length:.0f} % of your decided "
                f"answers, your whole taste {100 * ours:.0f} %, on songs held back."
            )
            self._shares.show_rows(
                [
                    ("Guessing", 0.5, "old"),
                    ("Length alone", best_length, "old"),
                    ("Your taste", ours, "new"),
                ]
            )
        agree = found["consistency"]
        low, high = agree["interval"]
        repeats = counted(agree["repeats"], "repeated pair")
        if agree["judged"]:
            text = f"{agree['same']} of {repeats} got the same answer."
        else:
            text = f"{agree['same']} of {repeats} got the same answer. It takes 12 to tell more."
        self._agree.setText(text)
        self._interval.setVisible(agree["repeats"] > 0)
        share = agree["same"] / agree["repeats"] if agree["repeats"] else None
        self._interval.show_share(share, low, high)
        certainty = found["certainty"]
        self._certainty.setText("–" if certainty is None else f"{100 * certainty:.0f} %")
        self._bar.setValue(0 if certainty is None else round(100 * certainty))


def _wrapped() -> Any:
    made = label("", "secondary")
    made.setWordWrap(True)
    return made


def _weight(row: Mapping[str, Any]) -> tuple[bool, float]:
    return row["sure"] != "unknown", abs(row["wish"])


def _tick(rating: Rating) -> str:
    if rating.answer == "tie":
        return "tie"
    return "much" if rating.strength == 2 else "clear"


def _facts(checkpoint: Checkpoint) -> str:
    made = datetime.fromisoformat(checkpoint.utc).astimezone()
    return f"{made.day} {made:%b} · {counted(checkpoint.n_ratings, 'rating')}"
