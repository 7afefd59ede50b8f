"""All keys at a glance, by menu; it stays open beside the window while they are learned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from editor_app.widgets.key_cap import KeyCap


class _Entry(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def menu(self) -> str: ...


class _Actions(Protocol):
    def __iter__(self) -> Iterator[_Entry]: ...
    def __getitem__(self, action_id: str) -> QAction: ...


_COLUMNS = 2


class KeysDialog(QDialog):
    """Every action that has a key, in the order of the menus."""

    def __init__(self, actions: _Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("All keys")
        self.resize(760, 600)
        groups: dict[str, list[_Entry]] = {}
        for entry in actions:
            if not actions[entry.id].shortcut().isEmpty():
                groups.setdefault(entry.menu, []).append(entry)
        columns = [QVBoxLayout() for _ in range(_COLUMNS)]
        heights = [0] * _COLUMNS
        for menu, entries in groups.items():
            shortest = heights.index(min(heights))
            columns[shortest].addLayout(_group(menu, entries, actions))
            columns[shortest].addSpacing(16)
            heights[shortest] += len(entries) + 2
        inner = QWidget()
        row = QHBoxLayout(inner)
        row.setContentsMargins(24, 24, 24, 24)
        row.setSpacing(40)
        for column in columns:
            column.addStretch(1)
            row.addLayout(column, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)


def _group(menu: str, entries: list[_Entry], actions: _Actions) -> QGridLayout:
    grid = QGridLayout()
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(0, 1)
    heading = QLabel(menu)
    heading.setProperty("role", "heading")
    grid.addWidget(heading, 0, 0)
    for row, entry in enumerate(entries, start=1):
        grid.addWidget(QLabel(entry.text.rstrip("…")), row, 0)
        caps = QHBoxLayout()
        caps.setSpacing(4)
        for text in _shown_keys(actions[entry.id]):
            caps.addWidget(KeyCap(text))
        grid.addLayout(caps, row, 1, Qt.AlignmentFlag.AlignRight)
    return grid


def _shown_keys(action: QAction) -> list[str]:
    """The first key and other letters or digits; not what Shift makes of them on some layouts."""
    native = QKeySequence.SequenceFormat.NativeText
    texts = [key.toString(native) for key in action.shortcuts()]
    return texts[:1] + [text for text in texts[1:] if len(text) == 1 and text.isalnum()]
