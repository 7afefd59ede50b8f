"""Where the keys lead within a pair: other lane, bars, joins, differences, loops."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from editor_app.listening.pair_picture import Difference
from editor_app.sound.lanes import EDITS, SONG
from editor_app.sound.player import Player
from ml_core.domain.playing import PreparedPair
from ml_core.domain.ratings import Comparison

# What is heard before a join: enough to know where one is (about two bars).
RUN_UP_S = 4.0
# A step back just after a place goes to the one before it, as every player does.
_BACK_GRACE_S = 1.0
# For so long after it has passed, a join is the one that "this join" means. Otherwise it is the
# nearest one, if any is as near as the run-up that leads to it.
_JOIN_MEANT_S = 3.0
# What is heard around a difference where only differences are played: a bar, about, so that one
# knows where one is.
CONTEXT_S = 2.0
# A bar this close is the one that sounds, not the next; while playing, a key comes later.
_BAR_GRACE_S, _BAR_GRACE_PLAYING_S = 0.02, 0.33


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


class PairMoves:
    """Moves the player through the pair that it holds."""

    def __init__(self, player: Player) -> None:
        self._player, self._heads = player, player.heads
        self._edit_lane = "A"  # The edit that was heard last: the original goes back to it.
        self._bars: dict[str, list[int]] = {}
        self._differences: list[tuple[str, int, int]] = []
        self._at_difference = -1
        player.lane_changed.connect(self._on_lane)

    @property
    def other_lane(self) -> str:
        """The edit that the switch leads to."""
        if self._heads.lane == SONG:
            return self._edit_lane
        return "B" if self._edit_lane == "A" else "A"

    def show_pair(
        self, comparison: Comparison, prepared: PreparedPair, found: Sequence[Difference]
    ) -> None:
        """Move through this pair, whose edits differ in `found`."""
        layout = prepared.layout
        rate = prepared.song.sample_rate_hz
        spans = {
            "A": comparison.a.spans,
            "B": comparison.b.spans,
            SONG: ((0, layout.n_samples),),
        }
        ratio = rate / layout.sample_rate_hz
        self._bars = {
            lane: lane_positions(kept, layout.bar_edges_samples, ratio)
            for lane, kept in spans.items()
        }
        self._differences = [
            (one.lane, round(one.start_s * rate), round(one.end_s * rate)) for one in found
        ]
        self._at_difference = -1
        self._edit_lane = "A"

    def to_start(self) -> None:
        """Go to where the lane that sounds begins."""
        self._player.seek(self._heads.first_position())

    def only_differences(self, is_on: bool) -> bool:
        """Play the differences alone, with what is around them; returns whether that is on."""
        windows = {lane: self._windows(lane) for lane in self._heads.lanes} if is_on else {}
        if not any(windows.values()):
            windows = {}
        self._player.set_windows(windows)
        return bool(windows)

    def _windows(self, lane: str) -> list[tuple[int, int]]:
        """Where a lane differs from the other edit: what it alone has, and where it lacks some."""
        context = round(CONTEXT_S * self._player.sample_rate_hz)
        end_of_lane = self._heads.n_samples(lane)
        found: list[tuple[int, int]] = []
        for owner, start, end in self._differences:
            first = self._heads.from_song(start, lane)
            last = first + (end - start if lane in (owner, SONG) else 0)
            window = (max(0, first - context), min(end_of_lane, last + context))
            if found and window[0] <= found[-1][1]:
                found[-1] = (min(found[-1][0], window[0]), max(found[-1][1], window[1]))
            else:
                found.append(window)
        return found

    def switch(self) -> None:
        """Hear the other edit, or after the original the edit before it."""
        self._player.switch(self.other_lane)

    def original(self) -> None:
        """Hear the original, or the edit before it again."""
        self._player.switch(self._edit_lane if self._heads.lane == SONG else SONG)

    def step_bar(self, direction: int) -> None:
        """Go a bar on (1) or back (-1)."""
        bars, position = self._bars[self._heads.lane], self._heads.position()
        rate = self._player.sample_rate_hz
        if direction > 0:
            later = [bar for bar in bars if bar > position + _BAR_GRACE_S * rate]
            self._player.seek(later[0] if later else position)
            return
        grace_s = _BAR_GRACE_PLAYING_S if self._player.is_playing else _BAR_GRACE_S
        earlier = [bar for bar in bars if bar < position - grace_s * rate]
        self._player.seek(earlier[-1] if earlier else 0)

    def step_join(self, direction: int) -> None:
        """Go to the run-up of the next join (1) or the one before (-1)."""
        rate = self._player.sample_rate_hz
        position = self._heads.position()
        targets = [max(0, join - round(RUN_UP_S * rate)) for join in self._joins()]
        if direction > 0:
            found = [target for target in targets if target > position + rate // 5]
        else:
            found = [t for t in reversed(targets) if t < position - _BACK_GRACE_S * rate]
        if found:
            self._player.seek(found[0])

    def _joins(self) -> tuple[int, ...]:
        return self._heads.joins(self._heads.lane)

    def next_difference(self, loops: bool) -> None:
        """Go to the next stretch that only one edit has, a moment before it.

        Args:
            loops: whether it is to be looped.
        """
        if not self._differences:
            return
        at = self._difference_here()
        at = self._difference_after() if at is None else (at + 1) % len(self._differences)
        self._at_difference = at
        lane, start, _ = self._differences[at]
        run_up = round(_BACK_GRACE_S * self._player.sample_rate_hz)
        if loops:
            self._player.set_loop(None)
        self._player.seek(max(0, self._heads.from_song(start, lane) - run_up), lane)
        if loops:
            self.loop(True)

    def _difference_after(self) -> int:
        place = self._heads.to_song(self._heads.position())
        later = [i for i, one in enumerate(self._differences) if one[1] > place]
        return later[0] if later else 0

    def _difference_here(self) -> int | None:
        """The difference that was jumped to last, while the head is still there."""
        if self._at_difference < 0:
            return None
        lane, start, end = self._differences[self._at_difference]
        if lane != self._heads.lane:
            return None
        first = self._heads.from_song(start, lane)
        run_up = _BACK_GRACE_S * self._player.sample_rate_hz
        is_here = first - run_up - 1 <= self._heads.position() <= first + end - start
        return self._at_difference if is_here else None

    def loop(self, is_on: bool) -> bool:
        """Loop the difference at the head, or the next one; returns whether it is looped now."""
        if not is_on or not self._differences:
            self._player.set_loop(None)
            return False
        at = self._difference_here()
        if at is None:
            place, lane = self._heads.to_song(self._heads.position()), self._heads.lane
            inside = [
                i
                for i, (name, start, end) in enumerate(self._differences)
                if name == lane and start <= place < end
            ]
            at = inside[0] if inside else self._difference_after()
        self._at_difference = at
        lane, start, end = self._differences[at]
        first = self._heads.from_song(start, lane)
        self._player.set_loop((first, first + end - start), lane)
        return self._heads.loop is not None

    def meant_join(self) -> tuple[str, int] | None:
        """(lane, index) of the join that a person at the head means; None if none is near."""
        lane = self._heads.lane
        joins = self._joins() if self._heads.lanes and lane != SONG else ()
        if not joins:
            return None
        rate, position = self._player.sample_rate_hz, self._heads.position()
        passed = [i for i, j in enumerate(joins) if 0 <= position - j <= _JOIN_MEANT_S * rate]
        if passed:
            return lane, passed[-1]
        nearest = min(range(len(joins)), key=lambda i: abs(joins[i] - position))
        return (lane, nearest) if abs(joins[nearest] - position) <= RUN_UP_S * rate else None

    def _on_lane(self, lane: str) -> None:
        if lane in EDITS:
            self._edit_lane = lane
