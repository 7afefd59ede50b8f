"""Asking what was learned: of a taste as a whole, and of one edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ml_core.domain.checked import require, require_file
from ml_core.domain.edits import Edit
from ml_core.domain.ratings import Rating
from ml_core.domain.requests import SongTask


@dataclass(frozen=True, slots=True)
class ExplainRequest:
    """Asks why a model likes or dislikes an edit.

    Attributes:
        edit: of that song, of any intervals.
        model_file: absolute path of the checkpoint; None for the base policy.
        model_sha256: what that file's SHA-256 must be; empty with no file.
    """

    cache_dir: str
    song: SongTask
    edit: Edit
    model_file: str | None = None
    model_sha256: str = ""

    def __post_init__(self) -> None:
        require(self.edit.sha256 == self.song.sha256, "the edit is of that song")
        require_file(self.model_file, self.model_sha256)


@dataclass(frozen=True, slots=True)
class TasteRequest:
    """Asks what the ratings say.

    Attributes:
        previous_ratings: how many of the first ratings the cycle before had; 0 at first.
        trained_hash: of the data set of the newest training; empty without any.
        trained_accuracy: what that training measured on answers held back, by name.
    """

    cache_dir: str
    songs: tuple[SongTask, ...]
    ratings: tuple[Rating, ...]
    previous_ratings: int = 0
    trained_hash: str = ""
    trained_accuracy: Mapping[str, float | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require(self.previous_ratings >= 0, "a number of ratings is not negative")
