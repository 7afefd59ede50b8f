"""Changing an edit by hand, and checking it: what is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from ml_core.domain.edits import Edit
from ml_core.domain.requests import SongTask


@dataclass(frozen=True, slots=True)
class ChangeEditRequest:
    """Asks for an edit with a stretch of its song left out or kept.

    Attributes:
        edit: as it is now.
        span_s: the stretch in seconds of the song; whole bars are changed.
        keep: whether it is to be heard.
    """

    cache_dir: str
    song: SongTask
    edit: Edit
    span_s: tuple[float, float]
    keep: bool


@dataclass(frozen=True, slots=True)
class CheckEditRequest:
    """Asks whether an edit that was changed by hand keeps its song's limits.

    Attributes:
        song: with the limits in force and its bar lines as corrected.
    """

    cache_dir: str
    song: SongTask
    edit: Edit
