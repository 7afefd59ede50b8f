"""What another tool's project says of its clips, before any song is known."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ml_core.domain.checked import require

MOST_CLIPS = 20_000
"""A project with more is no edit of one song."""

MOST_GAIN_DB = 40.0
"""Quieter is not heard, and louder is no level that anyone set."""


@dataclass(frozen=True, slots=True)
class ReadClip:
    """A stretch of a file, as it is heard.

    Attributes:
        file: as the project names it: a path, or the rest of one.
        from_s: where in that file it begins.
        at_s: where in the project.
        length_s: how long it sounds.
        gain_db: that it is played at.
        fade_in_s, fade_out_s: over which its own start and end fade; 0 for none.
        cross_s: length of the fade from the clip that ends where it begins; 0 for none.
        loop_s: (start, end) of what of the file is heard again and again, from its first pass over
            the end on; an end of 0 is the file's. None where nothing repeats.
    """

    file: str
    from_s: float
    at_s: float
    length_s: float
    gain_db: float = 0.0
    fade_in_s: float = 0.0
    fade_out_s: float = 0.0
    cross_s: float = 0.0
    loop_s: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        fades = (self.fade_in_s, self.fade_out_s, self.cross_s)
        times = (self.from_s, self.at_s, self.length_s, *fades, *(self.loop_s or ()))
        require(all(math.isfinite(time) and abs(time) < 1e7 for time in times), "times are finite")
        require(self.length_s > 0, "a clip is not empty")
        require(min(fades) >= 0, "fades last 0 s or more")
        require(abs(self.gain_db) <= MOST_GAIN_DB, "a gain is a level")


@dataclass(frozen=True, slots=True)
class ReadProject:
    """A project's clips, and what was left out of it.

    Attributes:
        clips: in no order.
        left_out: a sentence for each clip or track that can't be an edit's piece.
    """

    clips: tuple[ReadClip, ...]
    left_out: tuple[str, ...] = ()
