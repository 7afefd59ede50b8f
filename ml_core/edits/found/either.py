"""Where a found segment could as well play another place of its song: the music repeats exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml_core.edits.found.heard import WAVE_HZ, Floats
from ml_core.edits.found.lines import Chunk
from ml_core.edits.found.misfit import misfit
from ml_core.edits.found.segments import Segment

_TICK = WAVE_HZ // 100
_AROUND = np.array([0.5, 1.0, 1.0, 1.0, 0.5])
_LEAST_S = 1.0
_AS_GOOD = 0.05
"""A misfit that is worse by no more than this can't tell two places apart."""

_APART_S = 0.05


@dataclass(frozen=True, slots=True)
class Either:
    """Seconds [start_s, end_s) of an edit that `offset`, too, would explain."""

    start_s: float
    end_s: float
    offset: float


def either_places(
    edit: Floats, song: Floats, chunks: Sequence[Chunk], segments: Sequence[Segment]
) -> list[Either]:
    """All such places of at least a second, in order."""
    found: list[Either] = []
    for one in segments:
        if one.offset is None:
            continue
        for chunk in chunks:
            start = max(chunk.start, round(one.start_s * WAVE_HZ))
            end = min(chunk.end, round(one.end_s * WAVE_HZ))
            if end - start < _LEAST_S * WAVE_HZ:
                continue
            ticks = range(start, end, _TICK)
            own = float(misfit(edit, song, one.offset, ticks, _AROUND).mean())
            for offset in chunk.offsets:
                if abs(offset - one.offset) < _APART_S * WAVE_HZ:
                    continue
                other = float(misfit(edit, song, offset, ticks, _AROUND).mean())
                if other <= own + _AS_GOOD:
                    _add(found, Either(start / WAVE_HZ, end / WAVE_HZ, offset))
    return sorted(found, key=lambda place: (place.start_s, place.offset))


def _add(found: list[Either], new: Either) -> None:
    """Let a place go on where the one before it ended on the same line."""
    for k, one in enumerate(found):
        near = abs(one.offset - new.offset) < _APART_S * WAVE_HZ
        if near and abs(one.end_s - new.start_s) < 2.0 / 100.0:
            found[k] = Either(one.start_s, new.end_s, one.offset)
            return
    found.append(new)
