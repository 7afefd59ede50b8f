"""Edits for a length that the written file is to have to ten milliseconds.

What is stretched least is taken, as long as its joins are about as smooth and it is liked about as
much as what a stretch of a fiftieth would allow. First come edits that last the length but for some
hundredths of a second, which their end gives or takes: all their samples stay what they are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ml_core.domain.edits import Limits
from ml_core.domain.requests import Delivered
from ml_core.edits.exact.lengths import MOST_STRETCH, NEAR_S, durations_for_s, reach_s
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.edits.limits.checks import NoSuchLength, broken_limit
from ml_core.edits.limits.masks import nearest_lengths_s, ways_to
from ml_core.edits.limits.refusals import kept_words, lengths_words
from ml_core.errors import UserError

STEPS = (0.0, 0.0025, 0.005, 0.01)
"""Shares by which edits may be stretched, tried before `MOST_STRETCH`; 0 is not at all."""

ROUGHER = 0.1
"""Mean join cost that less stretching may cost. Measured on 12 lengths of 4 songs: without a bound,
edits of 7 joins at .44 came instead of one join at .07 and a stretch of .5 %."""

LESS_LIKED = 0.25
"""Utility (a logit) that less stretching may cost: the better one would win 56 of 100 pairs."""

END_CUT_S = 0.05
END_GROWTH_S = 0.015
"""What an edit's end may give away or take, since it fades there: less is heard of it than of a
stretch. A cut lies 20 ms before its bar line, so what is taken is no attack."""

_END_FADE_S = 0.02
_MARGIN_S = 0.1
"""Placing joins moves a length by some 50 ms: a length is promised only this far within reach."""

Deliver = Callable[[Limits], Sequence[Delivered]]
"""Gives edits within limits, best first; raises `UserError` where there are none."""


def deliver_exactly(
    deliver: Deliver, graph: EditGraph, limits: Limits, exact_s: float, n_alternatives: int = 1
) -> list[Delivered]:
    """Edits that can last `exact_s` seconds exactly, best first.

    Args:
        deliver: of this song.
        graph: of the song.
        limits: that every edit keeps; their own lengths are replaced.
        exact_s: how long the file is to last.
        n_alternatives: how many edits in all; fewer where the song does not have as many.

    Raises:
        UserError: if no edit can be stretched to it; it names the nearest exact lengths.
    """
    widest = _within_reach(deliver, graph, limits, exact_s)
    widest = [_ended(one, graph, limits, exact_s) for one in widest]
    found: list[Delivered] = []
    for made in (*_less_stretched(deliver, graph, limits, exact_s, widest[0]), widest):
        known = {one.edit.spans for one in found}
        found += [one for one in made if one.edit.spans not in known]
        if len(found) >= n_alternatives:
            break
    return found[:n_alternatives]


def _less_stretched(
    deliver: Deliver, graph: EditGraph, limits: Limits, exact_s: float, widest: Delivered
) -> Iterator[list[Delivered]]:
    """What smaller steps give, from the smallest on, where it is about as good as the widest's."""
    for share in STEPS:
        low_s, high_s = durations_for_s(exact_s, share)
        if share == 0.0:
            low_s, high_s = exact_s - NEAR_S - END_GROWTH_S, exact_s + NEAR_S + END_CUT_S
        try:
            made = deliver(_within(limits, max(low_s, exact_s / 2), high_s))
        except UserError:
            continue
        if _is_about_as_good(made[0], widest):
            yield [_ended(one, graph, limits, exact_s) for one in made]


def _is_about_as_good(one: Delivered, widest: Delivered) -> bool:
    return (
        one.mean_join_cost <= widest.mean_join_cost + ROUGHER
        and one.utility >= widest.utility - LESS_LIKED
    )


