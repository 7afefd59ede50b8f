"""The place "Compare": old against new, blind, on a number of pairs fixed beforehand."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QFileDialog, QStackedWidget

from editor_app.keys.action_table import RESULT
from editor_app.look.words import counted
from editor_app.places.compare.blind_pairs import ComparisonPage
from editor_app.places.compare.excerpts import ResultListening
from editor_app.places.compare.result import ComparisonResult
from editor_app.places.compare.start import StartPage
from editor_app.places.place import Place
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label
from editor_app.widgets.tick_strip import TickStrip
from editor_app.work.jobs import Job
from editor_app.work.library import tell_failure
from editor_app.workspace import Workspace
from ml_core.domain.models import BASE, ComparisonReport, ComparisonSession
from ml_core.domain.ratings import Comparison
from ml_core.domain.tasks import COMPARE_PAIRS, COMPARE_REPORT, WRITE_COMPARISON
from ml_core.errors import UserError


class ComparePage(Place):
    """Blind until the last answer: nothing here reads which side is new before the verdict."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__("Compare")
        self._project, self._jobs = workspace.project, workspace.jobs
        self._player, self._actions = workspace.player, workspace.actions
        self._notifier, self._settings = workspace.notifier, workspace.settings
        self._current: ComparisonSession | None = None
        self._report: ComparisonReport | None = None
        self._making: Job[list[Comparison]] | None = None
        self._is_counting = False
        self._is_here = False
        self._listening = ResultListening(workspace)
        self._build(workspace)
        self._connect()

    # Building

    def _build(self, workspace: Workspace) -> None:
        self._count, self._strip = label("", "heading"), TickStrip()
        self._keep = KeyButton("Keep the old").bind(self._actions["keep_old"])
        self._use = KeyButton("Use the new").bind(self._actions["use_new"])
        self._save = KeyButton("Save the pairs…", "folder", kind="flat")
        self._save.clicked.connect(self._save_files)
        for widget in (self._count, self._strip, self._save, self._keep, self._use):
            self.header_right.addWidget(widget)
        self._start = StartPage(self._project, self._actions)
        self._page = ComparisonPage(workspace)
        self._result = ComparisonResult(workspace)
        self._pages = QStackedWidget()
        for page in (self._start, self._page, self._result):
            self._pages.addWidget(page)
        self.body.addWidget(self._pages, 1)

    def _connect(self) -> None:
        self._actions["compare"].triggered.connect(self._begin)
        self._actions["use_new"].triggered.connect(lambda: self._decide(use_new=True))
        self._actions["keep_old"].triggered.connect(lambda: self._decide(use_new=False))
        self._actions["play"].triggered.connect(self._toggle)
        self._page.counted.connect(self._show_count)
        self._page.answered_all.connect(self._ask_report)
        self._project.changed.connect(self._on_changed)
        self._result.wanted.connect(self._hear)
        self._listening.changed.connect(self._show_playing)

    # Coming and going

    def ready(self) -> Iterator[None]:
        """Fill the table of the pairs, unless the place was opened meanwhile."""
        yield
        session, report = self._found()
        if not self._is_here and session is not None and report is not None:
            self._pages.setCurrentWidget(self._result)
            self._result.show_report(session, report, self._project.sessions.pairs(session.id))

    def shown(self) -> None:
        """Go on where one was: in a comparison, at its result, or before one."""
        self._is_here = True
        self._show_state()

    def hidden(self) -> None:
        """Fall silent; what the player holds is another place's from now on."""
        self._is_here = False
        self._page.pause()
        self._listening.end()

    def closed(self) -> None:
        """Remove the temporary files."""
        self._page.end()
        self._listening.close()

    def _on_changed(self, changes: frozenset[str]) -> None:
        if self._is_here and changes & {"checkpoints", "songs", "reports"}:
            self._show_state()

    # What there is to do

    def _found(self) -> tuple[ComparisonSession | None, ComparisonReport | None]:
        """The comparison of the newest checkpoint and its report; None before there is one."""
        newest = self._project.models.newest()
        found = [
            s for s in self._project.sessions.all() if newest is not None and s.new == newest.id
        ]
        return (found[-1], self._project.sessions.report(found[-1].id)) if found else (None, None)

    def _show_state(self) -> None:
        session, report = self._found()
        is_new = self._current != session or self._report != report
        self._current, self._report = session, report
        if session is None:
            self._show_start()
        elif report is None:
            self._show_session(session)
        else:
            self._show_result(session, report, is_new)

    def _show_header(self, *, in_session: bool, in_result: bool) -> None:
        for widget in (self._count, self._strip):
            widget.setVisible(in_session)
        for button in (self._save, self._keep, self._use):
            button.setVisible(in_result)
        self._actions.show_place(RESULT if in_result else "compare")

    def _show_start(self) -> None:
        self._show_header(in_session=False, in_result=False)
        self._page.end()
        self._pages.setCurrentWidget(self._start)
        self.facts.setText("")
        self._start.show_state(self._making is not None)
        self._page.lock("There is no pair yet")

    # Beginning

    def _begin(self) -> None:
        if not self._is_here or self._making is not None or self._current is not None:
            return
        try:
            request, wanted = self._project.requests.compare()
        except UserError as error:
            self._notifier.user_error(error)
            return
        job = self._jobs.start(COMPARE_PAIRS, request, "Making the pairs")
        self._making = job
        job.done.connect(lambda pairs: self._keep_session(wanted, pairs))
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure))
        job.finished.connect(self._on_made)
        self._show_state()

    def _keep_session(self, wanted: ComparisonSession, pairs: list[Comparison]) -> None:
        try:
            self._project.sessions.add(wanted, pairs)
        except UserError as error:
            self._notifier.user_error(error)

    def _on_made(self) -> None:
        self._making = None
        if self._is_here:
            self._show_state()

    # A comparison under way

    def _show_session(self, session: ComparisonSession) -> None:
        self._show_header(in_session=True, in_result=False)
        self._pages.setCurrentWidget(self._page)
        self._actions.allow(["compare"], "A comparison is under way")
        self.facts.setText(f"old against new, blind, on {self._where(session)}")
        self._page.begin(session)

    def _show_count(self, n_done: int, n: int) -> None:
        self._count.setText(f"{min(n_done + 1, n)} of {n}")
        self._strip.show_count(n_done, n)

    def _where(self, session: ComparisonSession) -> str:
        """On what the verdict rests: several pairs of one song are not as good as several songs."""
        pairs = self._project.sessions.pairs(session.id)
        songs = counted(len({pair.sha256 for pair in pairs}), "song")
        return f"{songs} never rated" if session.on_reserved else f"{songs} it has learned from"

    # The result

    def _ask_report(self) -> None:
        session = self._current
        if session is None or self._report is not None or self._is_counting:
            return
        self._is_counting = True
        self._page.say("Counting…")
        job = self._jobs.ask(COMPARE_REPORT, self._project.requests.report(session))
        job.done.connect(lambda report: self._on_report(session, report))
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure))
        job.finished.connect(self._on_counted)

    def _on_counted(self) -> None:
        self._is_counting = False

    def _on_report(self, session: ComparisonSession, report: ComparisonReport) -> None:
        if report.verdict == "unfinished" or self._project.sessions.report(session.id) is not None:
            return
        try:
            self._project.sessions.save_report(session.id, report)
        except UserError as error:
            self._notifier.user_error(error)

    def _show_result(
        self, session: ComparisonSession, report: ComparisonReport, is_new: bool
    ) -> None:
        self._page.end()
        self._show_header(in_session=False, in_result=True)
        self._pages.setCurrentWidget(self._result)
        self._actions.allow(["play"])
        self._actions.allow(["compare"], "The newest taste was compared already")
        old, new = self._name(session.old), self._name(session.new)
        self.facts.setText(f"{new} (new) against {old} (old), blind, on {self._where(session)}")
        if is_new:
            self._player.unload()
            self._result.fall_silent()
        self._result.show_report(session, report, self._project.sessions.pairs(session.id))
        self._show_choice(session, report)
        self._result.table.setFocus()

    def _show_choice(self, session: ComparisonSession, report: ComparisonReport) -> None:
        """Fill the button that the verdict speaks for, and say which one is in use."""
        active = self._project.models.active()
        active_id = BASE if active is None else active.id
        is_better = report.verdict == "better"
        is_new_used = active_id == session.new
        self._use.set_words("New in use" if is_new_used else "Use the new", _tick(is_new_used))
        self._keep.set_words("Go back to the old" if is_new_used else "Keep the old")
        self._use.set_kind("primary" if is_better and not is_new_used else "normal")
        self._keep.set_kind("normal" if is_better else "primary")
        self._actions.allow(["use_new"], "The new taste is in use" if is_new_used else "")
        self._actions.allow(["keep_old"])

    def _name(self, checkpoint_id: str) -> str:
        best = [c.id for c in self._project.models.all() if c.kind == "best"]
        if checkpoint_id in best:
            return f"cycle {best.index(checkpoint_id) + 1}"
        return "the start" if checkpoint_id == BASE else checkpoint_id

    def _decide(self, *, use_new: bool) -> None:
        session = self._current
        if not self._is_here or session is None or self._report is None:
            return
        wanted = session.new if use_new else session.old
        active = self._project.models.active()
        if wanted == (BASE if active is None else active.id):
            self._notifier.status("The old taste stays in use. The ratings are kept.")
            return
        try:
            self._project.models.activate(wanted)
        except UserError as error:
            self._notifier.user_error(error)
            return
        used = "new" if use_new else "old"
        self._notifier.status(f"The {used} taste is in use. Undo takes this back.")

    # Hearing the pairs again

    def _hear(self, pair: Comparison, which: str) -> None:
        if self._current is not None and self._report is not None:
            self._listening.hear(pair, which, self._current.new)

    def _toggle(self) -> None:
        if self._is_here and self._report is not None:
            self._listening.toggle()

    def _show_playing(self) -> None:
        if self._report is not None:
            pair, which = self._listening.playing or (None, "")
            self._result.show_playing(pair, which)

    def _save_files(self) -> None:
        session, report = self._current, self._report
        if session is None or report is None:
            return
        folder = QFileDialog.getExistingDirectory(
            self, "Where to put the pairs", self._settings.export_folder
        )
        if not folder:
            return
        try:
            request = self._project.requests.comparison_files(session, report, folder)
        except UserError as error:
            self._notifier.user_error(error)
            return
        job = self._jobs.start(WRITE_COMPARISON, request, "Writing the pairs")
        job.done.connect(lambda _: self._notifier.status(f"The pairs are in {folder}."))
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure))


def _tick(is_shown: bool) -> str:
    return "tick" if is_shown else ""
