"""The guide: every key it names is an action's, as it is set, and it opens by key."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt

from editor_app.keys.action_table import TABLE
from editor_app.look.resource_files import resources_dir

GUIDE = resources_dir() / "help" / "guide.txt"


def test_the_guide_names_actions_that_there_are():
    named = set(re.findall(r"\{(\w+)\}", GUIDE.read_text(encoding="utf-8")))
    known = {entry.id: entry for entry in TABLE}
    assert named <= known.keys()
    assert all(known[one].keys for one in named), "each of them has a key to show"
    assert len(named) > 20


def test_f1_opens_the_guide_with_the_keys_as_they_are_set(qtbot, open_window):
    window = open_window()
    window.main.actions_by_id.set_keys("switch", ["Y"])
    qtbot.keyClick(window.main, Qt.Key.Key_F1)
    guide = window.main.commands.guide
    assert guide.isVisible() and not guide.isModal()
    text = guide.page.toPlainText().replace("\xa0", " ")
    assert "same place of the song with  Y :" in text and "{" not in text
    assert " Ctrl+O " in text and "1. Add songs" in text
    window.main.actions_by_id.set_keys("switch", ["Tab"])
    qtbot.keyClick(window.main, Qt.Key.Key_F1)
    assert "with  Tab :" in guide.page.toPlainText().replace("\xa0", " ")
