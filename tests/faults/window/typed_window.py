"""A small window with the app's commands, a field and nothing else, in a process of its own.

    python -m tests.faults.window.typed_window PLACE

It tells every command that is given and what it types, a line of JSON each; after `caps` on its
standard input, what the keys of some commands are called, and after `field` the field has the keys.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from PySide6.QtCore import QSettings, QSocketNotifier, Qt
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from editor_app.keys.action_table import TABLE
from editor_app.keys.actions import Actions
from editor_app.keys.held_keys import HeldKeys
from editor_app.keys.key_presses import KeyPresses
from editor_app.settings import Settings


class TypedWindow:
    """Says what is pressed."""

    def __init__(self, place: str) -> None:
        self._window = QMainWindow()
        self._window.setWindowTitle("Tastecut typed")
        store = QSettings("nowhere.ini", QSettings.Format.IniFormat)
        self._actions = Actions(Settings(store))
        self._actions.serve(self._window)
        self._actions.show_place(place)
        for entry in TABLE:
            action = self._actions[entry.id]
            action.triggered.connect(lambda _=False, name=entry.id: self.say(given=name))
        self._field, self._button = QLineEdit(), QPushButton("Listen")
        self._field.textEdited.connect(lambda text: self.say(typed=text))
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.addWidget(self._field)
        column.addWidget(self._button)
        self._window.setCentralWidget(inner)
        self._window.show()
        handle = self._window.windowHandle()
        assert handle is not None
        KeyPresses(handle, self._actions)
        HeldKeys(handle)
        self._button.setFocus(Qt.FocusReason.OtherFocusReason)
        self._told = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
        self._told.activated.connect(self._hear)

    def say(self, **facts: Any) -> None:
        """One line."""
        print(json.dumps(facts), flush=True)

    def _hear(self) -> None:
        words = sys.stdin.readline().split()
        if not words:
            QApplication.quit()
        elif words[0] == "caps":
            self.say(caps={name: self._actions.key_text(name) for name in words[1:]})
        elif words[0] == "show":
            self._actions.show_place(words[1])
            self.say(shown=words[1])
        else:
            (self._field if words[0] == "field" else self._button).setFocus()
            self._field.clear()
            self.say(focus=words[0])


if __name__ == "__main__":
    app = QApplication(["typed"])
    window = TypedWindow(sys.argv[1])
    sys.exit(app.exec())
