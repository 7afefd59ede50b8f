"""What a person does to the joins of the edit that is shown: by mouse, by key, by buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt

from editor_app.places.export.hand.change_words import HOW_WORDS
from editor_app.places.export.hand.join_bar import JoinBar
from editor_app.places.export.hand.join_hearing import JoinHearing
from editor_app.places.export.hand.joins import HandJoins
from editor_app.places.export.hand.place_marks import PlaceMark
from editor_app.places.export.join_words import join_words, short_join_words
from editor_app.places.export.model import ExportModel
from editor_app.places.export.song import ExportSong
from editor_app.workspace import Workspace
from ml_core.domain.audits import AuditedEdit
from ml_core.domain.by_hand import HowItStandsOut, JoinPlace, JoinSide
from ml_core.domain.edits import Edit

_OF_ONE = ("let_go_join", "join_earlier", "join_later", "join_side", "heal_join", "never_join")


class JoinTools(QObject):
    """Shows the join in hand on both timelines, in the line below them and in the buttons.

    Args:
        model: whose current song's edit it is.
        desk: shows and plays that edit.
        bar: the buttons.
        give_back_keys: gives the keyboard to what had it, once no join is in hand.
    """

    def __init__(
        self,
        workspace: Workspace,
        model: ExportModel,
        desk: ExportSong,
        bar: JoinBar,
        give_back_keys: Callable[[], None],
    ) -> None:
        super().__init__()
        self._model, self._desk, self._bar = model, desk, bar
        self._actions, self._give_back_keys = workspace.actions, give_back_keys
        self.joins = HandJoins(workspace, model)
        self.hearing = JoinHearing(workspace, desk)
        self._audited: tuple[Edit, AuditedEdit] | None = None
        self._dragged: JoinPlace | None = None
        self._is_dragging = False
        self._mouse: Callable[[JoinPlace], float] | None = None
        self._pressed: tuple[int | None, JoinSide] = (None, "both")
        self._connect_actions()
        self._connect_timelines()
        self.joins.changed.connect(self._on_joins)
        self.hearing.changed.connect(self._show_hearing)
        desk.prepared.connect(lambda _: self.show())
        desk.audited.connect(self._on_audited)
        self.show()

    def _connect_actions(self) -> None:
        joins, actions = self.joins, self._actions
        does: dict[str, Callable[[], None]] = {
            "next_join": self._take_next,
            "let_go_join": self._let_go,
            "join_earlier": lambda: joins.move(-1),
            "join_later": lambda: joins.move(1),
            "join_side": joins.next_side,
            "heal_join": joins.heal,
            "never_join": joins.rule_out,
            "hear_join": self._hear,
        }
        for action_id, work in does.items():
            actions[action_id].triggered.connect(lambda _=False, work=work: self._try(work))

    def _connect_timelines(self) -> None:
        song, edit, joins = self._desk.song, self._desk.edit, self.joins
        song.join_taken.connect(self._take_side)
        song.join_dragged.connect(self._drag_side)
        edit.join_taken.connect(lambda join: self._take_side(join, "both"))
        edit.join_dragged.connect(self._drag_join)
        for timeline in (song, edit):
            timeline.join_dropped.connect(self._drop)
            timeline.join_neared.connect(joins.prepare)
        edit.stepped.connect(joins.move)
        edit.turned.connect(joins.select_next)
        edit.let_go.connect(self._let_go)

    def _try(self, work: Callable[[], None]) -> None:
        if self._model.is_here:
            work()

    def leave(self) -> None:
        """Another place is shown: no join is in hand any more."""
        self.hearing.stop()
        self.joins.select(None)

    # Taking

    def _take_next(self) -> None:
        self.joins.select_next()
        if self.joins.selected is None:
            self._give_back_keys()
        else:
            self._desk.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _let_go(self) -> None:
        had_keys = self._desk.edit.hasFocus()
        self.joins.select(None)
        if had_keys:
            self._give_back_keys()

    def _take_side(self, join: int, side: JoinSide) -> None:
        self._is_dragging, self._dragged, self._mouse = True, None, None
        self._pressed = (join, side)
        self.joins.select(join, side)

    # Dragging

    def _drag_side(self, at_s: float) -> None:
        """The mouse has the side at a second of the song: show the nearest place."""
        side, join = self.joins.side, self.joins.selected
        if join is not None:
            self._drag_to(lambda place: abs(_side_s(place.edit, join, side) - at_s))

    def _drag_join(self, at_s: float) -> None:
        """The mouse has the join at a second of the edit: both sides move by as much."""
        edit, join = self.joins.edit, self.joins.selected
        if edit is not None and join is not None:
            here_s = edit.join_samples[join] / edit.sample_rate_hz
            at_s += _side_s(edit, join, "left") - here_s
            self._drag_to(lambda place: abs(_side_s(place.edit, join, "left") - at_s))

    def _drag_to(self, distance: Callable[[JoinPlace], float]) -> None:
        self._mouse = distance
        place = min(self.joins.places, key=distance, default=None)
        if self._is_dragging and place is not None and place is not self._dragged:
            self._dragged = place
            self._desk.preview(place.edit)
            self.show()

    def _drop(self) -> None:
        """It lies where the mouse let go of it, once its places are known."""
        self._is_dragging = False
        if self._mouse is not None and not self.joins.places:
            return
        place, self._dragged, self._mouse = self._dragged, None, None
        if place is not None and place.bars:
            self.joins.move(place.bars)
        elif place is not None and self.joins.edit is not None:
            self._desk.preview(self.joins.edit)
            if self._audited is not None and self._audited[0] == self.joins.edit:
                self._desk.edit.tell_joins(join_words(self._audited[1]))
        self.show()

    def _on_joins(self) -> None:
        """Its places may have come after the mouse has moved, or let go."""
        mouse, places = self._mouse, self.joins.places
        if self._pressed != (self.joins.selected, self.joins.side):
            self._mouse = None
        elif mouse is not None and places and self._dragged is None:
            if self._is_dragging:
                self._drag_to(mouse)
                return
            self._mouse = None
            bars = min(places, key=mouse).bars
            if bars:
                self.joins.move(bars)
                return
        self.show()

    # Hearing

    def _hear(self) -> None:
        edit, join = self.joins.edit, self.joins.selected
        if self.hearing.is_on:
            self.hearing.stop()
        elif edit is not None and join is not None:
            self.hearing.start(edit, join)
        self._show_hearing()

    def _show_hearing(self) -> None:
        self._actions["hear_join"].setChecked(self.hearing.is_on)

    # Showing

    def show(self) -> None:
        """Show the join in hand as it is, or as it would be where the mouse has it."""
        joins, desk = self.joins, self._desk
        place = self._dragged or joins.here
        edit = joins.edit if place is None else place.edit
        join = joins.selected
        self._allow()
        self._bar.show_join(None if join is None else joins.side)
        if join is None or edit is None:
            self.hearing.stop()
            desk.song.show_join(None)
            desk.edit.show_join(None)
            desk.said.say_of_join("")
            return
        how, stands_out = self._how(edit, join, place)
        words = self._words(edit, join, stands_out)
        desk.song.show_join((join, joins.side), how, self._song_marks(join))
        desk.edit.show_join(join, how, self._edit_marks(join), words)
        desk.said.say_of_join(words)
        self.hearing.follow(edit, join)

    def _on_audited(self, found: AuditedEdit) -> None:
        if self.joins.edit is not None:
            self._audited = (self.joins.edit, found)
            self.show()

    def _how(
        self, edit: Edit, join: int, place: JoinPlace | None
    ) -> tuple[HowItStandsOut | None, str]:
        """How a join stands out, with words: as it was listened to, else by what it costs."""
        if self._audited is not None and self._audited[0] == edit:
            found = self._audited[1]
            words = short_join_words(found)[join]
            if words:
                return "rough" if found.joins[join].stands_out else "clean", words
        return (None, "") if place is None else (place.how, HOW_WORDS[place.how])

    def _words(self, edit: Edit, join: int, stands_out: str) -> str:
        """What is said of the join in hand, what matters first: the line may be short."""
        words = f"Join {join + 1} {stands_out}".strip()
        layout = self._desk.layout_of(edit.sha256)
        if layout is None:
            return words
        left = layout.nearest_edge(edit.spans[join][1])
        entered = layout.nearest_edge(edit.spans[join + 1][0]) + 1
        return f"{words}: from bar {left} to bar {entered}"

    def _allow(self) -> None:
        edit, join = self.joins.edit, self.joins.selected
        none = "" if edit is not None and edit.n_joins else "The edit has no join"
        if edit is None:
            none = "There is no edit yet"
        self._actions.allow(["next_join"], none)
        not_taken = none or ("Take a join first" if join is None else "")
        self._actions.allow(_OF_ONE, not_taken)
        silent = "" if self._desk.is_loaded else "The edit is not ready yet"
        self._actions.allow(["hear_join"], not_taken or silent)

    def _song_marks(self, join: int) -> tuple[PlaceMark, ...]:
        """Places of the side that moves; of both, where the music would be left."""
        side = self.joins.side
        return tuple(
            PlaceMark(_side_s(place.edit, join, side), place.how) for place in self.joins.places
        )

    def _edit_marks(self, join: int) -> tuple[PlaceMark, ...]:
        """Places in the edit: where both sides move, it lies as much later as its sides do."""
        if self.joins.side != "both":
            return ()
        return tuple(
            PlaceMark(place.edit.join_samples[join] / place.edit.sample_rate_hz, place.how)
            for place in self.joins.places
        )


def _side_s(edit: Edit, join: int, side: JoinSide) -> float:
    """Where a side of a join lies in the song, in seconds; of both, the one that is left."""
    at = edit.spans[join + 1][0] if side == "right" else edit.spans[join][1]
    return at / edit.sample_rate_hz
