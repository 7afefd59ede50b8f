"""What sets the alternatives of a song apart, in plain sentences made from their spans."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from editor_app.places.export.set_rules import SetRules
from ml_core.domain.edits import Edit
from ml_core.domain.playing import SongLayout
from ml_core.domain.requests import Delivered
from ml_core.domain.songs import SILENCE
from ml_core.edits.exact.lengths import stretch_to
from ml_core.errors import UserError
from ml_core.units import clock

# An edge that is a join's shift away (50 ms) or a fade from a part's line still counts as it.
_SLACK_S = 0.25
_CLEARLY_SMOOTHER = 0.8


def alternative_sentences(found: Sequence[Delivered], layout: SongLayout) -> list[str]:
    """One short text for each: what it excels in among them, then what it keeps."""
    return [_sentence(index, found, layout) for index in range(len(found))]


def becomes_words(song_s: float, edit: Edit, rules: SetRules) -> str:
    """How long a song's edit is, and how far that is from the length asked for.

    Of an exact length, what the file becomes beside the edit as it is heard here.
    """
    wished_s = rules.wished_s
    if rules.exact_s is not None:
        return _exact_words(song_s, edit, rules.exact_s)
    words = f"{clock(song_s)} becomes {clock(edit.duration_s)}"
    if wished_s is not None and clock(wished_s) != clock(edit.duration_s):
        side = "over" if edit.duration_s > wished_s else "under"
        words += f", {clock(abs(edit.duration_s - wished_s))} {side} your {clock(wished_s)}"
    return words


def lasts_words(edit: Edit, rules: SetRules) -> str:
    """How long an edit's file is to be."""
    return clock(edit.duration_s if rules.exact_s is None else rules.exact_s)


def _exact_words(song_s: float, edit: Edit, exact_s: float) -> str:
    try:
        stretch = stretch_to(edit, exact_s)
    except UserError:
        return f"{clock(song_s)} becomes {edit.duration_s:.2f} s: too far from {exact_s:.2f} s"
    words = f"{clock(song_s)} becomes {clock(exact_s)} exactly"
    if stretch.is_none:
        return words
    by = f"{100.0 * abs(stretch.ratio - 1.0):.1f}".replace("0.0", "under 0.1")
    longer = "longer" if stretch.ratio > 1.0 else "shorter"
    return f"{words}: the file {by} % {longer} than you hear it"


def _sentence(index: int, found: Sequence[Delivered], layout: SongLayout) -> str:
    parts = []
    excels = _excels(index, found)
    if excels:
        parts.append(f"{excels}.")
    parts.append(_kept(found[index].edit, layout))
    left_out = _left_out(found[index].edit, layout)
    if left_out:
        parts.append(f"Leaves out {left_out}.")
    elif found[index].edit.n_joins:
        parts.append(_longest_cut(found[index].edit))
    return " ".join(parts)


def _longest_cut(edit: Edit) -> str:
    cuts = [(end, start) for (_, end), (start, _) in pairwise(edit.spans)]
    start, end = max(cuts, key=lambda cut: cut[1] - cut[0])
    rate_hz = edit.sample_rate_hz
    return f"Skips {clock(start / rate_hz)} to {clock(end / rate_hz)}."


def _excels(index: int, found: Sequence[Delivered]) -> str:
    """In what it is alone at the top; empty if in nothing."""
    others = [one for at, one in enumerate(found) if at != index]
    if not others:
        return ""
    mine = found[index]

    def is_least(value: Callable[[Delivered], float], factor: float = 1.0) -> bool:
        return value(mine) < factor * min(value(one) for one in others)

    if mine.edit.n_joins == 0:
        return "No join at all"
    tests = (
        ("Fewest joins", is_least(lambda one: one.edit.n_joins)),
        ("Smoothest joins", is_least(lambda one: one.mean_join_cost, _CLEARLY_SMOOTHER)),
        ("The shortest", is_least(lambda one: round(one.edit.duration_s))),
        ("The longest", is_least(lambda one: -round(one.edit.duration_s))),
    )
    return next((words for words, holds in tests if holds), "")


def _kept(edit: Edit, layout: SongLayout) -> str:
    slack = round(_SLACK_S * edit.sample_rate_hz)
    parts = [part for part in layout.sections if part[2] != SILENCE]
    (song_start, first_end, _), (last_start, song_end, _) = parts[0], parts[-1]
    if len(parts) == len(layout.sections):
        # A pick-up and a tail belong to the song, too.
        song_start, song_end = 0, layout.n_samples
    # Parts end at bar lines, and joins slide off them.
    first, last = (layout.meant_span(edit.spans[at]) for at in (0, -1))
    begins_so = edit.spans[0][0] <= song_start + slack
    ends_so = edit.spans[-1][1] >= song_end - slack
    has_intro = begins_so and first[1] >= first_end - slack
    has_ending = ends_so and last[0] <= last_start + slack
    opening = "with the whole intro" if has_intro else "at the song's start"
    if not begins_so:
        opening = f"in part {_part_at(first[0], layout)}"
    ending = "has the song's own ending" if has_ending else "ends as the song does"
    if not ends_so:
        ending = f"ends in part {_part_at(last[1] - 1, layout)}"
    return f"Begins {opening} and {ending}."


def _left_out(edit: Edit, layout: SongLayout) -> str:
    """The names of parts of which nothing is heard."""
    names = [name for name in dict.fromkeys(n for *_, n in layout.sections) if name != SILENCE]
    spans = [layout.meant_span(span) for span in edit.spans]
    heard = {
        name
        for start, end, name in layout.sections
        if any(low < end and high > start for low, high in spans)
    }
    missing = [name for name in names if name not in heard]
    if not missing:
        return ""
    if len(missing) == 1:
        return f"part {missing[0]}"
    return f"parts {', '.join(missing[:-1])} and {missing[-1]}"


def _part_at(sample: int, layout: SongLayout) -> str:
    return next((name for start, end, name in layout.sections if start <= sample < end), "")
