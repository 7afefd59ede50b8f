"""What can be done with the songs that are selected, as menus."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from editor_app.keys.actions import Actions
from ml_core.domain.songs import SongUse

USES: dict[str, SongUse] = {"use_rate": "rate", "use_compare": "compare", "use_out": "out"}
"""By action, what it says that songs are used for."""

_REMOVALS = ("remove_song", "remove_song_and_ratings")


def use_menu(parent: QWidget, actions: Actions) -> QMenu:
    """What songs can be used for."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setToolTipsVisible(True)
    for action_id in USES:
        menu.addAction(actions[action_id])
    return menu


def song_menu(parent: QWidget, actions: Actions, has_twin: bool) -> QMenu:
    """What songs can be used for, checking their bars, and removing them.

    Args:
        has_twin: whether one of them counts as the same recording as another song.
    """
    menu = use_menu(parent, actions)
    if has_twin:
        menu.addSeparator()
        menu.addAction(actions["not_same"])
    menu.addSeparator()
    menu.addAction(actions["check_bars"])
    menu.addSeparator()
    for action_id in _REMOVALS:
        menu.addAction(actions[action_id])
    return menu
