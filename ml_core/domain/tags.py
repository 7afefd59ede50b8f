"""What a file says of its song, as the library shows it."""

from __future__ import annotations

from dataclasses import dataclass

from ml_core.domain.checked import require
from ml_core.domain.songs import SongRef


@dataclass(frozen=True, slots=True)
class TagsRequest:
    """Asks for the tags of a song."""

    song: SongRef


@dataclass(frozen=True, slots=True)
class SongTags:
    """Tags of a song.

    Attributes:
        facts: album, year and genre, as far as the file tells them, each on one line, none empty.
        cover: the picture's bytes in whatever format the file has it; empty without one.
    """

    sha256: str
    facts: tuple[str, ...] = ()
    cover: bytes = b""

    def __post_init__(self) -> None:
        each_on_one = all(len(fact.splitlines()) == 1 for fact in self.facts)
        require(each_on_one, "a fact is on one line")
