"""Calls of Qt that some PySide6 releases answer with a lost reference to None or True.

python -m tests.faults.window.reference_counts     # one line of drifts for each kind of call
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel, QProgressBar, QWidget

N_CALLS = 20_000
# Other objects come and go; a leak of one reference in a hundred calls would show.
SLACK = N_CALLS // 100
KINDS = ("emit", "set_text", "set_value", "paint")


class Sender(QObject):
    """Emits."""

    told = Signal(int, float, bool)


class Painted(QWidget):
    """Counts how often it was painted."""

    n_paints = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        """One line."""
        painter = QPainter(self)
        painter.drawLine(0, 0, 5, 5)
        painter.end()
        self.n_paints += 1


def drifts(what: str) -> tuple[int, ...]:
    """By how much the counts of None, True and False differ after `N_CALLS` calls of a kind.

    Raises:
        AssertionError: if the calls were not made.
    """
    sender, label, bar, painted = Sender(), QLabel(), QProgressBar(), Painted()
    painted.resize(20, 20)
    painted.show()
    QApplication.processEvents()
    heard = [0]

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
    before = _counts()
    for index in range(N_CALLS):
        step(index)
    after = _counts()
    assert (heard[0] >= N_CALLS) == (what == "emit")
    assert (painted.n_paints >= N_CALLS) == (what == "paint")
    painted.close()
    return tuple(now - then for now, then in zip(after, before, strict=True))


def _counts() -> tuple[int, ...]:
    return tuple(sys.getrefcount(value) for value in (None, True, False))


if __name__ == "__main__":
    app = QApplication([])
    for kind in KINDS:
        found = drifts(kind)
        print(kind, *found, flush=True)
        assert all(abs(drift) < SLACK for drift in found), found
