"""The place "Your taste": learning from the ratings, then what was learned, and the cycles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from editor_app.look.words import counted
from editor_app.places.place import Place
from editor_app.places.taste.learned import LearnedPage
from editor_app.places.taste.training import TrainingPage
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label
from editor_app.work.jobs import Job
from editor_app.work.library import tell_failure
from editor_app.workspace import Workspace
from ml_core import paths
from ml_core.domain.requests import DeviceChoice, TrainRequest, TrainResult
from ml_core.domain.tasks import TASTE, TRAIN
from ml_core.errors import UserError
from ml_core.store.sqlite.changes import ALL

_DEVICES: tuple[tuple[str, DeviceChoice], ...] = (
    ("Best there is", "auto"),
    ("CUDA", "cuda"),
    ("Processor", "cpu"),
)
_FEW_RATINGS = 12


class TastePage(Place):
    """Trains on demand, shows the training, then what came of it."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__("Your taste")
        self._project, self._jobs = workspace.project, workspace.jobs
        self._actions, self._notifier = workspace.actions, workspace.notifier
        self._job: Job[TrainResult] | None = None
        self._asked: Job[dict[str, Any]] | None = None
        self._is_stale = True
        self._said = ""
        self._build(workspace)
        workspace.project.changed.connect(self._on_changed)
        self._show_state()

    def _build(self, workspace: Workspace) -> None:
        actions = self._actions
        self._device = QComboBox()
        for words, choice in _DEVICES:
            self._device.addItem(words, choice)
        self._device.setAccessibleName("Runs on")
        self._runs_on = label("Runs on", "secondary")
        self._cancel = KeyButton("Cancel").bind(actions["stop_job"])
        self._go_on = KeyButton("Go on where it stopped")
        self._go_on.setToolTip("Takes up the training that was stopped, if no answer came since")
        self._go_on.clicked.connect(lambda: self.train(resume=True))
        self._rate = KeyButton("Rate more").bind(actions["place_rate"])
        self._train = KeyButton("Train", kind="primary").bind(actions["train"])
        shown = (self._runs_on, self._device, self._cancel, self._rate, self._go_on, self._train)
        for widget in shown:
            self.header_right.addWidget(widget)
        self._empty = _empty_page()
        self._learned = LearnedPage(workspace)
        self._learned_page = _scrolled(self._learned)
        self._pages = QStackedWidget()
        for page in (self._empty, self._learned_page):
            self._pages.addWidget(page)
        self.body.addWidget(self._pages, 1)

    @cached_property
    def _training(self) -> TrainingPage:
        """Made in a turn of its own: with it the place would take half as long again to open."""
        made = TrainingPage(self._actions)
        self._training_page = _scrolled(made)
        self._pages.addWidget(self._training_page)
        self.grown.emit()
        return made

    def ready(self) -> Iterator[None]:
        """Make what a training shows, its charts one at a time."""
        _ = self._training
        yield
        while self._training.make_next():
            yield

    def shown(self) -> None:
        """Read again what the ratings say, if any came since."""
        self._show_state()
        if self._is_stale and self._job is None:
            self._ask_taste()
        QTimer.singleShot(0, self, self._make_charts)

    def _make_charts(self) -> None:
        self._training.make_ready()

    def command(self, action_id: str) -> None:
        """Start training when the window was told to."""
        if action_id == "train":
            self.train()

    def train(self, resume: bool = False) -> None:
        """Start learning from all ratings, or go on where a training was stopped."""
        if self._job is not None:
            return
        try:
            request = self._project.requests.train(self._device.currentData(), resume=resume)
        except UserError as error:
            self._notifier.user_error(error)
            return
        self._notifier.clear()
        self._training.begin(request.epochs, request.episodes)
        job = self._jobs.start(TRAIN, request, "Learning from your ratings")
        self._job = job
        job.progress.connect(self._on_progress)
        job.done.connect(lambda result: self._on_done(request, result))
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure))
        job.cancelled.connect(
            lambda: self._notifier.status("Stopped. The taste in use stays as it is.")
        )
        job.finished.connect(self._on_finished)
        self._actions.allow(["train"], "Learning is under way")
        self._show_state()

    def _on_progress(self, fraction: float, words: str, partial: object) -> None:
        if isinstance(partial, Mapping):
            self._training.take(partial)

    def _on_done(self, request: TrainRequest, result: TrainResult) -> None:
        try:
            self._project.models.add_training(result)
        except UserError as error:
            self._notifier.user_error(error)
            return
        seconds = result.metrics["seconds"]
        spent_s = seconds["reward"] + seconds["baselines"] + seconds["policy"]
        ratings = counted(len(request.ratings), "rating")
        self._notifier.status(
            f"Learned from {ratings} in {spent_s:.0f} s. Compare to see whether it is better."
        )
        if request.resume and not result.metrics.get("resumed_at_update"):
            self._notifier.status(f"It began anew, since answers have changed: {ratings} learned.")
        for note in result.metrics["notes"]:
            self._notifier.banner("doubtful", note, "")

    def _on_finished(self) -> None:
        self._job = None
        self._actions.allow(["train"])
        self._show_state()
        self._ask_taste()

    def _on_changed(self, changes: frozenset[str]) -> None:
        if changes == ALL:  # Another taste: what was said, and is being asked, is not about it.
            self._asked, self._said, self._project.models.forecast = None, "", None
            self._learned.forget()
        if changes & {"ratings", "songs", "checkpoints", "brief", "reports"}:
            self._is_stale = True
            if self.isVisible():  # Else it is read when it is shown: a rating mustn't wait for it.
                self._show_state()
                if self._job is None:
                    self._ask_taste()

    def _show_state(self) -> None:
        is_training = self._job is not None
        n_ratings = self._project.ratings.count()
        self._cancel.setVisible(is_training)
        self._train.setVisible(not is_training)
        self._rate.setVisible(not is_training)
        left = paths.unfinished_training(paths.models_dir(self._project.project_dir))
        self._go_on.setVisible(not is_training and n_ratings > 0 and left.is_file())
        for widget in (self._runs_on, self._device):
            widget.setVisible(not is_training and n_ratings > 0)
        cycle = sum(c.kind == "best" for c in self._project.models.all())
        self._train.set_words("Train again" if cycle else "Train")
        if is_training:
            self.facts.setText(f"learning from {counted(n_ratings, 'rating')}, cycle {cycle + 1}")
            self._pages.setCurrentWidget(self._training_page)
        elif n_ratings == 0:
            self.facts.setText("")
            self._pages.setCurrentWidget(self._empty)
        else:
            self.facts.setText(self._said)
            self._pages.setCurrentWidget(self._learned_page)

    def _ask_taste(self) -> None:
        """Have the ratings read in the interactive worker; the answer may be overtaken."""
        if self._project.ratings.count() == 0:
            return
        self._is_stale = False
        request = self._project.requests.taste()
        job = self._jobs.ask(TASTE, request, is_urgent=False)
        self._asked = job
        job.done.connect(lambda found: self._on_taste(job, found, request.previous_ratings))
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure))

    def _on_taste(self, job: Job[dict[str, Any]], found: Mapping[str, Any], n_before: int) -> None:
        if job is not self._asked:
            return
        counts = found["counts"]
        more = found.get("more_ratings")
        self._project.models.forecast = (
            None if more is None else (self._project.ratings.count(), more)
        )
        skipped = f", {counts['skip']} skipped" if counts["skip"] else ""
        self._said = (
            f"from {counted(counts['ratings'], 'rating')}: {counts['A']} for A, "
            f"{counts['B']} for B, {counted(counts['tie'], 'tie')}{skipped}"
        )
        self._show_state()
        is_few = counts["ratings"] < _FEW_RATINGS
        self._learned.show_taste(found, n_before, is_few)


def _scrolled(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(page)
    return area


def _empty_page() -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 8, 0, 0)
    column.setSpacing(8)
    column.addWidget(label("Nothing to learn from yet", "heading"))
    words = "Rate some pairs first: what you like is learned from your answers, 24 to 48 of them."
    column.addWidget(label(words, "secondary"))
    column.addStretch(1)
    return page
