"""Rendering: exact to the sample, and the same streamed and whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_core.domain.edits import Edit
from ml_core.edits.forward_reading import BLOCK_SAMPLES
from ml_core.edits.render import fade_halves, render, render_blocks, tail_lengths
from ml_core.errors import UserError

SHA = "cd" * 32
RATE_HZ = 8000


def noise(n: int, channels: int = 2, seed: int = 0) -> np.ndarray:
    return (np.random.default_rng(seed).normal(size=(n, channels)) * 0.1).astype(np.float32)


@st.composite
def edits(draw, n: int = 5000):
    count = draw(st.integers(1, 5))
    spans = []
    for _ in range(count):
        start = draw(st.integers(0, n - 1))
        spans.append((start, draw(st.integers(start + 1, n))))
    fades = tuple(draw(st.integers(0, 900)) for _ in spans[1:])
    gains = tuple(draw(st.sampled_from([0.0, -3.0, 2.5])) for _ in spans)
    tails = tuple(draw(st.sampled_from([0, 100, 700, 3000])) for _ in spans[1:])
    return Edit(SHA, RATE_HZ, tuple(spans), fades, gains, tails=tails)


@settings(max_examples=150, deadline=None)
@given(edits())
def test_any_edit_is_as_long_as_its_spans_and_bit_identical_outside_fades_and_tails(edit):
    source = noise(5000)
    out = render(edit, source)
    assert out.dtype == np.float32
    assert out.shape == (edit.n_samples, 2)
    assert np.isfinite(out).all()
    halves = (0, *fade_halves(edit, len(source)), 0)
    tails = (0, *tail_lengths(edit, len(source)))
    position = 0
    for k, (start, end) in enumerate(edit.spans):
        after = max(halves[k], tails[k])
        a, b = start + after, end - halves[k + 1]
        if edit.gains_db[k] == 0.0 and a < b:
            kept = out[position + after : position + after + b - a]
            assert kept.tobytes() == source[a:b].tobytes()
        position += end - start


@settings(max_examples=25, deadline=None)
@given(edit=edits())
def test_streamed_is_the_same_as_whole(tmp_path_factory, edit):
    source = noise(5000)
    path = tmp_path_factory.mktemp("audio") / "song.wav"
    soundfile.write(path, source, RATE_HZ, subtype="FLOAT")
    streamed = np.concatenate(list(render_blocks(edit, path)))
    assert streamed.tobytes() == render(edit, source).tobytes()


def test_long_songs_stream_in_short_blocks_and_one_pass(tmp_path, monkeypatch):
    source = noise(400_000, 1)
    path = tmp_path / "song.wav"
    soundfile.write(path, source, RATE_HZ, subtype="FLOAT")
    edit = Edit(SHA, RATE_HZ, ((0, 150_000), (150_300, 200_000), (320_000, 400_000)), (800, 800))
    from ml_core import audio_file

    starts, blocks = [], audio_file.blocks
    monkeypatch.setattr(
        audio_file, "blocks", lambda p, n, at, **more: starts.append(at) or blocks(p, n, at, **more)
    )
    pieces = list(render_blocks(edit, path))
    assert starts == [0]
    assert max(len(piece) for piece in pieces) <= BLOCK_SAMPLES
    assert np.concatenate(pieces).tobytes() == render(edit, source).tobytes()


def test_equal_sides_neither_swell_nor_sag():
    tone = np.sin(2 * np.pi * 100 * np.arange(8000) / RATE_HZ).astype(np.float32)[:, None]
    edit = Edit(SHA, RATE_HZ, ((0, 2000), (2400, 6000)), (800,))  # 400 samples: whole periods
    out = render(edit, tone)
    assert np.allclose(out[:, 0], tone[: len(out), 0], atol=2e-3)


def test_unrelated_sides_keep_their_power():
    source = noise(80_000, 1)
    edit = Edit(SHA, RATE_HZ, ((0, 20_000), (50_000, 80_000)), (8000,))
    out = render(edit, source)[16_000:24_000]
    parts = out.reshape(8, 1000)
    assert np.allclose(np.sqrt((parts**2).mean(axis=1)), 0.1, rtol=0.08)


def test_fades_use_audio_outside_the_spans():
    source = np.zeros((4000, 1), dtype=np.float32)
    source[1000:1100] = 1.0  # just after the first span
    edit = Edit(SHA, RATE_HZ, ((0, 1000), (3000, 4000)), (200,))
    assert render(edit, source)[1000:1100].max() > 0.3
    assert render(replace(edit, fades=(0,)), source).max() == 0.0


def test_fades_are_shortened_at_the_song_s_ends_and_in_short_spans():
    edit = Edit(SHA, RATE_HZ, ((500, 1000), (30, 400), (600, 620), (100, 900)), (400, 400, 400))
    assert fade_halves(edit, 1000) == (0, 10, 10)
    assert render(edit, noise(1000)).shape == (edit.n_samples, 2)


def test_gain_scales_only_its_span():
    source = noise(1000, 1)
    edit = Edit(SHA, RATE_HZ, ((0, 500), (500, 1000)), (0,), (0.0, -6.0))
    out = render(edit, source)
    assert np.array_equal(out[:500], source[:500])
    assert np.allclose(out[500:], source[500:] * 10 ** (-6 / 20), rtol=1e-6)


def test_a_source_that_is_too_short_is_named(tmp_path):
    path = tmp_path / "short.wav"
    soundfile.write(path, noise(900), RATE_HZ, subtype="FLOAT")
    edit = Edit(SHA, RATE_HZ, ((0, 1000),))
    with pytest.raises(UserError, match=r"short\.wav"):
        list(render_blocks(edit, path))
    with pytest.raises(UserError, match=r"short\.wav"):
        list(render_blocks(edit, path, n_source_samples=1000))
    with pytest.raises(UserError):
        render(edit, noise(900))
