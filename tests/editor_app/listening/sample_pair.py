"""A song of 32 bars in two parts, and edits of it, for pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ml_core.domain.edits import Edit
from ml_core.domain.playing import PreparedAudio, PreparedPair, SongLayout
from ml_core.edits.peaks import pyramid, save_pyramid

SHA256 = "cd" * 32
RATE_HZ = 8000
BAR = 2 * RATE_HZ
N_BARS = 32
N_SONG = N_BARS * BAR


def edit_of_bars(*spans: tuple[int, int], lead_samples: int = 0) -> Edit:
    """Keeps bars [start, end); what is entered begins `lead_samples` early, as does what ends."""

    def edge(bar: int) -> int:
        return bar * BAR - (lead_samples if 0 < bar < N_BARS else 0)

    return Edit(SHA256, RATE_HZ, tuple((edge(start), edge(end)) for start, end in spans))


def song() -> np.ndarray:
    """Noise that swells within each bar, float32 (n, 2)."""
    swell = np.linspace(1.0, 0.2, BAR, dtype=np.float32)
    noise = np.random.default_rng(3).uniform(-0.7, 0.7, (N_SONG, 2)).astype(np.float32)
    return noise * np.tile(swell, N_BARS)[:, None]


def a_pair(folder: Path, *edits: Edit) -> PreparedPair:
    """The song and edits of it, with their peaks, on disk."""
    whole = song()

    def put(name: str, audio: np.ndarray, joins: tuple[int, ...]) -> PreparedAudio:
        file, peaks_file = folder / f"{name}.f32", folder / f"{name}.peaks.npz"
        audio.tofile(file)
        save_pyramid(peaks_file, pyramid(audio.mean(axis=1)))
        return PreparedAudio(str(file), len(audio), RATE_HZ, joins, str(peaks_file))

    made = tuple(
        put(name, np.concatenate([whole[a:b] for a, b in edit.spans]), edit.join_samples)
        for name, edit in zip("AB", edits, strict=False)
    )
    edges = tuple(range(0, N_SONG + 1, BAR))
    sections = ((0, 16 * BAR, "A"), (16 * BAR, N_SONG, "B"))
    layout = SongLayout(SHA256, RATE_HZ, N_SONG, edges, (), sections, 120.0, 4, 1.0, True)
    return PreparedPair(put("song", whole, ()), made, 1.0, layout)
