"""What a person set for the edits of all songs, and the limits that it makes for one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from editor_app.places.export.spans import SongSpans
from ml_core.domain.edits import Brief, Limits

BY_TASTE, BY_LENGTH, BY_LEAST = range(3)
"""Ways to decide on a length."""


@dataclass(frozen=True, slots=True)
class SetLength:
    """How long edits are to be.

    Attributes:
        way: `BY_TASTE`, `BY_LENGTH` or `BY_LEAST`.
        lengths_s: (shortest, longest) in seconds, which count `BY_LENGTH`; None for any.
    """

    way: int = BY_TASTE
    lengths_s: tuple[float, float] | None = None

    @property
    def asked_s(self) -> tuple[float, float] | None:
        """The lengths as far as they count."""
        return self.lengths_s if self.way == BY_LENGTH else None


@dataclass(frozen=True, slots=True)
class SetRules:
    """Hard limits; every edit keeps them or says that it can't.

    Attributes:
        wished_s: the length that was asked for, in seconds; None where the taste decides.
        range_s: (shortest, longest) that were asked for; None where it is one length, or none.
        is_exact: files last the wished length exactly, stretched a little if need be.
        keep_intro: the first part is kept whole.
        keep_ending: the last part is kept whole.
        shortest_bars, longest_bars: no kept stretch is shorter or longer; None for any length.
        cut_least: only what is forbidden is cut, and as little else as can be; no length counts.
        rough_joins: joins that stand out are allowed where nothing keeps the rest without them.
    """

    wished_s: float | None = None
    keep_intro: bool = False
    keep_ending: bool = False
    shortest_bars: int = 1
    rough_joins: bool = False
    longest_bars: int | None = None
    cut_least: bool = False
    is_exact: bool = False
    range_s: tuple[float, float] | None = None

    @property
    def exact_s(self) -> float | None:
        """The length that files must last exactly; None where no such length is asked for."""
        return self.wished_s if self.is_exact else None

    def limits(self, brief: Brief, spans: SongSpans) -> Limits:
        """The limits that these rules, what edits are for and a song's own spans set for it."""
        lasting = self.wished_s
        base = Limits.from_brief(brief) if lasting is None else Limits.lasting(lasting)
        if self.range_s is not None:
            base = Limits(*self.range_s, 0.0, 1.0)
        if self.cut_least:
            base = Limits(None, None, 0.0, 1.0)
        return replace(
            base,
            keep_intro=self.keep_intro,
            keep_ending=self.keep_ending,
            shortest_segment_bars=self.shortest_bars,
            longest_segment_bars=self.longest_bars,
            cut_least=self.cut_least,
            rough_joins=self.rough_joins,
            locked=spans.locked,
            forbidden=spans.forbidden,
            never_joins=spans.never_joins,
            exact_s=self.exact_s,
        )
