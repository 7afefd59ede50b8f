"""How much each bar is sung, from the voice that the analysis found."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.songs import VOICE_HZ, SongAnalysis
from ml_core.edits.joins.voice_cost import singing_weight

Floats = NDArray[np.float64]

_PHRASE = 1


def sung_bars(analysis: SongAnalysis) -> Floats:
    """Mean probability of a sung phrase in each bar, (n_bars,), 0..1.

    It counts as far as the song is surely sung (`singing_weight`): 0 throughout for a song without
    a voice, or one that was not listened to for a voice.
    """
    weight = singing_weight(analysis)
    if weight == 0.0:
        return np.zeros(analysis.n_bars)
    phrase = np.nan_to_num(analysis.voice[:, _PHRASE].astype(np.float64))
    edges = analysis.bar_edges_samples / analysis.sample_rate_hz * VOICE_HZ
    frames = np.clip(np.rint(edges).astype(np.int64), 0, len(phrase))
    heard = np.concatenate([[0.0], np.cumsum(phrase)])[frames]
    return np.asarray(weight * np.diff(heard) / np.maximum(np.diff(frames), 1))
