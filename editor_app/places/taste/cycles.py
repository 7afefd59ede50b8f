"""The cycles as a timeline: what each one was learned from, what it won, and going back to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from editor_app.look.words import edits_learned, learned_from
from editor_app.places.taste.cycle_line import CycleLine
from editor_app.places.taste.fresh_when_seen import FreshWhenSeen
from editor_app.widgets.glyph import Glyph
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label
from editor_app.widgets.win_blocks import WinBlocks, wins_words
from editor_app.workspace import Workspace
from ml_core.domain.models import BASE, Checkpoint, ComparisonReport
from ml_core.domain.ratings import Rating
from ml_core.errors import UserError
from ml_core.units import clock

_SHOWN_CYCLES = 3


class Cycles(FreshWhenSeen):
    """The start or older cycles at the left, the newest at the right; any can be used again."""

    opened = Signal(object, int)
    """A checkpoint whose curves are to be seen, and the number of its cycle."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(
            workspace.project,
            "Cycles",
            "each tick a rating; tall is much better, short a tie",
            frozenset({"checkpoints", "reports", "ratings"}),
        )
        self._actions, self._notifier = workspace.actions, workspace.notifier
        self._on_learned: set[str] = set()
        self._line = CycleLine()
        self._cycles = QGridLayout()
        self._cycles.setHorizontalSpacing(16)
        self._column.addWidget(self._line)
        self._column.addLayout(self._cycles)

    def refresh(self) -> None:
        """One column for the start and each of the newest cycles."""
        while (item := self._cycles.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        active = self._project.models.active()
        active_id = BASE if active is None else active.id
        best = [c for c in self._project.models.all() if c.kind == "best"]
        shown: list[Checkpoint | None] = [None, *best][-_SHOWN_CYCLES:]
        sessions = self._project.sessions.all()
        reports = {s.new: self._project.sessions.report(s.id) for s in sessions}
        self._on_learned = {s.new for s in sessions if not s.on_reserved}
        # Ids rise; what was rated between two trainings stands between their circles.
        ratings = self._project.ratings.all()
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
            words = ", ".join(wins_words(report.wins, report.ties, report.losses))
            column.addWidget(label(f"{words}: {report.verdict}", "secondary"))
            if checkpoint_id in self._on_learned:
                column.addWidget(label("On songs it has learned from", "secondary"))
        elif checkpoint is None:
            column.addWidget(label("Cuts at good joins, no taste yet", "secondary"))
        else:
            column.addWidget(label("Not compared yet", "secondary"))
        if checkpoint is not None:
            column.addWidget(label(_changes(checkpoint), "secondary"))
            if checkpoint.metrics.get("train_loss"):
                curves = KeyButton("Curves", kind="flat")
                curves.setToolTip(f"How cycle {number} was learned")
                curves.clicked.connect(lambda _=False, c=checkpoint: self.opened.emit(c, number))
                column.addWidget(curves, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout()
        if checkpoint_id == active_id:
            row.addWidget(Glyph("tick", "good"))
            row.addWidget(label("In use", "heading"))
            used = QWidget()
            used.setFixedSize(0, 32)
            row.addWidget(used)
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
            self._project.models.activate(checkpoint_id)
        except UserError as error:
            self._notifier.user_error(error)
            return
        words = "The start is in use." if checkpoint_id == BASE else "This taste is in use now."
        self._notifier.status(words)


def _tick(rating: Rating) -> str:
    if rating.answer == "tie":
        return "tie"
    return "much" if rating.strength == 2 else "clear"


def _facts(checkpoint: Checkpoint) -> str:
    made = datetime.fromisoformat(checkpoint.utc).astimezone()
    edits = edits_learned(checkpoint.metrics)
    return f"{made.day} {made:%b} · {learned_from(checkpoint.n_ratings, edits)}"


def _changes(checkpoint: Checkpoint) -> str:
    """How its edits differ from those of the cycle before, on average."""
    found = checkpoint.metrics.get("what_changes")
    if not found:
        return ""
    old, new = found["old"], found["new"]
    return (
        f"Length {clock(old['duration_s'])} → {clock(new['duration_s'])}, "
        f"joins {old['joins']:.1f} → {new['joins']:.1f}"
    )
