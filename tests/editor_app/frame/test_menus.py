"""Menus are short enough for a small screen, and their keys are those of the keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QMainWindow, QStyleOptionMenuItem

from editor_app.frame.menus import KeyMenu, fill_menu_bar
from editor_app.keys.action_table import TABLE
from editor_app.keys.actions import Actions
from editor_app.keys.layout import Layout
from editor_app.keys.place_table import PLACES

# The free height of a small screen, less the title bar.
ROOM_PX = 600


@pytest.fixture
def bar(qtbot, settings):
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = Actions(settings)
    actions.serve(window)
    window.actions_by_id = actions
    window.menus = fill_menu_bar(window.menuBar(), actions)
    return window


def inner_menus(menu):
    return [one.menu() for one in menu.actions() if isinstance(one.menu(), KeyMenu)]


def test_every_command_is_in_one_menu(bar):
    found = [
        action.objectName()
        for menu in bar.menus.values()
        for one in (menu, *inner_menus(menu))
        for action in one.actions()
        if action.objectName()
    ]
    assert sorted(found) == sorted(entry.id for entry in TABLE)


@pytest.mark.parametrize("place", PLACES)
def test_every_menu_fits_and_shows_no_long_grey_list(bar, place):
    bar.actions_by_id.show_place(place)
    for name, menu in bar.menus.items():
        menu.aboutToShow.emit()
        assert menu.sizeHint().height() < ROOM_PX, name
        shown = [one for one in menu.actions() if not one.isSeparator()]
        assert sum(not one.isEnabled() for one in shown) <= 10, (name, place)
        for inner in inner_menus(menu):
            works = any(one.isEnabled() for one in inner.actions())
            assert inner.menuAction().isEnabled() is works


def test_a_menu_shows_what_the_keyboard_prints(bar):
    actions, menu = bar.actions_by_id, bar.menus["Rate"]
    actions.keyboard.layout = Layout({"1": ("&", "1"), "2": ("é", "2")})
    actions.keyboard.changed.emit()
    shown = []
    for name in ("rate_a", "rate_b", "rate_b_much"):
        option = QStyleOptionMenuItem()
        menu.initStyleOption(option, actions[name])
        shown.append(option.text)
    # "&&": in a menu a lone one marks a key.
    assert shown == ["A is better\t&&", "B is better\té", "B is much better\tShift+é"]
