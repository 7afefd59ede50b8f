"""Which bars a song's intro and ending are."""

from __future__ import annotations

from ml_core.domain.songs import SILENCE
from ml_core.edits.graph.edit_graph import EditGraph

MOST_TOGETHER_SHARE = 0.6
LONGEST_SHARE = 0.3
"""The intro is the first section and the ending the last one. Where both together exceed .6 of the
bars, each is .3 of them at most. In songs of one, two or very unequal sections they would else be
most of the song, and keeping both would leave nothing to edit."""


def intro_end_bar(graph: EditGraph) -> int:
    """Bars [0, this) are the intro, but for silence before it."""
    first, _ = graph.music_bars
    return first + _lengths(graph)[0]


def ending_start_bar(graph: EditGraph) -> int:
    """Bars from this one on are the ending, but for silence after it."""
    _, last = graph.music_bars
    return last + 1 - _lengths(graph)[1]


def _lengths(graph: EditGraph) -> tuple[int, int]:
    """Bars of the intro and of the ending."""
    heard = [section for section in graph.analysis.sections if section.label != SILENCE]
    first, last = heard[0], heard[-1]
    intro, ending = first.end_bar - first.start_bar, last.end_bar - last.start_bar
    n_bars = graph.n_bars - int(graph.silent.sum())
    if intro + ending <= MOST_TOGETHER_SHARE * n_bars:
        return intro, ending
    longest = max(1, round(LONGEST_SHARE * n_bars))
    return min(intro, longest), min(ending, longest)
