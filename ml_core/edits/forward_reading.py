"""Stretches of a sound file in one pass, for edits that go forward."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml_core import audio_file
from ml_core.errors import UserError

Audio = NDArray[np.float32]

BLOCK_SAMPLES = 65536
"""Longest block that is given out: one long libsndfile write of Vorbis overflows the stack."""

MARGIN_SAMPLES = 65536
"""Kept before the stretch that is read. A fade reaches back behind the body that came before it
when a join skips less than the fade's length. A tail looks at the quarter of a second before its
cut. One block covers both up to 192 kHz."""


class ForwardReader:
    """Reads stretches of a file in one pass, as long as they come in rising order.

    A stretch that starts before what is still held starts a new pass.

    Args:
        is_wide: whether samples are float64, for sources of more bits than float32 holds.
    """

    def __init__(self, path: str | Path, is_wide: bool = False) -> None:
        self._path, self._is_wide = path, is_wide
        self._blocks: Iterator[Audio] = iter(())
        self._held: deque[Audio] = deque()
        self._start = self._end = 0

    def read(self, start: int, stop: int) -> Audio:
        """Samples [start, stop), (stop - start, n_channels).

        Raises:
            UserError: if the file ends before.
        """
        if not self._held or start < self._start:
            self._blocks = audio_file.blocks(
                self._path, BLOCK_SAMPLES, start, is_wide=self._is_wide
            )
            self._held.clear()
            self._start = self._end = start
        while self._end < stop or not self._held:
            block = next(self._blocks, None)
            if block is None:
                raise UserError(
                    f"{Path(self._path).name} ends before the edit that was made of it.",
                    "Add the song again; it may have been changed or cut off.",
                )
            self._held.append(block)
            self._end += len(block)
            self._let_go(start - MARGIN_SAMPLES)
        return self._stretch(start, stop)

    def _let_go(self, before: int) -> None:
        while len(self._held) > 1 and self._start + len(self._held[0]) <= before:
            self._start += len(self._held.popleft())

    def _stretch(self, start: int, stop: int) -> Audio:
        """Of what is held: a view of its block mostly, since most stretches lie within one."""
        parts, at = [], self._start
        for block in self._held:
            if at < stop and at + len(block) > start:
                parts.append(block[max(0, start - at) : stop - at])
            at += len(block)
        return parts[0] if len(parts) == 1 else np.concatenate(parts or [self._held[0][:0]])
