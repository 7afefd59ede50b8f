"""Decibels as factors, and times as they are written for people."""

from __future__ import annotations

import math


def db_to_gain(level_db: float) -> float:
    """Decibels (amplitude) to a linear factor."""
    return float(10.0 ** (level_db / 20.0))


def clock(seconds: float) -> str:
    """Seconds as m:ss, or h:mm:ss from an hour on; half seconds round up."""
    whole = int(max(0.0, seconds) + 0.5)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def parse_clock(text: str) -> float:
    """Seconds from "90", "1:30" or "1:02:03".

    Raises:
        ValueError: if the text is none of these, or negative.
    """
    total = 0.0
    parts = text.strip().split(":")
    if not 1 <= len(parts) <= 3:
        raise ValueError(text)
    for part in parts:
        value = float(part)
        if not math.isfinite(value) or value < 0:
            raise ValueError(text)
        total = total * 60 + value
    return total
