"""From any number of channels to mono or stereo."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Audio = NDArray[np.float32]

_HALF_POWER = 0.7071
# Gains into left and right of centre, rears and sides; without LFE (ITU-R BS.775-3, annex 4).
# Channels in WAV's order: left, right, centre, LFE, rears, sides.
_SURROUND = {
    3: ((1, 0), (0, 1), (_HALF_POWER, _HALF_POWER)),
    6: ((1, 0), (0, 1), (_HALF_POWER, _HALF_POWER), (0, 0), (_HALF_POWER, 0), (0, _HALF_POWER)),
    8: (
        (1, 0),
        (0, 1),
        (_HALF_POWER, _HALF_POWER),
        (0, 0),
        (_HALF_POWER, 0),
        (0, _HALF_POWER),
        (_HALF_POWER, 0),
        (0, _HALF_POWER),
    ),
}

# Vorbis I, section 4.3.9 (Opus: RFC 7845, 5.1.1.2): where WAV's channels stand in an Ogg stream.
_WAV_ORDER_OF_OGG = {
    3: (0, 2, 1),
    5: (0, 2, 1, 3, 4),
    6: (0, 2, 1, 5, 3, 4),
    7: (0, 2, 1, 6, 5, 3, 4),
    8: (0, 2, 1, 7, 5, 6, 3, 4),
}


def ogg_channel_order(n_channels: int) -> tuple[int, ...] | None:
    """Columns of decoded Ogg audio in WAV's channel order; None where they are so already.

    libsndfile hands channels out as the stream has them (measured with one tone a channel).
    """
    return _WAV_ORDER_OF_OGG.get(n_channels)


def mix_matrix(n_in: int, n_out: int) -> NDArray[np.float32]:
    """Gains from `n_in` to `n_out` (1 or 2) channels, float32 (n_in, n_out); no output clips.

    5.1 and 7.1 follow ITU-R BS.775, scaled so that full scale stays full scale. Other numbers of
    channels go to left and right in turn.
    """
    if n_out not in (1, 2):
        raise ValueError("only mono and stereo can be mixed to")
    if n_in == 1:
        return np.ones((1, n_out), np.float32)
    if n_in == 2:
        stereo = np.eye(2, dtype=np.float32)
    elif n_in in _SURROUND:
        stereo = np.array(_SURROUND[n_in], np.float32)
    else:
        stereo = np.zeros((n_in, 2), np.float32)
        stereo[np.arange(n_in), np.arange(n_in) % 2] = 1.0
    stereo /= stereo.sum(axis=0, keepdims=True)
    return stereo if n_out == 2 else stereo.mean(axis=1, keepdims=True)


def mix_channels(audio: Audio, n_out: int) -> Audio:
    """Audio (n_samples, n) as float32 (n_samples, n_out), mixed by `mix_matrix`."""
    if audio.shape[1] == n_out:
        return audio
    return audio @ mix_matrix(audio.shape[1], n_out)
