"""Finished edits: versions of a song that a person made before, found again in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ml_core.domain.checked import require, require_sha256
from ml_core.domain.edits import Span

FEWEST_ALONE = 3
"""Fewer edits say nothing without ratings: with one of them the worst of eight simulated listeners
gets edits that win .21 against random ones."""

RATINGS_FOR_FEWER = 12
"""Ratings that say A or B beside which one or two edits teach too."""

RATINGS_NEXT = 12
"""Ratings that help most beside finished edits: these say what is wanted, those check it."""


@dataclass(frozen=True, slots=True)
class FinishedEdit:
    """Which spans of a song a finished edit keeps, and what kind of edit it is.

    Attributes:
        sha256: the song's.
        sample_rate_hz: the song's.
        spans: half-open source spans [start, end) in samples, in play order; one may go back, or
            overlap another. They need not begin on bar lines.
        name: how the person knows it: its file's name.
        n_samples_song: length of the song in samples.
        is_length_given: its length was asked for by a purpose, so that it teaches nothing of
            length.
        is_rough: made with little care, so that it counts for less.
        is_left_out: kept for the record, but nothing is learned from it.
        id: assigned by the store; 0 before.
    """

    sha256: str
    sample_rate_hz: int
    spans: tuple[Span, ...]
    name: str
    n_samples_song: int
    is_length_given: bool = False
    is_rough: bool = False
    is_left_out: bool = False
    id: int = 0

    def __post_init__(self) -> None:
        require_sha256(self.sha256)
        require(self.sample_rate_hz > 0 and self.id >= 0, "a rate is above 0, an id not below")
        require(bool(self.spans), "a finished edit keeps one span at least")
        inside = all(0 <= start < end <= self.n_samples_song for start, end in self.spans)
        require(inside, "the spans lie in the song")

    @property
    def seconds(self) -> list[list[float]]:
        """The kept spans [start_s, end_s] in play order."""
        rate = self.sample_rate_hz
        return [[start / rate, end / rate] for start, end in self.spans]

    @property
    def duration_s(self) -> float:
        """What it keeps, in seconds."""
        return sum(end - start for start, end in self.spans) / self.sample_rate_hz


def teaching(edits: Iterable[FinishedEdit], n_decided: int) -> list[FinishedEdit]:
    """The edits that anything is learned from; one that is there twice counts once.

    Args:
        edits: all of the person's whose songs are there.
        n_decided: ratings that say A or B.
    """
    kept = list({(e.sha256, e.spans): e for e in edits if not e.is_left_out}.values())
    is_enough = len(kept) >= FEWEST_ALONE or n_decided >= RATINGS_FOR_FEWER
    return kept if is_enough else []


def ratings_that_help(n_taught: int, n_ratings: int) -> int:
    """How many ratings help most next beside so many finished edits; 0 for none in particular."""
    return max(0, RATINGS_NEXT - n_ratings) if n_taught else 0
