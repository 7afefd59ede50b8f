"""Gains as other tools tell them, in the words of an edit."""

from __future__ import annotations

import math

from ml_core.domain.files.clips_read import MOST_GAIN_DB

SILENT = "is silent"
"""Said of a clip of which nothing is heard at its gain."""


def gain_db_of(gain: float) -> float | None:
    """A gain in dB, at most that of a clip; None where nothing would be heard.

    Args:
        gain: a factor; one below 0 turns the phase round, which is no matter of an edit.

    Raises:
        ValueError: if it is no number.
    """
    if not math.isfinite(gain):
        raise ValueError("a gain is no number")
    size = abs(gain)
    level_db = 20.0 * math.log10(size) if size > 0.0 else -math.inf
    return None if level_db < -MOST_GAIN_DB else min(MOST_GAIN_DB, level_db)
