"""The sound in the frame: the output is chosen at the foot, turned by wheel and key, and missed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from editor_app.sound.output_stream import DEVICE_LOST
from ml_core.errors import UserError
from tests.editor_app.sound.fake_output import FakeOutput


@pytest.fixture
def output() -> FakeOutput:
    return FakeOutput()


@pytest.fixture
def window(open_window, filled, output):
    filled(3, 4)
    return open_window("songs", output)


def wheel(over: QWidget, eighths: int) -> None:
    """Turn the wheel over a widget; a notch is 120."""
    at = QPointF(over.rect().center())
    turned = QWheelEvent(
        at,
        QPointF(over.mapToGlobal(at)),
        QPoint(),
        QPoint(0, eighths),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(over, turned)


def lose(window, output: FakeOutput) -> None:
    """The device goes and is not there."""

    def gone(*_: object) -> FakeOutput:
        raise UserError(*DEVICE_LOST)

    device = window.player.device
    device._open_stream = gone
    output.has_ended = output.is_stalled = True
    device._look()
    assert not window.player.available


def give_back(window, output: FakeOutput) -> None:
    output.has_ended = output.is_stalled = False
    device = window.player.device
    device._open_stream = lambda *_: output
    device.try_again()
    device._look()
    assert window.player.available


def test_the_name_of_the_output_opens_the_choice_by_mouse_and_by_key(qtbot, window):
    corner, menu = window.main._status.sound, window.main.sound._menu
    assert corner.output.words == "Fake"
    assert "Choose the sound output" in corner.output.accessibleName()
    window.main.setFocus()
    for _ in range(60):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        if corner.output.hasFocus():
            break
    assert corner.output.hasFocus()
    assert window.main._ring.isVisible(), "where the keys are is seen"
    qtbot.keyClick(corner.output, Qt.Key.Key_Return)
    qtbot.waitUntil(menu.isVisible)
    assert menu.actions()[0].text() == "As the system" and menu.actions()[0].isChecked()
    assert menu.activeAction() is menu.actions()[0], "the keys begin at what is chosen"
    window.player.device.outputs.see(["Built-in", "Headphones"])
    texts = [action.text() for action in menu.actions()]
    assert texts == ["As the system", "Built-in", "Headphones"], "what is found meanwhile comes in"
    menu.actions()[2].trigger()
    assert window.main._settings.audio_device == "Headphones"
    menu.close()


def test_an_output_that_is_not_there_is_said_so(window):
    window.main._settings.audio_device = "Headphones"
    window.player.device.outputs.see(["Fake"])
    window.main.sound.fill(window.main.sound._menu)
    texts = [action.text() for action in window.main.sound._menu.actions()]
    assert texts[-1] == "Headphones, not there now"
    window.main.sound._choose("Headphones")
    assert "can't be used now" in window.main._status.text


def test_wheel_and_keys_turn_the_volume_which_is_remembered(qtbot, window):
    corner, settings = window.main._status.sound, window.main._settings
    corner.volume.setValue(50)
    wheel(corner.output, 120)
    assert settings.volume == pytest.approx(0.55) and window.player.volume == pytest.approx(0.55)
    wheel(corner.volume, -240)
    assert settings.volume == pytest.approx(0.45)
    wheel(corner.volume, 60)
    wheel(corner.volume, 60)
    assert settings.volume == pytest.approx(0.50), "a touch pad's parts of a notch add up"
    window.main.actions_by_id["louder"].trigger()
    assert settings.volume == pytest.approx(0.55)
    assert corner._percent.text() == "55 %"
    corner.volume.setValue(0)
    assert corner._percent.text() == "Silent"


def test_fault_66_the_banner_stays_until_sound_is_back(window, output):
    main = window.main
    lose(window, output)
    assert "stopped answering" in main._banner.text and main._banner.isVisibleTo(main)
    assert "no sound" in main._status.text
    main.show_place("rate")
    assert main._banner.isVisibleTo(main), "it is so in every place"
    main._notifier.clear()  # as an answer does
    assert main._banner.isVisibleTo(main)
    main._notifier.banner("failed", "The disk is full.")
    main.show_place("songs")
    assert "stopped answering" in main._banner.text, "it comes back after what came between"
    give_back(window, output)
    assert not main._banner.isVisibleTo(main)
    assert main._status.text == "Sound is back." and main._status.sound.output.words == "Fake"


def test_fault_66_the_key_that_plays_looks_for_sound_in_every_place(window, output):
    lose(window, output)
    device, asked = window.player.device, []
    device._open_stream = lambda *_: asked.append(True) or output
    window.main.actions_by_id["play"].trigger()
    assert asked
