"""Voice detection: streaming, bounds, and what it hears on songs whose notes were timed by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.analysis.voice import detector as voice_module
from ml_core.analysis.voice.detector import VoiceDetector
from ml_core.analysis.voice.features import (
    VoiceListener,
    base_columns,
    ranks,
    repeating_background,
)
from ml_core.analysis.voice.singing import singing_share
from ml_core.domain.songs import VOICE_HZ

RATE_HZ = 22050


def sung_in_the_middle(duration_s=24.0, channels=2, seed=0):
    """Wide repeating chords throughout, and a gliding tone in the middle from 8 to 16 s."""
    rng = np.random.default_rng(seed)
    times = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    chord = sum(np.sin(2 * np.pi * f * times) for f in (196.0, 247.0, 294.0))
    swell = 0.1 * (1 - (times * 2) % 1)
    wide = np.stack([chord * swell, -chord * swell], 1) + rng.normal(0, 0.01, (len(times), 2))
    pitch = 220 * 2 ** (np.floor(times * 3) % 7 / 12 + 0.02 * np.sin(2 * np.pi * 5.5 * times))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE_HZ
    tone = sum(np.sin(k * phase) / k for k in range(1, 9)) * 0.2
    tone[(times < 8) | (times >= 16)] = 0
    both = (wide + tone[:, None]).astype(np.float32)
    return both if channels == 2 else both[:, :1]


def heard(audio, block=65536, **kwargs):
    detector = VoiceDetector(RATE_HZ, audio.shape[1], len(audio), **kwargs)
    for start in range(0, len(audio), block):
        detector.add(audio[start : start + block])
    return detector.finish()


def test_a_voice_in_the_middle_is_told_from_wide_chords():
    found = heard(sung_in_the_middle()).astype(float)
    seconds = found[: 24 * VOICE_HZ].reshape(24, VOICE_HZ, 2).mean(axis=1)
    assert found.shape == (24 * VOICE_HZ + 1, 2)
    assert seconds[9:15, 1].min() > 1.8 * seconds[[*range(1, 6), *range(18, 23)], 1].max()


def test_any_block_size_gives_the_same():
    audio = sung_in_the_middle()
    assert np.allclose(heard(audio, 1000), heard(audio, len(audio)), atol=0.01)


def test_long_songs_are_heard_in_parts_of_bounded_length(monkeypatch):
    monkeypatch.setattr(voice_module, "LONGEST_PART_S", 9.0)
    taken = []
    original = voice_module.voice_probabilities
    monkeypatch.setattr(
        voice_module,
        "voice_probabilities",
        lambda rows, weights: taken.append(len(rows)) or original(rows, weights),
    )
    found = heard(sung_in_the_middle())
    assert len(found) == 24 * VOICE_HZ + 1
    assert len(taken) == 3 and max(taken) <= 9 * VOICE_HZ + 1


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_silence_has_no_voice_whatever_the_channels(channels):
    found = heard(np.zeros((RATE_HZ * 21, channels), np.float32))
    assert len(found) == 21 * VOICE_HZ + 1 and np.all(found == 0)


def test_mono_songs_get_finite_probabilities():
    found = heard(sung_in_the_middle(channels=1)).astype(float)
    assert np.isfinite(found).all() and found.min() >= 0 and found.max() <= 1


def test_the_background_is_what_repeats():
    rng = np.random.default_rng(0)
    pattern = rng.normal(size=(100, 36)).astype(np.float32)
    bands = np.tile(pattern, (30, 1))
    voiced = bands.copy()
    voiced[300:330] += 2.0 * rng.random((30, 36)).astype(np.float32)
    background = repeating_background(voiced)
    added = np.abs(voiced[300:328] - bands[300:328]).mean()
    assert np.abs(background[300:328] - bands[300:328]).mean() < 0.55 * added
    assert np.array_equal(background[100:120], bands[100:120])


def test_ranks_are_centred_and_ties_share_theirs():
    ranked = ranks(np.array([[3.0], [1.0], [1.0], [9.0]]))
    assert ranked[:, 0].tolist() == [0.125, -0.25, -0.25, 0.375]


def test_rows_can_be_taken_in_pieces():
    audio = sung_in_the_middle()
    whole, pieces = VoiceListener(RATE_HZ, 2), VoiceListener(RATE_HZ, 2)
    for listener in (whole, pieces):
        listener.add(audio)
        listener.add(audio[:0], last=True)
    rows = whole.take_rows()
    first = pieces.take_rows(100)
    assert pieces.n_waiting == len(rows) - 100
    assert np.array_equal(np.concatenate([first, pieces.take_rows()]), rows)


def test_a_song_without_singing_hardly_counts(music_dir):
    """The song was fitted with; the script that fits prints the honest numbers."""
    from ml_core import audio_file

    sound = next((music_dir / "songs").glob("wesnoth_battle*"))
    song = audio_file.read_song(sound)
    detector = VoiceDetector(song.sample_rate_hz, song.n_channels, song.n_samples)
    for block in audio_file.blocks(sound):
        detector.add(block)
    assert detector.finish().astype(float).max() < 0.15


def test_a_mono_song_counts_as_undecided():
    rows = np.concatenate(heard_rows(sung_in_the_middle(channels=1)))
    assert 0.5 < singing_share(rows, base_columns(rows)) < 0.9


def test_too_little_sound_is_not_sung():
    rows = np.concatenate(heard_rows(np.zeros((RATE_HZ * 21, 2), np.float32)))
    assert singing_share(rows, base_columns(rows)) == 0.0


def heard_rows(audio):
    listener = VoiceListener(RATE_HZ, audio.shape[1])
    listener.add(audio)
    listener.add(audio[:0], last=True)
    return [listener.take_rows()]


def test_real_voices_are_heard(music_dir):
    """On one sung song; it was fitted with it, the benchmark tells the honest number."""
    import json

    from ml_core import audio_file

    sound = next((music_dir / "vocals").glob("steven_dunston*.ogg"))
    truth = json.loads(sound.with_suffix(".json").read_text(encoding="utf-8"))
    song = audio_file.read_song(sound)
    detector = VoiceDetector(song.sample_rate_hz, song.n_channels, song.n_samples)
    for block in audio_file.blocks(sound):
        detector.add(block)
    phrase = detector.finish()[:, 1].astype(float)
    times_s = np.arange(len(phrase)) / VOICE_HZ
    sung = np.zeros(len(phrase), bool)
    for start_s, end_s in truth["phrases"]:
        sung |= (times_s >= start_s) & (times_s < end_s)
    assert phrase[sung].mean() > phrase[~sung].mean() + 0.5
