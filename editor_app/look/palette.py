"""The two sets of colours, dark and light, and the names of the type sizes.

The colours are checked for contrast by the tests: text reaches 4.5:1 on what it stands on. A and B
differ for people who see colour differently, and are always lettered as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Size = Literal["small", "body", "title"]


@dataclass(frozen=True, slots=True)
class Palette:
    """Every colour in use, as "#rrggbb"."""

    window: str
    panel: str
    raised: str
    hover: str
    line: str
    row_line: str
    track: str
    button_edge: str
    key_edge: str
    text: str
    secondary: str
    a: str
    b: str
    letter_on_ab: str
    old: str
    old_text: str
    new: str
    new_text: str
    good: str
    doubtful: str
    failed: str
    band_1: str
    band_2: str
    parts: tuple[str, ...]
    is_dark: bool


DARK = Palette(
    window="#16181c",
    panel="#1e2126",
    raised="#262a31",
    hover="#2d323a",
    line="#343a43",
    row_line="#22262c",
    track="#343a43",
    button_edge="#343a43",
    key_edge="#4a525e",
    text="#e8eaed",
    secondary="#9aa3af",
    a="#e69f00",
    b="#56b4e9",
    letter_on_ab="#16181c",
    old="#8b939e",
    old_text="#9aa3af",
    new="#009e73",
    new_text="#2fbf93",
    good="#5bb98c",
    doubtful="#e3c54a",
    failed="#f0786e",
    band_1="#2f353e",
    band_2="#262a31",
    parts=("#26376b", "#5e5620", "#6d4468", "#0f403b", "#62676f"),
    is_dark=True,
)

LIGHT = Palette(
    window="#f6f7f9",
    panel="#ffffff",
    raised="#ffffff",
    hover="#eef0f3",
    line="#d9dde3",
    row_line="#e8ebef",
    track="#d9dde3",
    button_edge="#c9ced6",
    key_edge="#c9ced6",
    text="#1b1f24",
    secondary="#5b6570",
    a="#a66200",
    b="#1f78b4",
    letter_on_ab="#ffffff",
    old="#7b8591",
    old_text="#5f6973",
    new="#009e73",
    new_text="#00795a",
    good="#18744a",
    doubtful="#7d6000",
    failed="#c0392b",
    band_1="#dfe3e8",
    band_2="#e9ecf0",
    parts=("#bccbf7", "#f5eda6", "#f3c3e2", "#9ed6cc", "#e9eaec"),
    is_dark=False,
)
