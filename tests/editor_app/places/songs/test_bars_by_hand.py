"""Bar lines moved by hand, stretches with a tempo or meter of their own, and the whole song."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from editor_app.places.songs.bars.snapping import onset_near, snapped_s
from ml_core.domain.corrections import NO_CORRECTIONS
from ml_core.edits.peaks import pyramid
from tests.editor_app.conftest import RATE_HZ, words_of
from tests.editor_app.places.songs.test_bar_check import Desk, Key, Mod, desk, play  # noqa: F401

Left = Qt.MouseButton.LeftButton


def mouse(picture, kind: str, at_s: float, modifier=Mod.NoModifier) -> None:
    """Press, move or release at a time of the song, in the middle of the waveform."""
    at = QPointF(picture.to_px(at_s), picture.height() / 2)
    types = {
        "press": QMouseEvent.Type.MouseButtonPress,
        "move": QMouseEvent.Type.MouseMove,
        "release": QMouseEvent.Type.MouseButtonRelease,
    }
    button = Qt.MouseButton.NoButton if kind == "move" else Left
    held = Qt.MouseButton.NoButton if kind == "release" else Left
    event = QMouseEvent(types[kind], at, picture.mapToGlobal(at), button, held, modifier)
    QApplication.sendEvent(picture, event)


def drag(picture, from_s: float, to_s: float, modifier=Mod.NoModifier) -> None:
    mouse(picture, "press", from_s, modifier)
    mouse(picture, "move", (from_s + to_s) / 2, modifier)
    mouse(picture, "move", to_s, modifier)
    mouse(picture, "release", to_s, modifier)


def edges(desk) -> tuple[int, ...]:  # noqa: F811
    return desk.panel._check.layout.bar_edges_samples


def test_a_bar_line_is_dragged_and_the_screen_says_what_follows(desk):  # noqa: F811
    desk.choose()
    assert "later bars follow, up to the next line you set" in words_of(desk.panel)
    picture, (line, *_) = desk.panel._picture, edges(desk)[1:]
    line_s = line / RATE_HZ
    drag(picture, line_s, line_s + 0.2, Mod.ControlModifier)
    (job,) = desk.jobs.asked("bar_check")
    (step,) = job.request.corrections.steps
    assert job.request.is_trial and step.kind == "move" and step.places[0] == line
    assert step.places[1] / RATE_HZ == pytest.approx(line_s + 0.2, abs=0.02)
    desk.tell()
    assert "move a bar line" in desk.undo_name()
    desk.press(Key.Key_O)
    assert "it moves alone" in words_of(desk.panel)
    drag(picture, line_s, line_s - 0.2, Mod.ControlModifier)
    (job,) = desk.jobs.asked("bar_check")
    assert [one.kind for one in job.request.corrections.steps] == ["move", "move_one"]
    desk.tell()
    desk.press(Key.Key_O)


def test_a_click_seeks_and_moves_nothing(desk):  # noqa: F811
    desk.choose()
    picture, line_s = desk.panel._picture, edges(desk)[1] / RATE_HZ
    mouse(picture, "press", line_s)
    mouse(picture, "release", line_s)
    assert picture.head_s == pytest.approx(line_s, abs=0.02) and not desk.jobs.asked("bar_check")


def test_keys_move_the_line_at_the_head(desk):  # noqa: F811
    desk.choose()
    desk.press(Key.Key_Right)
    line = edges(desk)[0]
    desk.press(Key.Key_Right, Mod.AltModifier)
    (job,) = desk.jobs.asked("bar_check")
    (step,) = job.request.corrections.steps
    assert (step.kind, step.places) == ("move", (line, line + RATE_HZ // 100))
    job.fail("The line can't lie so near to the next one.", "Move it between its neighbours.")
    assert desk.tried() is None and "so near" in desk.main._banner.text


def test_a_stretch_is_chosen_and_gets_a_meter_a_tempo_or_taps(desk, qtbot):  # noqa: F811
    desk.choose()
    picture = desk.panel._picture
    start, end = edges(desk)[1], edges(desk)[3]
    drag(picture, start / RATE_HZ + 0.5, end / RATE_HZ - 0.5)
    assert picture.chosen_bars == (1, 3)
    assert "bars 2–3 chosen" in words_of(desk.panel)
    desk.panel._buttons.meter_chosen.emit(3)
    desk.tell()
    assert desk.tried() == NO_CORRECTIONS.stretched(start, end, meter=3)
    desk.press(Key.Key_E)
    field = desk.panel._buttons._tempo
    assert field.hasFocus()
    qtbot.keyClicks(field, "92,5")
    qtbot.keyClick(field, Key.Key_Return)
    desk.tell()
    assert desk.tried() == NO_CORRECTIONS.stretched(start, end, meter=3, bpm=92.5)
    mouse(picture, "press", start / RATE_HZ + 1.0)
    mouse(picture, "release", start / RATE_HZ + 1.0)
    assert picture.chosen_bars is None, "a click chooses none"


def test_bars_are_chosen_with_keys(desk):  # noqa: F811
    desk.choose()
    desk.press(Key.Key_Right)
    for _ in range(3):
        desk.press(Key.Key_Right, Mod.ShiftModifier)
    assert desk.panel._picture.chosen_bars == (0, 3)
    for _ in range(3):
        desk.press(Key.Key_Left, Mod.ShiftModifier)
    assert desk.panel._picture.chosen_bars is None


def test_a_tempo_that_nobody_counts_changes_nothing(desk, qtbot):  # noqa: F811
    desk.choose()
    for typed in ("9", "many", "nan", "1e9"):
        desk.press(Key.Key_E)
        field = desk.panel._buttons._tempo
        field.setText(typed)
        qtbot.keyClick(field, Key.Key_Return)
        assert not desk.jobs.asked("bar_check") and field.text() == "120 bpm"


def test_the_strip_shows_doubtful_bars_and_a_click_goes_there(desk, qtbot):  # noqa: F811
    desk.choose()
    strip, picture = desk.panel._strip, desk.panel._picture
    assert strip.isVisible() and "2 uncertain bars" in strip.accessibleDescription()
    image = strip.grab().toImage()
    at_s = (edges(desk)[2] / RATE_HZ + edges(desk)[3] / RATE_HZ) / 2
    ratio = strip.devicePixelRatioF()
    ink = image.pixelColor(int(strip.to_px(at_s) * ratio), int((strip.height() - 2) * ratio))
    assert ink.red() > ink.blue() + 60, "amber"
    far_s = edges(desk)[20] / RATE_HZ
    qtbot.mouseClick(strip, Left, pos=QPoint(round(strip.to_px(far_s)), 8))
    assert picture.head_s == pytest.approx(far_s, abs=0.2)
    start_s, end_s = picture.view_s
    assert start_s <= far_s <= end_s and strip._view_s == picture.view_s


def test_a_line_snaps_to_an_onset_else_to_a_beat_else_to_nothing() -> None:
    sound = np.zeros(10 * RATE_HZ, np.float32)
    sound[3 * RATE_HZ : 3 * RATE_HZ + 2000] = 0.5
    wave, beats_s = pyramid(sound, 128), np.array([1.0, 2.0, 3.05])
    assert onset_near(wave, RATE_HZ, 3.04, 0.1) == pytest.approx(3.0, abs=128 / RATE_HZ)
    assert snapped_s(wave, RATE_HZ, beats_s, 3.06, 0.1) == pytest.approx(3.0, abs=128 / RATE_HZ)
    assert snapped_s(wave, RATE_HZ, beats_s, 1.97, 0.1) == 2.0
    assert snapped_s(wave, RATE_HZ, beats_s, 6.0, 0.1) == 6.0
