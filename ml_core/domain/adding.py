"""Adding songs: files are read, then analysed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ml_core.domain.checked import require
from ml_core.domain.corrections import NO_CORRECTIONS, Corrections
from ml_core.domain.songs import FileStamp, Song


@dataclass(frozen=True, slots=True)
class ReadOutcome:
    """A file that was read: its song, or the sentence that says why not.

    Attributes:
        path: of the file.
        song: None where it can't be used.
        message: why not.
        is_own_edit: whether it was passed over as an edit that Tastecut made.
        can_go_on: whether it only takes more than is usual, and is read if the person says so.
    """

    path: str
    song: Song | None
    message: str = ""
    is_own_edit: bool = False
    can_go_on: bool = False

    def __post_init__(self) -> None:
        require(self.song is None or not self.is_own_edit, "what is passed over is not read")
        require((self.song is None) == bool(self.message), "a song, or why there is none")
        require(self.song is None or not self.can_go_on, "a song was read")


def passed_over(outcomes: Sequence[ReadOutcome]) -> str:
    """How many edits of our own were passed over, as a sentence; "" for none."""
    number = sum(outcome.is_own_edit for outcome in outcomes)
    if not number:
        return ""
    return (
        "1 edit that Tastecut made was passed over."
        if number == 1
        else f"{number} edits that Tastecut made were passed over."
    )


@dataclass(frozen=True, slots=True)
class KnownByBytes:
    """Songs that were added before sounds had an identity: by their keys a file is one of them.

    Attributes:
        cache_dir: where what is kept of their analyses lies.
        songs: of the library, whose sound is not known yet.
        orphans: keys that ratings name and no song has: one that is added again gets its own back.
    """

    cache_dir: str = ""
    songs: tuple[Song, ...] = ()
    orphans: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """Asks for files and folders to be read as songs.

    Attributes:
        known: songs that files may turn out to be, though their sound is not known.
        goes_on: whether files that take more than is usual (length, time, memory) are read too.
    """

    paths: tuple[str, ...]
    goes_on: bool = False
    known: KnownByBytes = KnownByBytes()


@dataclass(frozen=True, slots=True)
class LookRequest:
    """Asks whether songs are where they were, and are what they were.

    Attributes:
        songs: of the library; all their paths count.
        stamps: what files were when they were last read, by path. Those are not read again.
    """

    cache_dir: str
    songs: tuple[Song, ...]
    stamps: Mapping[str, FileStamp]


@dataclass(frozen=True, slots=True)
class LookOutcome:
    """What became of the songs of a library.

    Attributes:
        seen: those whose file was read again, under their keys, with that file's path alone.
        gone: keys of songs that are at none of their paths, nor in any folder known from them.
        changed: keys of songs whose files hold other sound now.
    """

    seen: tuple[Song, ...] = ()
    gone: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        require(not self.gone & self.changed, "a song is gone, or its file holds another")


@dataclass(frozen=True, slots=True)
class MatchRequest:
    """Asks which songs are one recording.

    Attributes:
        new: (id, seconds, fingerprint) of songs that were not compared yet, oldest first.
        known: the same of the first song of each recording that is known.
    """

    new: tuple[tuple[int, float, bytes], ...]
    known: tuple[tuple[int, float, bytes], ...]


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
