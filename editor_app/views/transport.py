"""The buttons and keys that move through a pair: play, switch, joins, differences, loop."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from editor_app.actions import Actions
from editor_app.lanes import EDITS, SONG
from editor_app.player import Player
from editor_app.views.place import label
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.pair_picture import Difference
from editor_app.widgets.timeline_widget import GUTTER_PX
from ml_core.domain.ratings import Comparison
from ml_core.domain.requests import PreparedPair
from ml_core.units import clock

HEIGHT_PX = 40
# What is heard before a join: enough to know where one is (about two bars).
RUN_UP_S = 4.0
# A step back just after a place goes to the one before it, as every player does.
_BACK_GRACE_S = 1.0
# After a join has passed, B still means that join for so long.
_JOIN_MEANT_S = 3.0

LISTEN_ACTIONS = (
    "play",
    "to_start",
    "switch",
    "original",
    "bar_back",
    "bar_on",
    "join_back",
    "join_on",
    "difference",
    "loop",
)


def lane_positions(
    spans: Sequence[tuple[int, int]], source_samples: Sequence[int], ratio: float
) -> list[int]:
    """Where source samples lie in a lane that plays `spans`, at `ratio` lane samples each."""
    found, before = [], 0
    for start, end in spans:
        first = bisect.bisect_left(source_samples, start)
        last = bisect.bisect_left(source_samples, end)
        found += [round((before + at - start) * ratio) for at in source_samples[first:last]]
        before += end - start
    return found


class Transport(QWidget):
    """Acts on the player while it is active; shows the time and what each key does."""

    def __init__(self, player: Player, actions: Actions) -> None:
        super().__init__()
        self._player, self._actions = player, actions
        self._is_active = False
        self._edit_lane = "A"
        self._bars: dict[str, list[int]] = {}
        self._differences: list[tuple[str, int, int]] = []
        self._at_difference = -1
        self._build()
        works = {
            "play": player.toggle,
            "to_start": lambda: player.seek(0),
            "switch": self._switch,
            "original": self._original,
            "bar_back": lambda: self._step_bar(-1),
            "bar_on": lambda: self._step_bar(1),
            "join_back": lambda: self._step_join(-1),
            "join_on": lambda: self._step_join(1),
            "difference": self._next_difference,
        }
        for action_id, work in works.items():
            actions[action_id].triggered.connect(lambda _=False, work=work: self._do(work))
        actions["loop"].triggered.connect(lambda on: self._do(lambda: self._loop(on)))
        player.moved.connect(self._show_time)
        player.playing_changed.connect(lambda _: self._show_state())
        player.lane_changed.connect(self._on_lane)
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
            (KeyButton("Loop", "loop", height_px=HEIGHT_PX).bind(actions["loop"]),),
        )
        start, play, hear, original = groups[0]
        join_back, join_on, difference = groups[1]
        self._first_to_go = (
            join_back, join_on, original, *groups[2], start, difference, hear, play,
        )  # fmt: skip
        names = ("To the start", "", "", "Original", "Previous join", "Next join", "", "")
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

    @property
    def edit_lane(self) -> str:
        """The edit that was heard last, to which the original goes back."""
        return self._edit_lane

    def set_active(self, is_active: bool) -> None:
        """Take the keys, or leave them to another place."""
        self._is_active = is_active

    def show_pair(
        self, comparison: Comparison, prepared: PreparedPair, found: Sequence[Difference]
    ) -> None:
        """Move through this pair, which differs in `found`, from now on."""
        layout = prepared.layout
        rate = prepared.song.sample_rate_hz
        ratio = rate / layout.sample_rate_hz
        edges = layout.bar_edges_samples
        whole = ((0, layout.n_samples),)
        self._bars = {
            lane: lane_positions(spans, edges, ratio)
            for lane, spans in (
                ("A", comparison.a.spans),
                ("B", comparison.b.spans),
                (SONG, whole),
            )
        }
        self._differences = [
            (one.lane, round(one.start_s * rate), round(one.end_s * rate)) for one in found
        ]
        self._at_difference = -1
        self._edit_lane = "A"
        self._actions["loop"].setChecked(False)
        self._show_state()
        self._show_time()

    # What keys do

    def _do(self, work: object) -> None:
        if self._is_active and self._player.lanes and callable(work):
            work()

    def _switch(self) -> None:
        lane = self._player.lane
        other = "B" if self._edit_lane == "A" else "A"
        self._player.switch(self._edit_lane if lane == SONG else other)

    def _original(self) -> None:
        self._player.switch(self._edit_lane if self._player.lane == SONG else SONG)

    def _step_bar(self, direction: int) -> None:
        bars, position = self._bars[self._player.lane], self._player.position()
        rate = self._player.sample_rate_hz
        if direction > 0:
            later = [bar for bar in bars if bar > position + rate // 50]
            self._player.seek(later[0] if later else position)
            return
        # While it plays, the bar that has just begun is not the one that is meant.
        grace = rate // 3 if self._player.is_playing else rate // 50
        earlier = [bar for bar in bars if bar < position - grace]
        self._player.seek(earlier[-1] if earlier else 0)

    def _step_join(self, direction: int) -> None:
        rate = self._player.sample_rate_hz
        position = self._player.position()
        targets = [max(0, join - round(RUN_UP_S * rate)) for join in self._joins()]
        if direction > 0:
            found = [target for target in targets if target > position + rate // 5]
        else:
            found = [t for t in reversed(targets) if t < position - _BACK_GRACE_S * rate]
        if found:
            self._player.seek(found[0])

    def _joins(self) -> tuple[int, ...]:
        return self._player.joins(self._player.lane)

    def _next_difference(self) -> None:
        if not self._differences:
            return
        at = self._difference_here()
        if at is None:
            place = self._player.to_song(self._player.position())
            later = [i for i, one in enumerate(self._differences) if one[1] > place]
            at = later[0] if later else 0
        else:
            at = (at + 1) % len(self._differences)
        self._go_to_difference(at)

    def _go_to_difference(self, at: int) -> None:
        lane, start, _ = self._differences[at]
        run_up = round(_BACK_GRACE_S * self._player.sample_rate_hz)
        position = max(0, self._player.from_song(start, lane) - run_up)
        self._at_difference = at
        loops = self._actions["loop"].isChecked()
        if loops:
            self._player.set_loop(None)
        self._player.seek(position, lane)
        if loops:
            self._loop(True)

    def _difference_here(self) -> int | None:
        """The difference that was jumped to last, while the head is still there."""
        if self._at_difference < 0:
            return None
        lane, start, end = self._differences[self._at_difference]
        if lane != self._player.lane:
            return None
        first = self._player.from_song(start, lane)
        run_up = _BACK_GRACE_S * self._player.sample_rate_hz
        is_here = first - run_up - 1 <= self._player.position() <= first + end - start
        return self._at_difference if is_here else None

    def _loop(self, is_on: bool) -> None:
        if not is_on or not self._differences:
            self._player.set_loop(None)
            self._actions["loop"].setChecked(False)
            return
        at = self._difference_here()
        if at is None:
            place, lane = self._player.to_song(self._player.position()), self._player.lane
            inside = [
                i
                for i, (name, start, end) in enumerate(self._differences)
                if name == lane and start <= place < end
            ]
            later = [i for i, one in enumerate(self._differences) if one[1] > place]
            at = (inside or later or [0])[0]
        self._at_difference = at
        lane, start, end = self._differences[at]
        first = self._player.from_song(start, lane)
        self._player.set_loop((first, first + end - start), lane)
        self._actions["loop"].setChecked(self._player.loop is not None)

    def meant_join(self) -> tuple[str, int] | None:
        """(lane, index) of the join that a person who says "this join" means; None without one."""
        lane = self._player.lane
        joins = self._joins() if self._player.lanes and lane != SONG else ()
        if not joins:
            return None
        rate, position = self._player.sample_rate_hz, self._player.position()
        passed = [i for i, j in enumerate(joins) if 0 <= position - j <= _JOIN_MEANT_S * rate]
        if passed:
            return lane, passed[-1]
        return lane, min(range(len(joins)), key=lambda i: abs(joins[i] - position))

    # What is shown

    def _on_lane(self, lane: str) -> None:
        if lane in EDITS:
            self._edit_lane = lane
        self._show_state()

    def _show_state(self) -> None:
        is_playing, lane = self._player.is_playing, self._player.lane
        self._play.set_words("Pause" if is_playing else "Play", "pause" if is_playing else "play")
        other = self._edit_lane if lane == SONG else "B" if self._edit_lane == "A" else "A"
        self._hear.set_words(f"Hear {other}")
        self._fit()

    def _show_time(self) -> None:
        if not self._player.lanes or not self.isVisible():
            return
        rate, lane = self._player.sample_rate_hz, self._player.lane
        now = clock(self._player.position() // rate)
        if now != self._time.text():
            self._time.setText(now)
        of = f"of {clock(self._player.n_samples(lane) / rate)}"
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
