"""Join costs: what would have followed against what is entered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml_core.edits.graph.edit_graph import build_graph
from ml_core.edits.joins.cost import (
    LEAD_S,
    OFF_BEAT_PENALTY,
    OTHER_BAR_POSITION_PENALTY,
    compare_bars,
)
from tests.ml_core.edits.one_join import cost_at
from tests.ml_core.edits.song_builder import RATE_HZ, build_song


def test_equal_music_is_cheap_and_the_median_pair_costs_one():
    song = build_song("ABAC", noise=0.02)
    distance = compare_bars(song)[1].distance
    upper = distance[np.triu_indices(song.n_bars, 1)]
    assert np.median(upper) == pytest.approx(1.0, abs=1e-5)
    same = [distance[bar, bar + 8] for bar in range(4)]
    assert max(same) < 0.1
    assert np.all(np.diagonal(distance) == 0)


def test_the_cost_looks_ahead_and_not_across_the_cut():
    song = build_song("ABAC", noise=0.0)
    graph = build_graph(song)
    # Bar 1 would have followed bar 0; bar 9 is the same music, though bars 0 and 9 are unlike.
    assert graph.bar_distance[1, 9] == pytest.approx(0.0, abs=1e-4)
    assert graph.bar_distance[4, 12] > 0.8


def test_natural_continuation_is_exactly_free_anywhere():
    song = build_song()
    for sample in (0, 12345, int(song.bar_edges_samples[3]), song.n_samples):
        assert cost_at(song, sample, sample) == 0.0


@pytest.mark.parametrize("shift_s", [0.0, -LEAD_S, -LEAD_S - 0.02])
def test_costs_at_bar_lines_agree_with_the_matrix(shift_s):
    song = build_song("ABBA")
    graph = build_graph(song)
    shift = round(shift_s * RATE_HZ)
    for last, first in ((3, 8), (2, 9), (7, 12), (0, 14)):
        cost = cost_at(
            song,
            int(song.bar_edges_samples[last + 1]) + shift,
            int(song.bar_edges_samples[first]) + shift,
        )
        assert cost == pytest.approx(float(graph.bar_distance[last + 1, first]), abs=1e-5)


def test_sides_off_the_beat_or_at_other_beats_of_the_bar_cost_more():
    song = build_song("AAAA", noise=0.0)
    edges, beat = song.bar_edges_samples, 0.5 * RATE_HZ
    leave = int(edges[4]) - 160
    on_the_line = cost_at(song, leave, int(edges[8]) - 160)
    assert cost_at(song, leave, int(edges[8] - 160 + 0.5 * beat)) >= on_the_line + OFF_BEAT_PENALTY
    other_beat = cost_at(song, leave, int(edges[8] - 160 + beat))
    assert other_beat >= on_the_line + OTHER_BAR_POSITION_PENALTY
    # The same beat of the bar, in the middle of it, is as good as the bar line.
    middle = round(2 * beat)
    assert cost_at(song, leave + middle, int(edges[8]) - 160 + middle) == pytest.approx(
        on_the_line, abs=1e-3
    )


def test_other_beats_of_the_bar_cost_the_penalty_even_in_the_same_music():
    song = build_song("AA")
    even = replace(song, beat_features=np.ones_like(song.beat_features))
    edges, beat = song.bar_edges_samples, round(0.5 * RATE_HZ)
    assert cost_at(even, int(edges[2]), int(edges[5])) == 0.0
    for beats in (1, 2, 3):
        cost = cost_at(even, int(edges[2]), int(edges[5]) + beats * beat)
        assert cost == OTHER_BAR_POSITION_PENALTY


def test_joins_beyond_the_first_and_last_beat_stay_finite():
    song = build_song("AB")
    for leave, enter in ((song.n_samples, 0), (0, song.n_samples), (song.n_samples - 5, 7)):
        assert np.isfinite(cost_at(song, leave, enter))
        assert cost_at(song, leave, enter) > 0


def test_a_block_without_any_change_and_missing_numbers_are_left_out():
    song = build_song("ABAB")
    features = song.beat_features.copy()
    features[:, 100] = 3.0
    features[5, :] = np.nan
    distance = compare_bars(replace(song, beat_features=features))[1].distance
    assert np.isfinite(distance).all()


def test_silence_costs_nothing():
    song = build_song("AB")
    silent = replace(song, beat_features=np.zeros_like(song.beat_features))
    graph = build_graph(silent)
    assert np.all(graph.join_cost[graph.join_allowed] == 0.0)
