"""From notes to a stereo song: placing, panning, ducking, echo, room, loudness."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, lfilter, oaconvolve, sosfilt

from ml_core.demo_songs.score import Note
from ml_core.demo_songs.tones import RATE_HZ
from ml_core.units import db_to_gain

Mono = NDArray[np.float32]
Stereo = NDArray[np.float32]
Instrument = Callable[[float, float], Mono]

TARGET_LUFS = -16.0
"""What streaming services ask of music with dynamics (AES TD1008)."""

HIGHEST_PEAK = 0.89
"""-1 dBFS: room for what lossy coding adds."""


class Mix:
    """A song being put together: a dry bus, one that ducks under the kick, one into the room.

    Args:
        n_beats: of the song.
        beat_s: length of a beat in seconds.
        start_s: when beat 0 sounds.
        tail_s: time for the last chord to die away.
    """

    def __init__(self, n_beats: float, beat_s: float, start_s: float, tail_s: float) -> None:
        self.beat_s = beat_s
        self.start_s = start_s
        self.n_samples = round((start_s + n_beats * beat_s + tail_s) * RATE_HZ)
        # One row a channel: adding notes is three times as fast as with channels side by side.
        self._dry = np.zeros((2, self.n_samples), np.float32)
        self._ducked = np.zeros((2, self.n_samples), np.float32)
        self._room = np.zeros((2, self.n_samples), np.float32)
        self._sounds: dict[tuple[int, float, Instrument], Mono] = {}

    def sample_of(self, beats: float) -> int:
        """Where a place in beats lies, in samples."""
        return round((self.start_s + beats * self.beat_s) * RATE_HZ)

    def play(
        self,
        notes: Iterable[Note],
        instrument: Instrument,
        level_db: float,
        pan: float = 0.0,
        room: float = 0.15,
        ducked: bool = False,
        echo: float = 0.0,
        late_s: float = 0.0,
    ) -> None:
        """Play notes on an instrument.

        Args:
            notes: of the song.
            instrument: called with (midi, length in seconds); equal notes are made once.
            level_db: of a note at full velocity.
            pan: -1 left, 0 middle, 1 right (constant power).
            room: how much goes into the reverberation.
            ducked: whether the kick pushes it down.
            echo: level of the first of four echoes, three eighths apart, from side to side.
            late_s: plays behind the beat by that much.
        """
        for note in notes:
            length_s = round(note.length_beats * self.beat_s, 4)
            key = (note.midi, length_s, instrument)
            if key not in self._sounds:
                self._sounds[key] = instrument(note.midi, length_s)
            at = self.sample_of(note.start_beats) + round(late_s * RATE_HZ)
            gain = db_to_gain(level_db) * note.velocity
            self._put(self._sounds[key], at, gain, pan, room, ducked)
            for k in range(4 if echo > 0 else 0):
                side = 0.7 * (-1) ** k
                later = at + round(1.5 * (k + 1) * self.beat_s * RATE_HZ)
                self._put(self._sounds[key], later, gain * echo * 0.5**k, side, room, ducked)

    def hit(
        self,
        sound: Mono,
        beats: Iterable[tuple[float, float]],
        level_db: float,
        pan: float = 0.0,
        room: float = 0.08,
    ) -> None:
        """Play a drum at (place in beats, velocity) each."""
        for place, velocity in beats:
            self._put(
                sound, self.sample_of(place), db_to_gain(level_db) * velocity, pan, room, False
            )

    def _put(
        self, sound: Mono, at: int, gain: float, pan: float, room: float, ducked: bool
    ) -> None:
        sound = sound[: max(0, self.n_samples - at)]
        angle = (pan + 1) * np.pi / 4
        bus = self._ducked if ducked else self._dry
        for channel, share in enumerate((np.cos(angle), np.sin(angle))):
            panned = sound * np.float32(gain * np.sqrt(2) * share)
            bus[channel, at : at + len(sound)] += panned
            if room > 0:
                panned *= np.float32(room)
                self._room[channel, at : at + len(sound)] += panned

    def finish(
        self, kicks: Sequence[float] = (), duck_db: float = 6.0, room_s: float = 1.6, seed: int = 1
    ) -> Stereo:
        """The finished song, float32 (n_samples, 2), at `TARGET_LUFS` and below `HIGHEST_PEAK`.

        Args:
            kicks: places in beats at which the ducked bus goes down.
            duck_db: how far.
            room_s: time in which the room's sound falls by 60 dB.
            seed: of the room.
        """
        gain = self._duck_gain(kicks, duck_db)
        dry = self._dry + self._ducked * gain + reverberate(self._room, room_s, seed)
        high_pass = butter(2, 28.0, "highpass", fs=RATE_HZ, output="sos")
        song = np.ascontiguousarray(sosfilt(high_pass, dry, axis=1).T, np.float32)
        song = song * np.float32(db_to_gain(TARGET_LUFS - loudness_lufs(song)))
        return soft_limited(song)

    def raw(self) -> Stereo:
        """What was played, without room, ducking or loudness, float32 (n_samples, 2)."""
        return np.ascontiguousarray((self._dry + self._ducked).T)

    def _duck_gain(self, kicks: Sequence[float], duck_db: float) -> Mono:
        gain = np.ones(self.n_samples, np.float32)
        n = round(0.32 * RATE_HZ)
        t = np.arange(n) / RATE_HZ
        depth = 1 - db_to_gain(-duck_db)
        dip = 1 - depth * np.clip(t / 0.008, 0, 1) * np.exp(-np.clip(t - 0.008, 0, None) / 0.09)
        dip[-1000:] = dip[-1000:] + (1 - dip[-1000:]) * np.linspace(0, 1, 1000)
        for place in kicks:
            at = self.sample_of(place)
            part = gain[at : at + n]
            np.minimum(part, dip[: len(part)].astype(np.float32), out=part)
        return gain


def reverberate(send: NDArray[np.float32], room_s: float, seed: int) -> NDArray[np.float32]:
    """A room's answer, float32 (2, n_samples) like `send`.

    Noise that falls by 60 dB in `room_s`, high frequencies faster, after 18 ms (Moorer 1979).
    """
    n = round(room_s * RATE_HZ)
    t = np.arange(n) / RATE_HZ
    noise = np.random.default_rng(seed).standard_normal((2, n))
    dark = np.asarray(lfilter([0.22], [1, -0.78], noise, axis=1))
    fall = 10.0 ** (-3.0 * t / room_s)
    answer = fall * (2.2 * dark + 0.5 * (noise - dark) * fall) * np.clip(t / 0.01, 0, 1)
    answer = np.concatenate([np.zeros((2, round(0.018 * RATE_HZ))), answer], axis=1)
    answer /= np.sqrt((answer**2).sum(axis=1, keepdims=True))
    wet = oaconvolve(send, answer.astype(np.float32), axes=1)
    return np.asarray(wet[:, : send.shape[1]], np.float32)


def loudness_lufs(audio: Stereo) -> float:
    """Integrated loudness after ITU-R BS.1770-4 of audio at 44.1 kHz, both gates."""
    # K weighting: the standard's analogue prototypes (shelf +4 dB at 1,682 Hz; high pass at 38 Hz)
    # by the bilinear transform.
    tan = np.tan(np.pi * 1681.974 / RATE_HZ)
    q, high = 0.7071752, 10 ** (3.999844 / 20)
    band = high**0.4996668
    a0 = 1 + tan / q + tan * tan
    shelf = [
        (high + band * tan / q + tan * tan) / a0,
        2 * (tan * tan - high) / a0,
        (high - band * tan / q + tan * tan) / a0,
        1,
        2 * (tan * tan - 1) / a0,
        (1 - tan / q + tan * tan) / a0,
    ]
    tan = np.tan(np.pi * 38.13547 / RATE_HZ)
    q = 0.5003270
    a0 = 1 + tan / q + tan * tan
    low_cut = [1, -2, 1, 1, 2 * (tan * tan - 1) / a0, (1 - tan / q + tan * tan) / a0]
    weighted = np.asarray(sosfilt(np.array([shelf, low_cut]), audio, axis=0))
    step = RATE_HZ // 10
    n_steps = len(weighted) // step
    power = (weighted[: n_steps * step] ** 2).reshape(n_steps, step, -1).mean(axis=1).sum(axis=1)
    block = np.convolve(power, np.full(4, 0.25), "valid")
    block = block[block > 10 ** ((-70 + 0.691) / 10)]
    if not len(block):
        return -70.0
    block = block[block > 0.1 * block.mean()]
    return float(-0.691 + 10 * np.log10(block.mean()))


def soft_limited(audio: Stereo) -> Stereo:
    """Audio that bends smoothly above 0.6 and never exceeds `HIGHEST_PEAK`."""
    knee = np.float32(0.6)
    room = np.float32(HIGHEST_PEAK) - knee
    size = np.abs(audio)
    bent = np.sign(audio) * (knee + room * np.tanh((size - knee) / room))
    return np.where(size <= knee, audio, bent).astype(np.float32)
