"""How edits begin and end: fades at their ends, and ids of edits that have none."""

from dataclasses import replace

import numpy as np
import pytest
import soundfile

from ml_core.domain.edits import Edit, Limits
from ml_core.domain.songs import EIGHTHS, VOICE_HZ
from ml_core.edits.graph.edit_ends import SOUNDING_COST
from ml_core.edits.graph.edit_graph import build_graph, edit_from_path
from ml_core.edits.limits.masks import AllowedPaths
from ml_core.edits.render import render, render_blocks
from ml_core.training.checkpoint import BASE_MODEL
from ml_core.training.deliver import draw
from tests.ml_core.edits.song_builder import EXCERPT_HZ, RATE_HZ, build_song

SHA = "ab" * 32


def test_edit_without_end_fades_keeps_the_id_of_older_ratings():
    edit = Edit(SHA, 44100, ((0, 44100), (88200, 132300)), (882,), (0.0, -1.5))
    assert "fade_in" not in edit.to_json() and "fade_out" not in edit.to_json()
    assert edit.id == "cbdec46bc64a6be9"


def test_end_fades_survive_json_and_change_the_id():
    plain = Edit(SHA, 44100, ((0, 44100),))
    faded = Edit(SHA, 44100, ((0, 44100),), fade_in=220, fade_out=22050)
    assert Edit.from_json(faded.to_json()) == faded
    assert faded.id != plain.id
    with pytest.raises(ValueError):
        Edit(SHA, 44100, ((0, 44100),), fade_in=-1)


def test_ends_are_faded_and_the_rest_is_bit_identical():
    rng = np.random.default_rng(0)
    source = rng.uniform(-0.5, 0.5, (200_000, 2)).astype(np.float32)
    edit = Edit(SHA, 44100, ((1000, 180_000),), fade_in=220, fade_out=70_000)
    out = render(edit, source)
    kept = source[1000:180_000]
    assert len(out) == edit.n_samples
    assert np.array_equal(out[220:-70_000], kept[220:-70_000])
    assert np.abs(out[0]).max() < 0.01 and np.abs(out[-1]).max() < 1e-4
    gain = out[-70_000:] / kept[-70_000:]
    assert np.all(np.diff(gain[:, 0]) < 1e-5)
    assert gain[35_000, 0] == pytest.approx(np.sqrt(0.5), abs=0.01)


def test_streamed_blocks_fade_like_the_whole(tmp_path):
    rng = np.random.default_rng(1)
    source = rng.uniform(-0.5, 0.5, (200_000, 2)).astype(np.float32)
    path = tmp_path / "song.wav"
    soundfile.write(path, source, 44100, subtype="FLOAT")
    edit = Edit(SHA, 44100, ((5, 60_000), (90_000, 199_000)), (2000,), fade_in=300, fade_out=90_000)
    assert np.array_equal(np.concatenate(list(render_blocks(edit, path))), render(edit, source))


def test_fades_longer_than_the_edit_are_its_length():
    source = np.ones((1000, 1), np.float32)
    out = render(Edit(SHA, 44100, ((0, 100),), fade_in=500, fade_out=500), source)
    assert out.shape == (100, 1) and np.isfinite(out).all() and out.max() <= 1.0


def test_edits_within_the_song_fade_over_a_bar_and_whole_songs_do_not():
    graph = build_graph(build_song())
    rate = graph.analysis.sample_rate_hz
    middle = edit_from_path(graph, ((2, 9),))
    assert middle.fade_in == round(0.005 * rate)
    assert middle.fade_out == round(2.0 * rate)
    whole = edit_from_path(graph, ((0, graph.n_bars - 1),))
    assert whole.fade_in == 0 and whole.fade_out == 0


def test_before_a_rest_an_edit_fades_over_its_last_beat():
    song = build_song()
    levels = song.edge_levels_db.copy()
    levels[10, 1] = levels[10, 0] - 12.0
    graph = build_graph(replace(song, edge_levels_db=levels))
    assert edit_from_path(graph, ((2, 9),)).fade_out == round(0.5 * RATE_HZ)
    ends = graph.ends
    assert ends.end_cost[9] == 0.0 and ends.end_cost[8] > 0.0


