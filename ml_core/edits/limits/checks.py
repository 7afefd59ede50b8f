"""Whether a finished edit, wherever it came from, keeps its limits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.edits import Edit, Limits
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.edits.graph.kept_parts import ending_start_bar, intro_end_bar
from ml_core.edits.joins.cost import LEAD_S
from ml_core.edits.joins.placement import LONGEST_SHIFT_S
from ml_core.edits.limits.lengths import ALIGNED_S, farthest_s
from ml_core.edits.limits.never_joins import first_join_near
from ml_core.edits.silence.finding import LONGEST_PAUSE_S
from ml_core.edits.silence.kept import kept_silence_s
from ml_core.errors import UserError
from ml_core.units import clock

BAR_LINE_TOLERANCE_S = LEAD_S + LONGEST_SHIFT_S + 0.01
"""Sections end at bar lines, and a cut there lies up to this much before. An intro cut so counts as
kept whole, as do parts whose joins slid to spare a word."""


_NAMELESS = "This song"


def length_words(length_s: float, other_s: float) -> str:
    """A length as m:ss, or in parts of a second where that would read like the other one."""
    if clock(length_s) != clock(other_s) or length_s == other_s:
        return clock(length_s)
    return f"{length_s:.{1 if abs(length_s - other_s) >= 0.1 else 2}f} s"


class NoSuchLength(UserError):
    """No edit lasts as long as was asked for.

    Attributes:
        nearest_s: the nearest lengths that there are, below and above, in seconds.
    """

    def __init__(self, message: str, remedy: str, nearest_s: Sequence[float] = ()) -> None:
        super().__init__(message, remedy)
        self.args = (message, remedy, tuple(nearest_s))  # It is passed between processes.
        self.nearest_s = tuple(float(length_s) for length_s in nearest_s)


class TooLittleMusic(NoSuchLength):
    """An edit is asked for that is longer than all of the song's music."""

    @classmethod
    def of_song(
        cls, music_s: float, song_s: float, wished_s: float, nearest_s: Sequence[float]
    ) -> TooLittleMusic:
        """For what could be kept at most, the whole song's length, and the one asked for."""
        return cls(
            f"{_NAMELESS} has {length_words(music_s, wished_s)} of music, the rest of its "
            f"{clock(song_s)} is silence, so no edit of it can last "
            f"{length_words(wished_s, music_s)}.",
            "Ask for a shorter edit, or lock the silence that is to be kept.",
            nearest_s,
        )

    def named(self, name: str) -> TooLittleMusic:
        """The same with the song's name."""
        message = self.message.replace(_NAMELESS, name, 1)
        return TooLittleMusic(message, self.remedy, self.nearest_s)


def touched_bars(graph: EditGraph, start_s: float, end_s: float) -> NDArray[np.bool_]:
    """Bars that a span of the song shares something with, (n_bars,)."""
    edges_s = graph.edges_samples / graph.analysis.sample_rate_hz
    return np.asarray((edges_s[:-1] < end_s) & (edges_s[1:] > start_s))


