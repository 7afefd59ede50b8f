"""Fault 47, short form: some PySide6 releases lose a reference to None or True at each call."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QWidget
from pytestqt.qtbot import QtBot

N_CALLS = 20_000
# Other objects come and go; a leak of one reference in a hundred calls would show.
SLACK = N_CALLS // 100


class Sender(QObject):
    told = Signal(int, float, bool)


class Painted(QWidget):
    n_paints = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawLine(0, 0, 5, 5)
        painter.end()
        self.n_paints += 1


def counts() -> tuple[int, ...]:
    return tuple(sys.getrefcount(value) for value in (None, True, False))


@pytest.mark.parametrize("what", ["emit", "set_text", "set_value", "paint"])
def test_fault_47_reference_counts_stay(qtbot: QtBot, what: str) -> None:
    if sys.version_info >= (3, 12):
        pytest.skip("None, True and False are immortal here")
    sender, label, bar, painted = Sender(), QLabel(), QProgressBar(), Painted()
    for widget in (label, bar, painted):
        qtbot.addWidget(widget)
    painted.resize(20, 20)
    with qtbot.waitExposed(painted):
        painted.show()
    heard: list[int] = [0]

    def hear(number: int, fraction: float, is_on: bool) -> None:
        heard[0] += 1

    sender.told.connect(hear)
    step: Callable[[int], object] = {
        "emit": lambda i: sender.told.emit(i, 0.5, i % 2 == 0),
        "set_text": lambda i: label.setText(str(i)),
        "set_value": lambda i: bar.setValue(i % 100),
        "paint": lambda i: painted.repaint(),
    }[what]
    step(0)
    before = counts()
    for index in range(N_CALLS):
        step(index)
    after = counts()
    assert (heard[0] >= N_CALLS) == (what == "emit")
    assert (painted.n_paints >= N_CALLS) == (what == "paint")
    assert all(abs(now - then) < SLACK for now, then in zip(after, before, strict=True))
