"""A held key counts once, also where its repeats look like presses of their own."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from editor_app.keys.held_keys import HeldKeys

PRESS, RELEASE = QEvent.Type.ShortcutOverride, QEvent.Type.KeyRelease


class Typist:
    """A window that tells which presses reach it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
        self.field = QLineEdit()
        QVBoxLayout(self.window).addWidget(self.field)
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.window.setFocus()
        handle = self.window.windowHandle()
        assert handle is not None
        self.held = HeldKeys(handle)

    def reaches(self, kind: QEvent.Type, at_ms: int, key: Qt.Key = Qt.Key.Key_1) -> bool:
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier)
        event.setTimestamp(at_ms)
        return not self.held.eventFilter(self.window, event)


def test_a_press_within_a_moment_of_the_release_is_the_same_press(qtbot: QtBot) -> None:
    typist = Typist(qtbot)
    assert typist.reaches(PRESS, 1000)
    typist.reaches(RELEASE, 1040)
    assert not typist.reaches(PRESS, 1040)
    assert not typist.reaches(QEvent.Type.KeyPress, 1040), "nor does a widget get it"
    assert typist.reaches(PRESS, 1040, Qt.Key.Key_2), "another key is another press"
    typist.reaches(RELEASE, 1080)
    assert typist.reaches(PRESS, 1120), "a finger that comes back"


def test_typing_is_left_alone(qtbot: QtBot) -> None:
    typist = Typist(qtbot)
    typist.field.setFocus()
    assert QApplication.focusWidget() is typist.field
    typist.reaches(RELEASE, 1000)
    assert typist.reaches(PRESS, 1000)
