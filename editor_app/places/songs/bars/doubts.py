"""Which bars of a song are doubtful, and why: heard so by the analysis, or by a person's mark."""

from __future__ import annotations

from collections.abc import Iterable

from ml_core.domain.bar_check import BarCheck
from ml_core.domain.ratings import Mark
from ml_core.domain.songs import DOUBTFUL_WARNING


def marked_bars(check: BarCheck, marks: Iterable[Mark]) -> tuple[int, ...]:
    """Bars where a join begins or ends that was marked as bad, in order.

    A join that stands out is a sign that the bar it leaves at, or the one it enters, does not
    begin where the analysis says. None once a person said that the bars fit, or corrected them.
    """
    layout = check.layout
    if check.corrections or not layout.has_beat:
        return ()
    places = [
        place
        for mark in marks
        if mark.kind == "bad_join" and mark.sha256 == layout.sha256
        for place in (mark.from_sample, mark.to_sample)
        if place >= 0
    ]
    nearest = {layout.nearest_edge(place) for place in places}
    return tuple(sorted(bar for bar in nearest if bar < len(layout.bar_edges_samples) - 1))


def doubts(check: BarCheck, marked: tuple[int, ...]) -> tuple[int, ...]:
    """All bars to be listened to, in order."""
    return tuple(sorted({*check.doubtful_bars, *marked}))


def verdict(check: BarCheck, marked: tuple[int, ...], is_trial: bool) -> tuple[str, str]:
    """Icon and words that say how sure the bars are, or that what is seen is not kept yet."""
    if is_trial:
        return "pencil", "A trial: “It fits” keeps it"
    if not check.layout.has_beat:
        return "info", "No steady beat was found"
    if check.corrections.is_confirmed:
        return "tick", "You said that the bars fit"
    if check.corrections.steps:
        return "pencil", "Corrected by you"
    return _found_verdict(check, marked)


def _found_verdict(check: BarCheck, marked: tuple[int, ...]) -> tuple[str, str]:
    """The same of a grid that nobody corrected or confirmed."""
    if check.tempi_bpm:
        return "triangle", f"The tempo may be {tempi_words(check)}: hear both"
    n_doubtful, n_bars = len(check.doubtful_bars), len(check.layout.bar_edges_samples) - 1
    found = f"the first beat is uncertain in {n_doubtful} of {n_bars} bars" if n_doubtful else ""
    words = "; ".join(filter(None, (found, _places(marked))))
    if not words and DOUBTFUL_WARNING in check.warnings:
        words = "the bars are doubtful"
    if not words:
        return "tick", "No bar is uncertain"
    return "triangle", words[0].upper() + words[1:]


def tempi_words(check: BarCheck) -> str:
    """Both tempi that a song may have: "76 or 153 bpm"."""
    return " or ".join(f"{bpm:.0f}" for bpm in check.tempi_bpm) + " bpm"


def _places(marked: tuple[int, ...]) -> str:
    if not marked:
        return ""
    if len(marked) > 3:
        return f"you marked bad joins at {len(marked)} bars"
    numbers = [str(bar + 1) for bar in marked]
    listed = ", ".join(numbers[:-1]) + (" and " if len(numbers) > 1 else "") + numbers[-1]
    return f"you marked a bad join at bar{'s' if len(numbers) > 1 else ''} {listed}"
