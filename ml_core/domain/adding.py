"""Adding songs: files are read, then analysed."""

from __future__ import annotations

from dataclasses import dataclass

from ml_core.domain.checked import require
from ml_core.domain.corrections import NO_CORRECTIONS, Corrections
from ml_core.domain.songs import Song


@dataclass(frozen=True, slots=True)
class ReadOutcome:
    """A file that was read: its song, or the sentence that says why not.

    Attributes:
        can_go_on: whether it only takes more than is usual, and is read if the person says so.
    """

    path: str
    song: Song | None
    message: str = ""
    can_go_on: bool = False

    def __post_init__(self) -> None:
        require((self.song is None) == bool(self.message), "a song, or why there is none")
        require(self.song is None or not self.can_go_on, "a song was read")


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """Asks for files and folders to be read as songs.

    Attributes:
        goes_on: whether files that take more than is usual (length, time, memory) are read too.
    """

    paths: tuple[str, ...]
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class AnalyseRequest:
    """Asks for a song's analysis and edit graph, as corrected, to be in the cache."""

    cache_dir: str
    song: Song
    corrections: Corrections = NO_CORRECTIONS


@dataclass(frozen=True, slots=True)
class AnalyseOutcome:
    """What the library shows of an analysis."""

    sha256: str
    tempo_bpm: float
    meter: int
    confidence: float
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoRequest:
    """Asks for the demo songs to be written into a folder."""

    out_dir: str
