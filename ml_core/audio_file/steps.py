"""From float32 to whole numbers: rounded, or dithered where the depth falls.

Dither is noise of triangular density, two steps wide (TPDF; Lipshitz, Wannamaker and Vanderkooy,
"Quantization and Dither", JAES 1992): the error's mean and power then do not depend on the sound.
Samples that lie on the steps already stay as they are, bit by bit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Audio = NDArray[np.float32]

_BITS = {"PCM_S8": 8, "PCM_U8": 8, "PCM_16": 16, "PCM_24": 24}


class Steps:
    """The steps of a coding, and what became of the samples on the way there.

    Args:
        coding: libsndfile's name.
        dither_seed: of the noise, the same for the same edit; None rounds without it.

    Attributes:
        n_clipped: values over full scale that were cut off.
    """

    def __init__(self, coding: str, dither_seed: int | None = None) -> None:
        self._bits, self._coding = _BITS.get(coding), coding
        self._noise = None if dither_seed is None else np.random.default_rng(dither_seed)
        self.n_clipped = 0

    def fitted(self, block: Audio) -> NDArray[Any]:
        """A block as it is handed to the encoder: whole numbers from the top bit down.

        Codings without steps, and of 32 bits, get float32 as it is. Libsndfile would round down in
        WAV and AIFF, which puts -0.5 steps of DC into every fade.

        Args:
            block: float32 (n, n_channels); float64 keeps all bits of codings of 32 and 64.
        """
        bits = self._bits
        if bits is None:
            if block.dtype == np.float64 and self._coding == "PCM_32":
                return self._whole(block * 2.0**31, 32)
            return np.ascontiguousarray(
                block, np.float64 if self._coding == "DOUBLE" else np.float32
            )
        # Up to 16 bits a product by a power of two is exact in float32, and rounds as in float64.
        kind: Any = np.float32 if bits <= 16 and self._noise is None else np.float64
        scaled = np.multiply(block, kind(2 ** (bits - 1)), dtype=kind, order="C")
        if self._noise is not None:
            scaled = self._dithered(scaled)
        return self._whole(scaled, bits)

    def _whole(self, scaled: NDArray[Any], bits: int) -> NDArray[Any]:
        """Whole numbers of so many bits, from the top bit down; `scaled` is written over."""
        top = 2 ** (bits - 1)
        if scaled.size and (scaled.max() >= top - 0.5 or scaled.min() < -top - 0.5):
            self.n_clipped += int(np.count_nonzero(np.abs(scaled) > top))
            scaled = np.clip(scaled, -top, top - 1)
        kind = np.int16 if bits <= 16 else np.int32
        whole: NDArray[Any] = np.rint(scaled, out=scaled).astype(kind)
        whole <<= (16 if bits <= 16 else 32) - bits
        return whole

    def _dithered(self, scaled: NDArray[Any]) -> NDArray[Any]:
        assert self._noise is not None
        is_between = scaled != np.rint(scaled)
        if not is_between.any():
            return scaled
        # Drawn for every sample: what a sample gets does not depend on those before it.
        noise = self._noise.random(scaled.shape) - self._noise.random(scaled.shape)
        return np.asarray(np.where(is_between, scaled + noise, scaled))
