"""Changing an edit by hand, and checking it: what is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ml_core.domain.checked import require
from ml_core.domain.edits import Edit
from ml_core.domain.requests import SongTask


@dataclass(frozen=True, slots=True)
class ChangeEditRequest:
    """Asks for an edit with a stretch of its song left out or kept.

    Attributes:
        edit: of that song, as it is now.
        span_s: (start, end) of the stretch in seconds of the song; whole bars are changed, and the
            one that it lies in where it is empty.
        keep: whether it is to be heard.
    """

    cache_dir: str
    song: SongTask
    edit: Edit
    span_s: tuple[float, float]
    keep: bool

    def __post_init__(self) -> None:
        require(self.edit.sha256 == self.song.sha256, "the edit is of that song")
        require(0 <= self.span_s[0] <= self.span_s[1], "a stretch starts before it ends")


@dataclass(frozen=True, slots=True)
class CheckEditRequest:
    """Asks whether an edit that was changed by hand keeps its song's limits.

    Attributes:
        song: with the limits in force and its bar lines as corrected.
        edit: of that song.
    """

    cache_dir: str
    song: SongTask
    edit: Edit

    def __post_init__(self) -> None:
        require(self.edit.sha256 == self.song.sha256, "the edit is of that song")


ChangeKind = Literal["move", "heal", "cut", "bring back"]
JoinSide = Literal["both", "left", "right"]


@dataclass(frozen=True, slots=True)
class EditChange:
    """One change by hand.

    Attributes:
        kind: move or heal a join, or cut out or bring back a stretch.
        join: which join, from 0; of moving and healing.
        bars: how far it moves; negative for earlier in the song.
        side: which side of it moves: where the music is left, where it is entered, or both.
        span_s: the stretch in seconds of the song; of cutting out and bringing back.
    """

    kind: ChangeKind
    join: int = 0
    bars: int = 0
    side: JoinSide = "both"
    span_s: tuple[float, float] = (0.0, 0.0)

    def __post_init__(self) -> None:
        require(self.join >= 0, "joins are counted from 0")
        require(0 <= self.span_s[0] <= self.span_s[1], "a stretch starts before it ends")
