"""Tails: what rang on the leaving side dies away under the entering one, nothing new is heard."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import soundfile

from ml_core.domain.edits import Edit, Limits
from ml_core.edits.graph.edit_graph import build_graph, edit_from_path
from ml_core.edits.joins.placement import place_join
from ml_core.edits.joins.tails import LOUDEST_SHARE, TAIL_S, decaying_residue, rings_on, tail_under
from ml_core.edits.limits.checks import broken_limit
from ml_core.edits.render import render, render_blocks, tail_lengths
from tests.ml_core.edits.song_builder import EXCERPT_HZ, RATE_HZ, build_song

SHA = "ef" * 32
HZ = 22050
CUT = HZ
TAIL = round(TAIL_S * HZ)


def bell(n: int = 3 * HZ, decay_s: float = 0.4, hz: float = 523.0) -> np.ndarray:
    """A tone struck .3 s before `CUT` that dies away."""
    t = np.arange(n) / HZ - (CUT / HZ - 0.3)
    wave = np.where(t >= 0, np.sin(2 * np.pi * hz * t) * np.exp(-np.maximum(t, 0) / decay_s), 0)
    return (0.3 * wave).astype(np.float32)[:, None]


def drum(n: int = 3 * HZ, at: int = CUT + 400) -> np.ndarray:
    """A burst of noise just after `CUT`."""
    noise = np.random.default_rng(3).normal(0, 0.3, n) * np.exp(-(np.arange(n) - at) / 2000)
    noise[:at] = 0
    return noise.astype(np.float32)[:, None]


def level(sound: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(sound, dtype=np.float64))))


def test_what_rang_is_kept_and_what_begins_is_not():
    ringing = bell()
    residue = decaying_residue(ringing + drum(), CUT, TAIL, HZ)
    truth = ringing[CUT : CUT + TAIL]
    assert residue.shape == truth.shape
    likeness = np.corrcoef(residue[:, 0], truth[:, 0])[0, 1]
    assert likeness > 0.9
    assert level(residue - truth) < 0.25 * level(drum()[CUT : CUT + TAIL])


def test_a_voice_that_enters_leaves_nothing():
    entering = bell(hz=880.0)
    sound = np.roll(entering, round(0.31 * HZ), axis=0)
    residue = decaying_residue(sound, CUT, TAIL, HZ)
    assert level(residue) < 0.05 * level(sound[CUT : CUT + TAIL])


def test_after_too_little_sound_nothing_is_known_to_ring():
    assert not decaying_residue(bell()[CUT - 300 :], 300, TAIL, HZ).any()


def test_a_tail_comes_up_dies_away_and_stays_below_what_it_lies_under():
    loud, soft = np.full((TAIL, 2), 0.5, np.float32), np.full((TAIL, 2), 0.1, np.float32)
    tail = tail_under(loud, soft, 400)
    assert level(tail) <= LOUDEST_SHARE * level(soft)
    assert np.abs(tail[0]).max() < 1e-3 and np.abs(tail[-1]).max() < 1e-3
    assert np.all(np.diff(tail[400:, 0]) <= 0)
    assert rings_on(loud, soft) and not rings_on(0.1 * soft, soft)
    assert not rings_on(np.zeros((TAIL, 1), np.float32), np.zeros((TAIL, 1), np.float32))


def ringing_song() -> tuple[np.ndarray, Edit]:
    """A bell that rings over the cut, and a quiet part that is entered instead of a drum."""
    rng = np.random.default_rng(0)
    source = np.concatenate([bell() + drum(), rng.normal(0, 0.05, (3 * HZ, 1))])
    source = source.astype(np.float32)
    return source, Edit(SHA, HZ, ((0, CUT), (3 * HZ, 5 * HZ)), (2 * 200,), tails=(TAIL,))


def test_the_tail_lies_under_the_entering_side_and_ends_when_it_says():
    source, edit = ringing_song()
    with_tail, without = render(edit, source), render(replace(edit, tails=(0,)), source)
    assert len(with_tail) == len(without) == edit.n_samples
    added = with_tail - without
    assert not added[:CUT].any()
    assert not added[CUT + TAIL :].any()
    assert level(added[CUT : CUT + TAIL]) > 0.1 * level(without[CUT : CUT + TAIL])
    assert level(added[CUT : CUT + TAIL]) < 0.6 * level(without[CUT : CUT + TAIL])
    spectrum = np.abs(np.fft.rfft(added[CUT : CUT + TAIL, 0]))
    assert np.fft.rfftfreq(TAIL, 1 / HZ)[spectrum.argmax()] == pytest.approx(523, abs=8)


def test_streamed_tails_are_the_same(tmp_path):
    source, edit = ringing_song()
    soundfile.write(tmp_path / "song.wav", source, HZ, subtype="FLOAT")
    streamed = np.concatenate(list(render_blocks(edit, tmp_path / "song.wav")))
    assert streamed.tobytes() == render(edit, source).tobytes()


def test_a_tail_gives_way_to_the_next_fade_and_to_the_song_s_end():
    short = Edit(SHA, HZ, ((0, CUT), (3 * HZ, 3 * HZ + 5000), (4 * HZ, 5 * HZ)), (400, 400))
    short = replace(short, tails=(10_000, 10_000))
    first, second = tail_lengths(short, 6 * HZ)
    assert first < 5000 - 200 and second == 10_000
    late = Edit(SHA, HZ, ((CUT, 2 * HZ), (0, CUT)), (400,), tails=(10_000,))
    assert tail_lengths(late, 2 * HZ + 500) == (0,)


def test_joins_have_tails_where_something_rings_on():
    song = build_song()
    leave, enter = int(song.bar_edges_samples[4]), int(song.bar_edges_samples[12])
    rng = np.random.default_rng(0)
    t = (np.arange(len(song.excerpt)) - leave * EXCERPT_HZ / RATE_HZ) / EXCERPT_HZ
    soft = rng.normal(0, 0.01, len(t))
    struck = np.where(t > -0.4, np.sin(2 * np.pi * 440 * t) * np.exp(-np.maximum(t, -0.4)), 0.0)
    ringing = replace(song, excerpt=(soft + 0.05 * struck).astype(np.float16))
    assert place_join(ringing, leave, enter).tail_samples == round(TAIL_S * RATE_HZ)
    late = np.where(t > -0.005, struck, 0.0)  # it begins where the join leaves
    begun = replace(song, excerpt=(soft + 0.05 * late).astype(np.float16))
    assert place_join(begun, leave, enter).tail_samples == 0
    edit = edit_from_path(build_graph(ringing), ((0, 3), (12, 15)))
    assert edit.tails == (round(TAIL_S * RATE_HZ),)


def test_tails_are_stored_where_there_are_any():
    _, edit = ringing_song()
    assert Edit.from_json(edit.to_json()) == edit
    without = replace(edit, tails=(0,))
    assert "tails" not in without.to_json() and without.id != edit.id
    with pytest.raises(ValueError):
        replace(edit, tails=(1, 1))


def test_a_tail_out_of_what_is_forbidden_is_heard():
    graph = build_graph(build_song())
    edit = replace(edit_from_path(graph, ((0, 3), (8, 11))), tails=(0,))
    end_s = edit.spans[0][1] / RATE_HZ
    limits = Limits(forbidden=((end_s + 0.1, end_s + 0.15),), shortest_s=None)
    assert broken_limit(edit, graph, limits) is None
    assert broken_limit(replace(edit, tails=(round(0.2 * RATE_HZ),)), graph, limits) is not None
