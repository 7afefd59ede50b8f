"""Which of two kinds a song is of: what learned tilts may depend on from song to song."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.edits.features.song_features import SONG_FEATURES

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SongKind:
    """A measure of songs in -1..1.

    Attributes:
        aspect: the song's feature that parts the kinds.
        centre: its value where they part.
        width: its distance from there to a song that is mostly of one kind, positive.
    """

    aspect: str
    centre: float
    width: float

    def __post_init__(self) -> None:
        if self.aspect not in SONG_FEATURES:
            raise ValueError(f"songs have no aspect {self.aspect!r}")
        if not (math.isfinite(self.centre) and math.isfinite(self.width) and self.width > 0.0):
            raise ValueError("two kinds of songs part somewhere, within some width")

    def of(self, song: Array) -> float:
        """Of a song with these features, (n_song_features,): near -1 for little of the aspect."""
        value = float(song[SONG_FEATURES.index(self.aspect)])
        return math.tanh((value - self.centre) / self.width)
