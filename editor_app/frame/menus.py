"""The menu bar, from the table of actions: short lists, and keys as the keyboard prints them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar, QStyleOptionMenuItem, QWidget

from editor_app.keys.action_table import MENUS
from editor_app.keys.actions import Actions
from editor_app.look.foreign import menu_text
from editor_app.widgets.key_cap import key_of

WITHIN: Mapping[tuple[str, int], str] = MappingProxyType(
    {
        ("Edit", 3): "Use the song",
        ("Edit", 7): "Tempo and bars",
        ("Edit", 5): "Alternatives",
        ("Edit", 6): "Always or never keep",
        ("Edit", 8): "Change the edit by hand",
        ("Edit", 9): "Joins of the edit",
        ("Play", 2): "Move",
        ("Play", 6): "Parts of the song",
        ("Play", 7): "Result of the comparison",
    }
)
"""Groups of a menu that stand in a menu of their own: each is of one place, and grey elsewhere."""


class KeyMenu(QMenu):
    """A menu that shows keys as the keyboard prints them ("é"), where Qt would say "É"."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self._show_what_works)

    def initStyleOption(self, option: QStyleOptionMenuItem, action: QAction) -> None:  # noqa: N802
        """Put the key's cap behind the words."""
        super().initStyleOption(option, action)
        words, has_key, _ = option.text.partition("\t")
        if has_key:
            option.text = f"{words}\t{menu_text(key_of(action))}"

    def _show_what_works(self) -> None:
        """A menu of which nothing can be chosen here is one grey line."""
        for action in self.actions():
            inner = action.menu()
            if isinstance(inner, KeyMenu):
                action.setEnabled(any(one.isEnabled() for one in inner.actions()))


def fill_menu_bar(bar: QMenuBar, actions: Actions) -> dict[str, QMenu]:
    """Put every command into its menu; the menus by name."""
    made: dict[str, QMenu] = {}
    for name in MENUS:
        menu = made[name] = KeyMenu(f"&{name}", bar)
        bar.addMenu(menu)
        groups: dict[int, QMenu] = {}
        for entry in (entry for entry in actions if entry.menu == name):
            if entry.group not in groups:
                groups[entry.group] = _group(menu, name, entry.group)
            groups[entry.group].addAction(actions[entry.id])
    return made


def _group(menu: QMenu, name: str, group: int) -> QMenu:
    """Where a group's entries go: a menu of their own, or the menu itself behind a line."""
    title, above = WITHIN.get((name, group)), menu.actions()
    follows_one = bool(above) and above[-1].menu() is not None
    if above and not (title and follows_one):
        menu.addSeparator()
    if title is None:
        return menu
    inner = KeyMenu(title, menu)
    menu.addMenu(inner)
    return inner
