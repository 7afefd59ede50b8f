"""The table of actions: no key means two things in one place, and the person's own keys count."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow

from editor_app.frame.dialogs.keys_dialog import KeysDialog
from editor_app.keys.action_table import MENUS, RESULT, TABLE
from editor_app.keys.actions import Actions
from editor_app.keys.place_table import PLACES
from editor_app.settings import Settings


@pytest.fixture
def window(qtbot):
    made = QMainWindow()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def actions(window, settings):
    made = Actions(settings)
    made.serve(window)
    made.show_place("rate")
    return made


def test_no_key_means_two_things_in_one_place():
    for one, other in combinations(TABLE, 2):
        everywhere = (*PLACES, RESULT)
        places = set(one.places or everywhere) & set(other.places or everywhere)
        assert not (places and set(one.keys) & set(other.keys)), (one.id, other.id)


def test_every_entry_is_unique_and_has_a_known_menu_and_place():
    assert len({entry.id for entry in TABLE}) == len(TABLE)
    assert all(entry.menu in MENUS and set(entry.places) <= {*PLACES, RESULT} for entry in TABLE)


@pytest.mark.parametrize(
    ("key", "modifier", "action_id"),
    [
        (Qt.Key.Key_1, Qt.KeyboardModifier.NoModifier, "rate_a"),
        (Qt.Key.Key_2, Qt.KeyboardModifier.NoModifier, "rate_b"),
        (Qt.Key.Key_0, Qt.KeyboardModifier.NoModifier, "rate_tie"),
        (Qt.Key.Key_T, Qt.KeyboardModifier.NoModifier, "rate_tie"),
        (Qt.Key.Key_S, Qt.KeyboardModifier.NoModifier, "rate_skip"),
        (Qt.Key.Key_2, Qt.KeyboardModifier.ShiftModifier, "rate_b_much"),
        (Qt.Key.Key_1, Qt.KeyboardModifier.ShiftModifier, "rate_a_much"),
        (Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier, "switch"),
        (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, "play"),
        (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, "undo"),
        (Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier, "guide"),
    ],
)
def test_a_key_fires_its_action_once(qtbot, window, actions, key, modifier, action_id):
    fired = []
    for entry in TABLE:
        actions[entry.id].triggered.connect(lambda _=False, i=entry.id: fired.append(i))
    show(qtbot, window)
    qtbot.keyClick(window, key, modifier)
    assert fired == [action_id]


def test_typing_in_a_line_edit_gives_no_command(qtbot, window, actions):
    field = QLineEdit()
    window.setCentralWidget(field)
    show(qtbot, window)
    field.setFocus()
    fired = []
    for entry in TABLE:
        actions[entry.id].triggered.connect(lambda _=False, i=entry.id: fired.append(i))
    qtbot.keyClicks(field, "120tsbnjkdlo ?")
    assert fired == []
    assert field.text() == "120tsbnjkdlo ?"


def test_keys_of_another_place_do_nothing(qtbot, window, actions):
    fired = []
    actions["rate_a"].triggered.connect(lambda: fired.append("rate_a"))
    actions.show_place("songs")
    show(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_1)
    assert fired == []


def test_a_refused_action_tells_why_and_comes_back_when_allowed(actions):
    actions.allow(["rate_a"], "Listen to B for a moment")
    assert not actions["rate_a"].isEnabled()
    assert actions["rate_a"].toolTip() == "Listen to B for a moment (1)"
    actions.allow(["rate_a"])
    assert actions["rate_a"].isEnabled()
    assert actions["rate_a"].toolTip() == "A is better (1)"


def test_a_key_held_down_rates_once(actions):
    assert not any(actions[e.id].autoRepeat() for e in TABLE if e.menu == "Rate")


def test_own_keys_replace_the_default_ones_and_last(window, actions, settings: Settings):
    actions.set_keys("rate_a", ["Q"])
    assert actions["rate_a"].shortcut().toString() == "Q"
    again = Actions(settings)
    again.serve(window)
    assert again["rate_a"].shortcut().toString() == "Q"
    actions.set_keys("rate_a", None)
    assert actions["rate_a"].shortcut().toString() == "1"


def show(qtbot, window):
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


@pytest.fixture
def dialog(qtbot, window, actions):
    made = KeysDialog(actions, window)
    qtbot.addWidget(made)
    show(qtbot, made)
    return made


def test_every_command_can_get_another_key_in_the_dialog(qtbot, dialog, actions, settings):
    row = dialog.row("switch")
    row.setFocus()
    assert row.shown_keys() == ["Tab"]
    qtbot.keyClick(row, Qt.Key.Key_Return)
    assert row.is_waiting and "Press the new key" in dialog.said
    qtbot.keyClick(row, Qt.Key.Key_Shift)
    assert row.is_waiting, "a key that only goes with others is not one yet"
    qtbot.keyClick(row, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert not row.is_waiting
    assert actions["switch"].shortcut().toString() == "Ctrl+W"
    assert row.shown_keys() == ["Ctrl+W"] and settings.keys("switch") == ["Ctrl+W"]
    qtbot.keyClick(row, Qt.Key.Key_Backspace)
    assert actions["switch"].shortcut().toString() == "Tab" and settings.keys("switch") is None
    assert all(dialog.row(entry.id) for entry in TABLE)


def test_a_key_that_is_taken_in_the_same_place_is_refused_by_name(qtbot, dialog, actions):
    row = dialog.row("loop")
    row.setFocus()
    for key in (Qt.Key.Key_K, Qt.Key.Key_Tab):
        qtbot.keyClick(row, Qt.Key.Key_Return)
        qtbot.keyClick(row, key)
        assert actions["loop"].shortcut().toString() == "L"
    assert "“Hear the other edit”" in dialog.said
    assert row.hasFocus()
    # Never at the same time: Export's own keys are free in Rate.
    assert actions.holder("lock_part", "D") is None
    qtbot.keyClick(row, Qt.Key.Key_Return)
    qtbot.keyClick(row, Qt.Key.Key_Escape)
    assert not row.is_waiting and dialog.isVisible()


def test_fault_70_a_key_is_given_by_the_key_and_not_by_what_it_types(dialog, actions, settings):
    """On a French keyboard the key beside "1" types "é": the row takes the key, and shows "é"."""
    actions.keyboard._platform = "windows"
    row = dialog.row("loop")
    for sign, code in (("é", 3), ("(", 6)):
        row.wait(True)
        none = Qt.KeyboardModifier.NoModifier
        press = QKeyEvent(QEvent.Type.KeyPress, ord(sign.upper()), none, code, 0, 0, sign)
        QApplication.sendEvent(row, press)
    assert settings.keys("loop") == ["5"], "2 answers B there; 5 is free"
    assert row.shown_keys() == ["("]
    assert actions.key_text("rate_b") == "é" and actions.tip("rate_b") == "B is better (é)"


def shown_rows(dialog):
    return {entry.id for entry in TABLE if dialog.row(entry.id).isVisibleTo(dialog)}


def test_a_command_is_found_by_its_words_its_key_and_its_place(qtbot, dialog, actions):
    assert shown_rows(dialog) == {entry.id for entry in TABLE}
    dialog.field.setFocus()
    qtbot.keyClicks(dialog.field, "much")
    assert shown_rows(dialog) == {"rate_a_much", "rate_b_much"}
    headings = [heading.text() for heading, _ in dialog._headings if heading.isVisibleTo(dialog)]
    assert headings == ["Rate"], "and no heading over nothing"
    dialog.search("shift+1")
    assert shown_rows(dialog) == {"rate_a_much"}
    dialog.search("tempo songs")
    assert shown_rows(dialog) == {"tempo_double", "tempo_halve"}
    dialog.search("nothing of the kind")
    assert shown_rows(dialog) == set() and "No command" in dialog.said
    qtbot.keyClick(dialog.field, Qt.Key.Key_Escape)
    assert shown_rows(dialog) == {entry.id for entry in TABLE} and dialog.isVisible()


def test_all_keys_can_be_as_at_first(qtbot, dialog, actions, settings):
    actions.set_keys("play", ["P"])
    actions.set_keys("rate_tie", ["W"])
    dialog._reset()
    assert actions["play"].shortcut().toString() == "Space"
    assert [one.toString() for one in actions["rate_tie"].shortcuts()] == ["0", "T"]
    assert settings.keys("play") is None
