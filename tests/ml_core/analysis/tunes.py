"""Sound with exactly known beats, made in a moment: clicks, drums, chords, noise, syllables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from ml_core.analysis.analyse import analyse
from ml_core.domain.songs import Song, SongAnalysis
from ml_core.progress import Progress

RATE_HZ = 22050
Floats = NDArray[np.float32]

# Four triads that differ in harmony and bass, so that bars are told apart.
CHORDS = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))


def place(sounds: list[tuple[float, Floats]], duration_s: float, rate_hz: int = RATE_HZ) -> Floats:
    """Sounds at their times, float32 (n_samples, 1)."""
    out = np.zeros(round(duration_s * rate_hz), np.float32)
    for start_s, sound in sounds:
        start = round(start_s * rate_hz)
        length = max(0, min(len(sound), len(out) - start))
        out[start : start + length] += sound[:length]
    return out[:, None]


def tone(
    frequency_hz: float, length_s: float, decay_s: float, level: float, rate_hz: int = RATE_HZ
) -> Floats:
    """A decaying tone with three overtones and a soft onset of 3 ms."""
    t = np.arange(round(length_s * rate_hz)) / rate_hz
    wave = sum(np.sin(2 * np.pi * frequency_hz * k * t) / k**1.5 for k in (1, 2, 3))
    shape = np.exp(-t / decay_s) * np.minimum(1, t / 0.003) * np.minimum(1, (length_s - t) / 0.01)
    return (level * wave * shape).astype(np.float32)


def hit(length_s: float, level: float, seed: int = 0) -> Floats:
    """A noise burst, like a snare or a hi-hat."""
    noise = np.random.default_rng(seed).normal(0, 1, round(length_s * RATE_HZ))
    return (level * noise * np.exp(-np.arange(len(noise)) / (len(noise) / 5))).astype(np.float32)


def clicks(times_s: NDArray[np.float64], duration_s: float, rate_hz: int = RATE_HZ) -> Floats:
    """A metronome."""
    click = tone(880.0, 0.05, 0.012, 0.4, rate_hz)
    return place([(float(t), click) for t in times_s], duration_s, rate_hz)


def band(
    n_bars: int, meter: int, tempo_bpm: float, start_s: float = 0.3, seed: int = 0
) -> tuple[Floats, NDArray[np.float64]]:
    """Kick, snare, hi-hat, bass and a chord to a bar; the audio and the beats' seconds.

    The song goes A A B B A A …, each four bars long, B louder and with other chords.
    """
    beat_s = 60.0 / tempo_bpm
    beats_s = start_s + np.arange(n_bars * meter) * beat_s
    kick, snare, hat = tone(55, 0.2, 0.06, 0.6), hit(0.12, 0.2, seed), hit(0.03, 0.07, seed + 1)
    sounds: list[tuple[float, Floats]] = []
    for i, time_s in enumerate(beats_s):
        bar, beat = divmod(i, meter)
        in_b = (bar // 8) % 2 == 1
        sounds.append((time_s, hat))
        sounds.append((time_s + beat_s / 2, hat * (1.0 if in_b else 0.4)))
        if beat == 0:
            chord = CHORDS[(bar + (2 if in_b else 0)) % 4]
            for pitch in chord:
                frequency = 220.0 * 2 ** (pitch / 12)
                level = 0.12 if in_b else 0.07
                sounds.append((time_s, tone(frequency, meter * beat_s, 1.5, level)))
            sounds.append((time_s, tone(55.0 * 2 ** (chord[0] / 12), beat_s * 1.5, 0.4, 0.3)))
            sounds.append((time_s, kick))
        elif beat % 2 == 1:
            sounds.append((time_s, snare))
        else:
            sounds.append((time_s, kick * 0.7))
    return place(sounds, float(beats_s[-1] + beat_s + 0.5)), beats_s


def syllables(duration_s: float, seed: int = 0) -> Floats:
    """Something with the rhythm of speech: voiced sounds of uneven length, and pauses."""
    rng = np.random.default_rng(seed)
    sounds: list[tuple[float, Floats]] = []
    time_s = 0.2
    while time_s < duration_s - 0.5:
        length_s = float(rng.uniform(0.08, 0.25))
        sounds.append((time_s, tone(float(rng.uniform(90, 160)), length_s, 0.2, 0.2)))
        time_s += float(rng.uniform(0.12, 0.35))
        if rng.random() < 0.12:
            time_s += float(rng.uniform(0.4, 1.2))
    return place(sounds, duration_s)


def write_song(path: Path, audio: Floats, rate_hz: int = RATE_HZ) -> Song:
    """A float WAV file and its song record."""
    sf.write(path, audio, rate_hz, subtype="FLOAT")
    return Song("0" * 64, (str(path),), rate_hz, len(audio), audio.shape[1])


def analysed(
    folder: Path, audio: Floats, rate_hz: int = RATE_HZ, progress: Progress | None = None
) -> SongAnalysis:
    """The analysis of some audio, by way of a file."""
    song = write_song(folder / "song.wav", audio, rate_hz)
    return analyse(song, song.path, progress)
