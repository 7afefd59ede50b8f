"""Selecting parts and bars of the song by key."""

from __future__ import annotations

from bisect import bisect_right
from typing import Protocol

from PySide6.QtCore import QObject

from editor_app.keys.actions import Actions
from editor_app.places.export.painting.painted_song import PaintedSong

# Going back within the first second of a part goes to the part before, as players do.
_BACK_S = 1.0


class Desk(Protocol):
    """What shows the song and plays it."""

    @property
    def song(self) -> PaintedSong:
        """The song's timeline."""
        ...

    @property
    def head_s(self) -> float:
        """Where its head is, in seconds."""
        ...

    def isVisible(self) -> bool:  # noqa: N802 - Qt's name
        """Whether it is shown."""
        ...

    def seek(self, lane: str, at_s: float) -> None:
        """Go to a second of a lane."""
        ...


class PartKeys(QObject):
    """The keys that select the next part, or bars more and less, of the song that is shown."""

    def __init__(self, actions: Actions, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        song = desk.song
        for action_id, step in (("part_back", -1), ("part_on", 1)):
            actions[action_id].triggered.connect(lambda _=False, n=step: self._to_part(n))
        for action_id, n_bars in (("bar_less", -1), ("bar_more", 1)):
            actions[action_id].triggered.connect(lambda _=False, n=n_bars: self._select_bars(n))
        for action_id, n_bars in (("start_back", -1), ("start_on", 1)):
            actions[action_id].triggered.connect(lambda _=False, n=n_bars: song.grow_start(n))
        actions["next_span"].triggered.connect(lambda _: song.select_next())

    def _select_bars(self, n_bars: int) -> None:
        if self._desk.isVisible():
            self._desk.song.grow_selection(n_bars, self._desk.head_s)

    def _to_part(self, step: int) -> None:
        """Select the part after or before the one that is selected or heard, and go there."""
        song = self._desk.song
        picture = song.picture
        if not self._desk.isVisible() or picture is None or not picture.sections:
            return
        starts = [start for start, *_ in picture.sections]
        selected = song.selection
        at_s = self._desk.head_s if selected is None else selected[0]
        part = max(0, bisect_right(starts, at_s + 1e-6) - 1)
        if selected is not None or step > 0:
            part += step
        elif at_s - starts[part] < _BACK_S:
            part -= 1
        start_s, end_s, _ = picture.sections[min(max(part, 0), len(starts) - 1)]
        song.select((start_s, end_s))
        self._desk.seek("song", start_s)
