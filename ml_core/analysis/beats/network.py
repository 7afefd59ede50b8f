"""A small convolutional network that hears beats and bar starts.

Dilated convolutions over some ten seconds before and after each moment, as in Davies and Böck
("Temporal convolutional networks for musical audio beat tracking", EUSIPCO 2019). Their input is
what the analysis keeps anyway: log-mel, its rises, chroma and bass. The network was trained on
pieces that were composed at random and rendered for the purpose (packaging/beat_network/README.md).
It is run by numpy alone.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from ml_core.analysis.beats.onsets import CHROMA_GAIN
from ml_core.analysis.spectra.reading import CHROMA_HZ, FRAME_HZ, N_MELS, Spectra

Floats = NDArray[np.float32]

WEIGHTS_FILE = "network.npz"
# The network looks at 50 rows a second and thinks in steps of 40 ms, which is a quarter of the work
# of 10 ms. The onsets tell the rest (see `tracking.snap_to_onsets`).
INPUT_HZ = 50
FRAMES_PER_INPUT = FRAME_HZ // INPUT_HZ
INPUTS_PER_STEP = 2
N_INPUTS = 2 * N_MELS + 24
# Each convolution has five taps; the first reads five inputs.
N_TAPS = 5
# A minute at a time keeps memory small; chunks begin on a step and on a row of chroma.
_CHUNK_FRAMES = 60 * FRAME_HZ
_FRAMES_PER_STEP = FRAMES_PER_INPUT * INPUTS_PER_STEP
_FRAMES_PER_CHROMA = FRAME_HZ // CHROMA_HZ
_CHUNK_GRID = math.lcm(_FRAMES_PER_STEP, _FRAMES_PER_CHROMA)


@dataclass(frozen=True, slots=True, eq=False)
class BeatNetwork:
    """Weights; taps are the first axis of each kernel.

    Attributes:
        mean, scale: (104,), of the inputs.
        entry, entry_bias: (5, 104, n) and (n,), from inputs to steps.
        kernels, kernel_biases: (n_layers, 5, n, n) and (n_layers, n), dilated 1, 2, 4, ...
        mixes, mix_biases: (n_layers, n, n) and (n_layers, n), added to what came in.
        exit, exit_bias: (n, 4) and (4,): beat and bar start at the step's first input, then at
            its second.
    """

    mean: Floats
    scale: Floats
    entry: Floats
    entry_bias: Floats
    kernels: Floats
    kernel_biases: Floats
    mixes: Floats
    mix_biases: Floats
    exit: Floats
    exit_bias: Floats

    @property
    def reach_steps(self) -> int:
        """How far before and after a step it looks."""
        return int(N_TAPS // 2 * (2 ** len(self.kernels) - 1)) + N_TAPS

    def log_odds(self, inputs: Floats) -> Floats:
        """Log-odds of a beat and of a bar start at each input, float32 (n, 2), n even.

        Args:
            inputs: (n, 104), see `network_inputs`; n even.
        """
        reach = N_TAPS // 2
        rows = np.pad((inputs - self.mean) * self.scale, ((reach, reach), (0, 0)))
        n_steps = len(inputs) // INPUTS_PER_STEP
        state = np.tile(self.entry_bias, (n_steps, 1))
        for tap, kernel in enumerate(self.entry):
            state += rows[tap : tap + INPUTS_PER_STEP * n_steps : INPUTS_PER_STEP] @ kernel
        _elu(state)
        for layer, kernels in enumerate(self.kernels):
            heard = _dilated(state, kernels, self.kernel_biases[layer], 2**layer)
            state += heard @ self.mixes[layer] + self.mix_biases[layer]
        _elu(state)
        odds: Floats = state @ self.exit + self.exit_bias
        return odds.reshape(-1, 2)


def _elu(rows: Floats) -> None:
    """Exponential linear unit, in place."""
    np.maximum(rows, np.expm1(np.minimum(rows, 0)), out=rows)


def _dilated(rows: Floats, kernels: Floats, bias: Floats, dilation: int) -> Floats:
    """ELU of a convolution with five taps `dilation` rows apart; zeros beyond both ends."""
    n = len(rows)
    result = np.tile(bias, (n, 1))
    for tap, kernel in enumerate(kernels):
        shift = (tap - N_TAPS // 2) * dilation
        to_first, to_last = max(0, -shift), min(n, n - shift)
        if to_last > to_first:
            result[to_first:to_last] += rows[to_first + shift : to_last + shift] @ kernel
    _elu(result)
    return result


def network_inputs(logmel: Floats, chroma: Floats, bass: Floats) -> Floats:
    """What the network looks at, float32 (n, 104), `INPUT_HZ` rows a second, n even.

    Mean log-mel over 30 ms, its largest rise over 20 ms in them, chroma and bass on a log scale.

    Args:
        logmel: (n_frames, 40), as in `Spectra`.
        chroma, bass: (n_chroma, 12), see `log_chroma`; the first row belongs to the first frame.
    """
    n = -(-len(logmel) // (FRAMES_PER_INPUT * INPUTS_PER_STEP)) * INPUTS_PER_STEP
    padding = n * FRAMES_PER_INPUT - len(logmel)
    # One frame before the first and enough after the last, so that each input has three.
    mel = np.pad(logmel, ((1, padding + 1), (0, 0)), mode="edge")
    rise = np.zeros_like(mel)
    np.maximum(mel[2:] - mel[:-2], 0, out=rise[1:-1])
    taken = [slice(k, k + n * FRAMES_PER_INPUT, FRAMES_PER_INPUT) for k in range(3)]
    means = (mel[taken[0]] + mel[taken[1]] + mel[taken[2]]) / np.float32(3)
    rises = np.maximum(np.maximum(rise[taken[0]], rise[taken[1]]), rise[taken[2]])
    rows = np.arange(n, dtype=np.float64) * (CHROMA_HZ / INPUT_HZ)
    return np.hstack([means, rises, _at_rows(chroma, rows), _at_rows(bass, rows)])


def log_chroma(chroma: Floats) -> Floats:
    """Chroma or bass of a song on a log scale, at a common level."""
    level = np.sqrt(np.mean(np.square(chroma), dtype=np.float64)) + 1e-9
    logs: Floats = np.log1p(chroma * np.float32(CHROMA_GAIN / level))
    return logs


def _at_rows(values: Floats, rows: NDArray[np.float64]) -> Floats:
    """Values between rows, by straight lines."""
    rows = np.minimum(rows, len(values) - 1)
    before = np.floor(rows).astype(np.int64)
    after = np.minimum(before + 1, len(values) - 1)
    share = (rows - before).astype(np.float32)[:, None]
    between: Floats = values[before] * (1 - share) + values[after] * share
    return between


@cache
def shipped_network() -> BeatNetwork | None:
    """The network that ships with the package; None where its file is missing."""
    file = resources.files("ml_core.analysis.beats") / WEIGHTS_FILE
    if not file.is_file():
        return None
    return load_network(file.read_bytes())


def load_network(content: bytes) -> BeatNetwork:
    """A network from the bytes of its file."""
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return BeatNetwork(**{name: arrays[name].astype(np.float32) for name in arrays.files})


def network_log_odds(spectra: Spectra, network: BeatNetwork) -> Floats:
    """Log-odds of a beat and of a bar start at each frame, float32 (n_frames, 2)."""
    n_frames = len(spectra.logmel)
    chroma, bass = log_chroma(spectra.chroma), log_chroma(spectra.bass)
    # One step more than a step looks at, as a chunk's first and last input are not whole.
    margin = _CHUNK_GRID * -(-(network.reach_steps + 1) * _FRAMES_PER_STEP // _CHUNK_GRID)
    result = np.empty((n_frames, 2), np.float32)
    for start in range(0, n_frames, _CHUNK_FRAMES):
        end = min(start + _CHUNK_FRAMES, n_frames)
        first, last = max(0, start - margin), min(n_frames, end + margin)
        tonal = slice(first // _FRAMES_PER_CHROMA, None)
        inputs = network_inputs(spectra.logmel[first:last], chroma[tonal], bass[tonal])
        rows = np.arange(start - first, end - first, dtype=np.float64) / FRAMES_PER_INPUT
        result[start:end] = _at_rows(network.log_odds(inputs), rows)
    return result


def activations(spectra: Spectra, network: BeatNetwork) -> tuple[Floats, Floats]:
    """Chance of a beat and of a bar start within 20 ms of each frame, float32 (n_frames,)."""
    chance: Floats = expit(network_log_odds(spectra, network))
    return chance[:, 0], chance[:, 1]
