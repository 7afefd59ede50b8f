"""Which bars a song's intro and ending are."""

from __future__ import annotations

from ml_core.edits.graph.edit_graph import EditGraph

MOST_TOGETHER_SHARE = 0.6
LONGEST_SHARE = 0.3
"""The intro is the first section and the ending the last one. Where both together exceed .6 of the
bars, each is .3 of them at most. In songs of one, two or very unequal sections they would else be
most of the song, and keeping both would leave nothing to edit."""


def intro_end_bar(graph: EditGraph) -> int:
    """Bars [0, this) are the intro."""
    return _lengths(graph)[0]


def ending_start_bar(graph: EditGraph) -> int:
    """Bars from this one on are the ending."""
    return graph.n_bars - _lengths(graph)[1]


def _lengths(graph: EditGraph) -> tuple[int, int]:
    """Bars of the intro and of the ending."""
    first, last = graph.analysis.sections[0], graph.analysis.sections[-1]
    intro, ending = first.end_bar, graph.n_bars - last.start_bar
    if intro + ending <= MOST_TOGETHER_SHARE * graph.n_bars:
        return intro, ending
    longest = max(1, round(LONGEST_SHARE * graph.n_bars))
    return min(intro, longest), min(ending, longest)
