"""The terms of a path: added up right, measured within the song, there for any song."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml_core.edits.graph.edit_graph import EditGraph, build_graph
from ml_core.policy.path_features import (
    BAR_TERMS,
    JOIN_COST_CAP,
    N_TERMS,
    TERM_NAMES,
    path_terms,
)
from tests.ml_core.edits.song_builder import build_song

PATH = ((0, 3), (8, 11), (20, 23))


@pytest.fixture(scope="module")
def graph() -> EditGraph:
    return build_graph(build_song("ABACAB", 4))


def _term(graph: EditGraph, path, name: str) -> float:
    return float(path_terms(graph).of_path(path)[TERM_NAMES.index(name)])


def test_tilts_are_the_terms_times_their_weights(graph: EditGraph) -> None:
    terms = path_terms(graph)
    weights = np.random.default_rng(0).normal(size=N_TERMS)
    segments, joins, starts, ends = terms.tilts(weights)
    total = sum(segments[first, last] for first, last in PATH)
    total += joins[3, 8] + joins[11, 20] + starts[0] + ends[23]
    assert total == pytest.approx(terms.of_path(PATH) @ weights)
    assert terms.of_paths([PATH, PATH[:1]])[0] == pytest.approx(terms.of_path(PATH))
    assert terms.of_paths([]).shape == (0, N_TERMS)


def test_bars_are_counted_in_units_of_two_seconds(graph: EditGraph) -> None:
    kept_s = sum(graph.bar_s[first : last + 1].sum() for first, last in PATH)
    assert _term(graph, PATH, "kept") == pytest.approx(kept_s / 2.0)
    assert path_terms(graph).duration_s(PATH) == pytest.approx(kept_s)


def test_segments_and_sections_are_told(graph: EditGraph) -> None:
    assert _term(graph, PATH, "segments") == 3
    assert _term(graph, PATH, "segment_starts_section") == 3
    assert _term(graph, PATH, "segment_ends_section") == 3
    assert _term(graph, PATH, "segment_of_four_bars") == 3
    assert _term(graph, ((1, 2), (9, 10)), "segment_starts_section") == 0
    assert _term(graph, PATH, "starts_at_beginning") == 1
    assert _term(graph, PATH, "ends_at_ending") == 1
    assert _term(graph, ((1, 4),), "ends_at_ending") == 0
    intro_units = graph.bar_s[:4].sum() / 2.0
    assert _term(graph, ((0, 23),), "intro") == pytest.approx(intro_units)
    # A A C and B are heard before from the third section on, but for C.
    assert _term(graph, ((12, 15),), "heard_before") == 0
    assert _term(graph, ((8, 11),), "heard_before") > 0


def test_joins_that_are_not_allowed_cost_the_cap(graph: EditGraph) -> None:
    barred = replace(graph, join_allowed=np.zeros_like(graph.join_allowed))
    assert _term(barred, ((0, 3), (8, 11)), "join_cost") == JOIN_COST_CAP
    cost = float(graph.join_cost[3, 8])
    if np.isfinite(cost):
        assert _term(graph, ((0, 3), (8, 11)), "join_cost") == pytest.approx(min(cost, 3.0))


def test_bar_terms_are_relative_to_their_song(graph: EditGraph) -> None:
    louder = graph.analysis.bar_features.copy()
    louder[:, 0] = 3.0 * louder[:, 0] + 10.0
    other = build_graph(replace(graph.analysis, bar_features=louder))
    for name in ("loudness_db", "brightness"):
        assert _term(other, PATH, name) == pytest.approx(_term(graph, PATH, name), abs=1e-3)
    assert _term(graph, ((0, 23),), "loudness_db") == pytest.approx(0.0, abs=0.8)


def test_features_that_are_missing_or_no_numbers_count_nothing(graph: EditGraph) -> None:
    broken = graph.analysis.bar_features.copy()
    broken[3, 0] = np.nan
    terms = path_terms(build_graph(replace(graph.analysis, bar_features=broken)))
    assert np.all(np.isfinite(terms.bars))
    names = tuple(f"other_{k}" for k in range(len(graph.analysis.bar_feature_names)))
    unknown = path_terms(build_graph(replace(graph.analysis, bar_feature_names=names)))
    assert np.all(unknown.bars[:, BAR_TERMS.index("energy")] == 0.0)
