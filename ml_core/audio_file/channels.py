"""From any number of channels to mono or stereo."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Audio = NDArray[np.float32]

_HALF_POWER = 0.7071
_NEAR, _FAR = 0.9239, 0.3827  # of a loudspeaker halfway between left and centre: equal power

# Gains into left and right, a row for each bit of a WAVE channel mask (Microsoft's
# WAVEFORMATEXTENSIBLE), after ITU-R BS.775-3, annex 4: without LFE, a single rear at half.
_GAINS = (
    (1, 0),  # front left
    (0, 1),  # front right
    (_HALF_POWER, _HALF_POWER),  # front centre
    (0, 0),  # low-frequency effects
    (_HALF_POWER, 0),  # back left
    (0, _HALF_POWER),  # back right
    (_NEAR, _FAR),  # front left of centre
    (_FAR, _NEAR),  # front right of centre
    (0.5, 0.5),  # back centre
    (_HALF_POWER, 0),  # side left
    (0, _HALF_POWER),  # side right
    (0.5, 0.5),  # top centre
    (_HALF_POWER, 0),  # top front left
    (0.5, 0.5),  # top front centre
    (0, _HALF_POWER),  # top front right
    (0.5, 0),  # top back left
    (0.5, 0.5),  # top back centre
    (0, 0.5),  # top back right
)

# What numbers of channels mean where no mask says so: 3.0, quad, 5.0, 5.1, 6.1, 7.1, in the order
# of WAV, FLAC (RFC 9639, section 9.1.3) and, once it is put right, Ogg.
_USUAL_MASKS = {3: 0x7, 4: 0x33, 5: 0x37, 6: 0x3F, 7: 0x70F, 8: 0x63F}

CANCELLING_RATIO = 0.03
"""A mix this much below its loudest channel, in power, means that the channels cancel each other:
two speakers still sound, their mean does not."""

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


def mix_matrix(n_in: int, n_out: int, channel_mask: int = 0) -> NDArray[np.float32]:
    """Gains from `n_in` to `n_out` (1 or 2) channels, float32 (n_in, n_out); no output clips.

    Three to eight channels follow ITU-R BS.775, scaled so that full scale stays full scale. More,
    and those that a mask does not name, go to left and right in turn.

    Args:
        channel_mask: WAVE's loudspeakers of the channels; 0 where they are the usual ones.
    """
    if n_out not in (1, 2):
        raise ValueError("only mono and stereo can be mixed to")
    if n_in == 1:
        return np.ones((1, n_out), np.float32)
    stereo = np.eye(2, dtype=np.float32) if n_in == 2 else _surround(n_in, channel_mask)
    stereo /= stereo.sum(axis=0, keepdims=True)
    return stereo if n_out == 2 else stereo.mean(axis=1, keepdims=True)


def _surround(n_in: int, channel_mask: int) -> NDArray[np.float32]:
    stereo = np.zeros((n_in, 2), np.float32)
    stereo[np.arange(n_in), np.arange(n_in) % 2] = 1.0
    mask = channel_mask or _USUAL_MASKS.get(n_in, 0)
    rows = [gains for bit, gains in enumerate(_GAINS) if mask >> bit & 1]
    if len(rows) == n_in and np.sum(rows, axis=0).all():
        stereo[:] = rows
    return stereo


def mix_channels(audio: Audio, n_out: int, channel_mask: int = 0) -> Audio:
    """Audio (n_samples, n) as float32 (n_samples, n_out), mixed by `mix_matrix`."""
    if audio.shape[1] == n_out:
        return audio
    return audio @ mix_matrix(audio.shape[1], n_out, channel_mask)


def heard_mono(audio: Audio) -> Audio:
    """Audio (n_samples, n) as float32 (n_samples,): the mean, or the loudest of channels that
    cancel each other in it.
    """
    mean: Audio = audio.mean(axis=1, dtype=np.float32)
    powers = np.einsum("ij,ij->j", audio, audio, dtype=np.float64)
    if audio.shape[1] > 1 and float(np.dot(mean, mean)) < CANCELLING_RATIO * float(powers.max()):
        return np.ascontiguousarray(audio[:, powers.argmax()], np.float32)
    return mean