def unlocked_silence(graph: EditGraph, limits: Limits) -> NDArray[np.bool_]:
    """Bars of silence that must not be kept, (n_bars,): those that no lock touches.

    Around a lock so many are allowed as the shortest piece needs.
    """
    silent = graph.silent.copy()
    around = np.ones(2 * shortest_units(graph, limits) - 1)
    for start_s, end_s in limits.locked if silent.any() else ():
        touched = graph.silent & touched_bars(graph, start_s, end_s + LEAD_S)
        silent &= np.convolve(touched, around)[len(around) // 2 :][: graph.n_bars] < 0.5
    return silent


def most_kept_s(graph: EditGraph, limits: Limits) -> float:
    """How long an edit can be that keeps all of the music, and what is locked of the silence.

    Shares of a song to keep are shares of this.
    """
    locked = graph.silent & ~unlocked_silence(graph, limits)
    return graph.music_s + float(graph.bar_s[locked].sum())


def broken_limit(edit: Edit, graph: EditGraph, limits: Limits) -> str | None:
    """The first limit that an edit does not keep, as a sentence; None if it keeps all."""
    spans_s = [(start_s, end_s) for start_s, end_s in edit.seconds]
    return (
        # Silence makes edits too long: it is told first.
        _broken_silence(edit, graph, limits)
        or _broken_duration(edit, graph, limits)
        or _broken_kept(spans_s, graph, limits)
        or _broken_forbidden(edit, graph, limits)
        or _broken_segment(edit, graph, limits)
        or _broken_join(edit, limits)
    )


def _broken_join(edit: Edit, limits: Limits) -> str | None:
    found = first_join_near(edit, limits.never_joins)
    if found is None:
        return None
    return f"The join from {clock(found[0])} to {clock(found[1])} was ruled out."


def _broken_duration(edit: Edit, graph: EditGraph, limits: Limits) -> str | None:
    if max(end for _, end in edit.spans) > graph.analysis.n_samples:
        return "The edit reaches beyond the song's end."
    half_sample_s = 0.5 / edit.sample_rate_hz
    low_s, high_s = limits.duration_range_s(most_kept_s(graph, limits))
    leeway_s = duration_leeway_s(graph, limits)
    low_s, high_s = low_s - leeway_s, min(high_s + leeway_s, graph.song_s)
    lasts_s = edit.duration_s
    if lasts_s < low_s - half_sample_s:
        return (
            f"The edit lasts {length_words(lasts_s, low_s)}, "
            f"less than the {length_words(low_s, lasts_s)} asked for."
        )
    if lasts_s > high_s + half_sample_s:
        return (
            f"The edit lasts {length_words(lasts_s, high_s)}, "
            f"more than the {length_words(high_s, lasts_s)} allowed."
        )
    return None


def duration_leeway_s(graph: EditGraph, limits: Limits) -> float:
    """How far from a wished length an edit may last: half a bar, and what aligning a join moves."""
    if not limits.is_wish:
        return 0.0
    return farthest_s(graph, limits.wished_s or 0.0) + ALIGNED_S


def _covers(spans_s: list[tuple[float, float]], start_s: float, end_s: float) -> bool:
    """Whether the spans together cover [start, end)."""
    reached_s = start_s
    for span_start_s, span_end_s in sorted(spans_s):
        if span_start_s > reached_s + 1e-9:
            break
        reached_s = max(reached_s, span_end_s)
    return reached_s >= end_s - 1e-9


def pick_up_s(graph: EditGraph) -> float:
    """A beat: what may be sung of the next part before the intro's last bar line."""
    return 60.0 / max(graph.analysis.tempo_bpm, 1.0)


def _broken_kept(
    spans_s: list[tuple[float, float]], graph: EditGraph, limits: Limits
) -> str | None:
    rate = graph.analysis.sample_rate_hz
    edges_s = graph.edges_samples / rate
    # An intro and an ending are whole without the silence in them.
    heard_s = spans_s + [(start / rate, end / rate) for start, end in graph.silent_spans]
    intro_end_s = float(edges_s[intro_end_bar(graph)])
    kept_to_s = intro_end_s - BAR_LINE_TOLERANCE_S - pick_up_s(graph)
    if limits.keep_intro and not _covers(heard_s, 0.0, kept_to_s):
        return f"The intro, up to {clock(intro_end_s)}, is not kept whole."
    ending_s = float(edges_s[ending_start_bar(graph)])
    if limits.keep_ending and not _covers(heard_s, ending_s, graph.song_s):
        return f"The ending, from {clock(ending_s)} on, is not kept whole."
    for start_s, end_s in limits.locked:
        if not _covers(spans_s, start_s, min(end_s, graph.song_s)):
            return f"The locked part from {clock(start_s)} to {clock(end_s)} is not kept whole."
    return None


def _broken_forbidden(edit: Edit, graph: EditGraph, limits: Limits) -> str | None:
    rate = edit.sample_rate_hz
    for start_s, end_s in limits.forbidden:
        for k, (start, end) in enumerate(edit.spans):
            heard_from = start - (edit.fades[k - 1] // 2 if k else 0)
            heard_to = end + (max(edit.fades[k] // 2, edit.tails[k]) if k < edit.n_joins else 0)
            if heard_from < end_s * rate and min(heard_to, graph.analysis.n_samples) > (
                start_s * rate
            ):
                return f"The forbidden part from {clock(start_s)} to {clock(end_s)} is heard."
    return None


def _broken_silence(edit: Edit, graph: EditGraph, limits: Limits) -> str | None:
    if not graph.silent.any():
        return None
    unlocked = unlocked_silence(graph, limits)
    kept_s = kept_silence_s(edit, graph.bar_spans(unlocked))
    if kept_s <= LONGEST_PAUSE_S:
        return None
    return f"The edit keeps {clock(kept_s)} of silence that is no music."


def shortest_units(graph: EditGraph, limits: Limits) -> int:
    """The shortest segment in bars of the graph, which may be parts of the song's bars."""
    return limits.shortest_segment_bars * graph.units_a_bar


def _broken_segment(edit: Edit, graph: EditGraph, limits: Limits) -> str | None:
    edges, numbers = graph.edges_samples, np.arange(graph.n_bars + 1)
    before, after = (slide_s * edit.sample_rate_hz for slide_s in graph.longest_slides_s)
    before += BAR_LINE_TOLERANCE_S * edit.sample_rate_hz
    for start, end in edit.spans:
        first, end_bar = np.interp([start - after, end + before], edges, numbers)
        if end_bar - first < shortest_units(graph, limits) - 1e-9:
            bars = limits.shortest_segment_bars
            return (
                f"The part at {clock(start / edit.sample_rate_hz)} is shorter than "
                f"{'a bar' if bars == 1 else f'{bars} bars'}."
            )
        most = limits.longest_segment_bars
        inner_first, inner_end = np.interp([start + before, end - after], edges, numbers)
        if most is not None and inner_end - inner_first > most * graph.units_a_bar + 1e-9:
            return (
                f"The part at {clock(start / edit.sample_rate_hz)} is longer than "
                f"{'a bar' if most == 1 else f'{most} bars'}."
            )
    return None
