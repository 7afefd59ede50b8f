"""A row of buttons in groups, each pressing a command; words go, not keys, where room is short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from editor_app.widgets.stacked_button import StackedButton

HEIGHT_PX = 40
_GAP_PX = 8


class _Actions(Protocol):
    def __getitem__(self, action_id: str) -> QAction: ...


@dataclass(frozen=True, slots=True)
class RowButton:
    """One button of a row.

    Attributes:
        action_id: of the command that it presses.
        words: what it says it does.
        icon: name of one of our icons; empty for none.
        name: what a screen reader says where the words alone do not tell.
        all_words: all that it will ever say, if its words change.
        goes: those with the lowest number lose their words first.
    """

    action_id: str
    words: str
    icon: str = ""
    name: str = ""
    all_words: tuple[str, ...] = ()
    goes: int = 0


class ButtonRow(QWidget):
    """Buttons from the left, with twice the gap between groups.

    Attributes:
        buttons: by the id of their command.
    """

    def __init__(self, groups: Sequence[Sequence[RowButton]], actions: _Actions) -> None:
        super().__init__()
        self.buttons: dict[str, StackedButton] = {}
        self._n_groups = len(groups)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP_PX)
        for index, group in enumerate(groups):
            if index:
                row.addSpacing(_GAP_PX)
            for one in group:
                button = self.buttons[one.action_id] = _made(one, actions[one.action_id])
                row.addWidget(button)
        row.addStretch(1)
        every = [one for group in groups for one in group]
        self._going = [one.action_id for one in sorted(every, key=lambda one: one.goes)]

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Without words: they are no reason for a window to be wide."""
        width = self._gaps_px + sum(one.width_with_words(False) for one in self.buttons.values())
        return QSize(width, HEIGHT_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Drop words where room is short."""
        self.fit()
        super().resizeEvent(event)

    def fit(self) -> None:
        """Have as many words as there is room for."""
        room = self.width() - self._gaps_px
        worded = dict(self.buttons)
        needed = sum(button.width_with_words(True) for button in worded.values())
        for action_id in self._going:
            if needed <= room:
                break
            button = worded.pop(action_id)
            needed += button.width_with_words(False) - button.width_with_words(True)
        for action_id, button in self.buttons.items():
            button.show_words(action_id in worded)

    @property
    def _gaps_px(self) -> int:
        return _GAP_PX * (len(self.buttons) - 1 + self._n_groups - 1)


def _made(one: RowButton, action: QAction) -> StackedButton:
    button = StackedButton(one.words, one.icon, height_px=HEIGHT_PX).bind(action)
    button.setAccessibleName(one.name or one.words)
    return button.hold_place(*one.all_words) if one.all_words else button
