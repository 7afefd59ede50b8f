"""The way of the keyboard focus through each place, step by step."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QSlider,
    QWidget,
)

from editor_app.keys.place_table import PLACES
from tests.editor_app.sound.fake_output import FakeOutput

ORDER = ("menu", "side bar", "header", "body", "status line")
CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QSlider)


def walk(main: QWidget) -> list[QWidget]:
    """What has the focus at each step, from the first to just before it comes round."""
    found: list[QWidget] = []
    for _ in range(200):
        main.focusNextChild()
        now = QApplication.focusWidget()
        if now is None or now in found:
            break
        found.append(now)
    return found


def reachable(main: QWidget) -> list[QWidget]:
    """Every control that is seen and can be used."""
    return [
        one
        for kind in CONTROLS
        for one in main.findChildren(kind)
        if one.isVisible()
        and one.isEnabled()
        and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(one.parent(), (QComboBox, QAbstractItemView))
    ]


@pytest.mark.parametrize("place", PLACES)
def test_the_focus_reaches_every_control_and_goes_down_the_window(
    qtbot, open_window, filled, place
):
    filled(9, 4)
    main = open_window(place, FakeOutput()).main
    main.resize(1280, 800)
    QApplication.processEvents()
    way = walk(main)
    missed = [one for one in reachable(main) if one not in way]
    assert missed == [], f"never reached: {[one.accessibleName() for one in missed]}"
    regions = [region(one, main) for one in way]
    first = regions.index("menu")
    turned = regions[first:] + regions[:first]
    # Each part once, in the order in which it is read.
    parts = [part for part, _ in itertools.groupby(turned)]
    assert parts == [one for one in ORDER if one in turned]


def region(one: QWidget, main: QWidget) -> str:
    """Which part of the window a control stands in."""
    at = one.mapTo(main, QPoint(0, 0))
    if at.y() < main.menuBar().height():
        return "menu"
    if at.y() >= main._status.mapTo(main, QPoint(0, 0)).y():
        return "status line"
    if at.x() < main._side_bar.width():
        return "side bar"
    return "header" if at.y() < 88 else "body"
