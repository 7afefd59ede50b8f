"""Which line an edit follows when: a Viterbi search over lines, in ticks of 10 ms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ml_core.edits.found.heard import WAVE_HZ, Floats
from ml_core.edits.found.lines import Chunk
from ml_core.edits.found.misfit import FOREIGN_MISFIT, misfit
from ml_core.edits.found.segments import Segment
from ml_core.progress import Progress

_TICK = WAVE_HZ // 100
_AROUND = np.array([0.5, 1.0, 1.0, 1.0, 0.5])
_SWITCH, _SWITCH_BACK, _TO_FOREIGN, _FROM_FOREIGN = 22.0, 3.0, 10.0, 12.0
"""A join costs as much as .2 s of what fits not at all; one back a little more. What is of
something else is cheap to enter: it is hardly a worse fit than a wrong line."""

_SAME_S = 0.001
_FOREIGN = -1


def choose_lines(
    edit: Floats, song: Floats, chunks: Sequence[Chunk], progress: Progress
) -> list[Segment]:
    """The segments of an edit, by how well the very waveforms agree.

    Args:
        edit, song: waves at WAVE_HZ.
        chunks: all of the edit.

    Raises:
        Cancelled: if the person asked to stop.
    """
    offsets, near = _numbered(chunks)
    search = _Search(np.array([*offsets, 0.0]))
    for index, chunk in enumerate(chunks):
        progress.report(index / len(chunks))
        around = near[max(0, index - 1) : index + 2]
        # The line that leads goes on: of many exact repeats a chunk's few lines may lack it.
        lines = sorted({line for row in around for line in row} | search.leading)
        ticks = range(-(-chunk.start // _TICK) * _TICK, chunk.end, _TICK)
        if ticks:
            costs = [misfit(edit, song, offsets[line], ticks, _AROUND) for line in lines]
            costs.append(np.full(len(ticks), FOREIGN_MISFIT))
            search.step([*lines, _FOREIGN], np.array(costs).T)
    tick_s = _TICK / WAVE_HZ
    found = [
        Segment(first * tick_s, end * tick_s, None if line == _FOREIGN else offsets[line])
        for first, end, line in search.stretches()
    ]
    if found:
        last = found[-1]
        found[-1] = Segment(last.start_s, len(edit) / WAVE_HZ, last.offset)
    return found


def _numbered(chunks: Sequence[Chunk]) -> tuple[list[float], list[list[int]]]:
    """All distinct lines, and the numbers of each chunk's."""
    offsets: list[float] = []
    rows = []
    for chunk in chunks:
        row = []
        for offset in chunk.offsets:
            known = (k for k, one in enumerate(offsets) if abs(one - offset) < _SAME_S * WAVE_HZ)
            number = next(known, len(offsets))
            if number == len(offsets):
                offsets.append(offset)
            row.append(number)
        rows.append(row)
    return offsets, rows


@dataclass
class _Search:
    """The best way to each line after a tick; `offsets` are those of all lines.

    A line's way carries the tick since which it is followed; each tick keeps the one line that
    others are entered from. So memory is linear, and ways are followed back stretch by stretch.
    """

    offsets: NDArray[np.float64]
    names: list[int] = field(default_factory=lambda: [_FOREIGN])
    cost: NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))
    since: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    before: list[tuple[int, int]] = field(default_factory=list)

    @property
    def leading(self) -> set[int]:
        """The line that is followed now, if any."""
        return {self.names[int(self.cost.argmin())]} - {_FOREIGN}

    def step(self, names: list[int], rows: NDArray[np.float64]) -> None:
        """Go on by ticks whose costs (n_ticks, n_lines) on the lines `names` are given."""
        kept = {name: k for k, name in enumerate(self.names)}
        cost = np.full(len(names), np.inf)
        since = np.zeros(len(names), np.int64)
        for k, name in enumerate(names):
            if name in kept:
                cost[k], since[k] = self.cost[kept[name]], self.since[kept[name]]
        places = self.offsets[names]
        best = int(self.cost.argmin())
        leader = (self.names[best], int(self.since[best]), float(self.cost[best]))
        for row in rows:
            name, begun, value = leader
            entry = np.full(len(names), value + (_FROM_FOREIGN if name == _FOREIGN else _SWITCH))
            if name != _FOREIGN:
                entry[places < self.offsets[name]] += _SWITCH_BACK
            entry[-1] = value + _TO_FOREIGN
            if not self.before:
                entry[:] = 0.0  # An edit may begin anywhere.
            enters = entry < cost
            since[enters] = len(self.before)
            cost = np.minimum(cost, entry) + row
            self.before.append((name, begun))
            best = int(cost.argmin())
            leader = (names[best], int(since[best]), float(cost[best]))
        self.names, self.cost, self.since = names, cost, since

    def stretches(self) -> list[tuple[int, int, int]]:
        """(first tick, end tick, line) in order."""
        found: list[tuple[int, int, int]] = []
        if not self.before:
            return found
        best = int(self.cost.argmin())
        name, first, end = self.names[best], int(self.since[best]), len(self.before)
        while True:
            found.append((first, end, name))
            if first == 0:
                return found[::-1]
            end = first
            name, first = self.before[end]
