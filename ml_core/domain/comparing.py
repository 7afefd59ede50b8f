"""What a blind comparison of two policies is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ml_core.domain.checked import require, require_file
from ml_core.domain.models import ComparisonReport, ComparisonSession
from ml_core.domain.ratings import Comparison, Mark, Rating
from ml_core.domain.requests import SongTask


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """Asks for `n_pairs` blind pairs of what two policies deliver on the given songs.

    Attributes:
        n_pairs: 1 at least.
        old, new: ids of both checkpoints.
        old_file, new_file: their files; None for the base policy.
        old_sha256, new_sha256: what the files' SHA-256 must be; empty with no file.
        marks: joins to avoid.
    """

    cache_dir: str
    songs: tuple[SongTask, ...]
    n_pairs: int
    seed: int
    old: str = "base"
    old_file: str | None = None
    old_sha256: str = ""
    new: str = "base"
    new_file: str | None = None
    new_sha256: str = ""
    marks: tuple[Mark, ...] = ()

    def __post_init__(self) -> None:
        require(self.n_pairs >= 1, "a comparison is of one pair at least")
        require_file(self.old_file, self.old_sha256)
        require_file(self.new_file, self.new_sha256)


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
        songs: (path, duration in seconds) of each pair's song by its hash.
        blind: whether the blind pairs are written too, with a CSV to fill in.
    """

    session: ComparisonSession
    report: ComparisonReport
    comparisons: tuple[Comparison, ...]
    songs: Mapping[str, tuple[str, float]]
    out_dir: str
    blind: bool = False

    def __post_init__(self) -> None:
        known = all(comparison.sha256 in self.songs for comparison in self.comparisons)
        require(known, "each pair's song is named")
