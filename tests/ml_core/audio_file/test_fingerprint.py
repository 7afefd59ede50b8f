"""One recording in other forms is recognised, another one is not (fault 60)."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from numpy.typing import NDArray

from ml_core.audio_file import Fingerprinter, SongReader, same_recording
from ml_core.audio_file.fingerprint import equal_share
from ml_core.demo_songs.pieces import synthesize_test_song

Audio = NDArray[np.float32]

RATE_HZ = 44_100


@cache
def piece(seed: int = 0, tempo_bpm: float = 120, meter: int = 4) -> Audio:
    """A minute of music, float32 (n_samples, 2)."""
    audio, rate_hz, _ = synthesize_test_song(60.0, tempo_bpm, meter, seed=seed)
    assert rate_hz == RATE_HZ
    stereo = audio if audio.ndim == 2 else np.stack([audio, 0.7 * audio], axis=1)
    return np.ascontiguousarray(stereo, np.float32)


def fingerprint(audio: Audio, rate_hz: int = RATE_HZ, block: int = 65536) -> bytes:
    made = Fingerprinter(rate_hz, audio.shape[1])
    for start in range(0, len(audio), block):
        made.add(audio[start : start + block])
    return made.finish()


def coded(audio: Audio, path: Path, container: str, coding: str, rate_hz: int = RATE_HZ) -> bytes:
    """The fingerprint of what a coder leaves of it."""
    level = {"MPEG_LAYER_III": 0.9, "VORBIS": 0.9}.get(coding)
    with soundfile.SoundFile(
        str(path), "w", rate_hz, audio.shape[1], coding, format=container, compression_level=level
    ) as file:
        for start in range(0, len(audio), 65536):
            file.write(audio[start : start + 65536])
    with SongReader(path) as reader:
        made = Fingerprinter(reader.header.sample_rate_hz, reader.header.n_channels)
        while len(block := reader.read_next(65536)):
            made.add(block)
    return made.finish()


def silence(duration_s: float) -> Audio:
    return np.zeros((int(duration_s * RATE_HZ), 2), np.float32)


def at_rate(rate_hz: int) -> bytes:
    return fingerprint(soxr.resample(piece(), RATE_HZ, rate_hz).astype(np.float32), rate_hz)


FORMS = {
    "MP3": lambda folder: coded(piece()[:, :1], folder / "a", "MP3", "MPEG_LAYER_III"),
    "Vorbis": lambda folder: coded(piece()[:, :1], folder / "a", "OGG", "VORBIS"),
    "Opus": lambda folder: coded(
        soxr.resample(piece()[:, :1], RATE_HZ, 48_000).astype(np.float32),
        folder / "a",
        "OGG",
        "OPUS",
        48_000,
    ),
    "22 kHz": lambda _: at_rate(22_050),
    "96 kHz": lambda _: at_rate(96_000),
    "-20 dB": lambda _: fingerprint(0.1 * piece()),
    "mono": lambda _: fingerprint(piece().mean(axis=1, keepdims=True)),
    "0.2 s later": lambda _: fingerprint(np.concatenate([silence(0.2), piece()])),
    "half a hop later": lambda _: fingerprint(np.concatenate([silence(0.04), piece()])),
    "4 s of silence before": lambda _: fingerprint(np.concatenate([silence(4), piece()])),
    "8 s of silence behind": lambda _: fingerprint(np.concatenate([piece(), silence(8)])),
    "its start cut": lambda _: fingerprint(piece()[3 * RATE_HZ :]),
    "its end cut": lambda _: fingerprint(piece()[: -5 * RATE_HZ]),
}


@pytest.mark.parametrize("form", FORMS)
def test_fault_60_one_recording_is_recognised_in_every_form(form: str, tmp_path: Path) -> None:
    known, found = fingerprint(piece()), FORMS[form](tmp_path)
    assert same_recording(known, found) and same_recording(found, known)


OTHERS = {
    "another song": lambda: piece(3, 100, 3),
    "another song of the same tempo": lambda: piece(5),
    "the same, faster": lambda: piece(0, 123),
    "a part of it": lambda: piece()[: 40 * RATE_HZ],
    "its second half first": lambda: np.roll(piece(), len(piece()) // 2, axis=0),
    "a bar left out in the middle": lambda: np.concatenate(
        [piece()[: 24 * RATE_HZ], piece()[26 * RATE_HZ :]]
    ),
    "a tone higher": lambda: soxr.resample(piece(), 9, 8).astype(np.float32),
    "silence": lambda: silence(60),
    "noise": lambda: np.random.default_rng(1).normal(0, 0.1, (60 * RATE_HZ, 2)).astype(np.float32),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_fault_60_another_recording_is_not_taken_for_it(kind: str) -> None:
    known, other = fingerprint(piece()), fingerprint(OTHERS[kind]())
    assert not same_recording(known, other) and not same_recording(other, known)


def test_the_shortest_songs_are_recognised_too() -> None:
    short = piece()[10 * RATE_HZ : 30 * RATE_HZ]
    later = np.concatenate([silence(1.5), short])
    assert same_recording(fingerprint(short), fingerprint(later))
    assert same_recording(fingerprint(later), fingerprint(short[: -2 * RATE_HZ]))
    other = piece()[30 * RATE_HZ : 50 * RATE_HZ]
    assert not same_recording(fingerprint(short), fingerprint(other))


def test_blocks_of_any_length_give_the_same() -> None:
    audio = piece()[: 20 * RATE_HZ]
    whole, parts = fingerprint(audio), fingerprint(audio, block=1234)
    assert len(whole) == len(parts)
    assert equal_share(whole, parts) > 0.99


def test_channels_that_cancel_each_other_are_heard() -> None:
    one = piece()[:, :1]
    opposite = np.concatenate([one, -one], axis=1)
    assert same_recording(fingerprint(opposite), fingerprint(one))


def test_nothing_is_like_silence_or_a_click() -> None:
    for audio in (silence(30), silence(0.1), silence(0)):
        assert not same_recording(fingerprint(audio), fingerprint(audio))
    assert not same_recording(b"", b"")
    known = fingerprint(piece())
    assert not same_recording(known, bytes((2,)) + known[1:]), "another version's"


def test_it_is_small_and_one_is_quickly_compared_with_5000() -> None:
    assert len(fingerprint(piece())) < 26 * 60
    rng = np.random.default_rng(2)
    # As long as each other: nothing is ruled out by its length. 240 s each.
    many = [b"\1" + rng.integers(1, 1 << 16, 3000, np.uint16).tobytes() for _ in range(5000)]
    started = time.process_time()
    assert [k for k, one in enumerate(many) if same_recording(many[77], one)] == [77]
    assert time.process_time() - started < 2.0
