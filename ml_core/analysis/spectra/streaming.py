"""A stream cut into frames, and rows collected from it, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import fft

Floats = NDArray[np.float32]

# Frames that are transformed at once: some 4 MB.
CHUNK_FRAMES = 2048


class Frames:
    """Cuts a stream into centred, Hann-windowed frames and gives their magnitudes.

    Args:
        window: length of a frame in samples, even.
        hop: from one frame's centre to the next one's, in samples; need not be whole.
    """

    def __init__(self, window: int, hop: float) -> None:
        self._window = np.hanning(window + 1)[:-1].astype(np.float32)
        self._hop = hop
        # Half a window of silence before the start centres frame i on sample i * hop.
        self._held: Floats = np.zeros(window // 2, np.float32)
        self._held_start = -(window // 2)
        self._next_frame = 0

    def magnitudes(self, samples: Floats, last: bool = False) -> Iterable[Floats]:
        """Chunks float32 (n, bins) of the frames that these samples complete."""
        size = len(self._window)
        if last:
            # Half a window of silence after the end: the last frame is centred there.
            samples = np.concatenate([samples, np.zeros(size // 2, np.float32)])
        self._held = np.concatenate([self._held, samples])
        # The first sample of frame i lies at round(i * hop) - window / 2.
        end = self._held_start + len(self._held) - size + size // 2
        n_ready = int(np.floor(end / self._hop + 1e-9)) + 1 - self._next_frame
        while n_ready > 0:
            n = min(n_ready, CHUNK_FRAMES)
            centres = np.round((self._next_frame + np.arange(n)) * self._hop).astype(np.int64)
            starts = centres - size // 2 - self._held_start
            framed = sliding_window_view(self._held, size)[starts] * self._window
            yield np.abs(fft.rfft(framed, axis=1))
            self._next_frame += n
            n_ready -= n
        keep = round(self._next_frame * self._hop) - size // 2 - self._held_start
        keep = min(max(keep, 0), len(self._held))
        self._held = self._held[keep:].copy()
        self._held_start += keep


class Rows:
    """Rows that come in chunks, in one array that is made large enough from the start.

    Args:
        n_rows: about how many will come; more are taken too.
        n_columns: of each row; 0 for plain numbers.
        dtype: of the array.
    """

    def __init__(self, n_rows: int, n_columns: int, dtype: type[np.floating]) -> None:
        self._rows = np.empty((n_rows, n_columns) if n_columns else n_rows, dtype)
        self._n = 0

    def add(self, chunk: NDArray[np.floating]) -> None:
        """Append a chunk."""
        end = self._n + len(chunk)
        if end > len(self._rows):
            more = np.empty((end * 5 // 4, *self._rows.shape[1:]), self._rows.dtype)
            more[: self._n] = self._rows[: self._n]
            self._rows = more
        self._rows[self._n : end] = chunk
        self._n = end

    def all(self) -> NDArray[np.floating]:
        """All rows so far, without a copy."""
        return self._rows[: self._n]
