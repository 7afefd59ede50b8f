"""How far the round of ratings is: a count, ticks, how sure the taste is, and the minutes left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from editor_app.look.words import certainty_tip
from editor_app.notifier import Notifier
from editor_app.project.project import Project
from editor_app.project.rating_pace import Sitting, minutes_left, round_size
from editor_app.widgets.labels import label
from editor_app.widgets.tick_strip import TickStrip
from editor_app.work.jobs import Job, Jobs
from ml_core.domain.models import CERTAINTY
from ml_core.domain.tasks import TASTE
from ml_core.store.sqlite.changes import ALL

# Reading the ratings takes a second or two of the worker that also makes the next pairs, and one
# answer changes little.
_ASK_EVERY = 4
# Fewer answers leave nothing to be sure of.
_FEWEST = 12
_BAR_PX = 64
# Of the window: above, the song's facts, ticks and certainty stand side by side.
_NARROW_BELOW_PX = 1180

_REST_WORDS = "Time for a short rest"
_REST_TIP = (
    "You have rated for 25 minutes. Ears judge better after a break of five; everything is saved."
)


class RoundProgress(QWidget):
    """Stands at the right of Rate's header."""

    def __init__(self, project: Project, jobs: Jobs, notifier: Notifier) -> None:
        super().__init__()
        self._project, self._jobs, self._notifier = project, jobs, notifier
        self._sitting = Sitting()
        self._is_here = False
        self._asked: Job[dict[str, Any]] | None = None
        self._asked_at = -_ASK_EVERY
        self.count = label("", "heading")
        self._strip = TickStrip()
        self._sure_words = label(CERTAINTY, "secondary")
        self._bar = QProgressBar()
        self._bar.setProperty("size", "thin")
        self._bar.setFixedSize(_BAR_PX, 4)
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 100)
        self._bar.setAccessibleName(CERTAINTY)
        self.certainty = label("", "heading")
        self.left = label("", "secondary")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.count)
        row.addSpacing(8)
        row.addWidget(self._strip)
        row.addSpacing(8)
        for widget in (self._sure_words, self._bar, self.certainty):
            row.addWidget(widget)
        row.addSpacing(8)
        row.addWidget(self.left)
        self._show_certainty()
        project.changed.connect(self._on_changed)
        self._show()

    def set_active(self, is_active: bool) -> None:
        """Ask how sure the taste is only while somebody sees it."""
        self._is_here = is_active
        if is_active:
            self._show()
            self._ask()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the width of the window from now on."""
        self.window().installEventFilter(self)
        self._fit()
        super().showEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """See the window's width change."""
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return False

    def _fit(self) -> None:
        """Leave the ticks out where room is short: the count says the same."""
        self._strip.setVisible(self.window().width() >= _NARROW_BELOW_PX)

    def _on_changed(self, changes: frozenset[str]) -> None:
        if "ratings" in changes and self._is_here:
            self._sitting.note_answer()
        if changes == ALL:  # Another taste: what is being asked is not about it.
            self._asked, self._asked_at = None, -_ASK_EVERY
        if changes & {"ratings", "checkpoints"}:
            self._show()
            self._ask()
        if changes & {"certainty", "tastes"}:
            self._show_certainty()

    def _show(self) -> None:
        n_done, n = round_size(self._project)
        self.count.setText(f"{n_done + 1} of {n}" if n_done < n else f"{n_done} rated")
        self._strip.show_count(min(n_done, n), n)
        if self._sitting.needs_rest:
            self.left.setText(_REST_WORDS)
            self.left.setToolTip(_REST_TIP)
            return
        minutes = minutes_left(self._project, n - n_done)
        self.left.setText(f"about {minutes} min left" if minutes else "enough to learn from")
        self.left.setToolTip("")

    def _ask(self) -> None:
        n_ratings = self._project.ratings.count()
        is_same_taste = n_ratings >= self._asked_at
        if not self._is_here or (is_same_taste and n_ratings < self._asked_at + _ASK_EVERY):
            return
        self._asked_at = n_ratings
        if n_ratings < _FEWEST:
            return
        job = self._jobs.ask(TASTE, self._project.requests.taste(), is_urgent=False)
        self._asked = job
        job.done.connect(lambda found: self._on_taste(job, found))

    def _on_taste(self, job: Job[dict[str, Any]], found: Mapping[str, Any]) -> None:
        if job is self._asked:
            self._project.models.note_taste(found)
            told = self._project.models.certainty()
            if told is not None and told.fell:
                self._notifier.status(f"{CERTAINTY}: {100 * told.share:.0f} %. {told.fell}")

    def _show_certainty(self) -> None:
        """Show what was told last, by whichever place asked; a fall with its reason."""
        told = self._project.models.certainty()
        for widget in (self._sure_words, self._bar, self.certainty):
            widget.setVisible(told is not None)
            widget.setToolTip(certainty_tip(told))
        if told is not None:
            self.certainty.setText(f"{100 * told.share:.0f} %")
            self._bar.setValue(round(100 * told.share))
