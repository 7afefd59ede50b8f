"""Edits of decoded and analysed sound: formats, and joins that blend in."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from ml_core import audio_file
from ml_core.analysis.analyse import analyse
from ml_core.domain.edits import Edit
from ml_core.edits.audit import BarLines, audit_edit, pooled
from ml_core.edits.graph.edit_graph import build_graph
from ml_core.edits.render import render, render_blocks


@pytest.mark.parametrize("extension, subtype", [("flac", "PCM_24"), ("ogg", None), ("mp3", None)])
def test_streamed_and_whole_are_the_same_in_every_coding(tmp_path, extension, subtype):
    rng = np.random.default_rng(0)
    path = tmp_path / f"song.{extension}"
    soundfile.write(path, rng.normal(size=(200_000, 2)) * 0.1, 44100, subtype=subtype)
    spans = ((1000, 90_000), (95_000, 99_000), (150_000, 190_000))
    edit = Edit("ab" * 32, 44100, spans, (4410, 882))
    streamed = np.concatenate(list(render_blocks(edit, path)))
    assert streamed.tobytes() == render(edit, audio_file.read(path)).tobytes()


@pytest.fixture(scope="module")
def demo(demo_songs):
    """Graph, audio and bar lines of a demo song."""
    path = demo_songs[0].path
    song = audio_file.read_song(path)
    graph = build_graph(analyse(song, path))
    audio = audio_file.read(path)
    return graph, audio, BarLines.of(audio, song.sample_rate_hz, graph.edges_samples)


def _audit(demo, joins, fade):
    """Audit joins (from, to) in samples, each in an edit of some bars around it."""
    graph, audio, lines = demo
    rate, sha = graph.analysis.sample_rate_hz, graph.analysis.sha256
    around = 8 * rate
    edits = [
        Edit(sha, rate, ((leave - around, leave), (enter, enter + around)), (fade,))
        for leave, enter in joins
    ]
    return pooled([audit_edit(audio, rate, e, graph.edges_samples, lines) for e in edits])


def test_allowed_joins_blend_in_and_cuts_at_random_stand_out(demo):
    graph, audio, _ = demo
    rng = np.random.default_rng(1)
    last, first = np.nonzero(graph.join_allowed)
    inside = np.flatnonzero((last >= 6) & (first <= graph.n_bars - 7))
    placed = [graph.placement(int(last[k]), int(first[k])) for k in rng.choice(inside, 30)]
    ours = _audit(
        demo, [(join.from_sample, join.to_sample) for join in placed], placed[0].fade_samples
    )
    n = len(audio)
    places = rng.uniform([0.1 * n, 0.5 * n], [0.4 * n, 0.9 * n], (30, 2)).astype(int)
    random = _audit(demo, places.tolist(), 0)
    assert ours.share_standing_out <= ours.control_share + 0.15
    assert random.share_standing_out >= ours.share_standing_out + 0.4
    assert random.auc > 0.8
