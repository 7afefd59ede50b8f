"""The buttons and keys that move through a pair: play, switch, joins, differences, loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from editor_app.keys.actions import Actions
from editor_app.listening.pair_moves import PairMoves
from editor_app.listening.pair_picture import Difference
from editor_app.sound.player import Player
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label
from editor_app.widgets.timeline_widget import GUTTER_PX
from ml_core.domain.playing import PreparedPair
from ml_core.domain.ratings import Comparison
from ml_core.units import clock

HEIGHT_PX = 40


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
        self._play = KeyButton("Play", "play", height_px=HEIGHT_PX).bind(actions["play"])
        self._hear = KeyButton("Hear B", "swap", height_px=HEIGHT_PX).bind(actions["switch"])
        groups: tuple[tuple[KeyButton, ...], ...] = (
            (
                KeyButton("", "to_start", height_px=HEIGHT_PX).bind(actions["to_start"]),
                self._play,
                self._hear,
                KeyButton("Original", "note", height_px=HEIGHT_PX).bind(actions["original"]),
            ),
            (
                KeyButton("Join", "join_back", height_px=HEIGHT_PX).bind(actions["join_back"]),
                KeyButton("Join", "join_on", height_px=HEIGHT_PX).bind(actions["join_on"]),
                KeyButton("Next difference", "difference", height_px=HEIGHT_PX).bind(
                    actions["difference"]
                ),
            ),
            (
                KeyButton("Loop", "loop", height_px=HEIGHT_PX).bind(actions["loop"]),
                KeyButton("Differences only", "differences_only", height_px=HEIGHT_PX).bind(
                    actions["differences_only"]
                ),
            ),
        )
        start, play, hear, original = groups[0]
        join_back, join_on, difference = groups[1]
        self._first_to_go = (
            join_back, join_on, original, *groups[2], start, difference, hear, play,
        )  # fmt: skip
        names = ("To the start", "", "", "Original", "Previous join", "Next join", "", "", "")
        self._buttons = [button for group in groups for button in group]
        for button, name in zip(self._buttons, names, strict=True):
            if name:
                button.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(clockface)
        row.setSpacing(8)
        for group in groups:
            for button in group:
                row.addWidget(button)
            row.addSpacing(8) if group is not groups[-1] else None
        row.insertSpacing(1, -8)
        row.addStretch(1)

    def set_active(self, is_active: bool) -> None:
        """Take the keys, or leave them to another place."""
        self._is_active = is_active

    def show_pair(
        self, comparison: Comparison, prepared: PreparedPair, found: Sequence[Difference]
    ) -> None:
        """Move through this pair, which differs in `found`, from now on."""
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
        self._fit()

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
        room = self.width() - GUTTER_PX - 8 * (len(self._buttons) + 2)
        worded = set(self._buttons)
        needed = sum(button.width_with_words(True) for button in self._buttons)
        for button in self._first_to_go:
            if needed <= room:
                break
            worded.discard(button)
            needed += button.width_with_words(False) - button.width_with_words(True)
        for button in self._buttons:
            button.show_words(button in worded)
