"""Where a song is sung: the probability of a sung note and of a sung phrase, 50 times a second."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from ml_core.analysis.voice import singing_weights
from ml_core.analysis.voice.features import (
    HOP,
    N_BANDS,
    VOICE_RATE_HZ,
    WINDOW,
    VoiceListener,
    base_columns,
    ranks,
)
from ml_core.analysis.voice.network import VoiceNetwork, fitted
from ml_core.analysis.voice.singing import singing_share
from ml_core.analysis.voice.singing_weights import SingingWeights

Floats = NDArray[np.float32]

# Repetition and ranks are looked for within parts of this length at most: as long as a song, and
# the bound on memory.
LONGEST_PART_S = 480.0
# No voice is heard below -70 dB of full scale in any band.
SILENT_LOG_MAGNITUDE = float(np.log(WINDOW / 4) - 70 / 20 * np.log(10))
# Fewer frames (2 s) have no ranks worth the name.
FEWEST_FRAMES = 100


class VoiceDetector:
    """Listens to a song block by block and says where it is sung."""

    def __init__(
        self,
        sample_rate_hz: int,
        n_channels: int,
        n_samples: int,
        weights: VoiceNetwork | None = None,
    ) -> None:
        self._listener = VoiceListener(sample_rate_hz, n_channels)
        self._n_channels = n_channels
        self._weights = weights or fitted()
        n_frames = n_samples / sample_rate_hz * VOICE_RATE_HZ / HOP
        n_parts = max(1, int(np.ceil(n_frames / (LONGEST_PART_S * VOICE_RATE_HZ / HOP))))
        self._part_frames = int(n_frames / n_parts) + 1
        self._found: list[NDArray[np.float16]] = []

    def add(self, block: Floats) -> None:
        """Take the next samples, float32 (n, n_channels)."""
        self._listener.add(block)
        while self._listener.n_waiting >= self._part_frames + FEWEST_FRAMES:
            rows = self._listener.take_rows(self._part_frames)
            self._found.append(voice_probabilities(rows, self._weights))

    def finish(self) -> NDArray[np.float16]:
        """The probabilities of a note and of a phrase, float16 (n_frames, 2)."""
        self._listener.add(np.zeros((0, self._n_channels), np.float32), last=True)
        rows = self._listener.take_rows()
        self._found.append(voice_probabilities(rows, self._weights))
        return np.concatenate(self._found)


def voice_probabilities(
    rows: Floats,
    weights: VoiceNetwork | None = None,
    singing: SingingWeights = singing_weights.FITTED,
) -> NDArray[np.float16]:
    """Probabilities of a note and of a phrase in each frame, float16 (n_frames, 2).

    Args:
        rows: float32 (n_frames, n_columns) from a `VoiceListener`.
        weights: of the network; those that ship where None.
        singing: fitted, of whether the song is sung at all.
    """
    n = len(rows)
    if n < FEWEST_FRAMES:
        return np.zeros((n, 2), np.float16)
    base = base_columns(rows)
    log_odds = (weights or fitted()).log_odds(ranks(base))
    probability = expit(log_odds) * singing_share(rows, base, singing)
    probability[rows[:, :N_BANDS].max(axis=1) < SILENT_LOG_MAGNITUDE] = 0.0
    return np.asarray(probability, np.float16)
