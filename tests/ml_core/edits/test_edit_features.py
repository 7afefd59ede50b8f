"""Edit features: finite for anything, and each says what its name says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_core.domain.edits import Edit
from ml_core.edits.features.edit_features import (
    FEATURE_NAMES,
    FEATURE_WORDS,
    edit_features,
)
from ml_core.edits.features.song_features import SONG_FEATURES
from ml_core.edits.graph.edit_graph import build_graph, edit_from_path
from tests.ml_core.edits.song_builder import RATE_HZ, build_song, random_path

GRAPH = build_graph(build_song("ABACABAC"))  # C is the loudest and the hook


def features(*paths) -> list[dict[str, float]]:
    rows = edit_features(GRAPH, [edit_from_path(GRAPH, path) for path in paths])
    return [dict(zip(FEATURE_NAMES, row, strict=True)) for row in rows]


def of_spans(*spans_s) -> dict[str, float]:
    spans = tuple((round(a * RATE_HZ), round(b * RATE_HZ)) for a, b in spans_s)
    row = edit_features(GRAPH, [Edit(GRAPH.analysis.sha256, RATE_HZ, spans)])[0]
    return dict(zip(FEATURE_NAMES, row, strict=True))


def test_names_words_and_shape_agree():
    assert len(FEATURE_NAMES) == len(set(FEATURE_NAMES)) == 37 + len(SONG_FEATURES)
    assert tuple(FEATURE_WORDS) + SONG_FEATURES == FEATURE_NAMES
    assert all(less and more and less != more for less, more in FEATURE_WORDS.values())
    assert edit_features(GRAPH, []).shape == (0, len(FEATURE_NAMES))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**6)), min_size=1, max_size=7),
        min_size=1,
        max_size=5,
    )
)
def test_any_intervals_give_finite_features(all_spans):
    edits = [
        Edit(GRAPH.analysis.sha256, RATE_HZ, tuple((a, a + b) for a, b in spans))
        for spans in all_spans
    ]
    rows = edit_features(GRAPH, edits)
    assert rows.shape == (len(edits), len(FEATURE_NAMES))
    assert np.isfinite(rows).all()
    assert np.abs(rows).max() < 1000
    # One by one or together is the same.
    assert np.allclose(rows[-1], edit_features(GRAPH, edits[-1:])[0])


def test_lengths_and_cuts():
    (one,) = features(((0, 7), (16, 23), (28, 31)))
    assert one["keep_ratio"] == pytest.approx(20 / 32, abs=0.02)
    assert one["keep_ratio_squared"] == pytest.approx(one["keep_ratio"] ** 2)
    assert np.exp(one["log_duration"]) * 60 == pytest.approx(40, abs=1)
    assert np.expm1(one["cuts"]) == pytest.approx(2)
    assert one["cuts_per_minute"] == pytest.approx(3, abs=0.1)
    assert np.exp(one["segment_min"]) == pytest.approx(8, abs=0.5)
    assert np.exp(one["segment_max"]) == pytest.approx(16, abs=0.5)


def test_touching_spans_are_no_cut():
    split, whole = of_spans((0, 20), (20, 40)), of_spans((0, 40))
    assert split["cuts"] == whole["cuts"] == 0
    assert split["join_cost_max"] == 0


def test_join_costs_tell_rough_from_smooth():
    smooth, rough = features(((0, 3), (20, 31)), ((0, 6), (25, 31)))
    # Bar 4 (B) would follow bar 3; bar 20 is B again. Bar 7 (B) would follow bar 6; 25 is A.
    for name in ("join_cost_mean", "join_cost_max", "join_cost_sum"):
        assert smooth[name] < 0.3 * rough[name]


def test_energy_hook_and_their_course():
    loud, soft, rising, falling = features(((12, 15),), ((0, 3),), ((0, 3), (12, 15)), ((12, 19),))
    assert loud["energy"] > 0.2 > -0.1 > soft["energy"]
    assert loud["hook_precision"] > 0.95
    assert soft["hook_precision"] < 0.05
    assert loud["hook_recall"] == pytest.approx(0.5, abs=0.05)
    assert loud["opening_energy"] > soft["opening_energy"]
    assert loud["opening_hook"] > soft["opening_hook"]
    assert rising["trend"] > 0.2 > -0.2 > falling["trend"]
    assert rising["dynamics"] > loud["dynamics"] + 0.1
    assert rising["final_energy"] > falling["final_energy"]


def test_what_is_covered():
    whole, part, twice = features(((0, 31),), ((0, 7),), ((0, 3), (8, 11), (24, 27)))
    assert whole["coverage"] > 0.99
    assert part["coverage"] < 0.85
    assert whole["sections_covered"] == 1.0
    assert part["sections_covered"] < 1.0
    assert twice["redundancy"] > 0.9  # A three times
    assert part["redundancy"] < 0.3  # A and B once each
    assert (whole["intro_kept"], whole["outro_kept"]) == pytest.approx((1.0, 1.0))
    assert part["outro_kept"] == 0.0
    assert whole["ending"] == 1.0
    assert part["ending"] < 0.01
    assert part["position"] < whole["position"]


def test_a_repeated_interval_is_redundant_and_a_hidden_one_is_not():
    once, twice = of_spans((0.3, 8.3)), of_spans((0.3, 8.3), (0.3, 8.3))
    assert twice["redundancy"] > once["redundancy"] + 0.5
    assert twice["coverage"] == pytest.approx(once["coverage"], abs=1e-3)


def test_order_matters_only_for_the_course():
    forward, back = of_spans((0.3, 8.3), (24.3, 32.3)), of_spans((24.3, 32.3), (0.3, 8.3))
    for name in ("keep_ratio", "energy", "coverage", "hook_recall", "position"):
        assert forward[name] == pytest.approx(back[name])
    assert forward["trend"] > back["trend"]


def test_features_compare_between_songs():
    """The same form at another tempo, rate and loudness has about the same features."""
    slow = build_graph(build_song("ABACABAC", beat_s=0.6))
    path = ((0, 7), (16, 23))
    a = edit_features(GRAPH, [edit_from_path(GRAPH, path)])[0]
    b = edit_features(slow, [edit_from_path(slow, path)])[0]
    timed = {"log_duration", "log_duration_squared", "cuts_per_minute", *SONG_FEATURES}
    for name, one, other in zip(FEATURE_NAMES, a, b, strict=True):
        if name not in timed and not name.startswith("segment"):
            assert one == pytest.approx(other, abs=0.12), name


def test_hundreds_of_edits_of_a_long_song_are_one_call():
    graph = build_graph(build_song("ABCABCABCABCABCABCABCABCA"))
    rng = np.random.default_rng(0)
    edits = [edit_from_path(graph, random_path(rng, graph.n_bars)) for _ in range(200)]
    assert edit_features(graph, edits).shape == (200, len(FEATURE_NAMES))


def test_the_very_start_and_end_are_told_from_the_sections():
    start, end, middle = of_spans((0, 12)), of_spans((20, 64.7)), of_spans((12, 40))
    assert start["start_kept"] == 1.0
    assert start["end_kept"] == 0.0
    assert end["start_kept"] == 0.0
    assert end["end_kept"] == pytest.approx(1.0, abs=0.01)
    assert middle["start_kept"] == middle["end_kept"] == 0.0
    assert of_spans((5, 12))["start_kept"] == pytest.approx(0.5)


def test_what_comes_again_is_heard_only_where_both_are_kept():
    again, new = of_spans((0.3, 8.3), (16.3, 24.3)), of_spans((0.3, 16.3))
    assert again["echo"] > 0.8  # A and A, as in the song
    assert new["echo"] < 0.4  # A and B
    assert of_spans((0.3, 4.3), (4.3, 8.3))["echo"] < 0.4  # The same idea, going on.


def test_a_quiet_and_a_loud_close_are_told_apart():
    loud, quiet = of_spans((0.3, 8.3), (24.3, 32.3)), of_spans((24.3, 32.3), (0.3, 8.3))
    assert loud["closing_energy"] > quiet["closing_energy"] + 0.3
    assert loud["opening_energy"] < quiet["opening_energy"] - 0.3


def test_loudness_is_heard_within_bars():
    """Bars alike in loudness that each have a loud and a quiet half are in turn loud and quiet."""
    even = build_song("AAAA")
    turns = np.arange(len(even.excerpt)) % 4000 < 2000
    uneven = replace(even, excerpt=(even.excerpt * np.where(turns, 1.0, 0.2)).astype(np.float16))
    path = ((0, 7),)
    flat, swinging = (
        edit_features(g, [edit_from_path(g, path)])[0][FEATURE_NAMES.index("dynamics")]
        for g in (build_graph(even), build_graph(uneven))
    )
    assert swinging > flat + 0.2
