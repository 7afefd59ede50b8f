"""What another tool's project says of its clips, before any song is known."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ml_core.domain.checked import require

MOST_CLIPS = 20_000
"""A project with more is no edit of one song."""


@dataclass(frozen=True, slots=True)
class ReadClip:
    """A stretch of a file, as it is heard.

    Attributes:
        file: as the project names it: a path, or the rest of one.
        from_s: where in that file it begins.
        at_s: where in the project.
        length_s: how long it sounds.
    """

    file: str
    from_s: float
    at_s: float
    length_s: float

    def __post_init__(self) -> None:
        times = (self.from_s, self.at_s, self.length_s)
        require(all(math.isfinite(time) and abs(time) < 1e7 for time in times), "times are finite")
        require(self.length_s > 0, "a clip is not empty")


@dataclass(frozen=True, slots=True)
class ReadProject:
    """A project's clips, and what was left out of it.

    Attributes:
        clips: in no order.
        left_out: a sentence for each clip or track that can't be an edit's piece.
    """

    clips: tuple[ReadClip, ...]
    left_out: tuple[str, ...] = ()
