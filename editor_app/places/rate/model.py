"""The state of Rate: which pair is heard, what was heard of it, and how an answer is saved.

Blind: nothing here reads why a pair was asked or where its edits came from.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from editor_app.listening.heard import SHOWN_AT_LEAST_S, Heard
from editor_app.listening.pair_supply import PairSupply
from editor_app.look.words import counted
from editor_app.places.rate.fault_marks import FaultMarks
from editor_app.places.rate.missing_pair import why_no_pair
from editor_app.workspace import Workspace
from ml_core.domain.playing import PreparedPair
from ml_core.domain.ratings import Answer, Comparison, Rating, counts
from ml_core.domain.songs import SongEntry
from ml_core.errors import UserError


@dataclass(frozen=True, slots=True)
class Answerable:
    """What may be done with the pair now; each reason is empty where nothing speaks against it.

    Attributes:
        unready: why it can't be marked.
        unheard: why it can't be answered.
        unskippable: why it can't be skipped.
        said: (text, icon, role) of the line beside the question.
        heard_s: seconds heard of each side, where the answer waits for more; else None.
    """

    unready: str
    unheard: str
    unskippable: str
    said: tuple[str, str, str]
    heard_s: Mapping[str, float] | None = None


class RateModel(QObject):
    """The first open pair, or one that is to be heard again, while the place is shown.

    Args:
        workspace: the window's parts.
        holds: tells whether the player holds a pair, so that it is heard.

    Attributes:
        is_here: whether the place is shown.
        pair: the one that is to be heard; None where none is open.
    """

    released = Signal()
    """The player is to let go of the pair; what was heard of it has been kept."""

    pair_changed = Signal()
    """Another pair is to be shown, or this one can be heard, or not any more."""

    answerable_changed = Signal()
    """`answerable` may be another; told some 30 times a second while the pair plays."""

    def __init__(self, workspace: Workspace, holds: Callable[[Comparison], bool]) -> None:
        super().__init__()
        project, player = workspace.project, workspace.player
        self._project, self._player, self._holds = project, player, holds
        self._notifier, self._settings = workspace.notifier, workspace.settings
        self._supply = PairSupply(project, workspace.jobs, lambda: player.sample_rate_hz)
        self._heard = Heard(player, workspace.settings)
        self._marks = FaultMarks(workspace)
        self.is_here = False
        self.pair: Comparison | None = None
        self._is_changing = self._is_heard_again = self._plays_next = False
        self._next_id, self._shown_at_s = 0, 0.0
        self._supply.changed.connect(self._show_next)
        self._supply.failed.connect(self._on_failed)
        project.ratings.reopened.connect(self._on_reopened)
        project.changed.connect(self._on_changed)
        player.moved.connect(self._tell_answerable)
        player.device.changed.connect(self._on_device)
        workspace.settings.changed.connect(self._tell_answerable)

    # Coming and going

    def enter(self) -> None:
        """The place is shown: go on where one was."""
        self.is_here = True
        self._supply.start()
        self._show(self.pair)

    def leave(self) -> None:
        """Another place is shown; what was heard still counts on return."""
        self._plays_next = False
        self._release()
        self.is_here = False

    def close(self) -> None:
        """Remove what was made to be heard."""
        self._supply.close()

    def play_first(self) -> None:
        """The person came in order to rate: play the pair, now or once it is ready."""
        if self._settings.play_first_pair:
            self._plays_next = not self.holds_pair
            if self.holds_pair:
                self._player.play()

    # The pair

    @property
    def prepared(self) -> PreparedPair | None:
        """What is to be heard of the pair; None while it is not ready."""
        return None if self.pair is None else self._supply.prepared(self.pair)

    @property
    def entry(self) -> SongEntry | None:
        """The song of the pair."""
        return None if self.pair is None else self._project.songs.get(self.pair.sha256)

    def missing(self) -> tuple[str, str, bool]:
        """(why there is no pair to hear yet, what helps, whether trying again may help)."""
        return why_no_pair(self.pair, self._supply, self._project)

    def next_pair(self) -> tuple[Comparison, PreparedPair] | None:
        """The pair that comes next; None while it is not ready, or this one is not heard yet."""
        ahead = [pair for pair in self._supply.queue[:2] if pair != self.pair]
        prepared = self._supply.prepared(ahead[0]) if ahead else None
        return (ahead[0], prepared) if prepared is not None and self.holds_pair else None

    @property
    def holds_pair(self) -> bool:
        """Whether the player holds the pair."""
        return self.pair is not None and self._holds(self.pair)

    def _show_next(self) -> None:
        """Show the first open pair, unless the one shown is still open or heard again."""
        queue = self._supply.queue
        if self._next_id:
            self._is_heard_again = False
            self.pair = None
        wanted = next((pair for pair in queue if pair.id == self._next_id), None)
        self._next_id = 0
        if self.pair is not None and (
            self._is_heard_again or any(pair.id == self.pair.id for pair in queue)
        ):
            wanted = self.pair
        self._show(wanted or (queue[0] if queue else None))

    def _show(self, pair: Comparison | None) -> None:
        is_new = pair is None or self.pair is None or pair.id != self.pair.id
        # Heads move while pairs change: what was heard is told once, when the new one is there.
        self._is_changing = True
        try:
            if is_new:
                self._release()
            self.pair = pair
            if self.is_here:
                self.pair_changed.emit()
        finally:
            self._is_changing = False
        self._tell_answerable()

    def _release(self) -> None:
        if self.pair is not None and self.holds_pair:
            self._heard.keep(self.pair.id)
        self.released.emit()

    def on_loaded(self, is_loaded: bool) -> None:
        """The player took the pair, or could not: then it is made anew."""
        if not is_loaded:
            if self.pair is not None:
                self._supply.try_again(self.pair)
            return
        self._shown_at_s = time.monotonic()
        if self._plays_next:
            self._player.play()
        self._plays_next = False

    def try_again(self) -> None:
        """Make the pair once more that could not be made."""
        if self.pair is not None:
            self._supply.try_again(self.pair)
            self._show(self.pair)

    def hear_again(self, rating: Rating) -> bool:
        """Show the pair of a rating, whose answer may be changed; false if it is gone."""
        pair = self._project.pairs.get(rating.comparison_id)
        if pair is None:
            return False
        self._is_heard_again = True
        self._supply.want(pair)
        self._show(pair)
        return True

    def _on_failed(self, pair_id: int, _failure: object) -> None:
        if self.pair is None or pair_id in (0, self.pair.id):
            self._show(self.pair)

    def _on_reopened(self, pair_id: int) -> None:
        self._next_id = pair_id
        self._notifier.status("The answer is taken back.")

    def _on_device(self) -> None:
        """Sound has gone or is back; a device of another rate needs lanes made for it.

        The pair and its place stay, and what was heard still counts.
        """
        if self.holds_pair and self._player.fits_device:
            self._tell_answerable()
            return
        self._release()
        self._supply.refresh()
        self._show(self.pair)

    def _on_changed(self, changes: frozenset[str]) -> None:
        if {"tastes", "ratings"} <= changes:  # Another taste was chosen.
            self._leave_heard_again()

    # Answers

    def answer(self, answer: Answer, strength: int) -> None:
        """Save an answer to the pair and show the next; where it is refused, the pair stays."""
        pair = self.pair
        is_new = time.monotonic() - self._shown_at_s < SHOWN_AT_LEAST_S
        if not self.is_here or pair is None or (is_new and self.holds_pair):
            return
        if answer != "skip" and self.answerable().unheard:  # Its keys are locked.
            return
        if self._is_heard_again and answer == "skip":
            self._leave_heard_again()
            return
        seconds = self._heard_seconds()
        was_heard_again, self._is_heard_again = self._is_heard_again, False
        self._plays_next = self._settings.play_next_at_once
        try:
            # The store has committed before `changed` is emitted, which shows the next pair.
            heard_s = (seconds["A"], seconds["B"])
            rating = self._project.ratings.add(
                pair, answer, strength, heard_s, source=self._heard.way
            )
        except UserError as error:
            self._is_heard_again = was_heard_again
            self._plays_next = False
            self._notifier.user_error(error)
            return
        self._notifier.clear()
        saved = self._saved_words(rating)
        self._notifier.status(saved if self.prepared is None else f"{saved} Next pair is ready.")

    def _saved_words(self, rating: Rating) -> str:
        ratings = self._project.ratings
        if counts(rating, by_eye=True) and not counts(rating, ratings.by_eye_teaches):
            return "Saved as by eye: it does not teach."
        return f"{counted(ratings.count(), 'rating')} saved."

    def _leave_heard_again(self) -> None:
        """Skip, on a pair that is heard again, leaves its answer as it was."""
        self._is_heard_again = False
        self.pair = None
        self._show_next()

    def mark_join(self, meant: tuple[str, int] | None) -> None:
        """Mark the join that is meant as bad, by (lane, index); None where none is near."""
        if self.is_here and self.pair is not None:
            self._marks.mark_join(self.pair, meant)

    def mark_both(self) -> None:
        """Mark both edits as bad; the answer is asked all the same."""
        if self.is_here and self.pair is not None:
            self._marks.mark_both(self.pair)

    # What was heard

    def _heard_seconds(self) -> dict[str, float]:
        return self._heard.seconds(0 if self.pair is None else self.pair.id, self.holds_pair)

    def _tell_answerable(self) -> None:
        if self.is_here and not self._is_changing:
            self.answerable_changed.emit()

    def answerable(self) -> Answerable:
        """What may be done with the pair.

        Where one is to listen first, its keys wait until what differs was heard. Elsewhere the line
        beside the question says when an answer will count as by eye.
        """
        seconds = self._heard_seconds()
        unready = "" if self.holds_pair else "The pair is not ready yet"
        unheard = unready or self._heard.missing(seconds)
        unskippable = "" if self.pair is not None else "There is no pair"
        rating = None
        if self._is_heard_again and self.pair is not None:
            rating = self._project.ratings.of(self.pair)
        said = self._heard.words(unheard, seconds, rating)
        heard_s = seconds if unheard and not unready else None
        return Answerable(unready, unheard, unskippable, said, heard_s)
