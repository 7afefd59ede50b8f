"""Edits: which spans of a song are kept, how they are joined, and what bounds them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ml_core.domain.checked import is_share, require_sha256

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Edit:
    """A version made of a song's own audio: the one truth that all else reads.

    The output is as long as the spans together. A fade of `fades[k]` samples is centred on the
    k-th join in the output and uses source audio outside the spans, and so does a tail.

    Attributes:
        sha256: the song's.
        sample_rate_hz: the song's.
        spans: half-open source spans [start, end) in samples, in play order. One may go back in the
            source, or overlap another: music is then heard again. Where one starts at the end of
            the one before, nothing is left out there; it counts as a join all the same.
        fades: length in samples of the fade at each join, (n_spans - 1,); 0 each where none is
            given.
        gains_db: gain of each span in dB, (n_spans,); 0 each where none is given.
        fade_in, fade_out: samples over which the output's start and end fade; 0 for none.
        tails: samples from each join's centre on in which what rang on the leaving side dies away
            under the entering one, (n_spans - 1,); 0 for none, as where none is given.
    """

    sha256: str
    sample_rate_hz: int
    spans: tuple[Span, ...]
    fades: tuple[int, ...] = ()
    gains_db: tuple[float, ...] = ()
    fade_in: int = 0
    fade_out: int = 0
    tails: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        require_sha256(self.sha256)
        if self.sample_rate_hz <= 0 or not self.spans:
            raise ValueError("an edit needs a rate and at least one span")
        if any(not 0 <= start < end for start, end in self.spans):
            raise ValueError("spans must be non-empty and start at 0 or later")
        if not self.fades:
            object.__setattr__(self, "fades", (0,) * (len(self.spans) - 1))
        if not self.gains_db:
            object.__setattr__(self, "gains_db", (0.0,) * len(self.spans))
        if len(self.fades) != len(self.spans) - 1 or any(f < 0 for f in self.fades):
            raise ValueError("an edit needs one fade for each join")
        if len(self.gains_db) != len(self.spans):
            raise ValueError("an edit needs one gain for each span")
        if self.fade_in < 0 or self.fade_out < 0:
            raise ValueError("fades last 0 samples or more")
        if not self.tails:
            object.__setattr__(self, "tails", (0,) * len(self.fades))
        if len(self.tails) != len(self.fades) or any(tail < 0 for tail in self.tails):
            raise ValueError("an edit needs one tail for each join, of 0 samples or more")

    @property
    def n_samples(self) -> int:
        """Length of the output."""
        return sum(end - start for start, end in self.spans)

    @property
    def duration_s(self) -> float:
        """Length of the output in seconds."""
        return self.n_samples / self.sample_rate_hz

    @property
    def n_joins(self) -> int:
        """Number of joins."""
        return len(self.spans) - 1

    @property
    def join_samples(self) -> tuple[int, ...]:
        """Centre of each join's fade in the output, in samples, (n_joins,)."""
        position, centres = 0, []
        for start, end in self.spans[:-1]:
            position += end - start
            centres.append(position)
        return tuple(centres)

    @property
    def id(self) -> str:
        """Sixteen hexadecimal digits that name this very edit."""
        return hashlib.sha256(json.dumps(self.to_json(), sort_keys=True).encode()).hexdigest()[:16]

    @property
    def seconds(self) -> list[list[float]]:
        """The spans in seconds, as the command's JSON shows them."""
        rate = self.sample_rate_hz
        return [[start / rate, end / rate] for start, end in self.spans]

    def to_json(self) -> dict[str, Any]:
        """Plain data, as stored with every rating.

        Fades at the ends and tails are written where there are any, so that the edits of older
        ratings keep their ids.
        """
        data: dict[str, Any] = {
            "sha256": self.sha256,
            "sample_rate_hz": self.sample_rate_hz,
            "spans": [list(span) for span in self.spans],
            "fades": list(self.fades),
            "gains_db": list(self.gains_db),
        }
        if self.fade_in:
            data["fade_in"] = self.fade_in
        if self.fade_out:
            data["fade_out"] = self.fade_out
        if any(self.tails):
            data["tails"] = list(self.tails)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Edit:
        """The edit that `to_json` wrote.

        Raises:
            ValueError, KeyError, TypeError: if the data is not an edit.
        """
        return cls(
            sha256=str(data["sha256"]),
            sample_rate_hz=int(data["sample_rate_hz"]),
            spans=tuple((int(start), int(end)) for start, end in data["spans"]),
            fades=tuple(int(fade) for fade in data["fades"]),
            gains_db=tuple(float(gain) for gain in data["gains_db"]),
            fade_in=int(data.get("fade_in", 0)),
            fade_out=int(data.get("fade_out", 0)),
            tails=tuple(int(tail) for tail in data.get("tails", ())),
        )


@dataclass(frozen=True, slots=True)
class Brief:
    """What a person's edits are for: a range of lengths that every candidate keeps.

    Attributes:
        name: as the person calls it.
        shortest_s, longest_s: bounds in seconds, positive, in this order; None where the brief
            leaves them open.
    """

    name: str = "No fixed length"
    shortest_s: float | None = None
    longest_s: float | None = None

    def __post_init__(self) -> None:
        low, high = self.shortest_s, self.longest_s
        if (low is not None and low <= 0) or (high is not None and high <= 0):
            raise ValueError("a brief's lengths are positive")
        if low is not None and high is not None and low > high:
            raise ValueError("a brief's shortest length can't exceed its longest")


