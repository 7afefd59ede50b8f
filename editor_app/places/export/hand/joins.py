"""The join that a person has in hand: which one, which side of it moves, and where it could lie."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from editor_app.places.export.hand.change_words import change_words
from editor_app.places.export.model import ExportModel
from editor_app.work.jobs import Failure, Job
from editor_app.work.library import tell_failure
from editor_app.workspace import Workspace
from ml_core.domain.by_hand import (
    SIDES,
    EditChange,
    JoinPlace,
    JoinPlaces,
    JoinPlacesRequest,
    JoinSide,
)
from ml_core.domain.edits import Edit
from ml_core.domain.tasks import JOIN_PLACES
from ml_core.errors import UserError

RULED_OUT = "This join is ruled out for this song."
DROPPED = "This join is ruled out, and the edit proposed anew: undo brings your changes back."


class HandJoins(QObject):
    """One join of the edit that is looked at, or none; each change of it can be taken back.

    Where it could lie is found out by a worker. What is moved before that is known is made up for.

    Attributes:
        side: which side moves: where the music is left, where it is entered, or both.
    """

    changed = Signal()
    """Another join is in hand, another side, or its places are known."""

    def __init__(self, workspace: Workspace, model: ExportModel) -> None:
        super().__init__()
        self._project, self._jobs = workspace.project, workspace.jobs
        self._notifier, self._model = workspace.notifier, model
        self._selected: int | None = None
        self._song = ""
        self.side: JoinSide = "both"
        self._places: JoinPlaces | None = None
        self._pending_bars = 0
        self._refused_for: Edit | None = None
        self._ahead: int | None = None
        self._failed: tuple[Edit, int] | None = None
        self._job: Job[JoinPlaces] | None = None
        model.plan_changed.connect(self._follow)
        model.song_changed.connect(self._follow)

    @property
    def edit(self) -> Edit | None:
        """The edit whose joins they are; None without one."""
        return self._model.edit

    @property
    def selected(self) -> int | None:
        """Which join is in hand, from 0; None without one."""
        return self._selected

    @property
    def places(self) -> tuple[JoinPlace, ...]:
        """Where the join could lie by its side; empty while that is not known."""
        return () if self._places is None else self._places.by_side.get(self.side, ())

    @property
    def here(self) -> JoinPlace | None:
        """Where it lies now; None while that is not known."""
        return next((place for place in self.places if place.bars == 0), None)

    # In hand

    def select(self, join: int | None, side: JoinSide = "both") -> None:
        """Take a join, or a side of it, in hand; None to let go of it."""
        if (join, side) == (self._selected, self.side):
            return
        if self._places is not None and self._places.join != join:
            self._places = None
        if join != self._selected:
            self._pending_bars = 0
        self._selected, self.side, self._song = join, side, self._model.current
        self._ahead = None
        self._ask()
        self.changed.emit()

    def prepare(self, join: int) -> None:
        """A join is likely to be taken: have its places found out ahead, where none is in hand."""
        edit = self.edit
        if self._selected is None and edit is not None and 0 <= join < edit.n_joins:
            is_known = self._places is not None and self._places.join == join
            if not is_known and self._failed != (edit, join):
                self._places, self._ahead = None, join
                self._ask()

    def select_next(self, step: int = 1) -> None:
        """Take the next join; after the last one, and before the first, none."""
        n_joins = 0 if self.edit is None else self.edit.n_joins
        first = 0 if step > 0 else n_joins - 1
        join = first if self._selected is None else self._selected + step
        self.select(join if 0 <= join < n_joins else None)

    def next_side(self) -> None:
        """Let another side of it move."""
        if self._selected is not None:
            self.select(self._selected, SIDES[(SIDES.index(self.side) + 1) % len(SIDES)])

    # Changes

    def move(self, bars: int) -> None:
        """Move its side along the bar lines, as far as it can; negative for earlier."""
        if self._selected is None:
            return
        if not self.places and self._failed == (self.edit, self._selected):
            self._notifier.status("This join can't be moved.", False)
            return
        if self._places is None or not self.places:
            self._pending_bars += bars
            self._ask()
            return
        place = self._places.place(self.side, bars)
        if place.bars == 0:
            way = "later" if bars > 0 else "earlier"
            self._refused_for = self.edit
            self._notifier.status(f"The join can't lie {way}.", False)
            return
        self._put(place)

    def heal(self) -> None:
        """Move it to the nearest place where it stands out less."""
        if self._selected is not None:
            self._model.change(EditChange("heal", join=self._selected))

    def rule_out(self) -> None:
        """Never make it again in this song; the edit is proposed anew without it."""
        model, edit = self._model, self.edit
        if self._selected is None or edit is None:
            return
        rate_hz = edit.sample_rate_hz
        leave, enter = (edit.spans[self._selected][1], edit.spans[self._selected + 1][0])
        # What was changed by hand has this join, and would stand in the place of the new proposal.
        besides = model.hands.dropping(model.current) if model.is_changed else None
        join_s = (round(leave / rate_hz, 3), round(enter / rate_hz, 3))
        self.select(None)
        try:
            model.span_store.rule_out(model.current, join_s, besides)
        except UserError as error:
            self._notifier.user_error(error)
            return
        self._notifier.status(RULED_OUT if besides is None else DROPPED)

    def _put(self, place: JoinPlace) -> None:
        proposed, join = self._model.proposed, self._selected
        if proposed is None or join is None:
            return
        change = EditChange("move", join=join, bars=place.bars, side=self.side)
        # All that is known of this side holds on, seen from its new place.
        known = {
            self.side: tuple(
                JoinPlace(one.bars - place.bars, one.cost, one.how, one.edit) for one in self.places
            )
        }
        before, self._places = self._places, JoinPlaces(place.edit, join, known)
        try:
            self._model.hands.put(self._model.current, proposed, place.edit, change_words(change))
        except UserError as error:
            self._places = before
            self._notifier.user_error(error)

    # Finding out

    def _follow(self) -> None:
        """The edit may be another: what is known of its joins holds no more."""
        edit = self.edit
        n_joins = 0 if edit is None or self._song != self._model.current else edit.n_joins
        if self._selected is not None and self._selected >= n_joins:
            self.select(None)
            return
        if self._places is not None and edit != self._places.edit:
            self._places = None
        if self._refused_for is not None and edit != self._refused_for:
            self._refused_for = None  # It may lie there by now.
            self._notifier.status("")
        self._ask()
        self.changed.emit()

    def _ask(self) -> None:
        """Have the places of the join found out, unless they are known; one request at a time."""
        entry, edit = self._model.entry, self.edit
        join = self._ahead if self._selected is None else self._selected
        is_known = self._places is not None and set(SIDES) <= set(self._places.by_side)
        if entry is None or edit is None or join is None or is_known or self._job is not None:
            return
        if join >= edit.n_joins or self._failed == (edit, join):
            return
        song = self._project.requests.song(entry)
        request = JoinPlacesRequest(self._project.cache_dir, song, edit, join)
        # What is known of one side is enough to move it on; the others can wait.
        job = self._jobs.ask(JOIN_PLACES, request, is_urgent=not self.places)
        self._job = job
        job.done.connect(self._take)
        job.failed.connect(lambda failure: self._refuse(edit, join, failure))
        job.cancelled.connect(lambda: self._refuse(edit, join, None))
        job.finished.connect(self._on_finished)

    def _take(self, found: JoinPlaces) -> None:
        wanted = self._ahead if self._selected is None else self._selected
        if (found.edit, found.join) != (self.edit, wanted):
            return  # It was moved meanwhile: the next answer is of where it is now.
        self._places = found
        bars, self._pending_bars = self._pending_bars, 0
        self.changed.emit()
        if bars:
            self.move(bars)

    def _refuse(self, edit: Edit, join: int, failure: Failure | None) -> None:
        """It stays in hand, to be heard or ruled out; what was only prepared is not told."""
        self._failed, self._ahead, self._pending_bars = (edit, join), None, 0
        if failure is not None and join == self._selected:
            tell_failure(self._notifier, failure)

    def _on_finished(self) -> None:
        self._job = None
        self._ask()
