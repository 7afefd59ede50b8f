"""Joins that slide together to spare a word: where they lie, what they cost, what limits see."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from ml_core.domain.edits import Limits
from ml_core.domain.songs import EIGHTHS, VOICE_HZ
from ml_core.edits.by_hand import is_on_bar_lines, kept_bars
from ml_core.edits.features.edit_spans import Spans
from ml_core.edits.graph.cache import read_graph, save_graph
from ml_core.edits.graph.edit_ends import EditEnds
from ml_core.edits.graph.edit_graph import build_graph, edit_from_path
from ml_core.edits.graph.kept_parts import ending_start_bar, intro_end_bar
from ml_core.edits.joins.cost import LEAD_S
from ml_core.edits.joins.voice_cost import NOTE_WEIGHT, PHRASE_WEIGHT, voice_costs
from ml_core.edits.limits.masks import AllowedPaths, broken_limit
from tests.ml_core.edits.one_join import cost_at
from tests.ml_core.edits.song_builder import RATE_HZ, allows, build_song

BEAT = RATE_HZ // 2
LEAD = round(LEAD_S * RATE_HZ)


def sung_song(form="AABBAABB", pause_beats=0.5, pause_s=0.16, **kwargs):
    """A song sung throughout but for a pause, so many beats before each bar line."""
    song = build_song(form, **kwargs)
    times_s = np.arange(song.n_samples / RATE_HZ * VOICE_HZ) / VOICE_HZ
    voice = np.full((len(times_s), 2), 0.95, np.float16)
    beat_s = float(np.diff(song.beat_samples).mean()) / RATE_HZ
    for edge in song.bar_edges_samples:
        centre_s = edge / RATE_HZ - LEAD_S - pause_beats * beat_s
        voice[np.abs(times_s - centre_s) <= pause_s / 2] = 0.02
    beats = np.arange(len(song.beat_samples))
    bar = np.searchsorted(song.bar_start_beats, beats, side="right") - 1
    levels = np.repeat(song.edge_levels_db[:-1][bar], EIGHTHS, axis=0)
    return replace(song, voice=voice, eighth_levels_db=levels.astype(np.float16))


def test_both_sides_slide_together_into_the_pause():
    graph = build_graph(sung_song(pause_beats=0.5))
    assert np.mean(graph.join_slide[graph.join_allowed] == 4) > 0.7  # vetoes send some elsewhere
    edit = edit_from_path(graph, ((0, 5), (22, 28)))
    assert graph.join_allowed[5, 22]
    edges = graph.edges_samples
    assert edit.spans[0][1] == edges[6] - BEAT // 2 - LEAD
    assert edit.spans[1][0] == edges[22] - BEAT // 2 - LEAD


def test_sliding_spares_the_voice_and_costs_less():
    song = sung_song(pause_beats=0.5)
    graph = build_graph(song)
    stiff = build_graph(replace(song, eighth_levels_db=np.zeros((0, 4), np.float16)))
    assert np.all(stiff.join_slide == 0)
    both = graph.join_allowed & stiff.join_allowed
    assert np.all(graph.join_cost[both] < stiff.join_cost[both] - 0.5)


def test_without_a_voice_joins_lie_on_bar_lines():
    song = sung_song()
    graph = build_graph(replace(song, voice=np.zeros((0, 2), np.float16)))
    assert np.all(graph.join_slide == 0)


def test_a_song_sung_without_a_pause_keeps_its_joins():
    song = sung_song()
    full = np.ones_like(song.voice)
    plain = build_graph(replace(song, voice=song.voice[:0], eighth_levels_db=np.zeros((0, 4))))
    graph = build_graph(replace(song, voice=full))
    assert graph.join_allowed.sum() >= plain.join_allowed.sum() > 0
    assert np.isfinite(graph.join_cost[graph.join_allowed]).all()


def test_vetoes_are_judged_where_the_join_slid_to():
    song = sung_song(pause_beats=0.5)
    levels = song.eighth_levels_db.copy()
    before_bar_14 = int(song.bar_start_beats[14]) * EIGHTHS - 4
    levels[before_bar_14, 1] += 30.0
    before, graph = build_graph(song), build_graph(replace(song, eighth_levels_db=levels))
    entering = graph.join_slide[:, 14][graph.join_allowed[:, 14]]
    assert np.any(before.join_slide[:, 14][before.join_allowed[:, 14]] == 4)
    assert len(entering) and np.all(entering != 4)
    assert np.array_equal(graph.join_slide[:, 15], before.join_slide[:, 15])


def test_cost_of_a_cut_counts_notes_near_and_phrases_wider():
    song = build_song()
    voice = np.zeros((round(song.n_samples / RATE_HZ * VOICE_HZ), 2), np.float16)
    voice[100, 0] = voice[200, 1] = 1.0
    voice[len(voice) // 2 :, 1] = 1.0  # it is a song with singing
    song = replace(song, voice=voice)
    at = voice_costs(song, np.array([99, 98, 197, 196]) / VOICE_HZ * RATE_HZ)
    assert at[0] / at[2] == pytest.approx(NOTE_WEIGHT / PHRASE_WEIGHT)
    assert at[1] == at[3] == 0.0


def test_a_song_whose_voice_is_never_sure_has_none():
    song = sung_song()
    unsure = np.full_like(song.voice, 0.6)
    unsure[::50] = 0.7
    graph = build_graph(replace(song, voice=unsure))
    assert np.all(graph.join_slide == 0)
    assert not graph.ends.start_cuts.any()


def test_natural_continuation_in_a_song_is_free_and_cuts_into_notes_are_not():
    song = sung_song(pause_beats=0.5)
    line = int(song.bar_edges_samples[6])
    pause = line - BEAT // 2 - LEAD
    assert cost_at(song, line, line) == 0.0
    there = cost_at(song, pause, pause + 32 * BEAT)
    assert cost_at(song, line - LEAD, line - LEAD + 32 * BEAT) > there + 0.5


def test_starts_and_ends_know_what_they_cut():
    song = sung_song(pause_beats=0.0)
    voice = song.voice.copy()
    edge_frame = round(song.bar_edges_samples[5] / RATE_HZ * VOICE_HZ)
    voice[edge_frame - 8 : edge_frame + 8] = 1.0
    graph = build_graph(replace(song, voice=voice))
    assert graph.ends.start_cost[0] == 0.0 and graph.ends.end_cost[-1] == 0.0
    assert graph.ends.start_cost.argmax() == 5 and graph.ends.end_cost.argmax() == 4
    assert graph.ends.start_cuts[5] and graph.ends.end_cuts[4]


@pytest.mark.parametrize("pause_beats", [0.25, 1.5, -0.75])
def test_masks_and_limits_agree_where_joins_slide(pause_beats):
    song = sung_song("ABABABAB", pause_beats=pause_beats)
    graph = build_graph(song)
    furthest_s = graph.longest_slides_s[int(pause_beats < 0)]
    assert furthest_s > abs(pause_beats) * BEAT / RATE_HZ - 0.01
    rng = np.random.default_rng(3)
    checked = 0
    for k in range(60):
        start_s = float(rng.uniform(5, 50))
        span = (start_s, start_s + float(rng.uniform(0.3, 3)))
        kind = {"locked": (span,)} if k % 2 else {"forbidden": (span,)}
        edges = {"keep_intro": k % 6 == 1, "keep_ending": k % 6 == 3}
        limits = Limits(shortest_s=None, keep_low=0.0, keep_high=1.0, **kind, **edges)
        allowed = AllowedPaths.from_limits(graph, limits)
        for e, enter in rng.permutation(np.argwhere(allowed.join_ok))[:40].tolist():
            first = int(rng.choice(np.flatnonzero(allowed.start_ok)))
            last = int(rng.choice(np.flatnonzero(allowed.end_ok)))
            path = ((min(first, e), e), (enter, max(last, enter)))
            if allows(allowed, path):
                checked += 1
                assert broken_limit(edit_from_path(graph, path), graph, limits) is None
    assert checked > 200


def test_what_is_left_of_a_bar_between_two_joins_is_more_than_a_quarter():
    for pause_beats in (-0.75, 0.5, 1.75):
        graph = build_graph(sung_song("ABABABAB", pause_beats=pause_beats))
        leave, enter = graph.all_join_edges_samples
        latest = np.where(graph.join_allowed, enter, 0).max(axis=0)
        first = np.where(graph.join_allowed, leave, graph.analysis.n_samples).min(axis=1)
        within = slice(2, -2)
        assert np.all((first - latest)[within] > BEAT)


def test_a_locked_part_is_not_cut_by_a_join_that_slid():
    song = sung_song(pause_beats=1.0)
    graph = build_graph(song)
    end_s = graph.edges_samples[6] / RATE_HZ - 0.3  # within the last beat of bar 5
    limits = Limits(shortest_s=None, keep_low=0.0, keep_high=1.0, locked=((end_s - 1, end_s),))
    assert graph.join_slide[5, 22] == EIGHTHS and graph.join_allowed[5, 22]
    assert not AllowedPaths.from_limits(graph, limits).join_ok[5, 22]
    cut = edit_from_path(graph, ((0, 5), (22, 28)))
    assert "locked" in (broken_limit(cut, graph, limits) or "")


def test_unplaced_edits_lie_where_joins_slid_to():
    graph = build_graph(sung_song(pause_beats=0.5))
    paths = [((0, 5), (22, 28)), ((3, 9),), ((1, 4), (8, 12), (22, 29))]
    rough = Spans.of_paths(graph, paths)
    placed = [span for path in paths for span in edit_from_path(graph, path).spans]
    assert np.array_equal(np.stack([rough.start, rough.end], 1), placed)
    assert rough.edit.tolist() == [0, 0, 1, 2, 2, 2] and rough.first.tolist() == [0, 2, 3]


def test_slides_are_kept_with_the_graph(tmp_path):
    song = sung_song()
    graph = build_graph(song)
    save_graph(tmp_path, graph)
    kept = read_graph(tmp_path, song)
    assert kept is not None
    assert np.array_equal(kept.join_slide, graph.join_slide)
    assert np.array_equal(kept.join_cost, graph.join_cost)


def test_beginnings_and_endings_are_kept_with_the_graph(tmp_path):
    song = sung_song(pause_beats=1.5)
    graph = build_graph(song)
    save_graph(tmp_path, graph)
    kept = read_graph(tmp_path, song)
    assert kept is not None and kept.kept_ends is not None
    assert np.any(graph.ends.start_cost > 0) and np.any(graph.ends.end_cuts)
    for field in fields(EditEnds):
        one, other = getattr(kept.ends, field.name), getattr(graph.ends, field.name)
        assert one.dtype == other.dtype and np.array_equal(one, other)


@pytest.mark.parametrize("pause_beats", [1.5, -0.75])
def test_the_intro_is_kept_up_to_a_beat_and_the_ending_from_its_bar_line_on(pause_beats):
    graph = build_graph(sung_song("ABABABAB", pause_beats=pause_beats))
    leave, enter = graph.all_join_edges_samples
    n_intro, ending = intro_end_bar(graph), ending_start_bar(graph)
    kept = Limits(shortest_s=None, keep_low=0.0, keep_high=1.0, keep_intro=True, keep_ending=True)
    join_ok = AllowedPaths.from_limits(graph, kept).join_ok
    free = AllowedPaths.from_limits(
        graph, replace(kept, keep_intro=False, keep_ending=False)
    ).join_ok
    out_of_intro, into_ending = join_ok[n_intro - 1], join_ok[:, ending]
    line = graph.edges_samples[n_intro]
    assert np.all(leave[n_intro - 1][out_of_intro] >= line - BEAT)
    assert np.all(enter[:, ending][into_ending] <= graph.edges_samples[ending])
    # Without the wish some of them slide further.
    if pause_beats > 0:
        assert np.any(free[n_intro - 1] & (leave[n_intro - 1] < line - BEAT))
    else:
        assert np.any(free[:, ending] & (enter[:, ending] > graph.edges_samples[ending]))


def test_bars_of_uneven_beats_are_told_from_their_middle_wherever_joins_slid():
    song = sung_song("ABABABAB", pause_beats=1.6)
    beats = song.beat_samples.copy()
    bar = np.arange(len(beats)) % 4
    beats -= np.array([0, 2, 3, 2])[bar] * (BEAT // 20)  # Beats of .45, .475, .525 and .55 s.
    graph = build_graph(replace(song, beat_samples=beats))
    assert graph.join_slide.max() > EIGHTHS
    for e, s in np.argwhere(graph.join_allowed)[::7].tolist():
        if e > 0 and s < graph.n_bars - 1:
            path = ((max(0, e - 3), e), (s, min(graph.n_bars - 1, s + 3)))
            edit = edit_from_path(graph, path)
            kept = np.zeros(graph.n_bars, bool)
            for first, last in path:
                kept[first : last + 1] = True
            assert np.array_equal(kept_bars(graph, edit), kept)
            assert is_on_bar_lines(graph, edit)
