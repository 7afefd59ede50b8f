"""What the table of commands knows of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Menu = Literal["File", "Edit", "Play", "Rate", "Taste", "View", "Help"]
MENUS: tuple[Menu, ...] = ("File", "Edit", "Play", "Rate", "Taste", "View", "Help")


@dataclass(frozen=True, slots=True)
class Entry:
    """One command.

    Attributes:
        keys: default ones, in Qt's portable text; the first is shown.
        places: where it can be given, names of `place_table` and RESULT; empty for everywhere.
        is_checkable: whether it is a switch.
        repeats: whether holding the key down repeats it.
        group: entries of a menu with different groups are parted by a line, or stand in a menu of
            their own (`frame.menus`).
        tip: said in the tooltip in place of the text.
    """

    id: str
    text: str
    menu: Menu
    keys: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    is_checkable: bool = False
    repeats: bool = False
    group: int = 0
    tip: str = ""
