"""Random scores with exact beats and bars, as notes in seconds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from parts import Frame, Note, Section

# Chance of each meter: beats a bar and parts a beat (3: compound time or triplets).
METERS = (
    (4, 4, 0.50), (4, 3, 0.07), (3, 4, 0.15), (3, 3, 0.02), (2, 3, 0.08), (2, 4, 0.05),
    (5, 4, 0.05), (6, 4, 0.04), (7, 4, 0.04),
)  # fmt: skip
SCALES = (
    (0, 2, 4, 5, 7, 9, 11),
    (0, 2, 3, 5, 7, 8, 10),
    (0, 2, 3, 5, 7, 9, 10),
    (0, 2, 4, 5, 7, 9, 10),
)


@dataclass(frozen=True)
class Score:
    """A piece with its truth.

    Attributes:
        notes: in any order.
        beats_s: (n,) rising.
        position: (n,) of each beat in its bar, 0 at a bar's start.
        meter: beats a bar.
        bpm: median tempo of the beats.
        style: a line for the listing.
    """

    notes: tuple[Note, ...]
    beats_s: NDArray[np.float64]
    position: NDArray[np.int64]
    meter: int
    bpm: float
    style: str


def _tempo_curve(
    bpm: float, n_beats: int, strict: bool, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Seconds of each beat, from 0."""
    period = np.full(n_beats, 60 / bpm)
    kind = rng.choice(
        ["steady", "drift", "played", "change", "ramp", "rubato"],
        p=[0.55, 0.14, 0.14, 0.06, 0.06, 0.05] if strict else [0.3, 0.16, 0.24, 0.06, 0.08, 0.16],
    )
    if kind == "drift":
        walk = np.cumsum(rng.normal(0, 0.006, n_beats))
        period *= np.exp(walk - walk.mean())
    elif kind == "played":
        period *= np.exp(rng.normal(0, rng.uniform(0.005, 0.02), n_beats))
    elif kind == "change":
        period[rng.integers(n_beats // 4, 3 * n_beats // 4) :] *= rng.uniform(0.65, 1.5)
    elif kind == "ramp":
        period *= np.exp(np.linspace(0, rng.uniform(-0.25, 0.25), n_beats))
    elif kind == "rubato":
        waves = np.sin(np.arange(n_beats) * 2 * np.pi / rng.uniform(6, 17) + rng.uniform(0, 6))
        period *= np.exp(rng.uniform(0.03, 0.1) * waves + rng.normal(0, 0.015, n_beats))
    return np.concatenate([[0.0], np.cumsum(period)[:-1]])


def _bpm(parts: int, rng: np.random.Generator) -> float:
    centre, width, low, high = (112, 0.3, 55, 215) if parts == 4 else (92, 0.3, 50, 180)
    return float(np.clip(np.exp(rng.normal(np.log(centre), width)), low, high))


def random_score(rng: np.random.Generator, duration_s: float) -> Score:
    """A piece of about this length."""
    chances = np.array([m[2] for m in METERS])
    meter, parts, _ = METERS[rng.choice(len(METERS), p=chances / chances.sum())]
    bpm = _bpm(parts, rng)
    has_drums = rng.random() < 0.72
    n_bars = int(np.ceil(duration_s * bpm / 60 / meter)) + 1
    pick_up = int(rng.integers(0, meter)) if rng.random() < 0.3 else 0
    beats_s = _tempo_curve(bpm, pick_up + n_bars * meter + 1, has_drums, rng) + rng.uniform(0, 0.6)
    frame = Frame(
        rng, meter, parts, bpm,
        swing=float(rng.uniform(0.54, 0.68)) if rng.random() < 0.2 else 0.5,
        swing_parts=1 if bpm > 85 or rng.random() < 0.5 else 2,
        beats_s=beats_s, first_bar_beat=pick_up,
        scale=SCALES[rng.choice(4, p=[0.45, 0.35, 0.1, 0.1])], tonic=int(rng.integers(0, 12)),
        jitter_s=float(rng.choice([0.0, 0.003, 0.008, 0.014])),
    )  # fmt: skip
    notes: list[Note] = []
    section_bars = int(rng.choice([4, 8, 8, 16])) if bpm * 4 / meter > 80 else 4
    kinds = [Section(frame, has_drums) for _ in range(2)]
    start, which = 0, 0
    if pick_up and rng.random() < 0.7:
        notes += kinds[0].pick_up(pick_up)
    while start < n_bars:
        end = min(start + section_bars, n_bars)
        notes += kinds[which].play(start, end)
        start, which = end, int(rng.random() < 0.6) ^ which
    position = (np.arange(len(beats_s)) - pick_up) % meter
    style = f"{meter}/{parts} {bpm:.0f} bpm, {'drums' if has_drums else 'no drums'}"
    return Score(tuple(notes), beats_s, position, meter, bpm, style)
