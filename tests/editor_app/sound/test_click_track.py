"""Clicks on the beats: where they begin, to the sample, in what the device takes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from editor_app.sound.click_track import BAR_HZ, BEAT_HZ, CLICK_S, ClickedAudio, Clicks
from editor_app.sound.device import SoundDevice
from editor_app.sound.player import Player
from ml_core.domain.playing import PreparedAudio, PreparedPair, SongLayout
from tests.editor_app.sound.fake_output import RATE_HZ, SHA256, FakeOutput, half_level_gain

N_SONG = 12 * RATE_HZ
BEATS = np.arange(700, N_SONG, RATE_HZ // 2)
CLICKS = Clicks.on(BEATS, BEATS[::4])
N_CLICK = round(CLICK_S * RATE_HZ)


def silent_lane() -> ClickedAudio:
    lane = ClickedAudio(np.zeros((N_SONG, 2), np.float32), RATE_HZ, 0.5)
    lane.clicks = CLICKS
    return lane


def starts(sound: np.ndarray) -> np.ndarray:
    """Where something sounds after silence of more than half a click."""
    loud = np.flatnonzero(np.abs(sound).max(axis=1) > 1e-6)
    return loud[np.append(True, np.diff(loud) > N_CLICK // 2)]


def test_every_click_begins_on_its_beat() -> None:
    assert np.array_equal(starts(silent_lane()[0:N_SONG]), BEATS)


def test_bars_click_higher_and_louder() -> None:
    sound = silent_lane()[0:N_SONG][:, 0]

    def heard(beat: int) -> tuple[float, float]:
        part = sound[beat : beat + N_CLICK]
        spectrum = np.abs(np.fft.rfft(part, 8000))
        return float(spectrum.argmax()), float(np.abs(part).max())

    bars, beats = [heard(b) for b in BEATS[:8:4]], [heard(b) for b in BEATS[1:4]]
    assert all(abs(pitch - BAR_HZ) < 30 for pitch, _ in bars)
    assert all(abs(pitch - BEAT_HZ) < 30 for pitch, _ in beats)
    assert min(level for _, level in bars) > max(level for _, level in beats)


@pytest.mark.parametrize("size", [1, 37, 1000, N_SONG])
def test_pieces_of_any_size_join_to_the_same_sound(size: int) -> None:
    rng = np.random.default_rng(0)
    lane = ClickedAudio(rng.normal(0, 0.1, (3000, 2)).astype(np.float32), RATE_HZ, 1.0)
    lane.clicks = CLICKS
    pieces = [lane[start : start + size] for start in range(0, 3000, size)]
    np.testing.assert_array_equal(np.concatenate(pieces), lane[0:3000])


def test_without_clicks_the_song_is_untouched_and_with_them_nothing_clips() -> None:
    audio = np.full((N_SONG, 2), 0.89, np.float32)
    lane = ClickedAudio(audio, RATE_HZ, 1.0)
    assert np.array_equal(lane[0:N_SONG], audio)
    lane.clicks = CLICKS
    assert np.abs(lane[0:N_SONG]).max() <= 1.0


def test_clicks_are_as_loud_whatever_the_songs_gain() -> None:
    levels = []
    for gain in (0.25, 1.0, 3.0):
        lane = ClickedAudio(np.zeros((2000, 2), np.float32), RATE_HZ, gain)
        lane.clicks = CLICKS
        levels.append(gain * float(np.abs(lane[0:2000]).max()))
    assert levels == pytest.approx([levels[0]] * 3, rel=1e-5)


def test_beats_of_the_source_are_put_at_the_devices_rate() -> None:
    clicks = Clicks.on(np.array([0, 44100, 88200]), np.array([0]), 48000 / 44100)
    assert clicks.at.tolist() == [0, 48000, 96000] and clicks.is_bar.tolist() == [
        True,
        False,
        False,
    ]


@pytest.fixture
def player(qtbot: QtBot, tmp_path: Path):
    output = FakeOutput(latency_samples=400)
    made = Player(device=SoundDevice(open_stream=lambda *_: output))
    made.device.open()
    made.volume = 1.0
    file = tmp_path / "song.f32"
    np.zeros((N_SONG, 2), np.float32).tofile(file)
    layout = SongLayout(SHA256, RATE_HZ, N_SONG, (0, N_SONG), (), (), 120.0, 4, 1.0, True)
    song = PreparedAudio(str(file), N_SONG, RATE_HZ)
    assert made.load(PreparedPair(song, (), half_level_gain(), layout))
    yield made, output
    made._let_go()


def turn(player: Player, output: FakeOutput, seconds: float) -> None:
    for _ in range(round(seconds * RATE_HZ / 256)):
        output.advance(256)
        player._sounding._tick()
        while player._sounding.playback is not None and player._sounding.playback.fill():
            pass


def test_the_device_gets_each_click_on_the_very_sample(player) -> None:
    made, output = player
    made.set_clicks(CLICKS)
    made.play()
    turn(made, output, 4.0)
    heard = starts(output.sound)
    assert len(heard) >= 7
    assert np.array_equal(heard, BEATS[: len(heard)])


def test_another_grid_is_heard_at_once_while_it_plays(player) -> None:
    made, output = player
    made.set_clicks(CLICKS)
    made.play()
    turn(made, output, 2.0)
    done = len(output.sound)
    moved = BEATS + 1000
    made.set_clicks(Clicks.on(moved, moved[1::4]))
    turn(made, output, 3.0)
    after = starts(output.sound[done + RATE_HZ // 4 :]) + done + RATE_HZ // 4
    after = after[after > done + RATE_HZ // 4]
    assert len(after) >= 4 and np.isin(after, moved).all()
    made.set_clicks(None)
    done = len(output.sound)
    turn(made, output, 2.0)
    assert np.abs(output.sound[done + RATE_HZ // 4 :]).max() == 0


def test_seeking_keeps_clicks_on_the_beats_of_the_song(player) -> None:
    made, output = player
    made.set_clicks(CLICKS)
    made.seek(5 * RATE_HZ)
    made.play()
    turn(made, output, 2.0)
    heard = starts(output.sound) + 5 * RATE_HZ
    assert len(heard) >= 3 and np.isin(heard[1:], BEATS).all()
