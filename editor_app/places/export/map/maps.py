"""The maps of the songs that were looked at: asked for one at a time, while one is shown."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from editor_app.places.export.model import ExportModel
from editor_app.places.export.plans import Plan
from editor_app.work.jobs import Failure, Job
from editor_app.work.library import tell_failure
from editor_app.workspace import Workspace
from ml_core.domain.mapping import EditMap
from ml_core.domain.tasks import MAP_EDITS

_MOST_KEPT = 12


class EditMaps(QObject):
    """A map belongs to a plan: where rules or the taste make another plan, it is made anew.

    Attributes:
        is_wanted: whether a map is looked at.
        fraction: how much of the one that is being made is done.
        refusal: why the one that is looked at could not be made; empty if it could.
    """

    changed = Signal()
    """The map that is looked at is there, or is being made, or got further."""

    def __init__(self, workspace: Workspace, model: ExportModel) -> None:
        super().__init__()
        self._jobs, self._project = workspace.jobs, workspace.project
        self._notifier, self._model = workspace.notifier, model
        self.is_wanted = False
        self._stopped: Plan | None = None
        self.fraction, self.refusal = 0.0, ""
        self._kept: dict[str, tuple[Plan, EditMap]] = {}
        self._asked: tuple[Plan, Job[EditMap]] | None = None
        model.song_changed.connect(self.look)
        model.plan_changed.connect(self.look)

    @property
    def edits(self) -> EditMap:
        """The map of the song that is looked at; empty while it is not known."""
        plan, edits = self._kept.get(self._model.current, (None, ()))
        return edits if plan is not None and plan is self._model.plan else ()

    @property
    def is_stopped(self) -> bool:
        """Whether the person stopped it, or it could not be made."""
        return self._stopped is not None and self._stopped is self._model.plan

    @property
    def is_busy(self) -> bool:
        """Whether it is being made."""
        return self._asked is not None

    def want(self, is_wanted: bool) -> None:
        """Have maps made from now on, or no more."""
        self.is_wanted, self._stopped = is_wanted, None
        self.look()

    def stop(self) -> None:
        """Stop making it; `want` begins again."""
        self._drop()
        self._stopped, self.refusal = self._model.plan, ""
        self.changed.emit()

    def look(self) -> None:
        """Ask for the map that is looked at, unless it is there or asked for."""
        plan, entry = self._model.plan, self._model.entry
        if self._asked is not None and (not self.is_wanted or self._asked[0] is not plan):
            self._drop()
        is_free = self._asked is None and self.is_wanted and not self.is_stopped
        if is_free and plan is not None and plan.found and entry is not None and not self.edits:
            self.fraction, self.refusal = 0.0, ""
            request = self._project.requests.map(entry, self._model.limits(entry))
            job = self._jobs.ask(MAP_EDITS, request, is_urgent=False)
            self._asked = (plan, job)
            job.progress.connect(lambda share, *_: self._on_progress(job, share))
            job.done.connect(lambda found: self._take(job, entry.song.sha256, found))
            job.failed.connect(lambda failure: self._refuse(job, failure))
        self.changed.emit()

    def _drop(self) -> None:
        if self._asked is not None:
            (_, job), self._asked = self._asked, None
            job.cancel()

    def _is_mine(self, job: Job[EditMap]) -> bool:
        return self._asked is not None and self._asked[1] is job

    def _on_progress(self, job: Job[EditMap], share: float) -> None:
        if self._is_mine(job):
            self.fraction = share
            self.changed.emit()

    def _take(self, job: Job[EditMap], sha256: str, found: EditMap) -> None:
        if self._asked is None or self._asked[1] is not job:
            return
        self._kept.pop(sha256, None)
        self._kept[sha256] = (self._asked[0], tuple(found))
        while len(self._kept) > _MOST_KEPT:
            self._kept.pop(next(iter(self._kept)))
        self._asked = None
        self.changed.emit()

    def _refuse(self, job: Job[EditMap], failure: Failure) -> None:
        if not self._is_mine(job):
            return
        if not failure.is_user_error:
            tell_failure(self._notifier, failure)
        self._asked, self._stopped = None, self._model.plan
        self.refusal = f"{failure.message} {failure.remedy}".strip()
        self.changed.emit()
