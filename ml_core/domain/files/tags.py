"""What a file says of its song, as the library shows it."""

from __future__ import annotations

from dataclasses import dataclass

from ml_core.domain.checked import require
from ml_core.domain.songs import SongRef

_CHANNELS = 4


@dataclass(frozen=True, slots=True)
class TagsRequest:
    """Asks for the tags of a song.

    Attributes:
        cover_px: edge of the square that the cover is made to fit into.
    """

    song: SongRef
    cover_px: int = 56


@dataclass(frozen=True, slots=True)
class CoverPicture:
    """A decoded picture.

    Attributes:
        rgba: 8 bits a channel, red first, row by row from the top without gaps.
    """

    width_px: int
    height_px: int
    rgba: bytes

    def __post_init__(self) -> None:
        require(self.width_px > 0 and self.height_px > 0, "a picture has pixels")
        n_bytes = _CHANNELS * self.width_px * self.height_px
        require(len(self.rgba) == n_bytes, "four bytes a pixel")


@dataclass(frozen=True, slots=True)
class SongTags:
    """Tags of a song.

    Attributes:
        facts: album, year and genre, as far as the file tells them, each on one line, none empty.
        cover: the picture as small as it was asked for; None without one that can be drawn.
    """

    sha256: str
    facts: tuple[str, ...] = ()
    cover: CoverPicture | None = None

    def __post_init__(self) -> None:
        each_on_one = all(len(fact.splitlines()) == 1 for fact in self.facts)
        require(each_on_one, "a fact is on one line")
