"""Stems of songs: records that travel to a worker and back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StemSong:
    """A song whose stems are looked for.

    Attributes:
        path: of its file.
        n_samples, sample_rate_hz: of its sound; a stem has the same.
    """

    path: str
    n_samples: int
    sample_rate_hz: int


@dataclass(frozen=True, slots=True)
class FindStemsRequest:
    """Asks which files below a folder are stems of which song.

    Attributes:
        others: further songs that are known: of files that are theirs nothing is said.
    """

    folder: str
    songs: tuple[StemSong, ...]
    others: tuple[StemSong, ...] = ()


@dataclass(frozen=True, slots=True)
class SongStems:
    """The files that are stems of a song, by name."""

    song: StemSong
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StemsFound:
    """Stems of each song, and what of the folder is left out, each with its sentence."""

    songs: tuple[SongStems, ...]
    left_out: tuple[tuple[str, str], ...]

    def of(self, path: str) -> tuple[str, ...]:
        """The stems of a song; none of one that is not known."""
        return next((one.files for one in self.songs if one.song.path == path), ())


NO_STEMS = StemsFound((), ())
"""Where none are looked for."""


@dataclass(frozen=True, slots=True)
class WrittenStem:
    """A stem's file beside the file of the edit that it is cut as."""

    edit: str
    stem: str
    file: str
