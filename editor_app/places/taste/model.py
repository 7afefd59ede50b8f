"""The state of Your taste: the training that runs, and what the ratings were last read to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from editor_app.look.words import counted, edits_learned, learned_from
from editor_app.notifier import About
from editor_app.places.taste.next_step import Step, TasteState, next_step
from editor_app.work.jobs import Job
from editor_app.work.library import tell_failure
from editor_app.workspace import Workspace
from ml_core import paths
from ml_core.domain.ratings import counting
from ml_core.domain.requests import DeviceChoice, TrainRequest, TrainResult
from ml_core.domain.tasks import TASTE, TRAIN
from ml_core.errors import UserError
from ml_core.store.sqlite.changes import ALL

_FEW_RATINGS = 12


@dataclass(frozen=True, slots=True)
class Learned:
    """What the ratings say, as it was read.

    Attributes:
        found: the task's result.
        n_before: ratings of the training before, whose taste is shown beside this one.
        is_few: whether the ratings are too few to say much.
    """

    found: Mapping[str, Any]
    n_before: int
    is_few: bool


class TasteModel(QObject):
    """Learns from all ratings on demand, and reads what they say once they have changed.

    Attributes:
        said: of how many ratings what is shown was read; empty before.
    """

    changed = Signal()
    """A training began or ended, or the project changed: what is shown may be out of date."""

    began = Signal(int, int)
    """A training was asked for: (epochs, episodes)."""

    progressed = Signal(object)
    """A mapping: what the training has just reached."""

    learned = Signal(object)
    """`Learned`: what the ratings say now."""

    forgotten = Signal()
    """Another taste is in use: what was learned is not about it."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._project, self._jobs = workspace.project, workspace.jobs
        self._actions, self._notifier = workspace.actions, workspace.notifier
        self._job: Job[TrainResult] | None = None
        self._asked: Job[dict[str, Any]] | None = None
        self._is_stale = True
        self._learning = ""
        self._is_refused = False
        self.said = ""
        workspace.project.changed.connect(self._on_changed)

    # What there is

    @property
    def is_training(self) -> bool:
        """Whether a training runs or waits."""
        return self._job is not None

    @property
    def n_ratings(self) -> int:
        """Answers that count as ratings."""
        return self._project.ratings.count()

    @property
    def is_anything(self) -> bool:
        """Whether there is anything to learn from: ratings, or finished edits enough."""
        return self.n_ratings > 0 or bool(self._project.finished_edits.taught())

    @property
    def learning(self) -> str:
        """What the training under way learns from, in words; empty without one."""
        return self._learning if self._job is not None else ""

    @property
    def n_cycles(self) -> int:
        """Trainings that were finished."""
        return sum(c.kind == "best" for c in self._project.models.all())

    @property
    def next_step(self) -> Step:
        """What comes next on the way to edits."""
        return next_step(TasteState.of(self._project))

    @property
    def can_go_on(self) -> bool:
        """Whether a training was stopped that can be taken up again."""
        left = paths.unfinished_training(paths.models_dir(self._project.project_dir))
        return not self.is_training and self.is_anything and left.is_file()

    def _on_changed(self, changes: frozenset[str]) -> None:
        if changes == ALL:  # Another taste: what was said, and is being asked, is not about it.
            self._asked, self.said, self._project.models.forecast = None, "", None
            self.forgotten.emit()
        if self._is_refused and changes & {"ratings", "songs"}:  # There may be answers now.
            self._is_refused = False
            self._notifier.withdraw(About.TRAINING)
        if changes & {"ratings", "songs", "checkpoints", "brief", "reports"}:
            self._is_stale = True
            self.changed.emit()

    # Training

    def train(self, device: DeviceChoice, resume: bool = False) -> None:
        """Start learning from all ratings, or go on where a training was stopped."""
        if self._job is not None:
            return
        try:
            request = self._project.requests.train(device, resume=resume)
        except UserError as error:
            self._notifier.user_error(error, About.TRAINING)
            self._is_refused = True
            return
        self._notifier.clear()
        self._notifier.withdraw(About.TRAINING)
        self._is_refused = False
        songs = {song.sha256 for song in request.songs}
        taught = counting(request.ratings, request.by_eye)
        n_ratings = sum(rating.sha256 in songs for rating in taught)
        self._learning = learned_from(n_ratings, len(self._project.finished_edits.taught()))
        self.began.emit(request.epochs, request.episodes)
        job = self._jobs.start(TRAIN, request, "Learning from your ratings")
        self._job = job
        job.progress.connect(self._on_progress)
        job.done.connect(lambda result: self._on_done(request, result))
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure, About.TRAINING))
        job.cancelled.connect(
            lambda: self._notifier.status("Stopped. The taste in use stays as it is.")
        )
        job.finished.connect(self._on_finished)
        self._actions.allow(["train"], "Learning is under way")
        self.changed.emit()

    def _on_progress(self, fraction: float, words: str, partial: object) -> None:
        if isinstance(partial, Mapping):
            self.progressed.emit(partial)

    def _on_done(self, request: TrainRequest, result: TrainResult) -> None:
        try:
            self._project.models.add_training(result)
        except UserError as error:
            self._notifier.user_error(error)
            return
        seconds = result.metrics["seconds"]
        spent_s = seconds["reward"] + seconds["baselines"] + seconds["policy"]
        ratings = learned_from(result.best.n_ratings, edits_learned(result.metrics))
        left_out = result.metrics.get("n_by_eye_left_out", 0)
        by_eye = f" {left_out} by eye left out." if left_out else ""
        self._notifier.status(
            f"Learned from {ratings} in {spent_s:.0f} s.{by_eye} "
            "Compare to see whether it is better."
        )
        if request.resume and not result.metrics.get("resumed_at_update"):
            self._notifier.status(f"It began anew, since answers have changed: {ratings} learned.")
        if result.metrics["notes"]:
            notes = " ".join(result.metrics["notes"])
            self._notifier.banner("doubtful", notes, about=About.TRAINING)

    def _on_finished(self) -> None:
        self._job = None
        self._actions.allow(["train"])
        self._is_stale = False  # Asked for below, whether the place is shown or not.
        self.changed.emit()
        self._ask()

    # What the ratings say

    def read_if_stale(self) -> None:
        """Have the ratings read, if any came since and no training is about to read them."""
        if self._is_stale and self._job is None:
            self._ask()

    def _ask(self) -> None:
        """Have the ratings read in the interactive worker; the answer may be overtaken."""
        if not self.is_anything:
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
        counts, more = found["counts"], found.get("more_ratings")
        self._project.models.forecast = None if more is None else (self.n_ratings, more)
        self._project.models.note_taste(found)
        skipped = f", {counts['skip']} skipped" if counts["skip"] else ""
        edits = edits_learned(found)
        self.said = (
            f"from {counted(counts['ratings'], 'rating')}: {counts['A']} for A, "
            f"{counts['B']} for B, {counted(counts['tie'], 'tie')}{skipped}"
        )
        if edits and counts["ratings"]:
            self.said += f"; and from {counted(edits, 'finished edit')}"
        elif edits:
            self.said = f"from {counted(edits, 'finished edit')}, no ratings yet"
        self.learned.emit(Learned(found, n_before, counts["ratings"] < _FEW_RATINGS))
