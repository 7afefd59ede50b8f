"""Finding an edit in its song by sound alone: places, damage, repeats, and what is refused."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import soxr
from numpy.typing import NDArray

from ml_core.demo_songs.pieces import synthesize_test_song
from ml_core.edits.found.choosing import choose_lines
from ml_core.edits.found.finding import Found, find_edit
from ml_core.edits.found.heard import SOUND_HZ, WAVE_HZ, Heard, hear
from ml_core.edits.found.lines import Chunk
from ml_core.edits.found.misfit import misfit as misfit_of
from ml_core.edits.found.verdict import is_certain, misfit
from ml_core.errors import Cancelled
from ml_core.progress import Progress, silent
from tests.benchmarks.damaged_edits import DAMAGES, MadeEdit, Score, joined, score, voice_like

Stereo = NDArray[np.float32]
SPANS = ((2.0, 9.0), (20.0, 31.5), (12.3, 18.0))
"""The last goes back."""


@cache
def sung(seed: int = 1) -> Stereo:
    """A song of 40 s at SOUND_HZ, in which no bar is the same as another."""
    audio, rate_hz, _ = synthesize_test_song(40.0, 118.0 + seed, seed=seed)
    low = soxr.resample(audio, rate_hz, SOUND_HZ).astype(np.float32)
    rng = np.random.default_rng(seed)
    times = np.arange(len(low)) / SOUND_HZ
    notes = np.repeat(rng.uniform(200.0, 900.0, 400), SOUND_HZ // 8)[: len(low)]
    notes = np.pad(notes, (0, len(low) - len(notes)), "edge")
    tune = 0.15 * np.sin(2 * np.pi * np.cumsum(notes) / SOUND_HZ + times)
    return low + tune[:, None].astype(np.float32)


@cache
def heard(seed: int = 1) -> Heard:
    return hear(sung(seed).mean(axis=1), 0.025)


def look(made: MadeEdit, seed: int = 1) -> Found:
    mono = made.sound.mean(axis=1)
    if made.rate_hz != SOUND_HZ:
        mono = soxr.resample(mono, made.rate_hz, SOUND_HZ).astype(np.float32)
    return find_edit(heard(seed), mono, silent())


def made() -> MadeEdit:
    return joined(sung(), SOUND_HZ, SPANS)


def known(found: Found) -> list[tuple[float, float]]:
    segments = [one for one in found.segments if one.offset is not None]
    return [(one.song_s(one.start_s), one.song_s(one.end_s)) for one in segments]


def test_spans_are_found_in_play_order_also_back():
    found = look(made())
    for got, true in zip(known(found), SPANS, strict=True):
        assert got == pytest.approx(true, abs=0.02)
    assert found.speed == 1.0 and found.found_share == 1.0
    assert not misfit(found) and is_certain(found)


@pytest.mark.parametrize("kind", ["MP3", "speed", "reverb", "spoken", "all"])
def test_damage_does_not_move_a_place(kind: str):
    damaged = DAMAGES[kind](made(), np.random.default_rng(4))
    found = look(damaged)
    result: Score = score(heard(), damaged, found)
    assert result.right_share > 0.98 and result.n_false == 0
    assert found.speed == pytest.approx(damaged.speed, abs=2e-5)
    assert result.recall == result.precision == 1.0


def test_a_foreign_part_is_shown_and_not_of_the_song():
    damaged = DAMAGES["spoken"](made(), np.random.default_rng(0))
    foreign = [one for one in look(damaged).segments if one.offset is None]
    at = damaged.at_s[1][0] - 4.0
    assert [(one.start_s, one.end_s) for one in foreign] == [
        (pytest.approx(at, abs=0.05), pytest.approx(at + 4.0, abs=0.05))
    ]


def test_silence_before_the_song_is_no_part_of_it():
    lead = np.zeros((3 * SOUND_HZ, 2), np.float32)
    edit = joined(sung(), SOUND_HZ, SPANS)
    found = find_edit(heard(), np.concatenate([lead, edit.sound]).mean(axis=1), silent())
    assert known(found)[0] == pytest.approx(SPANS[0], abs=0.02)


def test_a_part_twice_is_found_twice():
    twice = joined(sung(), SOUND_HZ, ((5.0, 12.0), (5.0, 12.0), (25.0, 30.0)))
    assert [round(start) for start, _ in known(look(twice))] == [5, 5, 25]


def test_where_music_repeats_exactly_either_place_is_said_and_fewer_joins_preferred():
    part = sung()[: 8 * SOUND_HZ]
    other = sung()[20 * SOUND_HZ : 28 * SOUND_HZ]
    song = hear(np.concatenate([part, other, part, other]).mean(axis=1), 0.025)
    # The first part and then the second's repeat, which goes on as its first time does.
    edit = np.concatenate([part, other]).mean(axis=1)
    found = find_edit(song, edit, silent())
    assert len(found.segments) == 1 and not is_certain(found)
    offsets = {
        round(place.offset / 8000 - (found.segments[0].offset or 0) / 8000)
        for place in found.either
    }
    assert offsets & {16, -16}
    assert sum(place.end_s - place.start_s for place in found.either) > 10.0


@pytest.mark.parametrize("seed", [2, 3])
def test_a_wrong_original_is_refused(seed: int):
    assert "not of this song" in misfit(look(made(), seed))


def test_silence_and_speech_are_refused():
    rng = np.random.default_rng(0)
    quiet = find_edit(heard(), np.zeros(5 * SOUND_HZ, np.float32), silent())
    assert "silent" in misfit(quiet)
    speech = voice_like(10 * SOUND_HZ, SOUND_HZ, rng).mean(axis=1)
    assert misfit(find_edit(heard(), speech, silent()))


def test_a_faster_copy_is_said_to_be_faster():
    fast = soxr.resample(made().sound.mean(axis=1), 1.03, 1.0).astype(np.float32)
    assert "faster" in misfit(find_edit(heard(), fast, silent()))


def test_a_stretched_copy_is_said_to_be_stretched():
    stretch = pytest.importorskip("python_stretch")
    tool = stretch.Signalsmith.Stretch()
    tool.preset(2, SOUND_HZ)
    tool.timeFactor = 1.0 / 1.03
    slow = np.asarray(tool.process(np.ascontiguousarray(made().sound.T)))[0]
    assert "longer" in misfit(find_edit(heard(), slow.astype(np.float32), silent()))


def test_a_shifted_copy_is_said_to_be_higher():
    stretch = pytest.importorskip("python_stretch")
    tool = stretch.Signalsmith.Stretch()
    tool.preset(2, SOUND_HZ)
    tool.setTransposeFactor(1.03)
    high = np.asarray(tool.process(np.ascontiguousarray(made().sound.T)))[0]
    assert "higher" in misfit(find_edit(heard(), high.astype(np.float32), silent()))


def test_a_mash_of_two_songs_shows_what_is_of_which():
    halves = np.concatenate([sung(1)[: 10 * SOUND_HZ], sung(2)[: 10 * SOUND_HZ]]).mean(axis=1)
    found = find_edit(heard(1), halves, silent())
    assert known(found) == [pytest.approx((0.0, 10.0), abs=0.05)]
    assert found.found_share == pytest.approx(0.5, abs=0.05) and not is_certain(found)


def test_it_stops_when_asked():
    with pytest.raises(Cancelled):
        find_edit(heard(), made().sound.mean(axis=1), Progress(is_cancelled=lambda: True))


def test_of_exact_repeats_the_line_that_leads_goes_on():
    rng = np.random.default_rng(0)
    part = rng.normal(size=2 * WAVE_HZ).astype(np.float32)
    song = np.concatenate([part] * 8)
    size = 4 * WAVE_HZ
    # Only the first chunk lists the song's beginning among its lines.
    lists = [(0.0,), (2.0 * WAVE_HZ,), (2.0 * WAVE_HZ,), (2.0 * WAVE_HZ,)]
    chunks = [Chunk(k * size, (k + 1) * size, lines) for k, lines in enumerate(lists)]
    found = choose_lines(song[: 3 * size], song, chunks[:3], silent())
    assert [one.offset for one in found] == [0.0]


def test_no_offset_seems_to_fit_better_than_another():
    """Between samples, too, the same sound is the same."""
    noise = np.random.default_rng(0).normal(size=7 * SOUND_HZ).astype(np.float32)
    song = hear(noise, 0.025).wave
    times = np.arange(4 * WAVE_HZ)
    fine = soxr.resample(song[: 6 * WAVE_HZ], 1, 10)
    shifted = fine[10 * times + 5]
    moments = range(WAVE_HZ, 3 * WAVE_HZ, 80)
    weights = np.ones(5)
    exact = misfit_of(song[: 4 * WAVE_HZ], song, 0.0, moments, weights).mean()
    half = misfit_of(shifted.astype(np.float32), song, 0.5, moments, weights).mean()
    assert half == pytest.approx(exact, abs=0.2)
