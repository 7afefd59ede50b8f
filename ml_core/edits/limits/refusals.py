"""Why there is no edit as it was asked for, and what there is instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.edits import Limits
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.edits.limits.checks import NoSuchLength, shortest_units, touched_bars
from ml_core.errors import UserError
from ml_core.units import clock

ROUGH_WAY = "allow a join that stands out"
"""What is offered where only joins that are ruled out lead to a length."""

NO_RULES: dict[str, Any] = {
    "keep_intro": False,
    "keep_ending": False,
    "locked": (),
    "forbidden": (),
    "shortest_segment_bars": 1,
    "longest_segment_bars": None,
    "never_joins": (),
}
"""What `Limits` are without any rule but lengths."""


def no_such_length(limits: Limits, nearest_s: Sequence[float], ways: Sequence[str]) -> NoSuchLength:
    """For a wished length that no edit comes within half a bar of.

    Args:
        limits: with the wish.
        nearest_s: the nearest lengths that there are.
        ways: what would make the length possible.
    """
    wished_s = limits.wished_s or 0.0
    others = ["ask for " + ("one of these" if len(nearest_s) > 1 else "that"), *ways]
    remedy = ", or ".join(others)
    verb = "the nearest are" if len(nearest_s) > 1 else "the nearest is"
    return NoSuchLength(
        f"No edit of this song lasts {_asked_words(wished_s)}{kept_words(limits)}; "
        f"{verb} {lengths_words(nearest_s)}.",
        f"{remedy[:1].upper()}{remedy[1:]}.",
        nearest_s,
    )


def lengths_words(lengths_s: Sequence[float]) -> str:
    """Lengths to a tenth of a second, as they could be asked for."""
    return " and ".join(f"{length_s:.1f} s" for length_s in lengths_s)


def _asked_words(wished_s: float) -> str:
    return clock(wished_s) if abs(wished_s - round(wished_s)) < 0.005 else f"{wished_s:.1f} s"


def rules_left_away(limits: Limits) -> Iterator[tuple[str, Limits]]:
    """(what a person would do, the limits then) for each rule that is set."""
    if limits.keep_intro:
        yield "don't keep the intro", replace(limits, keep_intro=False)
    if limits.keep_ending:
        yield "don't keep the ending", replace(limits, keep_ending=False)
    for verb, name in (("unlock", "locked"), ("allow", "forbidden")):
        spans: tuple[tuple[float, float], ...] = getattr(limits, name)
        for span in spans:
            others: Any = tuple(other for other in spans if other != span)
            words = f"{verb} {clock(span[0])} to {clock(span[1])}"
            yield words, replace(limits, **{name: others})
    if limits.longest_segment_bars is not None:
        yield "allow longer pieces", replace(limits, longest_segment_bars=None)
    if limits.never_joins:
        yield "allow the joins that you ruled out", replace(limits, never_joins=())
    if limits.shortest_segment_bars > 1:
        yield "allow shorter pieces", replace(limits, shortest_segment_bars=1)


def kept_words(limits: Limits) -> str:
    """What must be kept, behind a sentence; empty for nothing."""
    kept = [
        words
        for words, asked in (
            ("its intro", limits.keep_intro),
            ("its ending", limits.keep_ending),
            ("the locked parts", bool(limits.locked)),
        )
        if asked
    ]
    if not kept:
        return ""
    listed = kept[0] if len(kept) == 1 else ", ".join(kept[:-1]) + " and " + kept[-1]
    return f" while keeping {listed}"


def nothing_can_be_kept(graph: EditGraph, limits: Limits, required: NDArray[np.bool_]) -> UserError:
    """Says which of the limits leaves no edit, by leaving them away one after the other.

    Args:
        graph: of the song.
        limits: that no edit keeps.
        required: bars that must be kept, (n_bars,).
    """
    if graph.n_bars < shortest_units(graph, limits):
        return UserError(
            f"This song has {graph.n_bars // graph.units_a_bar} bars, so no part of it can be "
            f"{limits.shortest_segment_bars} bars long.",
            "Allow shorter parts.",
        )
    for start_s, end_s in limits.forbidden:
        if np.any(required & touched_bars(graph, start_s, end_s)):
            return UserError(
                f"The part from {clock(start_s)} to {clock(end_s)} is forbidden, but it shares a "
                f"bar with what must be kept ({kept_words(limits).strip()}).",
                "Make the forbidden part shorter, or keep less.",
            )
    if limits.forbidden:
        return UserError(
            "Too much of this song is forbidden: what is left can't be joined.",
            "Forbid less of it.",
        )
    return UserError(
        f"Nothing of this song can be joined in parts of {limits.shortest_segment_bars} bars"
        f"{kept_words(limits)}.",
        "Allow shorter parts, or keep less.",
    )
