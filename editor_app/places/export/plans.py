"""What would be exported: the edits that the taste makes of songs under the rules in force."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from editor_app.work.jobs import Failure, Job
from editor_app.work.library import tell_failure
from editor_app.workspace import Workspace
from ml_core.domain.edits import Limits
from ml_core.domain.requests import Delivered
from ml_core.domain.songs import SongEntry
from ml_core.domain.tasks import DELIVER

N_ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """A song's edits, best first; without any, the rule that can't be met."""

    found: tuple[Delivered, ...] = ()
    refusal: str = ""


class ExportPlans(QObject):
    """Asks for one song at a time, the one that is looked at first.

    Args:
        limits_of: the rules in force for a song.
    """

    changed = Signal(str)
    """SHA-256 of the song whose plan is there now."""

    def __init__(self, workspace: Workspace, limits_of: Callable[[SongEntry], Limits]) -> None:
        super().__init__()
        self._project, self._jobs = workspace.project, workspace.jobs
        self._notifier = workspace.notifier
        self._limits_of = limits_of
        self._plans: dict[str, Plan] = {}
        self._wanted: list[str] = []
        self._asked: tuple[str, Job[list[Delivered]]] | None = None
        self._songs = self._read_songs()

    def plan(self, sha256: str) -> Plan | None:
        """A song's plan; None while it is not known."""
        return self._plans.get(sha256)

    def concerns(self, changes: frozenset[str]) -> bool:
        """Whether other edits may be the best after a change of the project.

        Not for songs that only move between uses: what they are used for makes no other edit.
        """
        before, self._songs = self._songs, self._read_songs()
        return bool(changes & {"brief", "checkpoints", "marks"}) or self._songs != before

    def _read_songs(self) -> list[object]:
        return [(e.song, e.status, e.corrections) for e in self._project.songs.all()]

    def want(self, songs: Sequence[str]) -> None:
        """Have these songs' plans made, in this order, and no others."""
        self._wanted = [sha256 for sha256 in songs if sha256 not in self._plans]
        self._ask()

    def forget(self, sha256: str = "") -> None:
        """The rules of a song, or of all, are others now."""
        if sha256:
            self._plans.pop(sha256, None)
        else:
            self._plans.clear()
        if self._asked is not None and sha256 in ("", self._asked[0]):
            self._asked = None  # its answer comes, and is passed over

    def _ask(self) -> None:
        if self._asked is not None or not self._wanted:
            return
        sha256 = self._wanted[0]
        entry = self._project.songs.get(sha256)
        if entry is None or entry.status != "ready":
            self._wanted.pop(0)
            self._ask()
            return
        request = self._project.requests.deliver(
            entry, self._limits_of(entry), n_alternatives=N_ALTERNATIVES
        )
        job = self._jobs.ask(DELIVER, request)
        self._asked = (sha256, job)
        job.done.connect(lambda found: self._take(job, sha256, Plan(tuple(found))))
        job.failed.connect(lambda failure: self._refuse(job, sha256, failure))
        job.cancelled.connect(lambda: self._pass_over(job))

    def _refuse(self, job: Job[list[Delivered]], sha256: str, failure: Failure) -> None:
        if not failure.is_user_error:
            tell_failure(self._notifier, failure)
        self._take(job, sha256, Plan(refusal=f"{failure.message} {failure.remedy}".strip()))

    def _take(self, job: Job[list[Delivered]], sha256: str, plan: Plan) -> None:
        if self._asked != (sha256, job):
            return
        self._asked = None
        self._plans[sha256] = plan
        self._wanted = [one for one in self._wanted if one != sha256]
        self.changed.emit(sha256)
        self._ask()

    def _pass_over(self, job: Job[list[Delivered]]) -> None:
        if self._asked is not None and self._asked[1] is job:
            self._asked = None
