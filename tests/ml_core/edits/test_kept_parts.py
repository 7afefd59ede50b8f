"""Intro and ending: the first and the last section, unless that is most of the song."""

from __future__ import annotations

import pytest

from ml_core.domain.edits import Limits
from ml_core.edits.graph.edit_graph import build_graph
from ml_core.edits.graph.kept_parts import ending_start_bar, intro_end_bar
from ml_core.edits.limits.masks import AllowedPaths
from tests.ml_core.edits.song_builder import build_song


@pytest.mark.parametrize(
    "form, bars_each, intro, ending",
    [("ABACABAD", 4, 4, 28), ("AB", 20, 12, 28), ("A", 20, 6, 14), ("A", 1, 1, 0)],
)
def test_intro_and_ending(form, bars_each, intro, ending):
    graph = build_graph(build_song(form, bars_each=bars_each, beat_s=2.0, beats_a_bar=1))
    assert (intro_end_bar(graph), ending_start_bar(graph)) == (intro, ending)


@pytest.mark.parametrize("form", ["A", "AB", "ABC"])
def test_both_can_be_kept_in_songs_of_few_sections(form):
    graph = build_graph(build_song(form, bars_each=24 // len(form)))
    AllowedPaths.from_limits(graph, Limits(keep_intro=True, keep_ending=True))
