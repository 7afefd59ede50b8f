"""Changing an edit by hand, and checking it: what is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ml_core.domain.checked import require
from ml_core.domain.edits import Edit
from ml_core.domain.requests import SongTask

HowItStandsOut = Literal["clean", "unsure", "rough"]
HOW_JOINS_STAND_OUT: tuple[HowItStandsOut, ...] = ("clean", "unsure", "rough")
"""Steps of how likely a join is to be heard: as seldom as an uncut bar line, more often, mostly."""


ChangeKind = Literal["move", "heal", "cut", "bring back"]
JoinSide = Literal["both", "left", "right"]

SIDES: tuple[JoinSide, ...] = ("both", "left", "right")
"""Which sides of a join move: both, where the music is left, or where it is entered."""

HEAL_BARS = 8
"""How far each side of a join is looked for a cleaner place."""


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


@dataclass(frozen=True, slots=True)
class ChangeEditRequest:
    """Asks for an edit with one change made to it.

    Attributes:
        edit: of that song, as it is now.
        change: by whole bars; of a stretch the bars whose middle it holds, or the one that it
            lies in where it is empty.
    """

    cache_dir: str
    song: SongTask
    edit: Edit
    change: EditChange

    def __post_init__(self) -> None:
        require(self.edit.sha256 == self.song.sha256, "the edit is of that song")


@dataclass(frozen=True, slots=True)
class JoinPlacesRequest:
    """Asks where one join of an edit could lie along the song's bar lines.

    Attributes:
        edit: of that song, as it is now.
        join: which, from 0; it has to be one of the edit's.
    """

    cache_dir: str
    song: SongTask
    edit: Edit
    join: int

    def __post_init__(self) -> None:
        require(self.edit.sha256 == self.song.sha256, "the edit is of that song")
        require(0 <= self.join < self.edit.n_joins, "the join is one of the edit's")


@dataclass(frozen=True, slots=True)
class JoinPlace:
    """One place that a join could have.

    Attributes:
        bars: how far it lies from where it is, negative for earlier in the song.
        cost: what a join there costs; 1 is the median pair of bars.
        how: how much it would stand out, one of `HOW_JOINS_STAND_OUT`.
        edit: with the join there.
    """

    bars: int
    cost: float
    how: HowItStandsOut
    edit: Edit


@dataclass(frozen=True, slots=True)
class JoinPlaces:
    """Where a join could lie, by which side of it moves.

    Attributes:
        edit: as it is now, the one that was asked about.
        join: which of its joins, from 0.
        by_side: places of each side from the earliest on; where it is now is among them.
    """

    edit: Edit
    join: int
    by_side: Mapping[JoinSide, tuple[JoinPlace, ...]]

    def __post_init__(self) -> None:
        for places in self.by_side.values():
            bars = [place.bars for place in places]
            require(bars == sorted(set(bars)), "places come in the order of the song")
            require(0 in bars, "where the join is now is one of its places")

    def place(self, side: JoinSide, bars: int) -> JoinPlace:
        """The place so many bars off, or the last one on that way."""
        places = self.by_side[side]
        return min(places, key=lambda place: abs(place.bars - bars))


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
