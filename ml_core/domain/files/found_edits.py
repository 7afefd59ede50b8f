"""What is asked and told where finished edits are looked for in their song."""

from __future__ import annotations

from dataclasses import dataclass

from ml_core.domain.checked import is_share, require, require_sha256
from ml_core.domain.edits import Edit, Span
from ml_core.domain.finished_edits import FinishedEdit
from ml_core.domain.songs import Song

Seconds = tuple[float, float]


@dataclass(frozen=True, slots=True)
class FindEditsRequest:
    """Asks where sound files are found in a song.

    Attributes:
        song: with the path at which it is now.
        files: the finished edits' paths.
    """

    song: Song
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EitherPlace:
    """A part of an edit that could as well be another place of its song.

    Attributes:
        at_s: where in the edit it sounds.
        song_s: what was taken for its place.
        other_s: the other place.
    """

    at_s: Seconds
    song_s: Seconds
    other_s: Seconds


@dataclass(frozen=True, slots=True)
class FoundEdit:
    """A finished edit as it was found in its song, or why it was not.

    Attributes:
        file: its path.
        sha256, sample_rate_hz, n_samples_song: the song's.
        spans: of the song, half-open in samples, in play order; none where it was refused.
        at_s: where in the edit each of them sounds.
        speed: seconds of the song for each second of the edit.
        unknown: where the edit plays something else, which is left out.
        either: parts that could be other places: the music repeats exactly.
        duration_s: the edit's length.
        found_share: how much of what is heard of it is of the song, 0..1.
        is_certain: nothing of it is in doubt.
        refusal: why it is no edit of the song, a sentence; empty where it is one.
        is_exported: the record beside it says that Tastecut exported it.
    """

    file: str
    sha256: str
    sample_rate_hz: int
    n_samples_song: int
    spans: tuple[Span, ...] = ()
    at_s: tuple[Seconds, ...] = ()
    speed: float = 1.0
    unknown: tuple[Seconds, ...] = ()
    either: tuple[EitherPlace, ...] = ()
    duration_s: float = 0.0
    found_share: float = 0.0
    is_certain: bool = False
    refusal: str = ""
    is_exported: bool = False

    def __post_init__(self) -> None:
        require_sha256(self.sha256)
        require(bool(self.spans) != bool(self.refusal), "without spans there is a reason")
        require(len(self.spans) == len(self.at_s), "each span sounds somewhere")
        require(is_share(self.found_share) and self.speed > 0.0, "a share lies in 0..1")
        inside = all(0 <= start < end <= self.n_samples_song for start, end in self.spans)
        require(inside, "the spans lie in the song")

    @property
    def kept_s(self) -> list[list[float]]:
        """The spans [start_s, end_s] of the song."""
        return [[a / self.sample_rate_hz, b / self.sample_rate_hz] for a, b in self.spans]

    def finished(self, name: str, is_length_given: bool, is_rough: bool) -> FinishedEdit:
        """What is kept of it."""
        return FinishedEdit(
            self.sha256,
            self.sample_rate_hz,
            self.spans,
            name,
            self.n_samples_song,
            is_length_given,
            is_rough,
        )


WHOLE_SHARE = 0.98


def shows_no_choice(found: FoundEdit) -> bool:
    """Whether it keeps the whole song in one piece, so that nothing can be learned from it."""
    if len(found.spans) != 1:
        return False
    ((start, end),) = found.spans
    return end - start >= WHOLE_SHARE * found.n_samples_song


SAME_S = 0.05


def is_same_edit(a: FinishedEdit, b: FinishedEdit | Edit) -> bool:
    """Whether two edits keep the same of one song: found twice, they differ by a hair."""
    if a.sha256 != b.sha256 or len(a.spans) != len(b.spans):
        return False
    most = SAME_S * a.sample_rate_hz
    pairs = zip(a.spans, b.spans, strict=True)
    return all(abs(x - y) <= most for one, other in pairs for x, y in zip(one, other, strict=True))
