"""What a song is like as a whole: what a taste may depend on from song to song.

It is the same for every edit of a song, so no edit is preferred for it. It says for which songs a
wish holds ("the loud parts of long songs, the calm parts of short ones").
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.songs import SongAnalysis
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.edits.joins.voice_cost import singing_weight

Floats = NDArray[np.float64]

SONG_WORDS: dict[str, tuple[str, str]] = {
    "song_length": ("short songs", "long songs"),
    "song_tempo": ("slow songs", "fast songs"),
    "song_dynamics": ("songs of even loudness", "songs with loud and quiet parts"),
    "song_repetition": ("songs that hardly repeat", "songs that repeat much"),
    "song_busyness": ("sparse songs", "busy songs"),
    "song_brightness": ("dark songs", "bright songs"),
    "song_singing": ("instrumental songs", "sung songs"),
}
"""Of each: which songs have little of it, and which have much."""

SONG_FEATURES: tuple[str, ...] = tuple(SONG_WORDS)


def song_features(graph: EditGraph) -> Floats:
    """The song's own features, (n_song_features,), in the order of `SONG_FEATURES`."""
    analysis = graph.analysis
    music = ~graph.silent
    loudness = _bars(analysis, "loudness_db")[music]
    values = [
        np.log(max(graph.music_s, 1.0)),
        np.log2(max(analysis.tempo_bpm, 1.0)),
        float(loudness.std()),
        float(_bars(analysis, "repetition")[music].mean()),
        float(_bars(analysis, "onset_density")[music].mean()),
        float(_bars(analysis, "brightness")[music].mean()),
        singing_weight(analysis),
    ]
    return np.asarray(np.nan_to_num(np.array(values), nan=0.0, posinf=0.0, neginf=0.0))


def _bars(analysis: SongAnalysis, name: str) -> Floats:
    if name not in analysis.bar_feature_names:
        return np.zeros(analysis.n_bars)
    return np.asarray(np.nan_to_num(analysis.bar_feature(name)), dtype=np.float64)
