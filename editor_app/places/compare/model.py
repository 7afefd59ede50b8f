"""The state of Compare: which comparison there is, how far it is, and what was decided on it.

Blind until the last answer: nothing here tells which side is new before the report.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from editor_app.look.words import counted
from editor_app.notifier import About
from editor_app.work.jobs import Job
from editor_app.work.library import tell_failure
from editor_app.workspace import Workspace
from ml_core.domain.models import BASE, ComparisonReport, ComparisonSession
from ml_core.domain.ratings import Comparison
from ml_core.domain.tasks import COMPARE_PAIRS, COMPARE_REPORT, WRITE_COMPARISON
from ml_core.errors import UserError


class CompareModel(QObject):
    """The comparison of the newest checkpoint with the one in use before it.

    Attributes:
        session: the comparison as last read; None before one is begun.
        report: what it showed; None before its last answer.
    """

    changed = Signal()
    """What `read` finds may be another comparison, or another state of it."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._project, self._jobs = workspace.project, workspace.jobs
        self._notifier, self._player = workspace.notifier, workspace.player
        self._settings = workspace.settings
        self.session: ComparisonSession | None = None
        self.report: ComparisonReport | None = None
        self._making: Job[list[Comparison]] | None = None
        self._is_counting = False
        workspace.project.changed.connect(self._on_changed)
        workspace.player.device.changed.connect(self._on_device)

    def _on_changed(self, changes: frozenset[str]) -> None:
        if changes & {"checkpoints", "songs", "brief", "reports"}:
            self.changed.emit()

    def _on_device(self) -> None:
        if self.session is None:
            self.changed.emit()

    # What there is

    def found(self) -> tuple[ComparisonSession | None, ComparisonReport | None]:
        """The comparison of the newest checkpoint and its report, as the project has them now."""
        newest = self._project.models.newest()
        sessions = self._project.sessions
        found = [s for s in sessions.all() if newest is not None and s.new == newest.id]
        return (found[-1], sessions.report(found[-1].id)) if found else (None, None)

    def read(self) -> bool:
        """Take `session` and `report` from the project; whether either is another than before."""
        before = self.session, self.report
        self.session, self.report = self.found()
        return before != (self.session, self.report)

    @property
    def has_sound(self) -> bool:
        """Whether there is an output: nobody compares by eye."""
        return self._player.available

    @property
    def is_making(self) -> bool:
        """Whether the pairs of a comparison are being made."""
        return self._making is not None

    def pairs(self, session: ComparisonSession) -> list[Comparison]:
        """A comparison's pairs, in order."""
        return self._project.sessions.pairs(session.id)

    @property
    def is_new_used(self) -> bool:
        """Whether the new taste of the comparison is in use."""
        return self.session is not None and self._used == self.session.new

    @property
    def _used(self) -> str:
        active = self._project.models.active()
        return BASE if active is None else active.id

    # How it is told

    def facts(self) -> str:
        """What is compared, in a line; empty before a comparison."""
        if self.session is None:
            return ""
        where = self._where(self.session)
        if self.report is None:
            return f"old against new, blind, on {where}"
        old, new = self._name(self.session.old), self._name(self.session.new)
        return f"{new} against {old}, blind, on {where}"

    def _where(self, session: ComparisonSession) -> str:
        """On what the verdict rests: several pairs of one song are not as good as several songs."""
        songs = counted(len({pair.sha256 for pair in self.pairs(session)}), "song")
        known = "never learned from" if session.on_reserved else "learned from"
        return f"{songs} that it has {known}"

    def _name(self, checkpoint_id: str) -> str:
        best = [c.id for c in self._project.models.all() if c.kind == "best"]
        if checkpoint_id in best:
            return f"cycle {best.index(checkpoint_id) + 1}"
        return "the start" if checkpoint_id == BASE else checkpoint_id

    # What is done

    def begin(self) -> None:
        """Have the pairs of a comparison made, unless one is there or on its way."""
        if self._making is not None or self.session is not None or not self.has_sound:
            return
        try:
            request, wanted = self._project.requests.compare(self._settings.comparison_ends_early)
        except UserError as error:
            self._notifier.user_error(error, About.COMPARING)
            return
        self._notifier.withdraw(About.COMPARING)
        job = self._jobs.start(COMPARE_PAIRS, request, "Making the pairs")
        self._making = job
        job.done.connect(lambda pairs: self._keep(wanted, pairs))
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure, About.COMPARING))
        job.finished.connect(self._on_made)
        self.changed.emit()

    def _keep(self, wanted: ComparisonSession, pairs: list[Comparison]) -> None:
        try:
            self._project.sessions.add(wanted, pairs)
        except UserError as error:
            self._notifier.user_error(error)

    def _on_made(self) -> None:
        self._making = None
        self.changed.emit()

    def ask_report(self) -> bool:
        """Have the answers counted after the last one; false where there is nothing to count."""
        session = self.session
        if session is None or self.report is not None or self._is_counting:
            return False
        self._is_counting = True
        job = self._jobs.ask(COMPARE_REPORT, self._project.requests.report(session))
        job.done.connect(lambda report: self._on_report(session, report))
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure))
        job.finished.connect(self._on_counted)
        return True

    def _on_counted(self) -> None:
        self._is_counting = False

    def _on_report(self, session: ComparisonSession, report: ComparisonReport) -> None:
        if report.verdict == "unfinished" or self._project.sessions.report(session.id) is not None:
            return
        try:
            self._project.sessions.save_report(session.id, report)
        except UserError as error:
            self._notifier.user_error(error)

    def decide(self, *, use_new: bool) -> None:
        """Use the new taste from now on, or the old one; only once there is a report."""
        if self.session is None or self.report is None:
            return
        wanted = self.session.new if use_new else self.session.old
        if wanted == self._used:
            self._notifier.status("The old taste stays in use. The ratings are kept.")
            return
        try:
            self._project.models.activate(wanted)
        except UserError as error:
            self._notifier.user_error(error)
            return
        used = "new" if use_new else "old"
        self._notifier.status(f"The {used} taste is in use. Undo takes this back.")

    def save_pairs(self, session: ComparisonSession, report: ComparisonReport, folder: str) -> None:
        """Write the pairs of a finished comparison as files into a folder."""
        try:
            request = self._project.requests.comparison_files(session, report, folder)
        except UserError as error:
            self._notifier.user_error(error)
            return
        job = self._jobs.start(WRITE_COMPARISON, request, "Writing the pairs")
        job.done.connect(lambda _: self._notifier.status(f"The pairs are in {folder}."))
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure))
