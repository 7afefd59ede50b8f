"""Ten songs that nobody else wrote, for pictures: the demo songs and pieces under made-up names."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ml_core.audio_file import Tags, stage_audio, staged_file
from ml_core.demo_songs import synthesize_test_song, write_demo_songs

N_SONGS = 10
_SEED = 7
_TITLES = (
    ("Slow", "Paper", "Northern", "Borrowed", "Quiet", "Copper", "Second", "Long"),
    ("Trains", "Weather", "Garden", "Letters", "Windows", "Rivers", "Summer", "Static"),
)
_ARTISTS = (
    ("The Lantern", "Marlow", "Ida", "Harbour", "Two", "Velvet"),
    ("Parade", "Quarters", "Wren", "Society", "Kettles", "Almanac"),
)


def write_songs(folder: Path) -> None:
    """Write them as FLAC files; the same on every call."""
    folder.mkdir(parents=True, exist_ok=True)
    n_pieces = N_SONGS - len(write_demo_songs(folder))
    rng = np.random.default_rng(_SEED)
    titles = [f"{one} {other}" for one, other in _pairs(_TITLES, n_pieces, rng)]
    artists = [f"{one} {other}" for one, other in _pairs(_ARTISTS, 3, rng)]
    for number, title in enumerate(titles):
        tempo_bpm = float(rng.integers(84, 140))
        audio, rate_hz, _ = synthesize_test_song(
            float(rng.integers(95, 190)), tempo_bpm, 3 if number == 2 else 4, seed=50 + number
        )
        tags = Tags({"title": (title,), "artist": (artists[number % len(artists)],)})
        with staged_file(folder / f"{title}.flac", overwrite=True) as staged:
            stage_audio(staged, [audio], rate_hz, 2, "flac", "PCM_16", tags=tags)
            staged.commit()


def _pairs(
    words: tuple[tuple[str, ...], tuple[str, ...]], n: int, rng: np.random.Generator
) -> list[tuple[str, str]]:
    """So many pairs of words, none of which comes twice."""
    first, second = (rng.permutation(column)[:n] for column in words)
    return [(str(one), str(other)) for one, other in zip(first, second, strict=True)]
