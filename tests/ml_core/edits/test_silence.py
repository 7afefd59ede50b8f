"""Silence is no music: it is left out of edits unless it is locked, and the audit counts it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml_core.domain.edits import Edit, Limits
from ml_core.domain.songs import SILENCE
from ml_core.edits.audit import BarLines, audit_edit, pooled
from ml_core.edits.by_hand import change_bars
from ml_core.edits.features.edit_features import FEATURE_NAMES, edit_features
from ml_core.edits.graph.cache import read_graph, save_graph
from ml_core.edits.graph.edit_graph import build_graph, edit_from_path
from ml_core.edits.graph.kept_parts import ending_start_bar, intro_end_bar
from ml_core.edits.limits.checks import broken_limit
from ml_core.edits.limits.masks import AllowedPaths
from ml_core.edits.silence.finding import silences
from ml_core.errors import UserError
from ml_core.training.checkpoint import BASE_MODEL
from ml_core.training.deliver import deliver, draw
from tests.ml_core.edits.silent_songs import RATE_HZ, with_silence
from tests.ml_core.edits.song_builder import EXCERPT_HZ, build_song

SONG_S = build_song("ABACABAD", bars_each=2, tail_s=0.4).n_samples / RATE_HZ
PLACES = {
    "before": (0.0,),
    "inside": (13.1,),
    "behind": (SONG_S,),
    "several": (0.0, 9.3, 21.0, SONG_S),
}
KEPT_S = 0.6
"""What a song with one silence may keep of it: the last sound's decay, a lead and a shift."""


def edits_of(graph, limits=Limits(), n=12):
    delivered = [each.candidate.edit for each in deliver(BASE_MODEL, graph, limits, 0, 4)]
    drawn = draw(BASE_MODEL, graph, limits, n, np.random.default_rng(0))
    return delivered + [each.edit for each in drawn]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("level_db", [-200.0, -60.0, -42.0], ids=["digital", "tape", "room"])
def test_fault_58_no_edit_keeps_silence_that_was_added(place, level_db):
    song = with_silence(PLACES[place], 20.0, level_db)
    graph = build_graph(song.analysis)
    for limits in (Limits(), Limits(keep_intro=True, keep_ending=True)):
        for edit in edits_of(graph, limits):
            assert song.kept_s(edit.spans) <= KEPT_S * len(PLACES[place])
            assert broken_limit(edit, graph, limits) is None


@pytest.mark.parametrize("place", PLACES)
def test_fault_58_all_of_the_music_can_be_kept(place):
    song = with_silence(PLACES[place], 20.0)
    graph = build_graph(song.analysis)
    assert graph.music_s == pytest.approx(SONG_S, abs=KEPT_S * len(PLACES[place]))
    wished_s = 0.99 * graph.music_s
    edit = edits_of(graph, Limits(wished_s - 1.0, None, 0.0, 1.0), n=1)[0]
    assert edit.duration_s >= wished_s - 1.0


def test_fault_58_a_song_without_such_silence_is_as_it_was():
    plain = build_song("ABACABAD", bars_each=2, pick_up_s=0.3)
    assert silences(plain) == ()
    graph = build_graph(plain)
    assert graph.analysis is plain
    assert not graph.silent.any() and graph.music_s == graph.song_s


def test_fault_58_a_rest_of_two_bars_in_time_stays_and_one_out_of_time_does_not():
    """Two bars last 4 s; music that comes back off the beat was not resting."""
    song = build_song("ABACABAD", bars_each=2)
    line_s = song.bar_edges_samples[6] / RATE_HZ
    in_time = with_silence((line_s - 0.02,), 4.0)
    assert silences(in_time.analysis) == ()
    # A grid that was found through the gap adapts to what follows, so only what came before tells.
    assert silences(with_silence((line_s - 0.02,), 3.75).analysis) != ()
    assert silences(with_silence((line_s - 0.02,), 1.9).analysis) == ()
    assert silences(with_silence((line_s - 0.02,), 16.0).analysis) != ()


def test_fault_58_soft_music_is_no_silence():
    """A held tone 42 dB below the song is music; a noise at that level is a room."""
    song = with_silence((13.1,), 20.0)
    (start_s, end_s), excerpt = song.silent_s[0], song.analysis.excerpt.astype(np.float64)
    t = np.arange(len(excerpt)) / EXCERPT_HZ
    tone = 10 ** (-42 / 20) * np.sin(2 * np.pi * 440 * t) * ((t >= start_s) & (t < end_s))
    soft = replace(song.analysis, excerpt=(excerpt + tone).astype(np.float16))
    assert silences(soft) == ()


@pytest.mark.parametrize("gain_db", [0.0, -66.0])
def test_fault_58_silence_is_told_by_the_songs_own_loudness(gain_db):
    song = with_silence((13.1,), 20.0, -60.0).analysis
    gain = 10 ** (gain_db / 20)
    quiet = replace(song, excerpt=(song.excerpt.astype(np.float64) * gain).astype(np.float16))
    assert silences(quiet) == silences(song) != ()


def test_fault_58_a_dc_offset_is_silence_too_and_a_silent_song_has_none():
    song = with_silence((13.1,), 20.0).analysis
    offset = replace(song, excerpt=(song.excerpt.astype(np.float64) + 0.25).astype(np.float16))
    assert silences(offset) == silences(song)
    assert silences(replace(song, excerpt=np.zeros_like(song.excerpt))) == ()


