"""Presses as other systems tell them, and a layout that is learned from what is typed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from editor_app.keys.key_places import MAC_KEYS, SCAN_CODES, key_at
from editor_app.keys.keyboard import Keyboard

NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
# The key under "1", the one beside it, the key that is T on a US keyboard, and 1 of the number pad.
CODES = {"windows": (2, 3, 20, 79), "wayland": (10, 11, 28, 87)}


def press(code: int, text: str, modifiers=NONE, virtual: int = 0, key: int = 0) -> QKeyEvent:
    kind = QEvent.Type.ShortcutOverride
    return QKeyEvent(kind, key or ord(text[:1].upper() or "\0"), modifiers, code, virtual, 0, text)


def meant(keyboard: Keyboard, event: QKeyEvent) -> str:
    keyboard.saw(event)
    found = keyboard.meanings(event)
    return QKeySequence(found[0]).toString() if found else ""


@pytest.mark.parametrize("platform", CODES)
def test_fault_70_a_french_keyboard_where_the_system_tells_no_layout(settings, platform):
    one, two, _, pad = CODES[platform]
    keyboard = Keyboard(settings, platform)
    assert keyboard.cap(QKeySequence("1")) == "1", "nothing is known yet"
    assert meant(keyboard, press(one, "&")) == "1"
    assert meant(keyboard, press(one, "1", SHIFT)) == "Shift+1"
    assert meant(keyboard, press(two, "é")) == "2"
    assert meant(keyboard, press(one, "&", CONTROL)) == "Ctrl+1"
    assert meant(keyboard, press(pad, "1", Qt.KeyboardModifier.KeypadModifier)) == "1"
    shown = [keyboard.cap(QKeySequence(key)) for key in ("1", "Shift+1", "Ctrl+1", "2", "3")]
    assert shown == ["&", "Shift+&", "Ctrl+&", "é", "3"]
    again = Keyboard(settings, platform)
    assert again.cap(QKeySequence("Shift+2")) == "Shift+é", "it is remembered"


@pytest.mark.parametrize("platform", CODES)
def test_fault_70_letters_without_latin_ones_work_by_place(settings, platform):
    _, _, t, _ = CODES[platform]
    keyboard = Keyboard(settings, platform)
    assert meant(keyboard, press(t, "е")) == "T"
    assert keyboard.cap(QKeySequence("T")) == "Е"
    # The person turns to French: what was learned of the other layout holds no more.
    assert meant(keyboard, press(t, "t")) == "T"
    assert keyboard.cap(QKeySequence("T")) == "T"


def test_fault_70_a_mac_tells_keys_of_its_own(settings):
    keyboard = Keyboard(settings, "cocoa")
    assert meant(keyboard, press(1, "&", virtual=0x12)) == "1"
    assert meant(keyboard, press(1, "é", virtual=0x13)) == "2"
    assert meant(keyboard, press(1, "a", virtual=0x0C)) == "A", "a French A lies where Q is"
    assert meant(keyboard, press(1, "1", virtual=0x53)) == "1"


def test_every_table_names_every_key_once():
    for table in (SCAN_CODES, MAC_KEYS):
        assert len(set(table.values())) == len(table) == 58
    assert set(SCAN_CODES.values()) == set(MAC_KEYS.values())


def test_what_no_keyboard_sent_is_left_to_qt(settings):
    assert key_at("offscreen", 10, 0) == key_at("cocoa", 0, 0) == key_at("xcb", 0, 0) == ""
    assert Keyboard(settings, "offscreen").meanings(press(0, "1")) == []


def test_what_alt_gr_types_is_no_command(settings):
    keyboard = Keyboard(settings, "windows")
    assert keyboard.meanings(press(2, "¹", CONTROL | ALT)) == []
    wayland = Keyboard(settings, "wayland")
    assert wayland.meanings(press(10, "¹", Qt.KeyboardModifier.GroupSwitchModifier)) == []
    assert wayland.cap(QKeySequence("1")) == "1", "nor is it learned"


def test_caps_lock_and_keys_without_a_sign_teach_nothing(settings):
    keyboard = Keyboard(settings, "windows")
    for event in (press(20, "T"), press(20, "", key=Qt.Key.Key_T), press(57, " ")):
        keyboard.saw(event)
    assert settings.printed_keys == []
    assert keyboard.cap(QKeySequence("Ctrl+Shift+Z")) == "Ctrl+Shift+Z"
    assert keyboard.cap(QKeySequence("Space")) == "Space"


def test_a_damaged_memory_of_the_keyboard_is_no_harm(settings):
    settings.printed_keys = ["1&1", "", "xyzzy", "☃ab"]
    assert Keyboard(settings, "windows").cap(QKeySequence("1")) == "1"
    settings.printed_keys = ["1&1", "nonsense"]
    assert Keyboard(settings, "windows").cap(QKeySequence("1")) == "&"
