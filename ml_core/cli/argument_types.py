"""How single arguments are read: times, spans, shares, whole numbers; each says what it takes."""

from __future__ import annotations

import argparse

from ml_core.domain.files.choices import LOUDNESS_RANGE_LUFS, TRUE_PEAK_RANGE_DB
from ml_core.domain.mapping import MOST_MAPPED
from ml_core.units import parse_clock

LONGEST_SEED = 18
"""Digits of the largest number that the database holds for sure."""


def seconds(text: str) -> float:
    """Seconds, as "90" or "1:30"."""
    try:
        return parse_clock(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 90 or 1:30") from error


def ratio_range(text: str) -> tuple[float, float]:
    """A range of kept shares, as "0.3-0.5"."""
    try:
        low, high = (float(part) for part in text.split("-"))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a range such as 0.3-0.5") from error
    if not 0 <= low <= high <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a range within 0-1")
    return low, high


def span(text: str) -> tuple[float, float]:
    """A span of the song, as "30-45" or "0:30-0:45"."""
    try:
        start, end = (parse_clock(part) for part in text.split("-"))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a span such as 0:30-0:45") from error
    if not start < end:
        raise argparse.ArgumentTypeError(f"{text!r} is not a span such as 0:30-0:45")
    return start, end


def places(text: str) -> tuple[float, float]:
    """Two places of the song, as "30-45" or "0:30-0:45"; the second may come first in it."""
    try:
        start, end = (parse_clock(part) for part in text.split("-"))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not two times such as 0:30-0:45") from error
    return start, end


def loudness(text: str) -> float:
    """Integrated loudness in LUFS, as "-14"; 0 for "none"."""
    if text.casefold() == "none":
        return 0.0
    low, high = LOUDNESS_RANGE_LUFS
    try:
        lufs = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a loudness such as -14") from error
    if not low <= lufs <= high:
        raise argparse.ArgumentTypeError(f"{text!r} is not within {low:g} to {high:g} LUFS")
    return lufs


def lengths(text: str) -> tuple[float, float]:
    """A range of lengths, as "30-60" or "0:30-1:00"."""
    try:
        low, high = (parse_clock(part) for part in text.split("-"))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a range such as 0:30-1:00") from error
    if not 0 < low <= high:
        raise argparse.ArgumentTypeError(f"{text!r} is not a range such as 0:30-1:00")
    return low, high


def true_peak(text: str) -> float:
    """A highest true peak in dBTP, as "-1"."""
    low, high = TRUE_PEAK_RANGE_DB
    try:
        peak_db = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a true peak such as -1") from error
    if not low <= peak_db <= high:
        raise argparse.ArgumentTypeError(f"{text!r} is not within {low:g} to {high:g} dBTP")
    return peak_db


def count(text: str) -> int:
    """A whole number from 1 on."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def count_or_none(text: str) -> int:
    """A whole number from 0 on."""
    return 0 if text == "0" else count(text)


def mapped(text: str) -> int:
    """How many edits a map is to hold."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= MOST_MAPPED:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a whole number from 1 to {MOST_MAPPED}, as many edits as a map holds"
        )
    return int(text)


def seed(text: str) -> int:
    """A whole number from 0 on."""
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_SEED:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 on")
    return int(text)


def counts(text: str) -> tuple[int, ...]:
    """Whole numbers separated by commas."""
    return tuple(sorted({count(part) for part in text.split(",")}))
