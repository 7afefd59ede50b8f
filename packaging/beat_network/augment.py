"""Excerpts of rendered pieces, mixed, filtered, stretched and soiled anew each time."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d
from scipy.signal import lfilter

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ml_core.analysis.beats.network import INPUT_HZ, log_chroma, network_inputs
from ml_core.analysis.spectra.reading import CHROMA_HZ, FRAME_HZ, LOG_GAIN, N_MELS

Floats = NDArray[np.float32]

# A stem quieter than this (full scale 1) holds nothing.
SILENT_LEVEL = 1e-5
# Beyond a beat's own input the two next ones count half.
NEAR_TARGET = 0.5


@dataclass(frozen=True)
class Stem:
    """One stem: mel magnitudes at a common level, chroma and bass at the same level."""

    mel: NDArray[np.float16]
    chroma: Floats
    bass: Floats
    is_silent: bool


@dataclass(frozen=True)
class Piece:
    """A rendered piece."""

    drums: Stem
    rest: Stem
    beats_s: NDArray[np.float64]
    position: NDArray[np.int64]


def read_piece(file: Path) -> Piece:
    """A piece as `render.py` wrote it."""
    with np.load(file, allow_pickle=False) as arrays:
        stems = [_read_stem(arrays, name) for name in ("drums", "rest")]
        return Piece(*stems, arrays["beats_s"], arrays["position"])


def _read_stem(arrays: dict[str, NDArray], name: str) -> Stem:
    level = float(arrays[f"{name}_level"])
    tonal = [
        arrays[f"{name}_{key}"].astype(np.float32) / (level + 1e-9) for key in ("chroma", "bass")
    ]
    return Stem(arrays[f"{name}_mel"], *tonal, level < SILENT_LEVEL)


def excerpt(
    piece: Piece, other: Piece, duration_s: float, rng: np.random.Generator, plain: bool
) -> tuple[Floats, Floats, Floats]:
    """Inputs (n, 104), targets (n, 2) and weights (n, 2).

    Args:
        piece: to cut from.
        other: something of it may sound far in the background.
        duration_s: of the excerpt.
        rng: draws all.
        plain: mix both stems as they are, for the held-out pieces.
    """
    faster = 1.0 if plain or rng.random() < 0.4 else float(np.exp(rng.uniform(-0.22, 0.22)))
    sound_s = len(piece.rest.mel) / FRAME_HZ
    start_s = rng.uniform(0, max(0.0, sound_s - duration_s * faster))
    cut = _Cut(start_s, faster, duration_s)
    mel, chroma, bass = _mix(piece, cut, rng, plain)
    if not plain:
        if rng.random() < 0.1:
            far = 10 ** (rng.uniform(-26, -12) / 20)
            mel = np.hypot(mel, far * cut.frames(other.rest.mel, FRAME_HZ))
        mel = _soiled(mel, rng)
        turn = int(rng.integers(12))
        chroma, bass = np.roll(chroma, turn, axis=1), np.roll(bass, turn, axis=1)
    level = np.sqrt(np.mean(np.square(mel), dtype=np.float64)) + 1e-6
    gain = LOG_GAIN / level * (1.0 if plain else 10 ** (rng.normal(0, 2.0) / 20))
    inputs = network_inputs(np.log1p(mel * np.float32(gain)), log_chroma(chroma), log_chroma(bass))
    targets, weights = _targets(piece, cut, len(inputs), sound_s)
    return inputs, targets, weights


@dataclass(frozen=True)
class _Cut:
    """Which part of a piece is taken, and how much faster it plays."""

    start_s: float
    faster: float
    duration_s: float

    def frames(self, rows: NDArray[np.floating], rate_hz: int) -> Floats:
        """The part's rows, played faster, between rows by straight lines; zeros past the end."""
        places = (
            self.start_s + np.arange(round(self.duration_s * rate_hz)) / rate_hz * self.faster
        ) * rate_hz
        # The start is put on a row, so that a piece played as it is keeps its rows.
        places -= places[0] % 1
        before = places.astype(np.int64)
        share = (places - before).astype(np.float32)[:, None]
        beyond = before >= len(rows) - 1
        before = np.minimum(before, len(rows) - 2)
        taken: Floats = rows[before].astype(np.float32)
        if self.faster != 1.0:
            taken = taken * (1 - share) + rows[before + 1].astype(np.float32) * share
        taken[beyond] = 0
        return taken

    def seconds(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Times of the piece in the excerpt."""
        start_s = np.floor(self.start_s * FRAME_HZ) / FRAME_HZ
        return (times_s - start_s) / self.faster


def _mix(
    piece: Piece, cut: _Cut, rng: np.random.Generator, plain: bool
) -> tuple[Floats, Floats, Floats]:
    ratio_db = 0.0 if plain else rng.normal(0, 7)
    if not plain and rng.random() < 0.12:
        ratio_db = -60.0
    elif not plain and not piece.drums.is_silent and rng.random() < 0.03:
        ratio_db = 60.0
    parts = []
    for stem, db in ((piece.drums, ratio_db / 2), (piece.rest, -ratio_db / 2)):
        gain = np.float32(0.0 if stem.is_silent else 10 ** (db / 20))
        mel = gain * cut.frames(stem.mel, FRAME_HZ)
        parts.append((mel, *(gain * cut.frames(t, CHROMA_HZ) for t in (stem.chroma, stem.bass))))
    drums, rest = parts
    return np.hypot(drums[0], rest[0]), np.hypot(drums[1], rest[1]), np.hypot(drums[2], rest[2])


def _soiled(mel: Floats, rng: np.random.Generator) -> Floats:
    """Equalized, cut off, compressed, blurred, noisy."""
    bands = np.arange(N_MELS) / N_MELS
    if rng.random() < 0.7:
        curve_db = sum(
            rng.normal(0, 4 / (k + 1) ** 0.5) * np.cos(np.pi * k * bands + rng.uniform(0, 6.3))
            for k in (1, 2, 3, 4)
        )
        mel = mel * (10 ** (curve_db / 20)).astype(np.float32)
    if rng.random() < 0.12:
        mel = mel * (bands < rng.uniform(0.35, 0.95)).astype(np.float32)
    if rng.random() < 0.1:
        mel = mel * (bands > rng.uniform(0.02, 0.2)).astype(np.float32)
    if rng.random() < 0.3:
        level = uniform_filter1d(np.sqrt(np.mean(np.square(mel), axis=1)), int(rng.integers(3, 60)))
        mel = mel * ((level + 0.03) ** -rng.uniform(0.2, 0.8))[:, None].astype(np.float32)
    if rng.random() < 0.15:  # a room: what sounds dies away slowly
        kept = float(np.exp(-1 / (FRAME_HZ * rng.uniform(0.05, 0.3))))
        wet = rng.uniform(0.1, 0.5)
        power = np.square(mel)
        tail = lfilter([1 - kept], [1, -kept], power, axis=0)
        mel = np.sqrt(power + wet * tail)
    if rng.random() < 0.5:
        usual = float(np.sqrt(np.mean(np.square(mel))))
        color = np.exp(rng.normal(0, 0.7) * (bands - 0.5) * 3)
        floor = usual * 10 ** (rng.uniform(-50, -14) / 20) * color
        mel = np.hypot(mel, rng.rayleigh(0.8, mel.shape) * floor)
    return mel.astype(np.float32)


def _targets(piece: Piece, cut: _Cut, n: int, sound_s: float) -> tuple[Floats, Floats]:
    targets, weights = np.zeros((n, 2), np.float32), np.ones((n, 2), np.float32)
    for column, chosen in enumerate((slice(None), piece.position == 0)):
        at = np.round(cut.seconds(piece.beats_s[chosen]) * INPUT_HZ).astype(np.int64)
        for offset, value in ((-1, NEAR_TARGET), (1, NEAR_TARGET), (0, 1.0)):
            inside = at[(at + offset >= 0) & (at + offset < n)] + offset
            targets[inside, column] = np.maximum(targets[inside, column], value)
    # Nothing is learned from the silence past the end.
    end = int(cut.seconds(np.array([sound_s - 0.3]))[0] * INPUT_HZ)
    weights[max(0, end) :] = 0
    return targets, weights
