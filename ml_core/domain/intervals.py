"""Intervals of a song from outside: each starts before it ends, and all lie within the song."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

SpansS = tuple[tuple[float, float], ...]
"""[start, end) in seconds of the source, in play order, which may go back."""
SpansSamples = tuple[tuple[int, int], ...]
"""The same in samples."""

MOST_SPANS = 10_000
BEYOND_END_S = 0.05
"""How far an interval may end beyond its song: lengths are rounded, and told apart by decoders."""
LONGEST_S = 1e7
LONGEST_SAMPLES = 10**12


def spans_s(value: Any, song_s: float = LONGEST_S) -> SpansS:
    """Intervals in seconds, as JSON holds them.

    Args:
        value: `[[start, end], ...]`, at least one.
        song_s: where the song ends.

    Raises:
        ValueError: with the reason in words, if they are none, out of order or out of the song.
    """
    found = []
    for start, end in _pairs(value):
        if not (_is_number(start) and _is_number(end)):
            raise ValueError("an interval is not two numbers")
        found.append((float(start), float(end)))
    _require_order(found)
    if any(end > song_s + BEYOND_END_S for _, end in found):
        raise ValueError(f"an interval ends after the song, which lasts {song_s:.2f} s")
    return tuple(found)


def spans_samples(value: Any, n_samples: int = LONGEST_SAMPLES) -> SpansSamples:
    """Intervals in samples, as JSON holds them.

    Args:
        value: `[[start, end], ...]`, at least one, in whole numbers.
        n_samples: length of the song.

    Raises:
        ValueError: with the reason in words, if they are none, out of order or out of the song.
    """
    found = []
    for start, end in _pairs(value):
        if type(start) is not int or type(end) is not int:
            raise ValueError("an interval is not two whole numbers")
        found.append((start, end))
    _require_order(found)
    if any(end > n_samples for _, end in found):
        raise ValueError(f"an interval ends after the song, which has {n_samples} samples")
    return tuple(found)


def whole_number(value: Any, least: int = 1) -> int:
    """A number of samples, or of samples a second, as JSON holds it.

    Raises:
        ValueError: if it is none.
    """
    if type(value) is not int or not least <= value <= LONGEST_SAMPLES:
        raise ValueError("not a whole number")
    return value


def _pairs(value: Any) -> list[Sequence[Any]]:
    if not isinstance(value, list | tuple) or not value:
        raise ValueError("there are no intervals")
    if len(value) > MOST_SPANS:
        raise ValueError(f"there are more than {MOST_SPANS} intervals")
    if any(not isinstance(pair, list | tuple) or len(pair) != 2 for pair in value):
        raise ValueError("an interval is not two numbers")
    return list(value)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < LONGEST_S if isinstance(value, int) else math.isfinite(value)


def _require_order(spans: Sequence[tuple[float, float]]) -> None:
    if any(start < 0 for start, _ in spans):
        raise ValueError("an interval begins before the song")
    if any(start >= end for start, end in spans):
        raise ValueError("an interval ends before it begins")
