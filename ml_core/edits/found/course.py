"""The rough course of an edit through its song: a Viterbi search over the song's frames.

From one frame of the edit to the next the song goes on by a frame, by none or two (another speed),
is left for anywhere else, or the edit plays something else. A state carries where its run began,
and each frame keeps the one run that others start from: memory is linear in both lengths.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml_core.edits.found.heard import FRAME_S, Floats
from ml_core.progress import Progress

_FOREIGN = 0.45
"""Likeness a frame that playing something else is worth: less than the song, more than others."""

_SILENT = -0.05
"""The same for a silent frame, which is alike to nothing."""

_JUMP = 6.0
_BACK = 0.6
"""Added to a jump back: most edits go forward, which decides between exact repeats."""

_SLIP = 0.4
_TO_FOREIGN = 4.0
"""Costs, for frames of FRAME_S."""

_BLOCK_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """Frames [first, end) of the edit play the song's frames from `start` to `last`; both are None
    where they play something else.
    """

    first: int
    end: int
    start: int | None = None
    last: int | None = None

    @property
    def slope(self) -> float:
        """Frames of the song for each frame of the edit."""
        if self.start is None or self.last is None or self.end - self.first < 2:
            return 1.0
        return (self.last - self.start) / (self.end - self.first - 1)


def find_course(song: Floats, edit: Floats, frame_s: float, progress: Progress) -> list[Run]:
    """The runs of an edit in play order; they cover all of its frames.

    Args:
        song, edit: vectors (n_frames, k) as `compared_frames` gives them.

    Raises:
        Cancelled: if the person asked to stop.
    """
    search = _Search(len(song), len(edit), FRAME_S / frame_s)
    size = max(1, _BLOCK_CELLS // len(song))
    for start in range(0, len(edit), size):
        block = edit[start : start + size]
        is_heard = [bool(row.any()) for row in block]
        for likeness, heard in zip(block @ song.T, is_heard, strict=True):
            search.step(likeness, _FOREIGN if heard else _SILENT)
        progress.report((start + len(block)) / len(edit))
    return search.runs()


class _Search:
    """The states after a frame of the edit.

    Attributes:
        value: (n_song,), of the best course that ends at each frame of the song.
        origin: (n_song,), where its last run began: edit's frame times n_song plus song's frame.
        foreign: value of the best course that ends in something else, since `foreign_since`.
    """

    def __init__(self, n_song: int, n_edit: int, scale: float) -> None:
        self.n_song, self.n_edit, self.n_done = n_song, n_edit, 0
        self.jump, self.back, self.to_foreign = (x * scale for x in (_JUMP, _BACK, _TO_FOREIGN))
        self.value = np.full(n_song, -self.jump, np.float32)
        self.origin = np.arange(n_song, dtype=np.int64)
        self.foreign, self.foreign_since = 0.0, 0
        self._places = np.arange(n_song, dtype=np.int64)
        # Of each frame: the run that others start from, and whether the song is entered from
        # something else.
        self._best_origin = np.zeros(n_edit, np.int64)
        self._best_place = np.zeros(n_edit, np.int64)
        self._from_foreign = np.zeros(n_edit, bool)
        self._foreign_since = np.zeros(n_edit, np.int64)

    def step(self, likeness: Floats, foreign_worth: float) -> None:
        """Go on by one frame of the edit, whose likeness to each frame of the song is given."""
        i = self.n_done
        self.n_done += 1
        if i == 0:
            self.value += likeness
            self.foreign = foreign_worth
            return
        best = int(self.value.argmax())
        top = float(self.value[best])
        self._best_origin[i], self._best_place[i] = self.origin[best], best
        self._foreign_since[i] = self.foreign_since
        from_song, from_foreign = top - self.jump, self.foreign - self.to_foreign
        self._from_foreign[i] = from_foreign > from_song
        value, origin = self._gone_on()
        # What comes from something else may go anywhere; a jump back costs a little more.
        places = [(slice(0, best + 1), from_song - self.back), (slice(best + 1, None), from_song)]
        if from_foreign > from_song:
            places = [(slice(None), from_foreign)]
        for part, entry in places:
            begins = value[part] <= entry
            np.copyto(value[part], entry, where=begins)
            np.copyto(origin[part], i * self.n_song + self._places[part], where=begins)
        value += likeness
        if top - self.to_foreign > self.foreign:
            self.foreign, self.foreign_since = top - self.to_foreign, i
        self.foreign += foreign_worth
        shift = max(self.foreign, float(value.max()))
        value -= np.float32(shift)
        self.foreign -= shift
        self.value, self.origin = value, origin

    def _gone_on(self) -> tuple[Floats, np.ndarray]:
        """Value and origin of each place if its run goes on: by one frame, by none, by two."""
        value, origin = np.empty_like(self.value), np.empty_like(self.origin)
        value[0], value[1:] = -np.inf, self.value[:-1]
        origin[0], origin[1:] = 0, self.origin[:-1]
        slipped = self.value - np.float32(_SLIP)
        slower = slipped > value
        np.copyto(value, slipped, where=slower)
        np.copyto(origin, self.origin, where=slower)
        faster = slipped[:-2] > value[2:]
        np.copyto(value[2:], slipped[:-2], where=faster)
        np.copyto(origin[2:], self.origin[:-2], where=faster)
        return value, origin

    def runs(self) -> list[Run]:
        """The best course's runs."""
        found: list[Run] = []
        end = self.n_done
        last = int(self.value.argmax())
        origin = int(self.origin[last])
        in_song = float(self.value[last]) > self.foreign
        since = self.foreign_since
        while end > 0:
            if in_song:
                first, start = divmod(origin, self.n_song)
                found.append(Run(first, end, start, last))
            else:
                first = since
                found.append(Run(first, end))
            end = first
            if end == 0:
                break
            in_song = not (in_song and bool(self._from_foreign[end]))
            since = int(self._foreign_since[end])
            origin, last = int(self._best_origin[end]), int(self._best_place[end])
        return found[::-1]
