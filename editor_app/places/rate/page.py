"""The place "Rate": one pair at a time, heard, answered by key, saved before the next one shows.

Blind: nothing here reads why a pair was asked or where its edits came from.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from editor_app.listening.answer_bar import ANSWER_ACTIONS, ANSWERS, AnswerBar
from editor_app.listening.heard import Heard
from editor_app.listening.pair_panel import PairPanel
from editor_app.listening.pair_supply import PairSupply
from editor_app.look.words import counted, song_facts
from editor_app.places.place import Place
from editor_app.places.rate.fault_marks import FaultMarks
from editor_app.places.rate.foot import RateFoot
from editor_app.places.rate.last_ratings import LastRatings
from editor_app.places.rate.missing_pair import why_no_pair
from editor_app.places.rate.round_progress import RoundProgress
from editor_app.workspace import Workspace
from ml_core.domain.ratings import Answer, Comparison, Rating
from ml_core.errors import UserError

# A key that bounces, or a finger that is still down, must not answer the pair that comes next.
_SHOWN_AT_LEAST_S = 0.3
_PICTURE_LATER_MS = 300
_MARKS = ("bad_join", "both_bad")


class RatePage(Place):
    """Shows the first open pair, or one that is to be heard again."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__("Rate")
        project, player = workspace.project, workspace.player
        self._project, self._player, self._actions = project, player, workspace.actions
        self._notifier, self._settings = workspace.notifier, workspace.settings
        self._supply = PairSupply(project, workspace.jobs, lambda: player.sample_rate_hz)
        self._pair: Comparison | None = None
        self._is_here = self._is_changing = False
        self._is_heard_again = self._plays_next = False
        self._next_id, self._shown_at_s = 0, 0.0
        self._heard = Heard(player, workspace.settings)
        self._marks = FaultMarks(workspace)
        # The next pair's picture waits until this one has been painted and sounds.
        self._picture_timer = QTimer(self)
        self._picture_timer.setSingleShot(True)
        self._picture_timer.setInterval(_PICTURE_LATER_MS)
        self._picture_timer.timeout.connect(self._prepare_picture)
        self._build(workspace)
        self._connect()

    def _build(self, workspace: Workspace) -> None:
        self._round = RoundProgress(self._project, workspace.jobs)
        self.header_right.addWidget(self._round)
        self._panel = PairPanel(workspace)
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
        for action_id, (answer, strength) in ANSWERS.items():
            self._actions[action_id].triggered.connect(
                lambda _=False, a=answer, s=strength: self._answer(a, s)
            )
        self._actions["bad_join"].triggered.connect(self._mark_join)
        self._actions["both_bad"].triggered.connect(self._mark_both)
        self._supply.changed.connect(self._show_next)
        self._supply.failed.connect(self._on_failed)
        self._project.ratings.reopened.connect(self._on_reopened)
        self._project.changed.connect(self._on_changed)
        self._last.wanted.connect(self._hear_again)
        self._panel.try_again.connect(self._try_again)
        self._player.moved.connect(self._show_heard)
        self._player.device.changed.connect(self._on_device)
        self._settings.changed.connect(lambda _name: self._show_heard())

    # Coming and going

    def shown(self) -> None:
        """Go on where one was."""
        self._is_here = True
        self._panel.set_active(True)
        self._round.set_active(True)
        self._last.show_ratings()
        self._supply.start()
        self._show_pair(self._pair)
        self.setFocus()

    def hidden(self) -> None:
        """Fall silent; what was heard still counts on return."""
        self._keep_heard()
        self._panel.clear()
        self._is_here = False
        self._panel.set_active(False)
        self._round.set_active(False)

    def closed(self) -> None:
        """Remove what was made to be heard."""
        self._supply.close()

    # The pair

    def _show_next(self) -> None:
        """Show the first open pair, unless the one shown is still open or heard again."""
        queue = self._supply.queue
        if self._next_id:
            self._is_heard_again = False
            self._pair = None
        wanted = next((pair for pair in queue if pair.id == self._next_id), None)
        self._next_id = 0
        if self._pair is not None and (
            self._is_heard_again or any(pair.id == self._pair.id for pair in queue)
        ):
            wanted = self._pair
        self._show_pair(wanted or (queue[0] if queue else None))

    def _show_pair(self, pair: Comparison | None) -> None:
        is_new = pair is None or self._pair is None or pair.id != self._pair.id
        # Heads move while pairs change: what was heard is told once, when the new one is there.
        self._is_changing = True
        try:
            if is_new:
                self._keep_heard()
                self._panel.clear()
            self._pair = pair
            if self._is_here:
                self._fill_panel(pair)
        finally:
            self._is_changing = False
        if self._is_here:
            self._name_song()
            self._show_heard()
            self._picture_timer.start()

    def _fill_panel(self, pair: Comparison | None) -> None:
        prepared = None if pair is None else self._supply.prepared(pair)
        if pair is None or prepared is None:
            self._panel.say(*why_no_pair(pair, self._supply, self._project))
        elif not self._panel.holds(pair):
            self._load(pair)

    def _prepare_picture(self) -> None:
        """The next pair's picture is worked out while this one is heard."""
        ahead = [pair for pair in self._supply.queue[:2] if pair != self._pair]
        prepared = self._supply.prepared(ahead[0]) if ahead else None
        if prepared is not None and self._pair is not None and self._panel.holds(self._pair):
            self._panel.make_ready(ahead[0], prepared)

    def _load(self, pair: Comparison) -> None:
        prepared = self._supply.prepared(pair)
        assert prepared is not None
        try:
            is_loaded = self._panel.show_pair(pair, prepared)
        except UserError:
            is_loaded = False
        if not is_loaded:
            self._supply.try_again(pair)
            return
        self._shown_at_s = time.monotonic()
        if self._plays_next:
            self._player.play()
        self._plays_next = False

    def _name_song(self) -> None:
        entry = None if self._pair is None else self._project.songs.get(self._pair.sha256)
        if entry is None:
            self.title.setText("Rate")
            self.facts.setText("")
            return
        self.title.setText(entry.song.title)
        self.facts.setText(song_facts(entry))

    def _on_failed(self, pair_id: int, _failure: object) -> None:
        if self._pair is None or pair_id in (0, self._pair.id):
            self._show_pair(self._pair)

    def _on_reopened(self, pair_id: int) -> None:
        self._next_id = pair_id
        self._notifier.status("The answer is taken back.")

    def _on_device(self) -> None:
        """Lanes may have to be made for another rate; what was heard still counts."""
        self._keep_heard()
        self._panel.clear()
        self._supply.refresh()
        self._show_pair(self._pair)

    def _try_again(self) -> None:
        if self._pair is not None:
            self._supply.try_again(self._pair)
            self._show_pair(self._pair)

    def _hear_again(self, rating: Rating) -> None:
        pair = self._project.pairs.get(rating.comparison_id)
        if pair is None:
            return
        self._is_heard_again = True
        self._supply.want(pair)
        self._show_pair(pair)
        self.setFocus()

    # Answers

    def _answer(self, answer: Answer, strength: int) -> None:
        pair = self._pair
        is_new = time.monotonic() - self._shown_at_s < _SHOWN_AT_LEAST_S
        if not self._is_here or pair is None or (is_new and self._panel.holds(pair)):
            return
        if self._is_heard_again and answer == "skip":
            self._leave_heard_again()
            return
        seconds = self._heard_seconds()
        was_heard_again, self._is_heard_again = self._is_heard_again, False
        self._plays_next = self._settings.play_next_at_once
        try:
            # The store has committed before `changed` is emitted, which shows the next pair.
            self._project.ratings.add(pair, answer, strength, (seconds["A"], seconds["B"]))
        except UserError as error:
            self._is_heard_again = was_heard_again
            self._plays_next = False
            self._notifier.user_error(error)
            return
        self._notifier.clear()
        self._tell_saved()

    def _leave_heard_again(self) -> None:
        """Skip, on a pair that is heard again, leaves its answer as it was."""
        self._is_heard_again = False
        self._pair = None
        self._show_next()

    def _tell_saved(self) -> None:
        saved = f"{counted(self._project.ratings.count(), 'rating')} saved."
        is_ready = self._pair is not None and self._supply.prepared(self._pair) is not None
        self._notifier.status(f"{saved} Next pair is ready." if is_ready else saved)

    def _mark_join(self) -> None:
        if self._is_here and self._pair is not None:
            self._marks.mark_join(self._pair, self._panel.transport.moves.meant_join())

    def _mark_both(self) -> None:
        if self._is_here and self._pair is not None:
            self._marks.mark_both(self._pair)

    # What is shown beside the pair

    def _on_changed(self, changes: frozenset[str]) -> None:
        if {"tastes", "ratings"} <= changes:  # Another taste was chosen.
            self._leave_heard_again()
        if "ratings" in changes and self._is_here:
            self._last.show_ratings()

    def _heard_seconds(self) -> dict[str, float]:
        pair = self._pair
        return self._heard.seconds(0 if pair is None else pair.id, self._holds_pair)

    @property
    def _holds_pair(self) -> bool:
        return self._pair is not None and self._panel.holds(self._pair)

    def _keep_heard(self) -> None:
        if self._pair is not None and self._holds_pair:
            self._heard.keep(self._pair.id)

    def _show_heard(self) -> None:
        """Say what was heard, and open the answers once a moment of each side was."""
        if not self._is_here or self._is_changing:
            return
        seconds = self._heard_seconds()
        unready = "" if self._holds_pair else "The pair is not ready yet"
        reason = unready or ("" if self._is_heard_again else self._heard.missing(seconds))
        self._actions.allow(ANSWER_ACTIONS, reason)
        self._actions.allow(("rate_skip",), "" if self._pair is not None else "There is no pair")
        self._actions.allow(_MARKS, unready)
        rating = None
        if self._is_heard_again and self._pair is not None:
            rating = self._project.ratings.of(self._pair)
        self._answers.say(*self._heard.words(reason, seconds, rating))
