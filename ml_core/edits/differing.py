"""What of an edit must be heard to judge it against another: where the two differ.

An identical stretch tells nothing of a choice, however long it is heard. What differs is what only
one edit plays, and where it leads on to something else than the other does: a join of its own, its
start, its end. Around each of these a moment counts too, since it is heard against what it follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

from ml_core.domain.edits import Edit, Span
from ml_core.domain.ratings import HEARD_S

ALIKE_S = 0.6
"""What only one edit keeps for less than this is how its join was placed, not a choice."""

AROUND_S = 1.5
"""Counts on either side of what differs. `HEARD_S` of the three seconds around a lone join can't be
heard in one go without passing that join."""


CONTEXT_S = 2.0
"""Heard on either side of a difference by who listens to differences only: a bar, about, so that
one hears what leads there and on. Pairs were measured with it (`to_hear_s`)."""


def to_hear_s(edit: Edit, other: Edit) -> float:
    """Seconds of sound that a pair needs to be judged: what differs of both edits, with context."""
    rate = edit.sample_rate_hz
    return spans_to_hear_s(edit.spans, other.spans, rate) + spans_to_hear_s(
        other.spans, edit.spans, rate
    )


def spans_to_hear_s(spans: Sequence[Span], others: Sequence[Span], rate_hz: int) -> float:
    """Seconds to hear of one edit, by the spans of both; all of it where nothing differs.

    Args:
        spans: of the edit that is heard, in play order, in samples.
        others: of the edit that it is compared with.
        rate_hz: of both.
    """
    spans, others = _continuous(spans), _continuous(others)
    lasts = sum(end - start for start, end in spans)
    alike = round(ALIKE_S * rate_hz)
    found = _parted(spans, others, alike) or _parted(spans, others, 0)
    context, least = round(CONTEXT_S * rate_hz), round(HEARD_S * rate_hz)
    heard = _merged(_widened(span, context, least, lasts) for span in found) or ((0, lasts),)
    return sum(end - start for start, end in heard) / rate_hz


def differing(edit: Edit, other: Edit) -> tuple[Span, ...]:
    """Where an edit's output differs from another edit's of the same song, in its own samples.

    Every stretch lasts `HEARD_S` at least, unless the edit itself is shorter: so what differs can
    always be heard for long enough, and one that is shorter can be heard twice. Where the edits
    differ in nothing but how a join was placed, that counts. Where they play the same, all of the
    edit does.

    Returns:
        half-open [start, end) in samples of the edit's output at its own rate, rising, apart.
    """
    spans, others = _continuous(edit.spans), _continuous(other.spans)
    if spans == others:
        return ((0, edit.n_samples),)
    rate = edit.sample_rate_hz
    alike = round(ALIKE_S * rate)
    found = _parted(spans, others, alike) or _parted(spans, others, 0)
    around, least = round(AROUND_S * rate), round(HEARD_S * rate)
    return _merged(_widened(span, around, least, edit.n_samples) for span in found)


def _continuous(spans: Sequence[Span]) -> list[Span]:
    """Spans without joins that leave nothing out."""
    found = [spans[0]]
    for start, end in spans[1:]:
        if start == found[-1][1]:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _parted(spans: Sequence[Span], others: Sequence[Span], alike: int) -> list[Span]:
    """What is played alone, and where it goes on differently, in samples of the output.

    Args:
        spans, others: of both edits, in play order.
        alike: samples by which places may lie apart, and below which nothing counts as alone.
    """
    found = []
    position = 0
    for start, end in spans:
        alone = _without(start, end, others)
        found += [
            (position + first - start, position + last - start)
            for first, last in alone
            if last - first >= max(1, alike)
        ]
        position += end - start
    return found + _own_turns(spans, others, alike)


def _own_turns(spans: Sequence[Span], others: Sequence[Span], alike: int) -> list[Span]:
    """Joins, start and end that the other edit has nowhere, as stretches without a length."""
    turns = _turns(others)
    edges = [0, *accumulate(end - start for start, end in spans)]
    return [
        (at, at)
        for at, (left, entered) in zip(edges, _turns(spans), strict=True)
        if not any(_is_like(left, a, alike) and _is_like(entered, b, alike) for a, b in turns)
    ]


def _turns(spans: Sequence[Span]) -> list[tuple[int | None, int | None]]:
    """(source sample left, source sample entered): the start enters one, the end leaves one."""
    joins = [(end, start) for (_, end), (start, _) in pairwise(spans)]
    return [(None, spans[0][0]), *joins, (spans[-1][1], None)]


def _is_like(place: int | None, other: int | None, alike: int) -> bool:
    if place is None or other is None:
        return place is other
    return abs(place - other) <= alike


def _without(start: int, end: int, others: Iterable[Span]) -> list[Span]:
    """What is left of [start, end) without the other spans."""
    left = [(start, end)]
    for first, last in others:
        left = [
            piece
            for a, b in left
            for piece in ((a, min(b, first)), (max(a, last), b))
            if piece[0] < piece[1]
        ]
    return left


def _widened(span: Span, around: int, least: int, n_samples: int) -> Span:
    """A stretch with what is around it, within the output, `least` long where there is room."""
    start, end = max(0, span[0] - around), min(n_samples, span[1] + around)
    if end - start < least:
        start, end = (0, min(n_samples, least)) if start == 0 else (max(0, end - least), end)
    return start, end


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)
