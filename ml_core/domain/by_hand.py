"""Changing an edit by hand, and checking it: what is asked for."""

from __future__ import annotations

from dataclasses import dataclass

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
