"""How a song's parts look: a number and a light colour each, the same for the same music."""

from __future__ import annotations

from PySide6.QtGui import QColor

from editor_app.look import theme
from ml_core.domain.songs import SILENCE

BEHIND_WAVE = 0.34
"""Strength of a part's colour behind the waveform: seen, and no rival to the edits."""


def part_words(name: str) -> tuple[str, ...]:
    """What a band may say, the longest first."""
    return ("Silence",) if name == SILENCE else (f"Part {name}", name)


def part_color(name: str, strength: float = 1.0) -> QColor:
    """Colour of a part by its number; colours come again after the last, the number tells."""
    palette = theme.current()
    if not name.isdecimal():
        return theme.color(palette.band_2, strength)
    return theme.color(palette.parts[(int(name) - 1) % len(palette.parts)], strength)
