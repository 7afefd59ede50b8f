"""The place "Compare": old against new, blind, until an end that is fixed beforehand."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QFileDialog, QStackedWidget

from editor_app.keys.action_table import RESULT
from editor_app.places.compare.blind_pairs import BlindPairs
from editor_app.places.compare.excerpts import ResultListening
from editor_app.places.compare.model import CompareModel
from editor_app.places.compare.result import ComparisonResult
from editor_app.places.compare.start import StartPanel
from editor_app.places.place import Place
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label
from editor_app.widgets.tick_strip import TickStrip
from editor_app.workspace import Workspace
from ml_core.domain.models import ComparisonReport, ComparisonSession
from ml_core.domain.ratings import Comparison


class ComparePage(Place):
    """Blind until the last answer: nothing here reads which side is new before the verdict."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__("Compare")
        self._model = CompareModel(workspace)
        self._player, self._actions = workspace.player, workspace.actions
        self._settings = workspace.settings
        self._is_here = False
        self._listening = ResultListening(workspace)
        self._build(workspace)
        self._connect()

    def _build(self, workspace: Workspace) -> None:
        self._count, self._strip = label("", "heading"), TickStrip()
        self._left = label("", "secondary")
        self._keep = KeyButton("Keep the old").bind(self._actions["keep_old"])
        self._use = KeyButton("Use the new").bind(self._actions["use_new"])
        self._save = KeyButton("Save the pairs…", "folder", kind="flat")
        self._save.clicked.connect(self._save_files)
        for widget in (self._count, self._strip, self._left, self._save, self._keep, self._use):
            self.header_right.addWidget(widget)
        self._start = StartPanel(
            workspace.project, self._actions, workspace.jobs, workspace.settings
        )
        self._page = BlindPairs(workspace)
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
        self._model.changed.connect(self._on_changed)
        self._result.wanted.connect(self._hear)
        self._listening.changed.connect(self._show_playing)

    # Coming and going

    def ready(self) -> Iterator[None]:
        """Fill the table of the pairs, unless the place was opened meanwhile."""
        yield
        session, report = self._model.found()
        if not self._is_here and session is not None and report is not None:
            self._pages.setCurrentWidget(self._result)
            self._result.show_report(session, report, self._model.pairs(session))

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
        self._start.close_down()
        self._listening.close()

    def _on_changed(self) -> None:
        if self._is_here:
            self._show_state()

    # Before, in and after a comparison

    def _show_state(self) -> None:
        is_new = self._model.read()
        session, report = self._model.session, self._model.report
        self.facts.setText(self._model.facts())
        if session is None:
            self._show_start()
        elif report is None:
            self._show_session(session)
        else:
            self._show_result(session, report, is_new)

    def _show_header(self, *, in_session: bool, in_result: bool) -> None:
        for widget in (self._count, self._strip, self._left):
            widget.setVisible(in_session)
        for button in (self._save, self._keep, self._use):
            button.setVisible(in_result)
        self._actions.show_place(RESULT if in_result else "compare")

    def _show_start(self) -> None:
        self._show_header(in_session=False, in_result=False)
        self._page.end()
        self._pages.setCurrentWidget(self._start)
        self._start.show_state(self._model.is_making, self._model.has_sound)
        self._page.lock("There is no pair yet")

    def _show_session(self, session: ComparisonSession) -> None:
        self._show_header(in_session=True, in_result=False)
        self._pages.setCurrentWidget(self._page)
        self._actions.allow(["compare"], "A comparison is under way")
        self._page.begin(session)

    def _show_count(self, n_done: int, n: int) -> None:
        self._count.setText(f"{min(n_done + 1, n)} of {n}")
        self._left.setText(_left_words(n - n_done))
        self._strip.show_count(n_done, n)

    def _show_result(
        self, session: ComparisonSession, report: ComparisonReport, is_new: bool
    ) -> None:
        self._page.end()
        self._show_header(in_session=False, in_result=True)
        self._pages.setCurrentWidget(self._result)
        self._actions.allow(["play"])
        self._actions.allow(["compare"], "The newest taste was compared already")
        if is_new:
            self._player.unload()
            self._result.fall_silent()
        self._result.show_report(session, report, self._model.pairs(session))
        self._show_choice(report)
        self._result.table.setFocus()

    def _show_choice(self, report: ComparisonReport) -> None:
        """Fill the button that the verdict speaks for, and say which one is in use."""
        is_better, is_new_used = report.verdict == "better", self._model.is_new_used
        if is_new_used:
            self._use.set_words("New in use", "tick")
        else:
            self._use.set_words("Use the new", "")
        self._keep.set_words("Go back to the old" if is_new_used else "Keep the old")
        self._use.set_kind("primary" if is_better and not is_new_used else "normal")
        self._keep.set_kind("normal" if is_better else "primary")
        self._actions.allow(["use_new"], "The new taste is in use" if is_new_used else "")
        self._actions.allow(["keep_old"])

    # What is done

    def _begin(self) -> None:
        if self._is_here:
            self._model.begin()

    def _ask_report(self) -> None:
        if self._model.ask_report():
            self._page.say("Counting…")

    def _decide(self, *, use_new: bool) -> None:
        if self._is_here:
            self._model.decide(use_new=use_new)

    def _save_files(self) -> None:
        session, report = self._model.session, self._model.report
        if session is None or report is None:
            return
        folder = QFileDialog.getExistingDirectory(
            self, "Where to put the pairs", self._settings.export_folder
        )
        if folder:  # Of the comparison that was shown: another may have come meanwhile.
            self._model.save_pairs(session, report, folder)

    # Hearing the pairs again

    def _hear(self, pair: Comparison, which: str) -> None:
        session = self._model.session
        if session is not None and self._model.report is not None:
            self._listening.hear(pair, which, session.new)

    def _toggle(self) -> None:
        if self._is_here and self._model.report is not None:
            self._listening.toggle()

    def _show_playing(self) -> None:
        if self._model.report is not None:
            pair, which = self._listening.playing or (None, "")
            self._result.show_playing(pair, which)


def _left_words(n_left: int) -> str:
    """How many pairs come after this one at most; never how it stands.

    Args:
        n_left: pairs without an answer, this one among them.
    """
    return "the last one" if n_left <= 1 else f"{n_left - 1} more at most"
