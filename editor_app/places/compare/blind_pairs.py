"""A blind comparison under way: its pairs one by one, each answer saved before the next."""

from __future__ import annotations

import time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor_app.listening.answer_bar import ANSWER_ACTIONS, ANSWERS, AnswerBar
from editor_app.listening.heard import SHOWN_AT_LEAST_S, Heard
from editor_app.listening.pair_panel import PairPanel
from editor_app.places.compare.supply import ComparisonSupply
from editor_app.workspace import Workspace
from ml_core.domain.models import ComparisonSession
from ml_core.domain.ratings import HEARD_S, Answer, Comparison
from ml_core.errors import UserError


class BlindPairs(QWidget):
    """Asks the pairs of one comparison. Blind: it never reads which side is new."""

    counted = Signal(int, int)
    """(answered, in all)."""

    answered_all = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        player, actions = workspace.player, workspace.actions
        self._project, self._jobs = workspace.project, workspace.jobs
        self._player, self._actions = player, actions
        self._notifier, self._settings = workspace.notifier, workspace.settings
        self._supply: ComparisonSupply | None = None
        self._current: ComparisonSession | None = None
        self._pair: Comparison | None = None
        self._is_active = False
        self._n_done = 0
        self._shown_at_s = 0.0
        self._heard = Heard(player, workspace.settings)
        self._panel = PairPanel(workspace)
        self._answers = AnswerBar(actions, "Which edit do you like better?", has_skip=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self._panel, 1)
        column.addWidget(self._answers)
        for action_id in ANSWER_ACTIONS:
            answer, strength = ANSWERS[action_id]
            actions[action_id].triggered.connect(
                lambda _=False, a=answer, s=strength: self._answer(a, s)
            )
        player.moved.connect(self._show_heard)
        player.device.changed.connect(self._on_device)
        self._panel.try_again.connect(self._try_again)

    def begin(self, session: ComparisonSession) -> None:
        """Ask the open pairs of a comparison from now on."""
        self._is_active = True
        self._panel.set_active(True)
        if self._current is None or self._current.id != session.id or self._supply is None:
            self.end()
            self._is_active = True
            self._panel.set_active(True)
            self._current = session
            rate = self._player
            self._supply = ComparisonSupply(
                self._project, self._jobs, lambda: rate.sample_rate_hz, session.id
            )
            self.destroyed.connect(self._supply.close)
            self._supply.changed.connect(self._show_next)
            self._supply.failed.connect(lambda *_: self._show_next())
            self._supply.start()
        self._show_next()

    def pause(self) -> None:
        """Leave keys and player to others; the comparison can go on later."""
        if self._pair is not None and self._panel.holds(self._pair):
            self._heard.keep(self._pair.id)
        self._panel.clear()
        self._is_active = False
        self._panel.set_active(False)

    def end(self) -> None:
        """Let go of the comparison."""
        self.pause()
        if self._supply is not None:
            self._supply.close()
            self._supply = None
        self._current, self._pair = None, None

    def lock(self, reason: str) -> None:
        """Refuse all answers."""
        self._actions.allow(ANSWER_ACTIONS, reason)

    def say(self, words: str) -> None:
        """Show words in place of a pair."""
        self._panel.say(words)

    def _show_next(self) -> None:
        supply, session = self._supply, self._current
        if not self._is_active or supply is None or session is None:
            return
        if supply.queue:
            self._n_done = session.n_pairs - len(supply.queue)
            self.counted.emit(self._n_done, session.n_pairs)
        else:
            self._pair = None
            self._panel.clear()
            self.lock("The comparison is at its end")
            self._answers.say("The comparison is at its end", "tick")
            self.answered_all.emit()
            return
        pair = supply.queue[0]
        self._pair = pair
        failure = supply.failure(pair)
        if failure is not None:
            self._panel.say(failure.message, failure.remedy, can_try_again=True)
        elif supply.prepared(pair) is None:
            self._panel.say("Making the edits…")
        elif not self._panel.holds(pair):
            self._load(supply, pair)
        self._show_heard()

    def _load(self, supply: ComparisonSupply, pair: Comparison) -> None:
        prepared = supply.prepared(pair)
        was_playing = self._player.is_playing
        try:
            is_loaded = prepared is not None and self._panel.show_pair(pair, prepared)
        except UserError:
            is_loaded = False
        if not is_loaded:
            supply.try_again(pair)
            return
        self._shown_at_s = time.monotonic()
        if was_playing or (self._n_done > 0 and self._settings.play_next_at_once):
            self._player.play()

    def _answer(self, answer: Answer, strength: int) -> None:
        pair = self._pair
        is_new = time.monotonic() - self._shown_at_s < SHOWN_AT_LEAST_S
        if not self._is_active or pair is None or is_new or not self._panel.holds(pair):
            return
        heard_s = self._heard.seconds(pair.id, is_loaded=True)
        if self._heard.missing(heard_s, is_comparing=True):  # A verdict is of what was heard.
            return
        sides = (heard_s["A"], heard_s["B"])
        try:
            self._project.ratings.add(pair, answer, strength, sides, source="compare")
        except UserError as error:
            self._notifier.user_error(error)
            return
        self._notifier.clear()
        self._notifier.status("Answer saved.")

    def _show_heard(self) -> None:
        """Open the answers once what differs was heard of both sides; never without sound."""
        if not self._is_active:
            return
        pair = self._pair
        is_ready = pair is not None and self._panel.holds(pair)
        reason = "The pair is not ready yet"
        if pair is not None and is_ready:
            seconds = self._heard.seconds(pair.id, is_loaded=True)
            reason = self._heard.missing(seconds, is_comparing=True)
        said = reason or "Both heard"
        if said != self._answers.state.text() or not is_ready:
            self._actions.allow(ANSWER_ACTIONS, reason)
            self._answers.say(said, "" if reason else "tick")
        waits = pair is not None and is_ready and bool(reason)
        heard_s = self._heard.seconds(pair.id, is_loaded=True) if pair and waits else None
        self._answers.show_waits(heard_s, HEARD_S)

    def _on_device(self) -> None:
        """Sound has gone or is back; a device of another rate needs lanes made for it."""
        if not self._is_active:
            return
        if self._pair is not None and self._panel.holds(self._pair):
            if self._player.fits_device:
                self._show_heard()
                return
            self._heard.keep(self._pair.id)
        self._panel.clear()
        if self._supply is not None:
            self._supply.refresh()

    def _try_again(self) -> None:
        if self._supply is not None and self._pair is not None:
            self._supply.try_again(self._pair)
