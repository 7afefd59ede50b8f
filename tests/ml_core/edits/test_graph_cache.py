"""Graphs kept on disk: whole or not at all, and made again when in doubt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml_core.analysis.cache import save_analysis
from ml_core.analysis.version import ANALYSER_VERSION
from ml_core.edits.graph import cache
from ml_core.edits.graph.cache import (
    graph_path,
    load_or_build,
    read_graph,
    save_graph,
)
from ml_core.edits.graph.edit_graph import build_graph
from ml_core.errors import UserError
from tests.ml_core.edits.song_builder import build_song


@pytest.fixture
def song():
    return replace(build_song("ABAB"), version=ANALYSER_VERSION)


def test_a_graph_comes_back_as_it_was(tmp_path, song):
    graph = build_graph(song)
    save_graph(tmp_path, graph)
    kept = read_graph(tmp_path, song)
    assert kept is not None
    for name in ("bar_distance", "join_cost", "join_allowed", "edges_samples", "bar_s"):
        assert np.array_equal(getattr(kept, name), getattr(graph, name)), name
    assert np.array_equal(kept.distances.scaled, graph.distances.scaled)
    assert kept.distances.blocks == graph.distances.blocks


def test_load_or_build_builds_once(tmp_path, song, monkeypatch):
    save_analysis(tmp_path, song)
    assert read_graph(tmp_path, song) is None
    built = load_or_build(tmp_path, song.sha256)
    monkeypatch.setattr(cache, "build_graph", lambda analysis: pytest.fail("built again"))
    again = load_or_build(tmp_path, song.sha256)
    assert np.array_equal(again.join_cost, built.join_cost)
    assert [p.suffix for p in tmp_path.iterdir()] == [".npz", ".npz"]


def test_a_song_without_analysis_is_named_as_such(tmp_path, song):
    with pytest.raises(UserError, match="not been analysed"):
        load_or_build(tmp_path, song.sha256)


def test_another_version_is_built_again(tmp_path, song, monkeypatch):
    save_graph(tmp_path, build_graph(song))
    assert read_graph(tmp_path, replace(song, version="other")) is None
    monkeypatch.setattr(cache, "GRAPH_VERSION", "next")
    assert read_graph(tmp_path, song) is None


@pytest.mark.parametrize("keep", [0, 10, 500, 0.5, 0.99])
def test_a_damaged_file_is_built_again(tmp_path, song, keep):
    graph = build_graph(song)
    save_analysis(tmp_path, song)
    save_graph(tmp_path, graph)
    path = graph_path(tmp_path, song.sha256)
    whole = path.read_bytes()
    path.write_bytes(whole[: keep if isinstance(keep, int) else int(keep * len(whole))])
    assert read_graph(tmp_path, song) is None
    assert np.array_equal(load_or_build(tmp_path, song.sha256).join_cost, graph.join_cost)


def test_any_flipped_byte_is_noticed_or_harmless(tmp_path, song):
    graph = build_graph(song)
    save_graph(tmp_path, graph)
    path = graph_path(tmp_path, song.sha256)
    whole = path.read_bytes()
    for place in np.random.default_rng(0).integers(0, len(whole), 60):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        path.write_bytes(bytes(damaged))
        kept = read_graph(tmp_path, song)
        assert kept is None or np.array_equal(kept.join_cost, graph.join_cost)


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path, song):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    save_graph(blocked / "cache", build_graph(song))
    assert blocked.read_text() == "no folder"
