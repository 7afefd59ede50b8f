"""How a dot looks: the step of its match by shape and strength, never by colour alone."""

from __future__ import annotations

from PySide6.QtGui import QColor

from editor_app.look import theme
from ml_core.domain.requests import MATCH_UNKNOWN, MATCHES

DOT_PX = 8
CHOSEN_PX, POINTED_PX = 17, 23
WEAK, UNKNOWN, GOOD, STRONG = MATCHES
assert UNKNOWN == MATCH_UNKNOWN

# Symbol of pyqtgraph, size, whether it is filled.
LOOKS: dict[str, tuple[str, int, bool]] = {
    WEAK: ("x", 9, True),
    UNKNOWN: ("o", DOT_PX, False),
    GOOD: ("o", DOT_PX, True),
    STRONG: ("d", 12, True),
    "": ("o", DOT_PX, True),
}


def ink(match: str) -> QColor:
    """The colour of a step; without a taste one for all."""
    palette = theme.current()
    if match in (GOOD, STRONG):
        return theme.color(palette.new)
    return theme.color(palette.secondary if match == UNKNOWN else palette.old)


SHORT_WORDS: dict[str, str] = {
    WEAK: "weak",
    UNKNOWN: "not known",
    GOOD: "good",
    STRONG: "strong",
}
"""Of the steps, where they stand side by side after "Match"."""
