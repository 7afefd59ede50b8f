"""Gives commands their keys on every keyboard: by the key for digits, by the layout for letters.

Qt compares signs: on a French keyboard the key under "1" types "&", so "1" would never be pressed.
This filter sees a press before Qt's shortcuts do. It leaves alone whatever is no command here:
what is typed in a field, keys that type no sign, menus by Alt, and dialogs.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QKeyCombination,
    QObject,
    QTimer,
    SignalInstance,
)
from PySide6.QtGui import QAction, QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication

from editor_app.keys.keyboard import Keyboard


class _Actions(Protocol):
    @property
    def keyboard(self) -> Keyboard: ...
    @property
    def came_early(self) -> SignalInstance: ...
    def meant(self, combination: QKeyCombination) -> QAction | None: ...


class KeyPresses(QObject):
    """Triggers the actions whose keys are pressed while a window is in front."""

    def __init__(self, window: QWindow, actions: _Actions) -> None:
        super().__init__(window)
        self._actions = actions
        self._taken: tuple[int, QAction] | None = None
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Ask what a press means, and take it where it is a command."""
        if event.type() == QEvent.Type.FocusIn:
            # Another layout may have been chosen; the first time, the first paint goes first.
            QTimer.singleShot(0, self, self._actions.keyboard.look)
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            self._actions.keyboard.saw(event)
            self._taken = self._take(event)
            if self._taken is not None:
                event.accept()  # so that Qt looks for no shortcut of its own
                return True
        elif event.type() == QEvent.Type.KeyPress and self._taken is not None:
            (code, action), self._taken = self._taken, None
            if code == event.nativeScanCode():
                if not action.isEnabled():
                    self._actions.came_early.emit(action.objectName())
                elif action.autoRepeat() or not event.isAutoRepeat():
                    action.trigger()
                return True
        return False

    def _take(self, event: QKeyEvent) -> tuple[int, QAction] | None:
        if QApplication.activePopupWidget() is not None:
            return None
        if QApplication.activeModalWidget() is not None:
            return None
        found = map(self._actions.meant, self._actions.keyboard.meanings(event))
        action = next((one for one in found if one is not None), None)
        if action is None or _is_typed(event):
            return None
        return event.nativeScanCode(), action


def _is_typed(event: QKeyEvent) -> bool:
    """Whether the widget with the focus wants the press for itself, as a field does a letter."""
    focus = QApplication.focusWidget()
    if focus is None or not focus.isEnabled():
        return False
    asked = QKeyEvent(
        QEvent.Type.ShortcutOverride,
        event.key(),
        event.modifiers(),
        event.nativeScanCode(),
        event.nativeVirtualKey(),
        event.nativeModifiers(),
        event.text(),
        event.isAutoRepeat(),
        event.count(),
    )
    asked.ignore()
    QCoreApplication.sendEvent(focus, asked)
    return asked.isAccepted()
