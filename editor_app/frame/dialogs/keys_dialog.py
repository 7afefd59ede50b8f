"""All keys at a glance, by menu, to be searched and changed; open while they are learned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from editor_app.frame.key_row import KeyRow
from editor_app.keys.action_table import RESULT
from editor_app.keys.keyboard import Keyboard
from editor_app.widgets.eliding_label import ElidingLabel
from editor_app.widgets.fields import FilterField
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label

_COLUMNS = 2
_HOW = "Enter or a click on a line changes its key. Backspace brings its first one back."
_NONE = "No command or key is called that."
_WAITING = "Press the new key, or Esc to leave it as it is."


class _Entry(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def menu(self) -> str: ...
    @property
    def places(self) -> tuple[str, ...]: ...


class _Actions(Protocol):
    @property
    def keyboard(self) -> Keyboard: ...
    def __iter__(self) -> Iterator[_Entry]: ...
    def __getitem__(self, action_id: str) -> QAction: ...
    def set_keys(self, action_id: str, keys: list[str] | None) -> None: ...
    def holder(self, action_id: str, key: str) -> _Entry | None: ...


class KeysDialog(QDialog):
    """Every command in the order of the menus, with its key.

    Attributes:
        field: where words are searched for.
    """

    def __init__(self, actions: _Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = actions
        self._rows: dict[str, KeyRow] = {}
        self._headings: list[tuple[QLabel, list[KeyRow]]] = []
        self.setWindowTitle("All keys")
        self.resize(800, 640)
        groups: dict[str, list[_Entry]] = {}
        for entry in actions:
            groups.setdefault(entry.menu, []).append(entry)
        self._columns = [QWidget() for _ in range(_COLUMNS)]
        columns = [QVBoxLayout(column) for column in self._columns]
        heights = [0] * _COLUMNS
        for menu, entries in groups.items():
            shortest = heights.index(min(heights))
            columns[shortest].addLayout(self._group(menu, entries))
            columns[shortest].addSpacing(16)
            heights[shortest] += len(entries) + 2
        inner = QWidget()
        row = QHBoxLayout(inner)
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(32)
        for column, widget in zip(columns, self._columns, strict=True):
            column.setContentsMargins(0, 0, 0, 0)
            column.addStretch(1)
            row.addWidget(widget, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(self._head())
        outer.addWidget(area, 1)
        outer.addLayout(self._foot())

    def row(self, action_id: str) -> KeyRow:
        """The line of a command."""
        return self._rows[action_id]

    @property
    def said(self) -> str:
        """What stands under the keys."""
        return self._said.text()

    def search(self, words: str) -> None:
        """Show the lines whose command, menu, place or key has all of these words."""
        wanted = words.casefold().split()
        n_found = 0
        for heading, rows in self._headings:
            for row in rows:
                told = f"{heading.text()} {row.accessibleName()}".casefold()
                is_found = all(word in told for word in wanted)
                row.setVisible(is_found)
                n_found += is_found
            heading.setVisible(not all(row.isHidden() for row in rows))
        for column in self._columns:  # Few lines begin at the left, and have the whole width.
            column.setHidden(
                not any(
                    row.parent() is column and not row.isHidden() for row in self._rows.values()
                )
            )
        self._say(_HOW if n_found else _NONE)

    def _head(self) -> QHBoxLayout:
        find = QAction("Search", self)
        find.setShortcuts(self._actions["find"].shortcuts())
        self.addAction(find)
        self.field = FilterField("Search for a command or a key", find)
        self.field.textChanged.connect(self.search)
        head = QHBoxLayout()
        head.setContentsMargins(24, 16, 16, 0)
        head.addWidget(self.field)
        return head

    def _foot(self) -> QHBoxLayout:
        self._said = ElidingLabel(_HOW)
        self._said.setProperty("role", "secondary")
        reset = KeyButton("All keys as at first")
        reset.clicked.connect(self._reset)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 12, 16, 12)
        foot.setSpacing(16)
        foot.addWidget(self._said, 1)
        foot.addWidget(reset)
        return foot

    def _group(self, menu: str, entries: list[_Entry]) -> QVBoxLayout:
        made = QVBoxLayout()
        made.setSpacing(0)
        heading = label(menu, "heading")
        heading.setContentsMargins(8, 0, 0, 4)
        made.addWidget(heading)
        rows: list[KeyRow] = []
        self._headings.append((heading, rows))
        for entry in entries:
            words, keyboard = entry.text.rstrip("…"), self._actions.keyboard
            row = KeyRow(words, self._actions[entry.id], keyboard, self._where(entry))
            row.key_pressed.connect(lambda key, entry=entry: self._give(entry, key))
            row.default_wanted.connect(lambda entry=entry: self._give_back(entry))
            row.waiting_changed.connect(lambda on: self._say(_WAITING if on else _HOW))
            made.addWidget(row)
            self._rows[entry.id] = row
            rows.append(row)
        return made

    def _where(self, entry: _Entry) -> str:
        """The places where a command can be given; empty for everywhere."""
        shown = ("compare" if place == RESULT else place for place in entry.places)
        names = dict.fromkeys(self._actions[f"place_{place}"].text() for place in shown)
        return ", ".join(names)

    def _give(self, entry: _Entry, key: str) -> None:
        words = entry.text.rstrip("…")
        shown = self._actions.keyboard.cap(QKeySequence(key))
        holder = self._actions.holder(entry.id, key)
        if holder is not None:
            taken = holder.text.rstrip("…")
            self._say(f"{shown} already means “{taken}”. Change that one first, or press another.")
            return
        self._actions.set_keys(entry.id, [key])
        self._say(f"“{words}” is {shown} now.")

    def _give_back(self, entry: _Entry) -> None:
        self._actions.set_keys(entry.id, None)
        self._say(f"“{entry.text.rstrip('…')}” has its first key again.")

    def _reset(self) -> None:
        for entry in self._actions:
            self._actions.set_keys(entry.id, None)
        self._say("All keys are as at first.")

    def _say(self, words: str) -> None:
        self._said.setText(words)
