"""Gives commands their keys on every keyboard: by the key for digits, by the layout for letters.

Qt compares signs: on a French keyboard the key under "1" types "&", so "1" would never be pressed.
This filter sees a press before Qt's shortcuts do. It leaves alone whatever is no command here:
what is typed in a field, keys that type no sign, menus by Alt, and dialogs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QKeyCombination,
    QObject,
    Qt,
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
        self._taken: tuple[int, Callable[[QKeyEvent], object]] | None = None
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
            (code, do), self._taken = self._taken, None
            if code == event.nativeScanCode():
                do(event)
                return True
        return False

    def _take(self, event: QKeyEvent) -> tuple[int, Callable[[QKeyEvent], object]] | None:
        """What to do at the press that follows; None where it is no affair of ours."""
        if QApplication.activePopupWidget() is not None:
            return None
        if QApplication.activeModalWidget() is not None:
            return None
        meanings = self._actions.keyboard.meanings(event)
        if not meanings or _is_wanted(event):
            return None
        code, first = event.nativeScanCode(), meanings[0]
        # "Undo" is a field's own too where its layout has no Z.
        if first.key() != event.key() and _is_wanted(_meant(event, first)):
            return code, lambda pressed: _give_to_focus(_meant(pressed, first))
        action = next(filter(None, map(self._actions.meant, meanings)), None)
        return None if action is None else (code, lambda pressed: self._trigger(action, pressed))

    def _trigger(self, action: QAction, pressed: QKeyEvent) -> None:
        if not action.isEnabled():
            self._actions.came_early.emit(action.objectName())
        elif action.autoRepeat() or not pressed.isAutoRepeat():
            action.trigger()


def _is_wanted(event: QKeyEvent) -> bool:
    """Whether the widget with the focus wants a press for itself, as a field does a letter."""
    focus = QApplication.focusWidget()
    if focus is None or not focus.isEnabled():
        return False
    asked = _like(event, QEvent.Type.ShortcutOverride, event.key(), event.modifiers(), event.text())
    asked.ignore()
    QCoreApplication.sendEvent(focus, asked)
    return asked.isAccepted()


def _give_to_focus(event: QKeyEvent) -> None:
    focus = QApplication.focusWidget()
    if focus is not None:
        QCoreApplication.sendEvent(focus, event)


def _meant(event: QKeyEvent, meaning: QKeyCombination) -> QKeyEvent:
    """A press as if the layout had the sign that is meant; typed text is never replaced."""
    modifiers = meaning.keyboardModifiers()
    text = "" if modifiers & Qt.KeyboardModifier.ControlModifier else event.text()
    return _like(event, event.type(), meaning.key().value, modifiers, text)


def _like(
    event: QKeyEvent, kind: QEvent.Type, key: int, modifiers: Qt.KeyboardModifier, text: str
) -> QKeyEvent:
    return QKeyEvent(
        kind,
        key,
        modifiers,
        event.nativeScanCode(),
        event.nativeVirtualKey(),
        event.nativeModifiers(),
        text,
        event.isAutoRepeat(),
        event.count(),
    )