@dataclass(frozen=True, slots=True)
class Limits:
    """Hard limits on an edit, outside anything learned. Times are seconds of the source.

    Attributes:
        shortest_s, longest_s: bounds of the edit's duration, positive; None leaves that side to the
            keep ratio. No edit keeps a shortest one above the longest.
        keep_low, keep_high: bounds of kept share of the song's duration.
        keep_intro: the first section is kept whole.
        keep_ending: the last section is kept whole.
        locked: spans that must be kept.
        forbidden: spans that must not be heard.
        shortest_segment_bars: no kept span is shorter; 1 at least.
        longest_segment_bars: no kept span is longer; None for any length.
        never_joins: (where the song is left, where it is entered) of joins that are never made.
        cut_least: as much is kept as can be; lengths and shares do not count then.
        is_wish: both lengths are one that is wished for; an edit may be half a bar off.
        rough_joins: joins that stand out are allowed where no edit keeps the rest without them;
            with `cut_least` wherever less is cut with one.
        exact_s: how long the written file must last to 10 ms, stretched a little if need be; edits
            are then chosen that need little of it. None for as long as the edit is cut.
    """

    shortest_s: float | None = 15.0
    longest_s: float | None = None
    keep_low: float = 0.15
    keep_high: float = 0.90
    keep_intro: bool = False
    keep_ending: bool = False
    locked: tuple[tuple[float, float], ...] = ()
    forbidden: tuple[tuple[float, float], ...] = ()
    shortest_segment_bars: int = 1
    longest_segment_bars: int | None = None
    never_joins: tuple[tuple[float, float], ...] = ()
    cut_least: bool = False
    is_wish: bool = False
    rough_joins: bool = False
    exact_s: float | None = None

    def __post_init__(self) -> None:
        if not (is_share(self.keep_low) and is_share(self.keep_high)) or (
            self.keep_low > self.keep_high
        ):
            raise ValueError("keep ratios lie in 0..1, low before high")
        if any(
            s is not None and not s > 0 for s in (self.shortest_s, self.longest_s, self.exact_s)
        ):
            raise ValueError("lengths are positive")
        if any(not 0 <= start < end for start, end in self.locked + self.forbidden):
            raise ValueError("locked and forbidden spans are non-empty")
        if self.shortest_segment_bars < 1:
            raise ValueError("a segment is at least one bar")
        longest = self.longest_segment_bars
        if longest is not None and longest < self.shortest_segment_bars:
            raise ValueError("the longest segment is no shorter than the shortest")
        if self.is_wish and (self.shortest_s is None or self.shortest_s != self.longest_s):
            raise ValueError("a wished length is one length")

    @classmethod
    def from_brief(cls, brief: Brief) -> Limits:
        """The limits that a brief sets; without lengths 15 s at least and 15-90 % of the song."""
        if brief.shortest_s is None and brief.longest_s is None:
            return cls()
        return cls(
            shortest_s=brief.shortest_s,
            longest_s=brief.longest_s,
            keep_low=0.0,
            keep_high=0.98,
        )

    @classmethod
    def lasting(cls, wished_s: float, keep_low: float = 0.0, keep_high: float = 1.0) -> Limits:
        """The limits of a wished length, in seconds."""
        return cls(wished_s, wished_s, keep_low, keep_high, is_wish=True)

    @property
    def wished_s(self) -> float | None:
        """The length that is wished for; None where there is none, or only bounds."""
        return self.shortest_s if self.is_wish else None

    def of_own_edit(self) -> Limits:
        """What of these holds for an edit that a person makes: lengths only where some were set.

        The share of the song that is kept, and the usual shortest length, guide what is proposed.
        """
        usual = Limits()
        own = replace(self, keep_low=0.0, keep_high=1.0)
        if (self.keep_low, self.keep_high) == (usual.keep_low, usual.keep_high):
            return replace(own, shortest_s=None, longest_s=None)
        return own

    def duration_range_s(self, song_s: float) -> tuple[float, float]:
        """Shortest and longest allowed duration for a song of `song_s` seconds."""
        low, high = self.keep_low * song_s, self.keep_high * song_s
        if self.shortest_s is not None:
            low = max(low, self.shortest_s)
        if self.longest_s is not None:
            high = min(high, self.longest_s)
        return low, high


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an edit came from: never shown while it is rated.

    Attributes:
        checkpoint: id of the policy's checkpoint; "base" for the base policy, "person" for an
            edit made by hand, "import" for one that came from outside.
        style: index of the policy's style; -1 where there is none.
        seed: of the draw.
    """

    checkpoint: str = "base"
    style: int = -1
    seed: int = 0

    def __post_init__(self) -> None:
        if self.style < -1:
            raise ValueError("styles count from 0")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An edit with its origin and features, (n_features,); none where they are not worked out."""

    edit: Edit
    origin: Origin
    features: tuple[float, ...] = ()
