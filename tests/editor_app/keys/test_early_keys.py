"""A key that comes before its command can be given is told, and answers show what they wait for."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent, QWindow
from pytestqt.qtbot import QtBot

from editor_app.keys.actions import Actions
from editor_app.keys.key_presses import KeyPresses
from editor_app.listening.answer_bar import AnswerBar
from tests.editor_app.listening.test_lanes import shot

CODE = 10


def press(window: QWindow) -> None:
    """The key under "1", as a window is told of it."""
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
        none = Qt.KeyboardModifier.NoModifier
        event = QKeyEvent(kind, Qt.Key.Key_1, none, CODE, 0, 0, "1")
        QCoreApplication.sendEvent(window, event)


@pytest.fixture
def actions(settings: Any, monkeypatch: Any) -> Actions:
    made = Actions(settings)
    monkeypatch.setattr(
        made.keyboard, "meanings", lambda event: [event.keyCombination()]
    )  # As of a keyboard that is there.
    made.show_place("rate")
    return made


def test_a_key_before_its_time_is_told_and_does_nothing(qtbot: QtBot, actions: Actions) -> None:
    window = QWindow()
    filtered = KeyPresses(window, actions)
    early, given = [], []
    actions.came_early.connect(early.append)
    actions["rate_a"].triggered.connect(lambda: given.append("rate_a"))
    actions.allow(["rate_a"], "Listen to B where they differ")
    press(window)
    assert (early, given) == (["rate_a"], [])
    actions.allow(["rate_a"])
    press(window)
    assert (early, given) == (["rate_a"], ["rate_a"])
    assert filtered.parent() is window


def test_what_is_still_to_be_heard_stands_out_for_a_moment(qtbot: QtBot, actions: Actions) -> None:
    bar = AnswerBar(actions, "Which?")
    qtbot.addWidget(bar)
    bar.resize(640, 140)
    with qtbot.waitExposed(bar):
        bar.show()
    bar.show_waits({"A": 5.0, "B": 0.5}, 2.0)
    before = {answer: shot(button) for answer, button in bar._waiting.items()}

    def changed() -> set[str]:
        return {a for a, button in bar._waiting.items() if (shot(button) != before[a]).any()}

    actions.came_early.emit("bad_join")
    assert changed() == set(), "that waits for nothing"
    actions.came_early.emit("rate_a")
    assert changed() == {"B", "tie"}, "A was heard"
    qtbot.waitUntil(lambda: changed() == set(), timeout=2000)
    bar.show_waits(None)
    actions.came_early.emit("rate_a")
    assert not any(button._pulse.isActive() for button in bar._waiting.values())
