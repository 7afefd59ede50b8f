"""Edits that come back from another tool: what is asked, and what was read."""

from __future__ import annotations

from dataclasses import dataclass

from ml_core.domain.checked import is_share, require
from ml_core.domain.edits import Edit
from ml_core.domain.requests import DeliverRequest
from ml_core.domain.songs import Song


@dataclass(frozen=True, slots=True)
class EditedSongsRequest:
    """Asks which songs files are edits of.

    Attributes:
        files: projects of other tools and records of exports.
        songs: those that may be meant, each with all its paths.
        looked_at: key of the song that they were dropped on; empty for none.
    """

    files: tuple[str, ...]
    songs: tuple[Song, ...]
    looked_at: str = ""


@dataclass(frozen=True, slots=True)
class EditedSongs:
    """Which songs a file may be an edit of.

    Attributes:
        file: the file.
        songs: their keys, the likeliest first; none where it can't be read or is of none of them.
        is_sure: whether the first is meant.
        refusal: why there is none, as a sentence; empty where there is one.
    """

    file: str
    songs: tuple[str, ...] = ()
    is_sure: bool = False
    refusal: str = ""

    def __post_init__(self) -> None:
        require(bool(self.songs) != bool(self.refusal), "without a song there is a reason")
        require(bool(self.songs) or not self.is_sure, "only a song is sure")


@dataclass(frozen=True, slots=True)
class OwnEditRequest:
    """Asks for a song's edit as a file holds it.

    Attributes:
        file: a project of another tool, or the record of an export.
        song: that it is of; a clip is of it where its file is one of its paths, or is called so.
        deliver: asks what would be proposed for the song, where no record says what was.
    """

    file: str
    song: Song
    deliver: DeliverRequest

    def __post_init__(self) -> None:
        require(self.song.sha256 == self.deliver.song.sha256, "what is proposed is of that song")


@dataclass(frozen=True, slots=True)
class OwnEditRead:
    """A person's edit of a song, beside what was proposed; or why there is none.

    Attributes:
        file: that it was read from.
        proposed, edit: both None where it can't be read.
        at_s: where in the file's own time each piece begins and ends.
        left_out: what of the file is no piece of it, a sentence each.
        found_share: how much of the file's clips, in seconds, is of the song, 0..1.
        refusal: why it can't be read, a sentence and a remedy; empty where it was.
    """

    file: str
    proposed: Edit | None = None
    edit: Edit | None = None
    at_s: tuple[tuple[float, float], ...] = ()
    left_out: tuple[str, ...] = ()
    found_share: float = 0.0
    refusal: str = ""

    def __post_init__(self) -> None:
        pair = (self.proposed is None, self.edit is None)
        require(pair in ((True, True), (False, False)), "an edit is told beside its proposal")
        require((self.edit is None) == bool(self.refusal), "without an edit there is a reason")
        require(is_share(self.found_share), "a share lies in 0..1")

    @property
    def is_other(self) -> bool:
        """Whether anything is another than was proposed: where it is cut, a gain or a fade."""
        return self.edit is not None and self.edit != self.proposed

    @property
    def is_news(self) -> bool:
        """Whether it is cut otherwise than what was proposed: gains and fades are no taste."""
        if self.edit is None or self.proposed is None:
            return False
        return self.edit.spans != self.proposed.spans
