"""Whether an edit that was changed by hand keeps the rules in force: workers know the bar lines."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from editor_app.notifier import Notifier
from editor_app.project.project import Project
from editor_app.work.jobs import Failure, Job, Jobs
from editor_app.work.library import tell_failure
from ml_core.domain.by_hand import CheckEditRequest
from ml_core.domain.edits import Edit, Limits
from ml_core.domain.songs import SongEntry
from ml_core.domain.tasks import CHECK_EDIT


def check_request(
    project: Project, entry: SongEntry, edit: Edit, limits: Limits
) -> CheckEditRequest:
    """Asks whether a song's edit, changed by hand, keeps what a person set of `limits`."""
    task = project.requests.song(entry, limits.of_own_edit())
    return CheckEditRequest(project.cache_dir, task, edit)


class HandChecks(QObject):
    """Checks one edit at a time, the one that is looked at, and knows the last answer."""

    told = Signal()
    """The last check has its answer."""

    def __init__(self, jobs: Jobs, notifier: Notifier) -> None:
        super().__init__()
        self._jobs, self._notifier = jobs, notifier
        self._request: CheckEditRequest | None = None
        self._answer: str | None = None
        self._job: Job[str] | None = None

    def broken(self, request: CheckEditRequest) -> str | None:
        """The rule that an edit breaks, as a sentence; empty if none, None until it is known."""
        if request != self._request:
            self._request, self._answer = request, None
            job = self._jobs.ask(CHECK_EDIT, request)
            self._job = job
            job.done.connect(lambda broken: self._take(job, broken))
            job.failed.connect(lambda failure: self._refuse(job, failure))
        return self._answer

    def _refuse(self, job: Job[str], failure: Failure) -> None:
        if not failure.is_user_error:
            tell_failure(self._notifier, failure)
        self._take(job, f"{failure.message} {failure.remedy}".strip())

    def _take(self, job: Job[str], broken: str) -> None:
        if job is self._job:
            self._answer = broken
            self.told.emit()
