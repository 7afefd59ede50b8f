"""The place "Rate": one pair at a time, heard, answered by key, saved before the next one shows.

Blind: nothing here reads why a pair was asked or where its edits came from.
"""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from editor_app.listening.answer_bar import ANSWER_ACTIONS, ANSWERS, AnswerBar
from editor_app.listening.pair_panel import PairPanel
from editor_app.look.foreign import song_title
from editor_app.look.words import song_facts
from editor_app.places.place import Place
from editor_app.places.rate.fit_warning import FitWarning
from editor_app.places.rate.foot import RateFoot
from editor_app.places.rate.last_ratings import LastRatings
from editor_app.places.rate.model import RateModel
from editor_app.places.rate.round_progress import RoundProgress
from editor_app.workspace import Workspace
from ml_core.domain.playing import PreparedPair
from ml_core.domain.ratings import HEARD_S, Comparison, Rating
from ml_core.errors import UserError

_PICTURE_LATER_MS = 300
_MARKS = ("bad_join", "both_bad")


class RatePage(Place):
    """Shows what the model says is to be heard, and what may be done with it."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__("Rate")
        self._project, self._actions = workspace.project, workspace.actions
        self._panel = PairPanel(workspace)
        self._model = RateModel(workspace, self._panel.holds)
        self._fit_warning = FitWarning(self._project, workspace.notifier)
        # The next pair's picture waits until this one has been painted and sounds.
        self._picture_timer = QTimer(self)
        self._picture_timer.setSingleShot(True)
        self._picture_timer.setInterval(_PICTURE_LATER_MS)
        self._picture_timer.timeout.connect(self._prepare_picture)
        self._build(workspace)
        self._connect()

    def _build(self, workspace: Workspace) -> None:
        self._round = RoundProgress(self._project, workspace.jobs, workspace.notifier)
        self.header_right.addWidget(self._round)
        self._answers = AnswerBar(self._actions, "Which edit do you like better?")
        self._foot = RateFoot(self._project, self._actions)
        self._last = LastRatings(self._project)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self._answers)
        left.addStretch(1)
        left.addWidget(self._foot)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self._last, 1)
        right.addWidget(self._foot.play_next)
        lower = QWidget()
        row = QHBoxLayout(lower)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(24)
        row.addLayout(left, 648)
        row.addLayout(right, 392)
        self.body.addWidget(self._panel, 1)
        self.body.addSpacing(16)
        self.body.addWidget(lower)

    def _connect(self) -> None:
        model = self._model
        for action_id, (answer, strength) in ANSWERS.items():
            self._actions[action_id].triggered.connect(
                lambda _=False, a=answer, s=strength: model.answer(a, s)
            )
        self._actions["bad_join"].triggered.connect(self._mark_join)
        self._actions["both_bad"].triggered.connect(model.mark_both)
        model.released.connect(self._panel.clear)
        model.pair_changed.connect(self._show_pair)
        model.answerable_changed.connect(self._show_answerable)
        self._project.changed.connect(self._on_changed)
        self._last.wanted.connect(self._hear_again)
        self._panel.try_again.connect(model.try_again)

    # Coming and going

    def shown(self) -> None:
        """Go on where one was."""
        self._panel.set_active(True)
        self._round.set_active(True)
        self._last.show_ratings()
        self._model.enter()
        self._fit_warning.tell()
        self.setFocus()

    def command(self, action_id: str) -> None:
        """Rate pairs: the one that is there plays by itself."""
        if action_id == "rate_pairs":
            self._model.play_first()

    def hidden(self) -> None:
        """Fall silent; what was heard still counts on return."""
        self._model.leave()
        self._panel.set_active(False)
        self._round.set_active(False)

    def closed(self) -> None:
        """Remove what was made to be heard."""
        self._model.close()

    def _on_changed(self, changes: frozenset[str]) -> None:
        if "ratings" in changes and self._model.is_here:
            self._last.show_ratings()
        if changes & {"songs", "brief"}:
            self._fit_warning.tell(self._model.is_here)

    # The pair

    def _show_pair(self) -> None:
        pair, prepared = self._model.pair, self._model.prepared
        if pair is None or prepared is None:
            self._panel.say(*self._model.missing())
        elif not self._model.holds_pair:
            self._load(pair, prepared)
        self._name_song()
        self._picture_timer.start()

    def _load(self, pair: Comparison, prepared: PreparedPair) -> None:
        try:
            is_loaded = self._panel.show_pair(pair, prepared)
        except UserError:
            is_loaded = False
        self._model.on_loaded(is_loaded)

    def _prepare_picture(self) -> None:
        """The next pair's picture is worked out while this one is heard."""
        ahead = self._model.next_pair()
        if ahead is not None:
            self._panel.make_ready(*ahead)

    def _name_song(self) -> None:
        entry = self._model.entry
        self.title.setText("Rate" if entry is None else song_title(entry.song))
        self.facts.setText("" if entry is None else song_facts(entry))

    def _hear_again(self, rating: Rating) -> None:
        if self._model.hear_again(rating):
            self.setFocus()

    def _mark_join(self) -> None:
        self._model.mark_join(self._panel.transport.moves.meant_join())

    def _show_answerable(self) -> None:
        """Say what was heard, and open the answers once a moment of each side was."""
        now = self._model.answerable()
        self._actions.allow(ANSWER_ACTIONS, now.unheard)
        self._actions.allow(("rate_skip",), now.unskippable)
        self._actions.allow(_MARKS, now.unready)
        self._answers.say(*now.said)
        self._answers.show_waits(now.heard_s, HEARD_S)
