"""What a blind comparison of two policies is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ml_core.domain.models import ComparisonReport, ComparisonSession
from ml_core.domain.ratings import Comparison, Mark, Rating
from ml_core.domain.requests import SongTask


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """Asks for `n_pairs` blind pairs of what two policies deliver on the given songs."""

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
        songs: (path, duration in seconds) of each song by its hash.
        blind: whether the blind pairs are written too, with a CSV to fill in.
    """

    session: ComparisonSession
    report: ComparisonReport
    comparisons: tuple[Comparison, ...]
    songs: Mapping[str, tuple[str, float]]
    out_dir: str
    blind: bool = False
