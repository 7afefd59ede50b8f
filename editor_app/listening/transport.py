"""The buttons and keys that move through a pair: play, switch, joins, differences, loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from editor_app.keys.actions import Actions
from editor_app.listening.pair_moves import PairMoves
from editor_app.listening.pair_picture import Difference
from editor_app.sound.lanes import SONG
from editor_app.sound.player import Player
from editor_app.widgets.button_row import ButtonRow, RowButton
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label
from editor_app.widgets.timeline_widget import GUTTER_PX
from ml_core.domain.playing import PreparedPair
from ml_core.domain.ratings import Comparison
from ml_core.edits.differing import to_hear_s
from ml_core.units import clock

# A time to hear is told to the second while short, then to five.
_TO_FIVE_S = 20
_MINUTE_S = 60

# What is clear by its icon loses its words first.
_GROUPS = (
    (
        RowButton("to_start", "Start", "to_start", "To the start", goes=6),
        RowButton("play", "Play", "play", all_words=("Play", "Pause"), goes=9),
        RowButton("switch", "Hear B", "swap", all_words=("Hear A", "Hear B"), goes=8),
        RowButton("original", "Original", "note", goes=3),
    ),
    (
        RowButton("join_back", "Join", "join_back", "Previous join", goes=1),
        RowButton("join_on", "Join", "join_on", "Next join", goes=2),
        RowButton("difference", "Next difference", "difference", goes=5),
    ),
    (
        RowButton("loop", "Loop", "loop", goes=4),
        RowButton("differences_only", "Differences only", "differences_only", goes=7),
    ),
)


class Transport(QWidget):
    """Acts on the player while it is active; shows the time and what each key does."""

    def __init__(self, player: Player, actions: Actions) -> None:
        super().__init__()
        self._player, self._actions = player, actions
        self._is_active = False
        self.moves = PairMoves(player)
        self._build()
        moves = self.moves
        works = {
            "play": player.toggle,
            "to_start": moves.to_start,
            "switch": moves.switch,
            "original": moves.original,
            "bar_back": lambda: moves.step_bar(-1),
            "bar_on": lambda: moves.step_bar(1),
            "join_back": lambda: moves.step_join(-1),
            "join_on": lambda: moves.step_join(1),
            "difference": lambda: moves.next_difference(actions["loop"].isChecked()),
            "loop": self._loop,
        }
        for action_id, work in works.items():
            actions[action_id].triggered.connect(lambda _=False, work=work: self._do(work))
        actions["differences_only"].toggled.connect(self._on_differences_only)
        player.moved.connect(self._show_time)
        player.playing_changed.connect(lambda _: self._show_state())
        player.lane_changed.connect(lambda _: self._show_state())
        self._show_state()

    def _build(self) -> None:
        self._time = label("0:00", "title")
        self._of = label("", "small")
        clockface = QWidget()
        clockface.setFixedWidth(GUTTER_PX)
        column = QVBoxLayout(clockface)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._time)
        column.addWidget(self._of)
        self._row = ButtonRow(_GROUPS, self._actions)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(clockface)
        row.addWidget(self._row, 1)

    @property
    def buttons(self) -> Mapping[str, KeyButton]:
        """By the id of the command that each presses."""
        return self._row.buttons

    def set_active(self, is_active: bool) -> None:
        """Take the keys, or leave them to another place."""
        self._is_active = is_active

    def show_pair(
        self, comparison: Comparison, prepared: PreparedPair, found: Sequence[Difference]
    ) -> None:
        """Move through this pair, whose edits differ in `found`."""
        self.moves.show_pair(comparison, prepared, found)
        self._actions["loop"].setChecked(False)
        # Who listens to differences goes on so with the next pair, if it has any.
        self.moves.only_differences(self._actions["differences_only"].isChecked())
        self._tell_length(to_hear_s(comparison.a, comparison.b))
        self._show_state()
        self._show_time()

    def _tell_length(self, listen_s: float) -> None:
        """Say how long a pair takes where only its differences are heard."""
        near = round(listen_s / 5) * 5 if listen_s >= _TO_FIVE_S else round(listen_s)
        lasts = f"about {near} s" if near < _MINUTE_S else f"about {clock(near)}"
        button = self._row.buttons["differences_only"]
        button.set_note(lasts)
        button.setAccessibleName(f"Differences only, {lasts} for both edits")

    def _do(self, work: Callable[[], object]) -> None:
        if self._is_active and self._player.heads.lanes:
            work()

    def _loop(self) -> None:
        action = self._actions["loop"]
        action.setChecked(self.moves.loop(action.isChecked()))

    def _on_differences_only(self, is_on: bool) -> None:
        """Follow the switch, wherever it was pressed; it also holds for the next pairs."""
        if self._is_active and self._player.heads.lanes:
            self.moves.only_differences(is_on)

    def _show_state(self) -> None:
        is_playing = self._player.is_playing
        words, icon = ("Pause", "pause") if is_playing else ("Play", "play")
        self.buttons["play"].set_words(words, icon)
        self.buttons["switch"].set_words(f"Hear {self.moves.other_lane}")
        heads = self._player.heads
        self.buttons["original"].show_on(bool(heads.lanes) and heads.lane == SONG)

    def _show_time(self) -> None:
        if not self._player.heads.lanes or not self.isVisible():
            return
        rate, lane = self._player.sample_rate_hz, self._player.heads.lane
        now = clock(self._player.heads.position() // rate)
        if now != self._time.text():
            self._time.setText(now)
        of = f"of {clock(self._player.heads.n_samples(lane) / rate)}"
        if of != self._of.text():
            self._of.setText(of)