def test_fault_58_what_is_locked_of_a_silence_is_kept_and_little_more():
    song = with_silence((13.1,), 40.0)
    graph = build_graph(song.analysis)
    limits = Limits(locked=((25.0, 30.0),))
    for edit in edits_of(graph, limits, n=6):
        assert broken_limit(edit, graph, limits) is None
        assert 5.0 <= song.kept_s(edit.spans) <= 5.0 + 2 * 2.1 + KEPT_S


def test_fault_58_a_lock_in_silence_is_kept_in_pieces_of_four_bars_too():
    graph = build_graph(with_silence((13.1,), 40.0).analysis)
    limits = Limits(locked=((25.0, 26.0),), shortest_segment_bars=4)
    for edit in edits_of(graph, limits, n=4):
        assert broken_limit(edit, graph, limits) is None


def test_fault_58_more_than_the_music_is_refused_and_its_length_said():
    graph = build_graph(with_silence((13.1,), 60.0).analysis)
    with pytest.raises(UserError, match=r"0:33 of music.* 1:33 .* can last 0:50") as refused:
        AllowedPaths.from_limits(graph, Limits.lasting(50.0))
    assert "lock" in refused.value.remedy
    # What is locked of the silence counts with the music.
    AllowedPaths.from_limits(graph, Limits(49.0, 51.0, 0.0, 1.0, locked=((20.0, 38.0),)))


def test_fault_58_shares_to_keep_are_shares_of_the_music():
    graph = build_graph(with_silence((13.1,), 300.0).analysis)
    for edit in edits_of(graph, Limits(None, None, 0.4, 0.6)):
        assert 0.37 <= edit.duration_s / graph.music_s <= 0.63


def test_fault_58_intro_and_ending_are_music():
    graph = build_graph(with_silence((0.0, SONG_S), 20.0).analysis)
    assert graph.analysis.sections[0].label == graph.analysis.sections[-1].label == SILENCE
    assert not graph.silent[intro_end_bar(graph) - 1] and not graph.silent[ending_start_bar(graph)]
    first, last = graph.music_bars
    whole = edit_from_path(graph, ((first, last),))
    assert broken_limit(whole, graph, Limits(None, None, 0.0, 1.0, True, True)) is None
    features = dict(zip(FEATURE_NAMES, edit_features(graph, [whole])[0], strict=True))
    for name in ("keep_ratio", "start_kept", "end_kept", "intro_kept", "outro_kept", "ending"):
        assert features[name] == pytest.approx(1.0, abs=0.02), name


def test_fault_58_features_of_the_music_hardly_change_with_silence_behind_it():
    plain = build_graph(build_song("ABACABAD", bars_each=2, tail_s=0.4))
    silent = build_graph(with_silence((SONG_S,), 60.0).analysis)
    path = ((0, 3), (8, 13))
    one, other = (
        edit_features(graph, [edit_from_path(graph, path)])[0] for graph in (plain, silent)
    )
    np.testing.assert_allclose(one, other, atol=0.03)


def test_fault_58_bringing_silence_back_by_hand_is_done_and_told():
    graph = build_graph(with_silence((13.1,), 20.0).analysis)
    edit = edits_of(graph, n=1)[0]
    brought = change_bars(graph, edit, (16.0, 30.0), keep=True)
    assert "of silence that is no music" in (
        broken_limit(brought, graph, Limits.of_own_edit(Limits())) or ""
    )


def test_fault_58_kept_graphs_come_back_with_their_silence(tmp_path):
    graph = build_graph(with_silence((0.0, 13.1), 20.0).analysis)
    save_graph(tmp_path, graph)
    again = read_graph(tmp_path, with_silence((0.0, 13.1), 20.0).analysis)
    assert again is not None
    np.testing.assert_array_equal(again.silent, graph.silent)
    np.testing.assert_array_equal(again.edges_samples, graph.edges_samples)
    np.testing.assert_array_equal(again.join_cost, graph.join_cost)


def test_fault_58_the_audit_counts_silence_and_does_not_praise_its_joins():
    """Sound: 24 s of music in bars of 2 s, 20 s of silence, music again."""
    rng = np.random.default_rng(0)
    t = np.arange(24 * RATE_HZ) / RATE_HZ
    music = np.sin(2 * np.pi * 220 * t) * np.exp(-3 * (t % 0.5)) + 0.05 * rng.standard_normal(
        len(t)
    )
    sound = 0.3 * np.concatenate([music, np.zeros(20 * RATE_HZ), music])[:, None].astype(np.float32)
    edges = np.arange(0, 69, 2) * RATE_HZ
    silent = ((24 * RATE_HZ + 2000, 44 * RATE_HZ - 400),)
    lines = BarLines.of(sound, RATE_HZ, edges, silent)
    spans_s = ((0, 8), (12, 28), (30, 34), (36, 52))
    spans = tuple((a * RATE_HZ, b * RATE_HZ) for a, b in spans_s)
    report = audit_edit(sound, RATE_HZ, Edit("ab" * 32, RATE_HZ, spans), edges, lines, silent)
    assert [join.is_silent for join in report.joins] == [False, True, True]
    assert report.kept_silence_s == pytest.approx(3.75 + 4 + 7.95)
    assert report.to_json()["joins"][1]["silent"]
    summary = pooled([report]).to_json()
    assert (summary["n_joins"], summary["n_silent_joins"]) == (1, 2)
    assert summary["kept_silence_s"] == report.kept_silence_s
    # The bar lines from 22 to 46 s lie in silence, or within a bar of it.
    assert len(report.control_scores) == 33 - 11
