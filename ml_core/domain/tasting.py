"""Asking what was learned: of a taste as a whole, and of one edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ml_core.domain.checked import require
from ml_core.domain.edits import Edit
from ml_core.domain.finished_edits import FinishedEdit
from ml_core.domain.models import KnownCertainty, ModelRef
from ml_core.domain.ratings import Rating
from ml_core.domain.requests import SongTask


@dataclass(frozen=True, slots=True)
class ExplainRequest:
    """Asks why a model likes or dislikes an edit.

    Attributes:
        edit: of that song, of any intervals.
        model: the checkpoint that is asked; not the base policy, which likes nothing.
    """

    cache_dir: str
    song: SongTask
    edit: Edit
    model: ModelRef

    def __post_init__(self) -> None:
        require(self.edit.sha256 == self.song.sha256, "the edit is of that song")
        require(self.model.file is not None, "the base policy has no likes")


@dataclass(frozen=True, slots=True)
class TasteRequest:
    """Asks what the ratings say.

    Attributes:
        previous_ratings: how many of the first ratings the cycle before had; 0 at first.
        trained_hash: of the data set of the newest training; empty without any.
        by_eye: whether answers given by eye teach too.
        trained_accuracy: what that training measured on answers held back, by name.
        known: the certainty that was told last; None before.
        edits: the person's finished edits, which teach besides.
        trained_told: what it told of the taste, see `training.told`; empty for older trainings.
    """

    cache_dir: str
    songs: tuple[SongTask, ...]
    ratings: tuple[Rating, ...]
    previous_ratings: int = 0
    trained_hash: str = ""
    trained_accuracy: Mapping[str, float | None] = field(default_factory=dict)
    trained_told: Mapping[str, Any] = field(default_factory=dict)
    known: KnownCertainty | None = None
    by_eye: bool = False
    edits: tuple[FinishedEdit, ...] = ()

    def __post_init__(self) -> None:
        require(self.previous_ratings >= 0, "a number of ratings is not negative")
