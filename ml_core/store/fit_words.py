"""How many songs fit what the edits are for, and what that means, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ml_core.domain.comparing import LearnedFrom
from ml_core.domain.edits import Brief
from ml_core.domain.requests import SongFit
from ml_core.domain.songs import SongEntry
from ml_core.store.records.reserve import FEWEST_SONGS
from ml_core.units import clock

FEW_SONGS = 3
"""Fewer that fit are too few to learn a taste from that holds for other songs."""


@dataclass(frozen=True, slots=True)
class FitCount:
    """How many songs of a library fit the brief.

    Attributes:
        n_songs: that can be used at all.
        n_fit: of them, as far as it is known.
        n_unknown: of them, those of which it is not known yet.
        n_usable: that fit, and were not left out.
        n_reserved: that fit, and that a comparison can be on as songs never learned from: those
            kept aside, and once there is a model those that it does not know.
        n_new: that fit, were not left out, and were never learned from.
    """

    n_songs: int
    n_fit: int
    n_unknown: int
    n_usable: int
    n_reserved: int
    n_new: int = 0

    @classmethod
    def of(
        cls,
        entries: Iterable[SongEntry],
        fits: Mapping[str, SongFit],
        learned: Mapping[str, LearnedFrom],
    ) -> FitCount:
        """Count songs that are ready or will be.

        Args:
            entries: the library.
            fits: what is known of it, by hash.
            learned: what the taste has learned from, by hash.
        """
        counted = [entry for entry in entries if entry.status in ("ready", "waiting")]
        known = [e for e in counted if e.status == "ready" and e.song.sha256 in fits]
        fitting = [entry for entry in known if not fits[entry.song.sha256].misfit]
        usable = [entry for entry in fitting if entry.use != "out"]
        new = [entry for entry in usable if entry.song.sha256 not in learned]
        # Before the first training all songs for rating are yet to be learned from.
        has_model = any(how.how == "trained" for how in learned.values())
        return cls(
            len(counted),
            len(fitting),
            len(counted) - len(known),
            len(usable),
            sum(entry.use == "compare" or has_model for entry in new),
            len(new),
        )

    @property
    def words(self) -> str:
        """The count in words, empty without songs."""
        if not self.n_songs:
            return ""
        if self.n_unknown:
            return f"Fits {self.n_fit} so far, {self.n_unknown} to be checked"
        return f"Fits {self.n_fit} of {_songs(self.n_songs)}"

    @property
    def are_few(self) -> bool:
        """Whether it is known that so few fit that a taste can hardly be learned."""
        return bool(self.n_songs) and not self.n_unknown and self.n_usable < FEW_SONGS

    @property
    def warning(self) -> str:
        """What the person should know before rating, as a sentence or two; empty for nothing.

        Nothing is said before all songs have been looked at: it might not hold.
        """
        if not self.n_songs or self.n_unknown:
            return ""
        if self.n_usable == 0:
            return "No song fits what the edits are for, so there is nothing to rate."
        few = ""
        if self.are_few:
            few = f"Only {_songs(self.n_usable)} {_fit(self.n_usable)} what the edits are for. "
        if self.n_reserved:
            return few.strip()
        return f"{few}No song that fits is kept aside: a comparison would be on songs learned from."

    @property
    def remedy(self) -> str:
        """What helps where there is a warning; empty elsewhere."""
        if not self.warning:
            return ""
        if self.n_usable == 0:
            return "Choose other lengths, or add songs."
        if self.n_usable >= FEWEST_SONGS:
            return "Keep some aside for comparing." if self.n_new else "Add songs to compare on."
        some = f"With {FEWEST_SONGS} songs that fit, some are kept aside"
        if self.n_fit == self.n_songs:
            return f"{some}: add songs."
        return f"{some}: choose other lengths, or add songs."


def brief_rule(brief: Brief) -> str:
    """What a brief asks of every edit, as one sentence."""
    low, high = brief.shortest_s, brief.longest_s
    if low is None and high is None:
        return "15 to 90 % of each song, 15 s at least."
    if low is None:
        return f"Each lasts {clock(high or 0)} at most."
    if high is None:
        return f"Each lasts {clock(low)} at least."
    return f"Each lasts {clock(low)} to {clock(high)}."


def _songs(n: int) -> str:
    return "1 song" if n == 1 else f"{n} songs"


def _fit(n: int) -> str:
    return "fits" if n == 1 else "fit"
