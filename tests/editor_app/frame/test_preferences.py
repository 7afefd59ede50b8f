"""The preferences: every setting on one page, counting at once, the same as everywhere else."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFileDialog

from editor_app.frame.preference_table import SWITCHES
from editor_app.keys.action_table import TABLE
from editor_app.look import theme
from editor_app.places.export.foot import ExportFoot
from tests.editor_app.sound.fake_output import FakeOutput
from tests.screenshots.widget_faults import faults


@pytest.fixture
def main(qapp, open_window, filled):
    usual = QFont(qapp.font())
    filled(3, 6)
    yield open_window("taste", FakeOutput()).main
    qapp.setFont(usual)


@pytest.fixture
def dialog(qtbot, main):
    qtbot.keyClick(main, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert main.preferences is not None
    return main.preferences


def choose(box, value):
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def test_every_row_of_the_table_is_a_setting_and_a_switch_that_there_is(settings):
    switches = {entry.id for entry in TABLE if entry.is_checkable}
    for switch in SWITCHES:
        assert isinstance(getattr(settings, switch.setting), bool)
        assert not switch.action or switch.action in switches
    assert len({switch.setting for switch in SWITCHES}) == len(SWITCHES)


def test_a_switch_counts_at_once_here_and_in_the_menu(main, dialog, settings):
    for switch in SWITCHES:
        before = getattr(settings, switch.setting)
        dialog.switches[switch.setting].click()
        assert getattr(settings, switch.setting) is not before
        if switch.action:
            action = main.actions_by_id[switch.action]
            assert action.isChecked() is not before
            action.toggle()
            assert dialog.switches[switch.setting].isChecked() is before


def test_colours_and_text_change_at_once_and_nothing_is_clipped(qtbot, main, dialog, settings):
    choose(dialog.colours, "light")
    assert settings.theme == "light" and not theme.current().is_dark
    assert main.actions_by_id["theme_light"].isChecked()
    main.actions_by_id["theme_dark"].trigger()
    assert dialog.colours.currentData() == "dark" and theme.current().is_dark
    before = theme.size_px("body")
    for scale in (1.5, 1.0):
        choose(dialog.text, scale)
        assert settings.text_scale == scale
        assert theme.size_px("body") == round(before * scale)
        qtbot.waitUntil(lambda: faults(dialog) == [], timeout=2_000)


def test_folders_are_shown_and_chosen(main, dialog, settings, tmp_path, monkeypatch):
    odd = tmp_path / "edits \N{RIGHT-TO-LEFT OVERRIDE}gnos"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(odd))
    dialog._choose_folder("export_folder", "Where to put the edits")
    assert settings.export_folder == str(odd)
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in dialog.folders["export_folder"].text()
    main.show_place("export")
    assert main._places["export"].findChild(ExportFoot).folder == odd


def test_training_runs_on_what_was_chosen(main, dialog, settings):
    page = main._places["taste"]
    assert page._device.itemText(0) == dialog.device.itemText(0)
    choose(dialog.device, "cpu")
    assert settings.training_device == page._device.currentData() == "cpu"
    choose(page._device, "auto")
    assert settings.training_device == dialog.device.currentData() == "auto"


def test_the_output_is_chosen_among_those_there_are(main, dialog, settings, monkeypatch):
    opened = []
    monkeypatch.setattr(main.sound, "choices", lambda: [("", "As the system"), ("Box", "Box")])
    dialog._outputs = main.sound.choices
    monkeypatch.setattr(main.sound._player.device, "open", lambda name: opened.append(name) or True)
    dialog.come_up()
    choose(dialog.output, "Box")
    choose(dialog.output, "")
    assert opened == ["Box", None] and settings.audio_device == ""


def test_the_keyboard_shows_where_it_is(qtbot, dialog):
    for _ in range(3):
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
    assert dialog._ring.isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_settings_that_are_damaged_count_as_unset(settings):
    settings._store.setValue("text_scale", "huge")
    settings._store.setValue("training_device", "abacus")
    assert settings.text_scale == 1.0 and settings.training_device == "auto"
