"""The buttons and keys that move through a pair: play, switch, joins, differences, loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from editor_app.keys.actions import Actions
from editor_app.listening.pair_moves import PairMoves
from editor_app.listening.pair_picture import Difference
from editor_app.sound.lanes import SONG
from editor_app.sound.player import Player
from editor_app.widgets.labels import label
from editor_app.widgets.stacked_button import StackedButton
from editor_app.widgets.timeline_widget import GUTTER_PX
from ml_core.domain.playing import PreparedPair
from ml_core.domain.ratings import Comparison
from ml_core.units import clock

HEIGHT_PX = 40
_GAP_PX = 8
# (command, words, icon, what a screen reader says where the words alone do not tell).
_GROUPS = (
    (
        ("to_start", "Start", "to_start", "To the start"),
        ("play", "Play", "play", ""),
        ("switch", "Hear B", "swap", ""),
        ("original", "Original", "note", ""),
    ),
    (
        ("join_back", "Join", "join_back", "Previous join"),
        ("join_on", "Join", "join_on", "Next join"),
        ("difference", "Next difference", "difference", ""),
    ),
    (
        ("loop", "Loop", "loop", ""),
        ("differences_only", "Differences only", "differences_only", ""),
    ),
)
# What is clear by its icon goes first.
_FIRST_TO_GO = (
    "join_back", "join_on", "original", "loop", "differences_only", "to_start", "difference",
    "switch", "play",
)  # fmt: skip


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
            "differences_only": self._differences_only,
        }
        for action_id, work in works.items():
            actions[action_id].triggered.connect(lambda _=False, work=work: self._do(work))
        player.moved.connect(self._show_time)
        player.playing_changed.connect(lambda _: self._show_state())
        player.lane_changed.connect(lambda _: self._show_state())
        self._show_state()

    def _build(self) -> None:
        actions = self._actions
        self._time = label("0:00", "title")
        self._of = label("", "small")
        clockface = QWidget()
        clockface.setFixedWidth(GUTTER_PX)
        column = QVBoxLayout(clockface)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._time)
        column.addWidget(self._of)
        self._buttons = {
            action_id: _button(words, icon, name, actions[action_id])
            for group in _GROUPS
            for action_id, words, icon, name in group
        }
        self._play, self._hear = self._buttons["play"], self._buttons["switch"]
        self._original = self._buttons["original"]
        self._play.hold_place("Play", "Pause")
        self._hear.hold_place("Hear A", "Hear B")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP_PX)
        row.addWidget(clockface)
        row.addSpacing(-_GAP_PX)
        for index, group in enumerate(_GROUPS):
            row.addSpacing(_GAP_PX if index else 0)
            for action_id, *_ in group:
                row.addWidget(self._buttons[action_id])
        row.addStretch(1)

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
        self._show_state()
        self._show_time()

    def _do(self, work: Callable[[], object]) -> None:
        if self._is_active and self._player.heads.lanes:
            work()

    def _loop(self) -> None:
        action = self._actions["loop"]
        action.setChecked(self.moves.loop(action.isChecked()))

    def _differences_only(self) -> None:
        action = self._actions["differences_only"]
        is_on = self.moves.only_differences(action.isChecked())
        action.setChecked(is_on)

    def _show_state(self) -> None:
        is_playing = self._player.is_playing
        self._play.set_words("Pause" if is_playing else "Play", "pause" if is_playing else "play")
        self._hear.set_words(f"Hear {self.moves.other_lane}")
        self._original.show_on(self._player.heads.lane == SONG and bool(self._player.heads.lanes))

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

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Drop words where room is short."""
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        """Drop words, not key caps, where room is short; what is clear by its icon goes first."""
        room = self.width() - GUTTER_PX - _GAP_PX * (len(self._buttons) + len(_GROUPS))
        worded = dict(self._buttons)
        needed = sum(button.width_with_words(True) for button in worded.values())
        for action_id in _FIRST_TO_GO:
            if needed <= room:
                break
            button = worded.pop(action_id)
            needed += button.width_with_words(False) - button.width_with_words(True)
        for action_id, button in self._buttons.items():
            button.show_words(action_id in worded)


def _button(words: str, icon: str, name: str, action: QAction) -> StackedButton:
    button = StackedButton(words, icon, height_px=HEIGHT_PX).bind(action)
    button.setAccessibleName(name or words)
    return button
