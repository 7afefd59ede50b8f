"""Sung songs with their truth, and mixes of them with other accompaniments to train on.

A mix is a sung song played slower or faster (other voices, in effect), its sides wider or narrower,
and with a piece without singing added at 1 to 10 dB below it. Where it is sung is known as before.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ml_core import audio_file
from ml_core.analysis.voice.features import VoiceListener
from ml_core.domain.songs import VOICE_HZ

# How fast each mix is played, and whether something is added.
SPEEDS = ((0.88, True), (1.13, False), (1.0, True), (1.2, True))
SPEED_DEVIATION = 0.04
ADDED_DB = (-10.0, -1.0)
WIDTHS = (0.5, 1.4)
# Sung, but nobody timed it: nothing to add to others.
UNTIMED_SUNG = "Fishin"
# Every fourth rendered piece is enough.
RENDERED_STEP = 4
_BLOCK = 1 << 18

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class SungSong:
    """A sung song with its truth.

    Attributes:
        name: of the file.
        rows: of the listener, float32 (n_frames, n_columns).
        sung: bool (n_frames, 2), inside a note, inside a phrase.
    """

    name: str
    rows: NDArray[np.float32]
    sung: NDArray[np.bool_]


def song_rows(path: Path) -> NDArray[np.float32]:
    """What the listener tells of a file."""
    song = audio_file.read_song(path)
    listener = VoiceListener(song.sample_rate_hz, song.n_channels)
    for block in audio_file.blocks(path):
        listener.add(block)
    listener.add(np.zeros((0, song.n_channels), np.float32), last=True)
    return listener.take_rows()


def truth_of(path: Path, n_frames: int, speed: float = 1.0) -> NDArray[np.bool_]:
    """Whether each frame lies inside a note and a phrase, (n_frames, 2); played so fast."""
    data = json.loads(path.read_text(encoding="utf-8"))
    times_s = np.arange(n_frames) / VOICE_HZ * speed
    sung = np.zeros((n_frames, 2), np.bool_)
    for column, key in enumerate(("sung_notes", "phrases")):
        for start_s, end_s, *_ in data[key]:
            sung[(times_s >= start_s) & (times_s < end_s), column] = True
    return sung


def sung_files(music_dir: Path) -> list[tuple[Path, Path]]:
    """(sound, truth) of each sung song."""
    truths = sorted((music_dir / "vocals").glob("*.json"))
    return [
        (next(p for p in sorted(t.parent.glob(t.stem + ".*")) if p.suffix != ".json"), t)
        for t in truths
    ]


def accompaniments(music_dir: Path) -> list[Path]:
    """Pieces without singing."""
    songs = [p for p in sorted((music_dir / "songs").iterdir()) if p.suffix != ".json"]
    rendered = [p for p in sorted((music_dir / "truth").iterdir()) if p.suffix != ".json"]
    return [p for p in songs if UNTIMED_SUNG not in p.name] + rendered[::RENDERED_STEP]


def mixes(music_dir: Path, cache: Path | None = None) -> list[SungSong]:
    """Four mixes of each sung song, by its name, kept in `cache`."""
    added = accompaniments(music_dir)
    found = []
    for index, (sound, truth) in enumerate(sung_files(music_dir)):
        for k, (speed, is_mixed) in enumerate(SPEEDS):
            rng = np.random.default_rng([index, k])
            played = speed * float(np.exp(rng.normal(0, SPEED_DEVIATION / 2)))
            kept = cache / f"{sound.stem}.mix{k}.npy" if cache else None
            if kept is not None and kept.is_file():
                rows = np.load(kept)
            else:
                other = added[rng.integers(len(added))] if is_mixed else None
                rows = _mixed_rows(sound, other, played, rng)
                if kept is not None:
                    np.save(kept, rows)
            found.append(SungSong(sound.stem, rows, truth_of(truth, len(rows), played)))
    return found


def _mixed_rows(sound: Path, other: Path | None, speed: float, rng: np.random.Generator) -> Floats:
    audio, rate_hz = _stereo(sound)
    if other is not None:
        under, under_hz = _stereo(other)
        under = soxr.resample(under, under_hz, rate_hz)
        under = np.resize(np.roll(under, -int(rng.integers(len(under))), axis=0), audio.shape)
        loudness = float(np.sqrt((audio**2).mean() / ((under**2).mean() + 1e-12)))
        audio = audio + under * np.float32(loudness * 10 ** (rng.uniform(*ADDED_DB) / 20))
    middle, side = audio.mean(axis=1), (audio[:, 0] - audio[:, 1]) / 2
    side = side * np.float32(rng.uniform(*WIDTHS))
    listener = VoiceListener(round(rate_hz * speed), 2)
    mixed = np.stack([middle + side, middle - side], axis=1)
    for first in range(0, len(mixed), _BLOCK):
        listener.add(mixed[first : first + _BLOCK])
    listener.add(mixed[:0], last=True)
    return listener.take_rows()


def _stereo(path: Path) -> tuple[Floats, int]:
    audio = np.concatenate(list(audio_file.blocks(path)))[:, :2]
    return np.broadcast_to(audio, (len(audio), 2)), audio_file.read_song(path).sample_rate_hz
