"""How much silence an edit keeps, and which of its joins lie in it."""

from __future__ import annotations

from collections.abc import Iterable

from ml_core.domain.edits import Edit, Span
from ml_core.edits.silence.finding import KEPT_AFTER_S, KEPT_BEFORE_S

REACH_S = 0.1
"""Joins lie off their edges by a lead and a shift, as much as this."""


def kept_silence_s(edit: Edit, silences: Iterable[Span]) -> float:
    """Seconds that an edit plays of silences; what it plays twice counts twice.

    Args:
        edit: of the song.
        silences: its silences in samples, none overlapping another.
    """
    kept = sum(
        max(0, min(end, to) - max(start, since))
        for since, to in silences
        for start, end in edit.spans
    )
    return kept / edit.sample_rate_hz


def lies_in_silence(sample: int, silences: Iterable[Span], sample_rate_hz: int) -> bool:
    """Whether a place of the song is silent: in what is left out, or in what stays beside it."""
    after, before = (
        (stays_s + REACH_S) * sample_rate_hz for stays_s in (KEPT_AFTER_S, KEPT_BEFORE_S)
    )
    return any(start - after <= sample <= end + before for start, end in silences)
