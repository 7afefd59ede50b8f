"""Very long and very short songs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml_core.domain.edits import Limits
from ml_core.edits.features.edit_features import edit_features
from ml_core.edits.graph.bar_units import FEWEST_UNITS, MOST_UNITS
from ml_core.edits.graph.cache import read_graph, save_graph
from ml_core.edits.graph.edit_graph import build_graph, edit_from_path
from ml_core.edits.limits.masks import AllowedPaths, broken_limit
from tests.ml_core.edits.song_builder import build_song


def song_of(seconds: float, meter: int, beat_s: float):
    """A song of that many seconds, the last bar cut off where it ends."""
    n_bars = max(1, int((seconds - 0.7) // (meter * beat_s)))
    tail_s = seconds - 0.3 - n_bars * meter * beat_s
    return build_song("A", bars_each=n_bars, beats_a_bar=meter, beat_s=beat_s, tail_s=tail_s)


@pytest.mark.parametrize("meter", [2, 3, 4, 5, 6, 7])
@pytest.mark.parametrize("tempo_bpm", [50, 60, 77, 95, 120, 160, 200])
@pytest.mark.parametrize("seconds", [20.0, 22.7, 30.0])
def test_every_song_from_20_s_up_has_edits(meter, tempo_bpm, seconds):
    graph = build_graph(song_of(seconds, meter, 60 / tempo_bpm))
    allowed = AllowedPaths.from_limits(graph, Limits())
    total = np.concatenate([[0.0], np.cumsum(graph.bar_s)])
    first, last = np.nonzero(allowed.segment_ok)
    lasts = total[last + 1] - total[first]
    fits = (lasts >= allowed.shortest_s + 0.05) & (lasts <= allowed.longest_s - 0.05)
    fits &= allowed.start_ok[first] & allowed.end_ok[last]
    assert fits.any()
    edit = edit_from_path(graph, ((int(first[fits][0]), int(last[fits][0])),))
    assert broken_limit(edit, graph, Limits()) is None


def test_parts_of_bars_join_only_at_the_same_position():
    graph = build_graph(song_of(24.0, 4, 1.0))
    assert graph.n_bars >= FEWEST_UNITS
    assert graph.units_a_bar == 2
    last, first = np.nonzero(graph.join_allowed)
    assert len(last) > 0
    assert np.all((first - last - 1) % 2 == 0)


def test_a_segment_is_a_whole_bar_even_where_units_are_parts():
    graph = build_graph(song_of(24.0, 4, 1.0))
    allowed = AllowedPaths.from_limits(graph, Limits(shortest_s=None, keep_low=0, keep_high=1))
    first, last = np.nonzero(allowed.segment_ok)
    assert np.min(last - first + 1) == 2


def test_a_three_hour_mix_stays_small():
    song = build_song("ABCDEFGH" * 20, bars_each=32)  # 5,120 bars
    graph = build_graph(song)
    assert FEWEST_UNITS < graph.n_bars <= MOST_UNITS
    assert graph.bar_s.sum() == pytest.approx(song.n_samples / song.sample_rate_hz)
    assert set(graph.analysis.bar_edges_samples) <= set(song.bar_edges_samples)
    assert "".join(s.label for s in graph.analysis.sections).startswith("ABCDEFGHAB")
    edit = edit_from_path(graph, ((0, 30), (100, 140)))
    assert np.isfinite(edit_features(graph, [edit])).all()
    assert broken_limit(edit, graph, Limits()) is None


def test_units_come_back_from_the_cache(tmp_path):
    song = song_of(24.0, 4, 1.0)
    graph = build_graph(song)
    save_graph(tmp_path, graph)
    kept = read_graph(tmp_path, song)
    assert kept is not None
    assert kept.n_bars == graph.n_bars
    assert kept.units_a_bar == graph.units_a_bar
    assert np.array_equal(kept.join_allowed, graph.join_allowed)


def test_a_single_bar_and_a_single_beat_are_borne():
    graph = build_graph(build_song("A", bars_each=1, beats_a_bar=1, beat_s=30.0))
    assert graph.n_bars == 1
    assert not graph.join_allowed.any()
    song = build_song("A", bars_each=1, beats_a_bar=1, beat_s=30.0)
    bare = replace(
        song,
        beat_samples=np.zeros(0, dtype=np.int64),
        beat_features=np.zeros((0, 101), dtype=np.float32),
        bar_start_beats=np.zeros(1, dtype=np.int64),
    )
    graph = build_graph(bare)
    assert np.isfinite(edit_features(graph, [edit_from_path(graph, ((0, 0),))])).all()
