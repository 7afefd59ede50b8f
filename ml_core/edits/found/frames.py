"""Frames of an edit and of its song as unit vectors, whose products tell how alike they sound."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.edits.found.heard import Floats, Heard

_CHANGE_S = 0.075
_SHAPE, _CHANGE = 0.8, 0.6
"""Weights of both halves; their squares sum to 1."""

_LEAST_DB = 6.0
"""Added to a frame's norm, so that frames without any shape are like no other."""

_ABOVE_NOISE_DB = 3.0


def compared_frames(song: Heard, edit: Heard, is_noisy: bool = False) -> tuple[Floats, Floats]:
    """Vectors of the song and the edit, (n_frames, 2 N_BANDS) each, of length 1 at most.

    Args:
        song, edit: of equal `frame_s`.
        is_noisy: the edit holds steady noise: each of its bands ends below at its own floor, and
            the song's at the same height (bands are aligned by their loud frames).
    """
    song_mel, edit_mel = song.log_mel, edit.log_mel
    if is_noisy and song.is_heard.any() and edit.is_heard.any():
        heard = edit_mel[edit.is_heard]
        floor = np.quantile(heard, 0.1, axis=0) + _ABOVE_NOISE_DB
        lift = np.quantile(song_mel[song.is_heard], 0.95, axis=0) - np.quantile(heard, 0.95, axis=0)
        edit_mel = np.maximum(edit_mel, floor)
        song_mel = np.maximum(song_mel, floor + lift)
    lag = max(1, round(_CHANGE_S / song.frame_s))
    return _vectors(song_mel, song.is_heard, lag), _vectors(edit_mel, edit.is_heard, lag)


def _vectors(log_mel: Floats, is_heard: NDArray[np.bool_], lag: int) -> Floats:
    """Half the spectrum's shape against the sound's mean one (level and filters drop out), half
    its change since `lag` frames (what is steady drops out).
    """
    shape = log_mel - log_mel.mean(1, keepdims=True)
    if is_heard.any():
        shape -= shape[is_heard].mean(0)
    change = np.zeros_like(log_mel)
    change[lag:] = log_mel[lag:] - log_mel[:-lag]
    change -= change.mean(1, keepdims=True)
    halves = [_SHAPE * _scaled(shape), _CHANGE * _scaled(change)]
    vectors: Floats = np.concatenate(halves, axis=1).astype(np.float32)
    vectors[~is_heard] = 0.0
    return vectors


def _scaled(rows: Floats) -> Floats:
    scaled: Floats = rows / (np.linalg.norm(rows, axis=1, keepdims=True) + _LEAST_DB)
    return scaled
