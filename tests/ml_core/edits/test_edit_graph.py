"""The edit graph: vetoes, edits from paths, where joins lie."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_core.edits.graph.edit_graph import build_graph, edit_from_path
from ml_core.edits.joins.cost import LEAD_S, BarDistances
from ml_core.edits.joins.placement import LONGEST_SHIFT_S, place_join
from ml_core.edits.joins.slides import best_joins
from ml_core.edits.joins.vetoes import SMALLEST_SHARE, forward_pairs
from tests.ml_core.edits.song_builder import EXCERPT_HZ, RATE_HZ, build_song, random_path

LEAD = round(LEAD_S * RATE_HZ)


def test_joins_go_forward_and_skip_a_bar_at_least():
    graph = build_graph(build_song())
    last, first = np.nonzero(graph.join_allowed)
    assert np.all(first >= last + 2)
    assert np.all(np.isfinite(graph.join_cost) == graph.join_allowed)


def alike(song):
    """Bar distances of a song whose bars all sound the same."""
    return np.zeros((song.n_bars, song.n_bars), dtype=np.float32)


def allowed_joins(song, distance):
    """Joins that the vetoes allow, by distances between its bars."""
    bars = BarDistances(distance[None])
    return best_joins(song, bars, np.zeros(song.n_bars, dtype=np.int64), True).allowed


def test_a_join_costs_what_would_have_followed_against_what_is_entered():
    graph = build_graph(build_song())
    last, first = np.nonzero(graph.join_allowed)
    assert np.array_equal(graph.join_cost[last, first], graph.bar_distance[last + 1, first])


def test_what_sounds_unlike_what_would_have_followed_is_vetoed():
    song = build_song("AAAA")
    distance = alike(song)
    distance[4, 9], distance[4, 10] = 0.85, 0.95
    distance[3, 11], distance[3, 12] = 0.95, 1.05
    levels = np.full((song.n_bars + 1, 4), -20.0, dtype=np.float32)
    allowed = allowed_joins(replace(song, edge_levels_db=levels), distance)
    assert allowed[3, 9]
    assert not allowed[3, 10]
    assert allowed[3, 12]  # bar 11 leads to it
    assert not allowed[3, 13]


@pytest.mark.parametrize("column, limit_db", [(1, 4.0), (2, 6.0), (3, 4.0)])
def test_level_kick_and_onset_jumps_are_vetoed(column, limit_db):
    song = build_song("AAAAAAAA")
    levels = np.full((song.n_bars + 1, 4), -20.0, dtype=np.float32)
    levels[20, column] += limit_db + 0.5
    levels[24, column] += limit_db - 0.5
    allowed = allowed_joins(replace(song, edge_levels_db=levels), alike(song))
    assert not allowed[3, 20]
    assert allowed[3, 24]
    assert allowed[3, 21]


def test_what_is_inaudible_is_no_level_jump():
    song = build_song("AAAA")
    levels = np.full((song.n_bars + 1, 4), -10.0, dtype=np.float32)
    levels[4:] = -80.0
    levels[8:] = -np.inf
    allowed = allowed_joins(replace(song, edge_levels_db=levels), alike(song))
    assert allowed[3, 12]
    assert not allowed[0, 12]


def test_vetoes_give_way_before_a_song_is_left_without_joins():
    song = build_song("ABCDEFGH")
    rng = np.random.default_rng(1)
    levels = rng.normal(scale=60.0, size=(song.n_bars + 1, 4)).astype(np.float32)
    allowed = allowed_joins(replace(song, edge_levels_db=levels), alike(song))
    forward = forward_pairs(song.n_bars)
    assert allowed.sum() >= SMALLEST_SHARE * forward.sum() - 1
    assert allowed.sum() >= song.n_bars
    assert not np.any(allowed & ~forward)


def test_bars_add_up_to_the_song():
    song = build_song(pick_up_s=1.3, tail_s=2.2)
    graph = build_graph(song)
    assert graph.edges_samples[0] == 0
    assert graph.edges_samples[-1] == song.n_samples
    assert graph.bar_s.sum() == pytest.approx(song.n_samples / RATE_HZ)


def test_the_whole_song_is_the_whole_song():
    song = build_song()
    edit = edit_from_path(build_graph(song), ((0, song.n_bars - 1),))
    assert edit.spans == ((0, song.n_samples),)


def test_cuts_lie_before_the_onset_they_belong_to():
    song = build_song()  # its excerpt is noise: nothing to align
    graph = build_graph(song)
    edit = edit_from_path(graph, ((2, 5), (10, 12)))
    edges = song.bar_edges_samples
    assert edit.spans == ((edges[2] - LEAD, edges[6] - LEAD), (edges[10] - LEAD, edges[13] - LEAD))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**31), st.sampled_from(["ABAB", "A", "ABC"]), st.integers(2, 7))
def test_edits_of_any_path_are_sound(seed, form, beats):
    graph = build_graph(build_song(form, beats_a_bar=beats, beat_s=0.3))
    path = random_path(np.random.default_rng(seed), graph.n_bars)
    edit = edit_from_path(graph, path)
    assert len(edit.spans) == len(path)
    assert all(left[1] <= right[0] for left, right in pairwise(edit.spans))
    assert edit.spans[-1][1] <= graph.analysis.n_samples
    nominal_s = sum(graph.bar_s[first : last + 1].sum() for first, last in path)
    assert abs(edit.duration_s - nominal_s) <= 2 * LEAD_S + LONGEST_SHIFT_S * (len(path) - 1)
    assert edit == edit_from_path(build_graph(graph.analysis), path)


@pytest.mark.parametrize("path", [(), ((3, 2),), ((0, 3), (4, 6)), ((5, 8), (1, 2)), ((0, 99),)])
def test_what_is_no_forward_path_is_refused(path):
    with pytest.raises(ValueError, match="path"):
        edit_from_path(build_graph(build_song()), path)


def shifted_song(shift_s: float):
    """A song whose music from bar 8 on is bar 0 on again, late by `shift_s` against the grid."""
    song = build_song("AAAA")
    rng = np.random.default_rng(3)
    n = len(song.excerpt)
    wave = np.convolve(rng.normal(size=n), np.hanning(9), mode="same") * 0.1
    period = round(16 * EXCERPT_HZ)
    late = period + round(shift_s * EXCERPT_HZ)
    wave[late:] = wave[: n - late]
    return replace(song, excerpt=wave.astype(np.float16))


@pytest.mark.parametrize("shift_s", [-0.04, -0.0105, 0.0, 0.013, 0.045])
def test_both_sides_are_aligned_where_they_are_the_same_wave(shift_s):
    song = shifted_song(shift_s)
    leave, enter = int(song.bar_edges_samples[4]), int(song.bar_edges_samples[12])
    join = place_join(song, leave, enter)
    assert join.correlation > 0.9
    moved_s = ((join.to_sample - join.from_sample) - (enter - leave)) / RATE_HZ
    assert moved_s == pytest.approx(round(shift_s * EXCERPT_HZ) / EXCERPT_HZ, abs=0.0003)
    assert join.from_sample <= leave - LEAD
    assert join.to_sample <= enter - LEAD


def test_sides_are_aligned_finer_than_the_excerpt_s_grid():
    song = build_song("AAAA")
    n, delay = len(song.excerpt), 20.4  # samples of the excerpt
    wave = np.random.default_rng(4).normal(size=n)
    spectrum = np.fft.rfft(wave)
    spectrum[len(spectrum) // 3 :] = 0
    wave = np.fft.irfft(spectrum, n) * 0.1
    phase = np.exp(-2j * np.pi * np.fft.rfftfreq(n) * (round(16 * EXCERPT_HZ) + delay))
    late = np.fft.irfft(np.fft.rfft(wave) * phase, n)
    mixed = np.where(np.arange(n) < 20 * EXCERPT_HZ, wave, late)
    song = replace(song, excerpt=mixed.astype(np.float16))
    leave, enter = int(song.bar_edges_samples[4]), int(song.bar_edges_samples[12])
    join = place_join(song, leave, enter)
    moved = (join.to_sample - join.from_sample) - (enter - leave)
    assert moved == pytest.approx(delay * RATE_HZ / EXCERPT_HZ, abs=0.7)


def test_unlike_sides_stay_where_they_are_and_fade_longest():
    song = build_song()
    leave, enter = int(song.bar_edges_samples[4]), int(song.bar_edges_samples[12])
    join = place_join(song, leave, enter)
    assert (join.from_sample, join.to_sample) == (leave - LEAD, enter - LEAD)
    assert join.fade_samples == round(0.1 * RATE_HZ)


def test_equal_sides_fade_shorter_than_unlike_ones():
    song = shifted_song(0.0)
    join = place_join(song, int(song.bar_edges_samples[4]), int(song.bar_edges_samples[12]))
    assert 0.02 * RATE_HZ <= join.fade_samples < 0.05 * RATE_HZ
