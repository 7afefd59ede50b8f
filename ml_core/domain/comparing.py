"""What a blind comparison of two policies is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from ml_core.domain.checked import require
from ml_core.domain.models import BASE_REF, ComparisonReport, ComparisonSession, ModelRef
from ml_core.domain.ratings import Comparison, Mark, Rating
from ml_core.domain.requests import SongTask
from ml_core.domain.songs import Song

ON_NEW = "songs it has never learned from"
ON_LEARNED = "songs it has learned from"
"""What a verdict is on, of the taste that was compared."""

LearnedHow = Literal["rated", "trained"]


@dataclass(frozen=True, slots=True)
class LearnedFrom:
    """Why a comparison on a song would not be on a song that the taste has never learned from.

    Attributes:
        how: it was rated for the taste, or one of its models was trained on it.
        as_song: id of another file of the same recording that this is true of; None if it is true
            of the song itself.
    """

    how: LearnedHow
    as_song: int | None = None

    def __post_init__(self) -> None:
        require(self.how in get_args(LearnedHow), f"no such way to learn: {self.how!r}")

    @property
    def words(self) -> str:
        """The reason in words, to stand behind a title."""
        words = {"rated": "rated", "trained": "the taste was trained on it"}[self.how]
        return words if self.as_song is None else f"another file of it was {_AS_FILE[self.how]}"


_AS_FILE = {"rated": "rated", "trained": "trained on"}


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """Asks for `n_pairs` blind pairs of what two policies deliver on the given songs.

    Attributes:
        n_pairs: 1 at least.
        old, new: both checkpoints.
        marks: joins to avoid.
    """

    cache_dir: str
    songs: tuple[SongTask, ...]
    n_pairs: int
    seed: int
    old: ModelRef = BASE_REF
    new: ModelRef = BASE_REF
    marks: tuple[Mark, ...] = ()

    def __post_init__(self) -> None:
        require(self.n_pairs >= 1, "a comparison is of one pair at least")


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """Asks for the verdict of a comparing session."""

    cache_dir: str
    session: ComparisonSession
    comparisons: tuple[Comparison, ...]
    ratings: tuple[Rating, ...]


@dataclass(frozen=True, slots=True)
class ComparisonFilesRequest:
    """Asks for a comparison as files: WAV pairs, results, and on demand blind pairs.

    Attributes:
        songs: each pair's song by its hash, as it lies now.
        blind: whether the blind pairs are written too, with a CSV to fill in.
        project_id: the project's own random name, by which its pairs are known again.
        learned: songs that the taste had learned from before, by hash, each with how in words.
        released: hashes of songs that left the reserve since they were compared.
    """

    session: ComparisonSession
    report: ComparisonReport
    comparisons: tuple[Comparison, ...]
    songs: Mapping[str, Song]
    out_dir: str
    blind: bool = False
    project_id: str = ""
    learned: Mapping[str, str] = field(default_factory=dict)
    released: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        known = all(comparison.sha256 in self.songs for comparison in self.comparisons)
        require(known, "each pair's song is named")
