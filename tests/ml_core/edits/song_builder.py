"""Hand-made analyses with a known course, so that edits are tested without any audio file."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ml_core.domain.songs import Section, SongAnalysis
from ml_core.edits.graph.edit_graph import Path
from ml_core.edits.limits.masks import AllowedPaths

RATE_HZ = 8000
EXCERPT_HZ = 2000
BLOCKS = (
    ("logmel", 0, 32),
    ("chroma", 32, 44),
    ("bass", 44, 56),
    ("mfcc", 56, 76),
    ("onset", 76, 100),
    ("loudness", 100, 101),
)


def build_song(
    form: str = "AABBAABB",
    bars_each: int = 4,
    beats_a_bar: int = 4,
    beat_s: float = 0.5,
    pick_up_s: float = 0.3,
    tail_s: float = 0.4,
    seed: int = 0,
    noise: float = 0.02,
) -> SongAnalysis:
    """A song of sections named by `form`; equal letters are equal music up to `noise`."""
    rng = np.random.default_rng(seed)
    n_bars = len(form) * bars_each
    n_beats = n_bars * beats_a_bar
    music = {
        letter: rng.normal(size=(bars_each * beats_a_bar, BLOCKS[-1][2]))
        for letter in sorted(set(form))
    }
    features = np.concatenate([music[letter] for letter in form])
    features = features + noise * rng.normal(size=features.shape)
    beats = np.round((pick_up_s + np.arange(n_beats + 1) * beat_s) * RATE_HZ).astype(np.int64)
    edges = beats[::beats_a_bar]
    n_samples = int(edges[-1] + round(tail_s * RATE_HZ))
    loud = np.concatenate(
        [np.full(bars_each, -20.0 + 3.0 * (ord(letter) - ord("A"))) for letter in form]
    )
    names = ("loudness_db", "onset_density", "brightness", "repetition", "hookness", "energy")
    bar_features = np.stack(
        [
            loud,
            4 + rng.random(n_bars),
            7 + rng.random(n_bars),
            np.array(
                [form.count(letter) / len(form) for letter in np.repeat(list(form), bars_each)]
            ),
            (loud - loud.min()) / max(1.0, float(np.ptp(loud))),
            np.argsort(np.argsort(loud, kind="stable")) / max(1, n_bars - 1),
        ],
        axis=1,
    )
    levels = np.concatenate([loud[:1], loud])
    edge_levels = np.stack([levels, np.append(loud, loud[-1]), levels, levels], axis=1)
    excerpt = sound(loud, edges, n_samples, rng)
    return SongAnalysis(
        sha256="ab" * 32,
        version="test",
        sample_rate_hz=RATE_HZ,
        n_samples=n_samples,
        beat_samples=beats[:-1],
        bar_start_beats=np.arange(n_bars, dtype=np.int64) * beats_a_bar,
        bar_edges_samples=edges,
        meter=beats_a_bar,
        tempo_bpm=60.0 / beat_s,
        confidence=1.0,
        has_beat=True,
        sections=tuple(
            Section(k * bars_each, (k + 1) * bars_each, letter) for k, letter in enumerate(form)
        ),
        bar_features=bar_features.astype(np.float32),
        bar_feature_names=names,
        beat_features=features.astype(np.float32),
        beat_blocks=BLOCKS,
        edge_levels_db=edge_levels.astype(np.float32),
        loudness_lufs=-14.0,
        peak=0.9,
        excerpt_hz=EXCERPT_HZ,
        excerpt=excerpt,
    )


def sound(
    loud_db: np.ndarray, edges: np.ndarray, n_samples: int, rng: np.random.Generator
) -> np.ndarray:
    """Noise whose loudness is in the bars' order, equal for equal bars; float16 (n,).

    A tenth of the decibels: order is all that is read from it, and large steps would correlate.
    """
    places = np.arange(round(n_samples * EXCERPT_HZ / RATE_HZ)) * RATE_HZ / EXCERPT_HZ
    bar = np.clip(np.searchsorted(edges, places, side="right") - 1, 0, len(loud_db) - 1)
    signs = rng.choice([-1.0, 1.0], size=len(places))
    return (signs * 10 ** (loud_db[bar] / 200)).astype(np.float16)


def random_path(rng: np.random.Generator, n_bars: int, most_segments: int = 6) -> tuple:
    """Any forward path over `n_bars` bars."""
    path, bar = [], int(rng.integers(0, max(1, n_bars // 3)))
    while bar < n_bars and len(path) < most_segments:
        last = min(n_bars - 1, bar + int(rng.integers(0, max(1, n_bars // 3))))
        path.append((bar, last))
        bar = last + 2 + int(rng.integers(0, 4))
    return tuple(path)


def allows(allowed: AllowedPaths, path: Path) -> bool:
    """Whether a path keeps all limits but the duration."""
    return (
        bool(allowed.start_ok[path[0][0]] and allowed.end_ok[path[-1][1]])
        and all(allowed.segment_ok[s, e] for s, e in path)
        and all(allowed.join_ok[a[1], b[0]] for a, b in pairwise(path))
    )
