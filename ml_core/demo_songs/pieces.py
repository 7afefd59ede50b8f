"""Short pieces by the number, with exact truth: cheap material for tests."""

from __future__ import annotations

import numpy as np

from ml_core.demo_songs import drums, tones
from ml_core.demo_songs.mixing import Mix, Stereo, soft_limited
from ml_core.demo_songs.score import Note, chord, voice_chords
from ml_core.demo_songs.truth import DemoTruth, truth_of

START_S = 0.1

_PROGRESSIONS = (
    ("C", "G", "Am7", "F"),
    ("Am", "F", "C", "G"),
    ("Dm", "C", "F", "Am"),
    ("F", "G", "Em", "Am"),
)
_LOUD = {"A": -4.0, "B": 0.0}


def synthesize_test_song(
    duration_s: float = 40.0, tempo_bpm: float = 120.0, meter: int = 4, seed: int = 0
) -> tuple[Stereo, int, DemoTruth]:
    """A piece of alternating sections A and B of four bars, about as long as asked.

    B is louder, has more notes and other chords than A; equal sections repeat note for note but
    for their velocities. Other seeds give other chords, keys and tunes.

    Args:
        duration_s: rounded to whole bars, one at least.
        tempo_bpm: beats a minute.
        meter: beats a bar.
        seed: of chords, key and tune.

    Returns:
        float32 (n_samples, 2), its sample rate, its truth.
    """
    rng = np.random.default_rng(seed)
    beat_s = 60.0 / tempo_bpm
    n_bars = max(1, round((duration_s - START_S) / (meter * beat_s)))
    plan = tuple(("AB"[part % 2], min(4, n_bars - 4 * part)) for part in range((n_bars + 3) // 4))
    mix = Mix(n_bars * meter, beat_s, START_S, 0.0)
    key = int(rng.integers(-3, 4))
    choice = rng.permutation(len(_PROGRESSIONS))
    tunes = {label: rng.integers(0, 3, 8 * meter) for label in "AB"}
    bar = 0
    for label, bars in plan:
        names = _PROGRESSIONS[choice["AB".index(label)]]
        voicings = voice_chords([chord(name) for name in names], 55, 72)
        for k in range(bars):
            swing = float(rng.uniform(0.92, 1.0))
            root = 31 + (chord(names[k]).bass - 7) % 12 + key
            voicing = tuple(tone + key for tone in voicings[k])
            start = float((bar + k) * meter)
            _play_bar(mix, label, start, meter, root, voicing, tunes[label][2 * meter * k :], swing)
        bar += bars
    audio = soft_limited(mix.raw() * np.float32(0.5))
    truth = truth_of(plan, meter, tempo_bpm, START_S, len(audio) / tones.RATE_HZ)
    return audio, tones.RATE_HZ, truth


def _play_bar(
    mix: Mix,
    label: str,
    start: float,
    meter: int,
    root: int,
    voicing: tuple[int, ...],
    tune: np.ndarray[tuple[int], np.dtype[np.int64]],
    swing: float,
) -> None:
    loud_db = _LOUD[label]
    mix.hit(drums.kick(), [(start, 1.0)], loud_db - 2, room=0)
    backs = [(start + beat, 0.8 * swing) for beat in range(1, meter)]
    mix.hit(drums.snare() if label == "B" else drums.brush(), backs, loud_db - 8, room=0)
    eighths = [(start + k / 2, (0.9, 0.5)[k % 2] * swing) for k in range(2 * meter)]
    mix.hit(drums.hat(), eighths, loud_db - 14, pan=0.3, room=0)
    mix.play([Note(start, meter - 0.2, root)], tones.upright_bass, loud_db - 4, room=0)
    pads = [Note(start, meter, midi, swing) for midi in voicing]
    mix.play(pads, tones.guitar, loud_db - 12, pan=-0.3, room=0)
    step = 0.5 if label == "B" else 1.0
    notes = [
        Note(start + k * step, step, voicing[int(tune[k])] + 12, swing)
        for k in range(int(meter / step))
    ]
    mix.play(notes, tones.pluck, loud_db - 9, pan=0.2, room=0)
