"""A small convolutional network that hears sung notes and phrases.

Dilated convolutions over .8 s before and after each frame, on the ranks of what describes it. It
replaced a logistic regression on means around each frame; what made the difference is that it was
trained on mixes of its songs with other accompaniments and at other speeds as well: area under the
curve, leave one song out, phrase .847 -> .853 by the network alone, .873 with mixes, note .808 ->
.815 -> .829; sides of delivered joins surely in a phrase .28 -> .18, in a note .035 -> .028 (some
350 and 900 sides; .20 and .042 with other mixes). Smoothing its log-odds, a hidden Markov model of
singing and pauses, and averages over the same place of 2, 4 and 8 bars gave the regression .003.

`network.npz` is written by `packaging/voice_network/fit_voice_weights.py`. No sound is in it; what
it was trained on and under which licences is in `packaging/voice_network/README.md`: eight sung
songs under CC BY-NC and BY-NC-SA, mixed with pieces of free games (GPL 2 or later, CC BY-SA, BSD)
and of librosa's examples (CC0, CC BY). Run by numpy alone.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

WEIGHTS_FILE = "network.npz"
N_TAPS = 3
DILATIONS = (1, 3, 9, 27)


@dataclass(frozen=True, slots=True, eq=False)
class VoiceNetwork:
    """Weights; taps are the first axis of each kernel.

    Attributes:
        entry, entry_bias: (n_columns, n) and (n,), from ranks to the first layer.
        kernels, kernel_biases: (4, 3, n, n) and (4, n), dilated as `DILATIONS`; rectified and
            added to what came in.
        exit, exit_bias: (n, 2) and (2,): a note and a phrase.
    """

    entry: Floats
    entry_bias: Floats
    kernels: Floats
    kernel_biases: Floats
    exit: Floats
    exit_bias: Floats

    def log_odds(self, ranked: Floats) -> Floats:
        """Log-odds of a note and of a phrase in each frame, float32 (n_frames, 2).

        Args:
            ranked: (n_frames, n_columns), `voice_features.base_columns` as ranks.
        """
        state = np.maximum(ranked @ self.entry + self.entry_bias, 0)
        for dilation, kernel, bias in zip(DILATIONS, self.kernels, self.kernel_biases, strict=True):
            state += _convolved(state, kernel, bias, dilation)
        return np.asarray(state @ self.exit + self.exit_bias, np.float32)

    def save(self, path: Path) -> None:
        """Write the weights in half precision."""
        parts = {f.name: getattr(self, f.name).astype(np.float16) for f in fields(self)}
        np.savez_compressed(path, **parts)


def _convolved(rows: Floats, kernel: Floats, bias: Floats, dilation: int) -> Floats:
    """A rectified convolution with taps `dilation` rows apart; zeros beyond both ends."""
    n, reach = len(rows), dilation * (N_TAPS // 2)
    padded = np.pad(rows, ((reach, reach), (0, 0)))
    result = np.tile(bias, (n, 1))
    for tap, weights in enumerate(kernel):
        result += padded[tap * dilation : tap * dilation + n] @ weights
    return np.asarray(np.maximum(result, 0))


@cache
def fitted() -> VoiceNetwork:
    """The network that ships."""
    data = resources.files("ml_core.analysis.voice").joinpath(WEIGHTS_FILE).read_bytes()
    with np.load(io.BytesIO(data), allow_pickle=False) as kept:
        return VoiceNetwork(
            **{f.name: kept[f.name].astype(np.float32) for f in fields(VoiceNetwork)}
        )