def _ended(one: Delivered, graph: EditGraph, limits: Limits, exact_s: float) -> Delivered:
    """The same edit, its end moved so that it lasts `exact_s`, if that is near and no limit stops
    it; else the edit as it is.
    """
    edit, rate_hz = one.edit, one.edit.sample_rate_hz
    surplus = edit.n_samples - round(exact_s * rate_hz)
    is_there = abs(surplus) <= NEAR_S * rate_hz
    if is_there or not -END_GROWTH_S * rate_hz <= surplus <= END_CUT_S * rate_hz:
        return one
    start, end = edit.spans[-1]
    if end - surplus <= start + END_CUT_S * rate_hz:
        return one
    moved = replace(
        edit,
        spans=(*edit.spans[:-1], (start, end - surplus)),
        fade_out=max(edit.fade_out, round(_END_FADE_S * rate_hz)),
    )
    checked = _within(limits, exact_s - NEAR_S, exact_s + NEAR_S)
    if broken_limit(moved, graph, checked) is not None:
        return one
    return replace(one, candidate=replace(one.candidate, edit=moved))


def _within(limits: Limits, low_s: float, high_s: float) -> Limits:
    return replace(limits, shortest_s=low_s, longest_s=high_s, is_wish=False, exact_s=None)


def _within_reach(
    deliver: Deliver, graph: EditGraph, limits: Limits, exact_s: float
) -> list[Delivered]:
    """Edits that the widest stretch makes last `exact_s`, best first.

    Raises:
        UserError: if there is none.
    """
    low_s, high_s = durations_for_s(exact_s)
    try:
        return list(deliver(_within(limits, low_s, high_s)))
    except UserError:
        # Draws between bounds miss what is rare; a wished length is decoded.
        wish = Limits.lasting(exact_s, limits.keep_low, limits.keep_high)
        wished = replace(
            limits, shortest_s=wish.shortest_s, longest_s=wish.longest_s, is_wish=True, exact_s=None
        )
        nearest = nearest_exact_s(graph, limits, exact_s)
        try:
            made = deliver(wished)
        except UserError:
            if not nearest:
                raise
            made = ()
        near = [one for one in made if low_s <= one.edit.duration_s <= high_s]
        if near:
            return near
        raise _no_edit(graph, limits, exact_s, nearest) from None


def _no_edit(
    graph: EditGraph, limits: Limits, exact_s: float, nearest: Sequence[float]
) -> NoSuchLength:
    ways = ways_to(graph, limits, durations_for_s(exact_s))
    several = len(nearest) > 1
    told = f"; the nearest {'are' if several else 'is'} {lengths_words(nearest)}" if nearest else ""
    asks = [f"ask for {'one of these' if several else 'that'}"] if nearest else []
    remedy = ", or ".join([*asks, *ways]) or "ask for another length"
    return NoSuchLength(
        f"No edit of this song can last {exact_s:.2f} s exactly, even stretched by "
        f"{MOST_STRETCH * 100:.0f} %{kept_words(limits)}{told}.",
        f"{remedy[:1].upper()}{remedy[1:]}.",
        nearest,
    )


def nearest_exact_s(graph: EditGraph, limits: Limits, exact_s: float) -> tuple[float, ...]:
    """The nearest lengths around `exact_s` that some edit reaches, shorter first; at most two.

    Empty where there is no edit at all, or one well within reach.
    """
    low_s, high_s = durations_for_s(exact_s)
    around = nearest_lengths_s(graph, limits, (low_s, high_s))
    if around == ():
        # It lies so near to an end of the range that placing its joins moves it out.
        margin_s = min(_MARGIN_S, (high_s - low_s) / 4)
        around = nearest_lengths_s(graph, limits, (low_s + margin_s, high_s - margin_s))
    below = [reach_s(s)[1] - _MARGIN_S for s in around or () if s < exact_s]
    above = [reach_s(s)[0] + _MARGIN_S for s in around or () if s > exact_s]
    return tuple(math.floor(s * 10) / 10 for s in below) + tuple(
        math.ceil(s * 10) / 10 for s in above
    )
