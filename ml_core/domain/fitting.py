"""Whether songs fit the brief: which of them have an edit of the lengths that it asks for."""

from __future__ import annotations

from dataclasses import dataclass

from ml_core.domain.checked import require_sha256
from ml_core.domain.requests import SongTask


@dataclass(frozen=True, slots=True)
class FitRequest:
    """Asks which songs have an edit within their limits."""

    cache_dir: str
    songs: tuple[SongTask, ...]


@dataclass(frozen=True, slots=True)
class SongFit:
    """Whether a song has an edit within the limits of a brief.

    Attributes:
        sha256: of the song.
        made_with: names the versions and corrections that this was found with.
        misfit: why there is no such edit, as a sentence; empty where there is one.
    """

    sha256: str
    made_with: str
    misfit: str = ""

    def __post_init__(self) -> None:
        require_sha256(self.sha256)


def corrections_named(made_with: str) -> str:
    """The key of the corrections that a fit was found with, see `Corrections.key`."""
    return made_with.partition("+")[2]
