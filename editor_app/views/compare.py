"""The place "Compare": old against new, blind, on a number of pairs fixed beforehand."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from editor_app.actions import Actions
from editor_app.jobs import Job, Jobs
from editor_app.library import tell_failure
from editor_app.notifier import Notifier
from editor_app.player import Player
from editor_app.session import Session
from editor_app.settings import Settings
from editor_app.views.answer_bar import ANSWER_ACTIONS
from editor_app.views.compare_result import ComparisonResult
from editor_app.views.compare_session import ComparisonPage
from editor_app.views.place import Place, label
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.tick_strip import TickStrip
from editor_app.words import counted
from ml_core.domain.models import ComparisonReport, ComparisonSession
from ml_core.domain.ratings import Comparison
from ml_core.domain.requests import PreparedPair, PreparePairRequest
from ml_core.errors import UserError
from ml_core.store.requests import (
    COMPARISON_PAIRS,
    compare_request,
    comparison_files_request,
    newest_checkpoint,
    ready_songs,
    report_request,
)

_PAIR_S = 45
"""About how long a pair takes, said beforehand."""
_VERDICT_ACTIONS = ("keep_old", "use_new")


class CompareView(Place):
    """Blind until the last answer: nothing here reads which side is new before the verdict."""

    def __init__(
        self,
        session: Session,
        jobs: Jobs,
        player: Player,
        actions: Actions,
        notifier: Notifier,
        settings: Settings,
    ) -> None:
        super().__init__("Compare")
        self._session, self._jobs, self._player = session, jobs, player
        self._actions, self._notifier, self._settings = actions, notifier, settings
        self._current: ComparisonSession | None = None
        self._report: ComparisonReport | None = None
        self._making: Job | None = None
        self._asked: Job | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="tastecut-"))
        self.destroyed.connect(lambda: shutil.rmtree(self._folder, ignore_errors=True))
        self._is_here = False
        self._build()
        self._connect()

    # Building

    def _build(self) -> None:
        self._count, self._strip = label("", "heading"), TickStrip()
        self._keep = KeyButton("Keep the old").bind(self._actions["keep_old"])
        self._use = KeyButton("Use the new", kind="primary").bind(self._actions["use_new"])
        self._save = KeyButton("Save the pairs…", "folder")
        self._save.clicked.connect(self._save_files)
        for widget in (self._count, self._strip, self._save, self._keep, self._use):
            self.header_right.addWidget(widget)
        self._start_page = self._build_start()
        self._page = ComparisonPage(
            self._session,
            self._jobs,
            self._player,
            self._actions,
            self._notifier,
            self._settings,
        )
        self._result = ComparisonResult(self._session)
        self._pages = QStackedWidget()
        for page in (self._start_page, self._page, self._result):
            self._pages.addWidget(page)
        self.body.addWidget(self._pages, 1)

    def _build_start(self) -> QWidget:
        self._start_words = label("", "heading")
        self._start_facts = label("", "secondary")
        self._start_facts.setWordWrap(True)
        self._start_facts.setMaximumWidth(720)
        self._start = KeyButton("Start comparing", kind="primary").bind(self._actions["compare"])
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._start_words)
        column.addWidget(self._start_facts)
        column.addWidget(self._start)
        column.addStretch(1)
        return page

    def _connect(self) -> None:
        self._actions["compare"].triggered.connect(self._begin)
        self._actions["use_new"].triggered.connect(lambda: self._decide(use_new=True))
        self._actions["keep_old"].triggered.connect(lambda: self._decide(use_new=False))
        self._page.counted.connect(self._show_count)
        self._page.answered_all.connect(self._ask_report)
        self._session.changed.connect(self._on_changed)
        self._result.wanted.connect(self._hear)

    # Coming and going

    def shown(self) -> None:
        """Go on where one was: in a comparison, at its result, or before one."""
        self._is_here = True
        self._show_state()
        self.setFocus()

    def hidden(self) -> None:
        """Fall silent."""
        self._is_here = False
        self._page.pause()
        self._player.pause()
        self._actions.allow(["original"])

    def _on_changed(self, changes: frozenset[str]) -> None:
        if self._is_here and changes & {"checkpoints", "songs", "reports"}:
            self._show_state()

    # What there is to do

    def _latest(self) -> ComparisonSession | None:
        """The comparison of the newest checkpoint; None before there is one."""
        newest = newest_checkpoint(self._session.store)
        found = [s for s in self._session.sessions() if newest is not None and s.new == newest.id]
        return found[-1] if found else None

    def _show_state(self) -> None:
        session = self._latest()
        self._current = session
        self._report = None if session is None else self._session.report(session.id)
        if session is None:
            self._show_start()
        elif self._report is None:
            self._show_session(session)
        else:
            self._show_result(session, self._report)

    def _show_header(self, *, in_session: bool, in_result: bool) -> None:
        for widget in (self._count, self._strip):
            widget.setVisible(in_session)
        for button in (self._save, self._keep, self._use):
            button.setVisible(in_result)
        reason = "" if in_result else "There is no result yet"
        self._actions.allow(_VERDICT_ACTIONS, reason)

    def _show_start(self) -> None:
        self._show_header(in_session=False, in_result=False)
        self._pages.setCurrentWidget(self._start_page)
        self.facts.setText("")
        newest = newest_checkpoint(self._session.store)
        active = self._session.active_checkpoint()
        if self._making is not None:
            words, facts, can = "Making the pairs…", "This takes some seconds.", False
        elif newest is None:
            words = "Nothing to compare yet"
            facts = "Rate some pairs and train first. Then you can hear whether it helped."
            can = False
        elif active is not None and active.id == newest.id:
            words = "The newest taste is in use"
            facts = "Rate more pairs and train again; then old and new can be compared."
            can = False
        else:
            words, facts, can = "Is your new taste better?", self._plan(), True
        self._start_words.setText(words)
        self._start_facts.setText(facts)
        self._start.setVisible(can)
        self._actions.allow(["compare"], "" if can else words)

    def _plan(self) -> str:
        reserved = ready_songs(self._session.store, "compare")
        minutes = max(1, round(COMPARISON_PAIRS * _PAIR_S / 60))
        if reserved:
            where = f"on {counted(len(reserved), 'song')} that you never rated"
        else:
            where = (
                "on songs that it has learned from, since none is kept aside; with 8 songs or "
                "more, some are"
            )
        return (
            f"{COMPARISON_PAIRS} pairs of old against new, blind, {where}. It takes about "
            f"{minutes} minutes, and you can stop and go on at any time. The result is shown "
            "after the last pair; it may be that no difference is shown."
        )

    # Beginning

    def _begin(self) -> None:
        if not self._is_here or self._making is not None or self._current is not None:
            return
        try:
            request, wanted = compare_request(self._session.store)
        except UserError as error:
            self._notifier.user_error(error)
            return
        job = self._jobs.start("compare_pairs", request, "Making the pairs")
        self._making = job
        job.done.connect(lambda pairs: self._keep_session(wanted, pairs))
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure))
        job.finished.connect(self._on_made)
        self._show_state()

    def _keep_session(self, wanted: ComparisonSession, pairs: list[Comparison]) -> None:
        try:
            self._session.add_session(wanted, pairs)
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
        self._actions.allow(["original"])
        self.facts.setText(f"old against new, blind, on {_where(session)}")
        self._page.begin(session)

    def _show_count(self, n_done: int, n: int) -> None:
        self._count.setText(f"{min(n_done + 1, n)} of {n}")
        self._strip.show_count(n_done, n)

    # The result

    def _ask_report(self) -> None:
        session = self._current
        if session is None or self._report is not None:
            return
        self._page.say("Counting…")
        job = self._jobs.ask("compare_report", report_request(self._session.store, session))
        job.done.connect(lambda report: self._on_report(session, report))
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure))

    def _on_report(self, session: ComparisonSession, report: ComparisonReport) -> None:
        if report.verdict == "unfinished" or self._session.report(session.id) is not None:
            return
        try:
            self._session.save_report(session.id, report)
        except UserError as error:
            self._notifier.user_error(error)
            return
        self._show_state()

    def _show_result(self, session: ComparisonSession, report: ComparisonReport) -> None:
        self._page.end()
        self._player.unload()
        self._show_header(in_session=False, in_result=True)
        self._pages.setCurrentWidget(self._result)
        self._actions.allow(ANSWER_ACTIONS, "The comparison is finished")
        self._actions.allow(["original"], "The comparison is finished")
        self.facts.setText(f"old against new, blind, {report.n} pairs on {_where(session)}")
        comparisons = self._session.session_comparisons(session.id)
        self._result.show_report(session, report, comparisons)
        active = self._session.active_checkpoint()
        is_used = active is not None and active.id == session.new
        self._actions.allow(["use_new"], "The new taste is in use" if is_used else "")

    def _decide(self, *, use_new: bool) -> None:
        session = self._current
        if not self._is_here or session is None or self._report is None:
            return
        wanted = session.new if use_new else session.old
        active = self._session.active_checkpoint()
        if wanted != ("base" if active is None else active.id):
            try:
                self._session.activate(wanted)
            except UserError as error:
                self._notifier.user_error(error)
                return
        kept = "new" if use_new else "old"
        self._notifier.status(f"The {kept} taste is in use. Undo takes this back.")

    def _hear(self, pair: Comparison, which: str) -> None:
        """Play the old or the new edit of a pair of the result."""
        entry = self._session.song(pair.sha256)
        if entry is None or self._current is None:
            return
        request = PreparePairRequest(
            cache_dir=self._session.cache_dir,
            path=entry.song.path,
            sha256=pair.sha256,
            edits=(pair.a, pair.b),
            sample_rate_hz=self._player.sample_rate_hz,
            out_dir=str(self._folder),
        )
        new_is_a = pair.origin_a.checkpoint == self._current.new
        lane = "A" if new_is_a == (which == "new") else "B"
        job = self._jobs.ask("prepare_pair", request)
        self._asked = job
        job.done.connect(lambda made: self._play(job, made, pair, lane, which))
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure))

    def _play(self, job: Job, made: PreparedPair, pair: Comparison, lane: str, which: str) -> None:
        if job is not self._asked or not self._is_here or self._report is None:
            return
        try:
            is_loaded = self._player.load(made, (pair.a, pair.b))
        except UserError as error:
            self._notifier.user_error(error)
            return
        if is_loaded:
            self._player.switch(lane)
            self._player.seek(0, lane)
            self._player.play()
            self._notifier.status(f"Playing the {which} edit of {self._session.title(pair)}.")

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
            request = comparison_files_request(self._session.store, session, report, folder)
        except UserError as error:
            self._notifier.user_error(error)
            return
        job = self._jobs.start("write_comparison", request, "Writing the pairs")
        job.done.connect(lambda _: self._notifier.status(f"The pairs are in {folder}."))
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure))


def _where(session: ComparisonSession) -> str:
    return "songs never rated" if session.on_reserved else "songs it has learned from"
