"""The commands of the window as Qt's actions, from `action_table`.

A key acts only where its action is enabled. The actions of a place are enabled while it is shown.
Stock line edits take printable keys before any action does, so typing never rates. Keys are kept as
the table has them; an action's shortcuts are what the keyboard prints for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from editor_app.keys.action_table import TABLE, Entry
from editor_app.keys.keyboard import Keyboard
from editor_app.settings import Settings
from editor_app.widgets.key_cap import key_of, set_caps


class Actions(QObject):
    """The actions made from the table, by id: `actions["rate_a"].triggered.connect(...)`.

    Args:
        settings: the person's own keys.

    Attributes:
        keyboard: the one whose keys are shown and pressed.
    """

    came_early = Signal(str)
    """The key of a command was pressed that can't be given now; its id."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self.keyboard = Keyboard(settings)
        self.keyboard.changed.connect(self._print_again)
        self._made: dict[str, QAction] = {}
        self._keys: dict[str, list[QKeySequence]] = {}
        self._entries = {entry.id: entry for entry in TABLE}
        self._place = ""
        self._refused: dict[str, str] = {}
        for entry in TABLE:
            action = QAction(entry.text, self)
            action.setObjectName(entry.id)
            action.setCheckable(entry.is_checkable)
            action.setAutoRepeat(entry.repeats)
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.setMenuRole(_ROLES.get(entry.id, QAction.MenuRole.NoRole))
            self._made[entry.id] = action
            self._give_keys(entry)
        self._settings.changed.connect(self._on_setting)

    def serve(self, window: QWidget) -> None:
        """Take the keys of a window until that window goes."""
        self.setParent(window)
        window.addActions(list(self._made.values()))

    def __getitem__(self, action_id: str) -> QAction:
        return self._made[action_id]

    def __iter__(self) -> Iterator[Entry]:
        return iter(TABLE)

    def key_text(self, action_id: str) -> str:
        """The first key as people read it; empty without one."""
        return key_of(self._made[action_id])

    def key_texts(self, *action_ids: str) -> list[str]:
        """The first key of each, as people read it; those without one are left out."""
        return [key for key in map(self.key_text, action_ids) if key]

    def tip(self, action_id: str) -> str:
        """What a tooltip says: the words and the key, or why it can't be given now."""
        entry = self._entries[action_id]
        words = self._refused.get(action_id) or entry.tip or entry.text.rstrip("…")
        key = self.key_text(action_id)
        return f"{words} ({key})" if key else words

    def show_place(self, place: str) -> None:
        """Enable the actions of the place (or RESULT) shown now, and no other place's."""
        self._place = place
        for entry in TABLE:
            self._enable(entry)

    def allow(self, action_ids: Iterable[str], reason_against: str = "") -> None:
        """Allow actions, or refuse them with a reason that their tooltip tells."""
        for action_id in action_ids:
            # Called some 30 times a second while a pair plays, so only a change costs anything.
            if self._refused.get(action_id, "") == reason_against:
                continue
            self._refused[action_id] = reason_against
            self._enable(self._entries[action_id])
            self._made[action_id].setToolTip(self.tip(action_id))

    def set_keys(self, action_id: str, keys: list[str] | None) -> None:
        """Give an action keys of the person's own; None for the default ones."""
        self._settings.set_keys(action_id, keys)

    def meant(self, combination: QKeyCombination) -> QAction | None:
        """The action of a key in the place that is shown; one that can't be given now too."""
        wanted = QKeySequence(combination)
        for entry in TABLE:
            if self._is_here(entry) and wanted in self._keys[entry.id]:
                return self._made[entry.id]
        return None

    def holder(self, action_id: str, key: str) -> Entry | None:
        """Another command that has this key where this one can be given; None if it is free.

        Args:
            key: in Qt's portable text.
        """
        wanted, places = QKeySequence(key), self._entries[action_id].places
        for entry in TABLE:
            meets = not places or not entry.places or set(places) & set(entry.places)
            if entry.id != action_id and meets and wanted in self._keys[entry.id]:
                return entry
        return None

    def _is_here(self, entry: Entry) -> bool:
        return not entry.places or self._place in entry.places

    def _enable(self, entry: Entry) -> None:
        is_given = self._is_here(entry) and not self._refused.get(entry.id)
        self._made[entry.id].setEnabled(is_given)

    def _give_keys(self, entry: Entry) -> None:
        keys = self._settings.keys(entry.id)
        texts = entry.keys if keys is None else keys
        self._keys[entry.id] = [QKeySequence(text) for text in texts]
        self._print(entry)

    def _print(self, entry: Entry) -> None:
        """Show the keys of an action as the keyboard prints them."""
        action = self._made[entry.id]
        set_caps(action, self._keys[entry.id], self.keyboard.cap)
        action.setToolTip(self.tip(entry.id))

    def _print_again(self) -> None:
        for entry in TABLE:
            self._print(entry)

    def _on_setting(self, name: str) -> None:
        group, _, action_id = name.partition("/")
        if group == "keys" and action_id in self._entries:
            self._give_keys(self._entries[action_id])


_ROLES = {
    "quit": QAction.MenuRole.QuitRole,
    "about": QAction.MenuRole.AboutRole,
    "preferences": QAction.MenuRole.PreferencesRole,
}
