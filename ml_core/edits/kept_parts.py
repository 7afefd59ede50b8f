"""Which bars a song's intro and ending are."""

from __future__ import annotations

from ml_core.edits.edit_graph import EditGraph

SINGLE_SECTION_SHARE = 0.25
"""Where analysis found one section only, its first or last quarter counts as intro or ending."""


def intro_end_bar(graph: EditGraph) -> int:
    """Bars [0, this) are the intro: the first section, or a quarter of a song with one only."""
    sections = graph.analysis.sections
    if len(sections) > 1:
        return sections[0].end_bar
    return max(1, round(SINGLE_SECTION_SHARE * graph.n_bars))


def ending_start_bar(graph: EditGraph) -> int:
    """Bars from this one on are the ending: the last section, or a quarter."""
    sections = graph.analysis.sections
    if len(sections) > 1:
        return sections[-1].start_bar
    return graph.n_bars - max(1, round(SINGLE_SECTION_SHARE * graph.n_bars))
