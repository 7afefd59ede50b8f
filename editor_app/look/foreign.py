"""Text that is not ours (titles, names of files, tastes), as it may be shown: always plain.

Qt takes what looks like markup for markup in tooltips and message boxes, and "&" in menus for a
key. A tag could so draw a picture from a disk or a share, or turn our own words round.
"""

from __future__ import annotations

from PySide6.QtGui import QAction, Qt

from ml_core.domain.songs import Song
from ml_core.foreign_text import shown_line, shown_text

_MOST_CHARS = 300
"""Of a title: more than any screen shows on one line. A tag may hold millions."""

_MOST_TIP_CHARS = 1_000
_WORD_JOINER = "\N{WORD JOINER}"


def shown(text: str) -> str:
    """Foreign text for a place in the window or in our sentences, cut where it is endless."""
    cut = text if len(text) <= _MOST_CHARS else f"{text[:_MOST_CHARS]}…"
    return shown_text(cut)


def heading(song: Song) -> str:
    """Title and artist of a song on one line."""
    return ", ".join(filter(None, (song_title(song), song_artist(song))))


def song_title(song: Song) -> str:
    """A song's title as it is shown."""
    return shown(song.title)


def song_artist(song: Song) -> str:
    """A song's artist as it is shown; empty without one."""
    return shown(song.artist)


def sentence(text: str) -> str:
    """One of our sentences, whatever foreign text stands in it."""
    return shown_line(text)


def plain_tip(text: str) -> str:
    """A tooltip that shows its text as it is.

    Qt looks for a tag or an entity. One that has an invisible character in it is none.
    """
    lines = text[:_MOST_TIP_CHARS].split("\n")
    plain = "\n".join(map(shown_line, lines))
    if not Qt.mightBeRichText(plain):
        return plain
    return plain.replace("<", f"<{_WORD_JOINER}").replace("&", f"&{_WORD_JOINER}")


def menu_text(text: str) -> str:
    """Foreign text as it stands in a menu, on a button or before a field: "&" marks no key."""
    return text.replace("&", "&&")


def named(action: QAction, text: str) -> QAction:
    """The action with foreign text for its words and its tooltip."""
    action.setText(menu_text(shown(text)))
    action.setToolTip(plain_tip(text))
    return action
