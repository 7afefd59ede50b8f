"""How edits begin and end: fades at their ends, and ids of edits that have none."""

import numpy as np
import pytest
import soundfile
from song_builder import build_song

from ml_core.domain.edits import Edit
from ml_core.edits.edit_graph import build_graph, edit_from_path
from ml_core.edits.render import render, render_blocks

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


def test_edits_within_the_song_fade_and_whole_songs_do_not():
    graph = build_graph(build_song())
    rate = graph.analysis.sample_rate_hz
    middle = edit_from_path(graph, ((2, 9),))
    assert middle.fade_in == round(0.005 * rate)
    assert middle.fade_out == round(0.5 * rate)  # a beat
    whole = edit_from_path(graph, ((0, graph.n_bars - 1),))
    assert whole.fade_in == 0 and whole.fade_out == 0
