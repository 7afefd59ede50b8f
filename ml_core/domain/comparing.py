"""What a blind comparison of two policies is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ml_core.domain.checked import require
from ml_core.domain.models import BASE_REF, ComparisonReport, ComparisonSession, ModelRef
from ml_core.domain.ratings import Comparison, Mark, Rating
from ml_core.domain.requests import SongTask
from ml_core.domain.songs import Song


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
    """

    session: ComparisonSession
    report: ComparisonReport
    comparisons: tuple[Comparison, ...]
    songs: Mapping[str, Song]
    out_dir: str
    blind: bool = False
    project_id: str = ""

    def __post_init__(self) -> None:
        known = all(comparison.sha256 in self.songs for comparison in self.comparisons)
        require(known, "each pair's song is named")