def test_sections_edges_are_the_cheaper_ends():
    ends = build_graph(build_song("ABAB")).ends
    assert ends.start_cost[0] == ends.end_cost[-1] == 0.0
    within = [bar for bar in range(1, 16) if bar % 4]
    assert max(ends.start_cost[[4, 8, 12]]) < min(ends.start_cost[within])
    assert max(ends.end_cost[[3, 7, 11]]) < min(ends.end_cost[[bar - 1 for bar in within]])


def test_beginning_in_the_middle_of_a_sound_costs():
    song = build_song()
    t = np.arange(len(song.excerpt)) / EXCERPT_HZ
    struck = song.bar_edges_samples[8] / RATE_HZ
    held = song.bar_edges_samples[16] / RATE_HZ
    bell = np.where(t >= struck, np.exp(-(t - struck)), 0) + np.where(
        t >= held - 1.5, np.exp(-(t - held + 1.5) / 4), 0
    )
    # A soft low tone all along: where nothing sounds for bars the music would begin by itself.
    wave = 0.2 * np.sin(2 * np.pi * 440 * t) * bell + 0.002 * np.sin(2 * np.pi * 110 * t)
    ends = build_graph(replace(song, excerpt=wave.astype(np.float16))).ends
    assert ends.start_cost[16] > ends.start_cost[8] + 0.5 * SOUNDING_COST


def sung(song, bars, before_s=0.0):
    """Sung from so long before each of some bar lines to a beat after it."""
    voice = np.zeros((round(song.n_samples / RATE_HZ * VOICE_HZ), 2), np.float16)
    for bar in bars:
        line = song.bar_edges_samples[bar] / RATE_HZ
        first, end = (round(s * VOICE_HZ) for s in (line - before_s, line + 0.5))
        voice[first:end] = 0.95
    beats = len(song.beat_samples)
    return replace(song, voice=voice, eighth_levels_db=np.zeros((beats * EIGHTHS, 4), np.float16))


def test_a_sung_pick_up_is_taken_along_and_left_out_at_the_end():
    song = sung(build_song(), range(0, 32, 2), before_s=0.2)
    graph = build_graph(song)
    edges, ends = graph.edges_samples, graph.ends
    assert ends.start_samples[8] < edges[8] - 0.25 * RATE_HZ
    assert ends.start_samples[8] > edges[8] - 0.55 * RATE_HZ
    assert ends.end_samples[7] == ends.start_samples[8]
    assert not ends.start_cuts[8]
    edit = edit_from_path(graph, ((8, 13),))
    assert edit.spans == ((int(ends.start_samples[8]), int(ends.end_samples[13])),)


def test_held_words_are_not_cut_where_any_edit_is_left():
    song = sung(build_song(), range(2, 32, 2), before_s=0.7)
    graph = build_graph(song)
    assert graph.ends.start_cuts[2] and graph.ends.end_cuts[1]
    allowed = AllowedPaths.from_limits(graph, Limits(shortest_s=None, keep_high=1.0))
    assert not allowed.start_ok[2:32:2].any() and allowed.start_ok[3:32:2].all()
    assert not allowed.end_ok[1:31:2].any()
    # A person's lock goes before: an edit that ends in a word is better than none.
    line_s = float(graph.edges_samples[6]) / RATE_HZ
    rest = ((line_s + 0.5, graph.song_s),)
    only = Limits(shortest_s=None, keep_low=0.0, locked=((0.1, line_s - 2.5),), forbidden=rest)
    assert AllowedPaths.from_limits(graph, only).end_ok.any()


def test_policies_draw_fewer_dear_ends():
    song = sung(build_song("ABABABAB"), range(2, 32, 2), before_s=0.3)
    graph = build_graph(song)
    draws = draw(BASE_MODEL, graph, Limits(), 60, np.random.default_rng(0))
    starts = [int(np.abs(graph.ends.start_samples - d.edit.spans[0][0]).argmin()) for d in draws]
    within = [bar for bar in starts if bar]
    assert not any(graph.ends.start_cuts[bar] for bar in within)
