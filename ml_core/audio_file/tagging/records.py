"""What is known of tags, whatever system they come from: plain records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from ml_core.audio_file.tagging.broadcast import Broadcast

FRONT_COVER = 3
"""Picture type of a front cover (ID3v2.4, section 4.14)."""

_LONGEST_SHOWN = 300
"""Characters: some files hold whole books as comments, and drawing one stops the window."""


@dataclass(frozen=True, slots=True)
class Cover:
    """A picture.

    Attributes:
        data: its file's bytes.
        mime: for instance "image/jpeg".
        kind: what is on it, as ID3 and FLAC number that.
        description: in words; mostly empty.
    """

    data: bytes
    mime: str
    kind: int = FRONT_COVER
    description: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment or lyrics that say in which language they are, or what they are of.

    Attributes:
        field: "comment" or "lyrics".
        language: ISO 639-2, three letters; "" where it is not known.
    """

    field: Literal["comment", "lyrics"]
    language: str
    description: str
    text: str


@dataclass(frozen=True, slots=True)
class Tags:
    """What a file says of its song.

    Attributes:
        texts: by our field's name or a custom one's own, each with one value or more.
        cover: the front cover, else the first picture; only PNG, JPEG, GIF and WebP within bounds.
        is_edit: whether the file is to say that it is an edit that Tastecut made.
        lost_cover: whether there were pictures, and none of them was of that kind.
        pictures: the others, of the same kinds.
        n_lost_pictures: how many are left out.
        remarks: comments and lyrics beside those in `texts`.
        languages: of the comment and the lyrics in `texts`, where it is said.
        own: what only one system of tags can say, by (system, name): mutagen's value.
        broadcast: what stands beside the tags of a Broadcast Wave file; None in others.
    """

    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cover: Cover | None = None
    is_edit: bool = False
    lost_cover: bool = False
    pictures: tuple[Cover, ...] = ()
    n_lost_pictures: int = 0
    remarks: tuple[Remark, ...] = ()
    languages: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    broadcast: Broadcast | None = None

    def whole_text(self, name: str) -> str:
        """All values of a field on one line; "" without one."""
        return ", ".join(" ".join(value.split()) for value in self.texts.get(name, ()))

    def text(self, name: str) -> str:
        """As `whole_text`, but no longer than anyone would read."""
        whole = self.whole_text(name)
        return whole if len(whole) <= _LONGEST_SHOWN else f"{whole[: _LONGEST_SHOWN - 1]}…"

    @property
    def title(self) -> str:
        """The song's title; "" without one."""
        return self.text("title")

    @property
    def artist(self) -> str:
        """Who made the song; "" where it does not say."""
        return self.text("artist")

    @property
    def all_pictures(self) -> tuple[Cover, ...]:
        """The cover, then the others."""
        return (() if self.cover is None else (self.cover,)) + self.pictures
