"""Locking and forbidding on the waveform: painted, dragged, cleared, by mouse and by keys alike."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from editor_app.places.export.kept_timelines import STRIP_PX
from editor_app.places.export.painting.marks import WORDS, flag_box
from editor_app.places.export.spans import SongSpans
from tests.editor_app.places.export.test_export import Exporter
from tests.editor_app.sound.fake_output import FakeOutput

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class PaintDesk(Exporter):
    """Export with a song whose bars are 2 s long."""

    @property
    def song(self):
        return self.view._desk.song

    @property
    def spans(self) -> SongSpans:
        return self.view._model.spans

    def at(self, at_s: float, y: int = STRIP_PX + 40) -> QPoint:
        return QPoint(round(self.song._x(at_s)), y)

    def drag(self, start_s: float, end_s: float) -> None:
        QTest.mousePress(self.song, Qt.MouseButton.LeftButton, pos=self.at(start_s))
        for share in (0.3, 0.7, 1.0):
            QTest.mouseMove(self.song, self.at(start_s + share * (end_s - start_s)))
        QTest.mouseRelease(self.song, Qt.MouseButton.LeftButton, pos=self.at(end_s))
        self.answer()

    def brush(self, name: str) -> None:
        self.view._toolbar.buttons[name].click()


@pytest.fixture
def desk(qtbot, jobs, open_window, filled, settings, tmp_path) -> PaintDesk:
    filled(2)
    settings.export_folder = str(tmp_path / "out")
    made = PaintDesk(qtbot, jobs, open_window("export", FakeOutput()))
    made.answer()
    return made


def test_a_brush_paints_whole_bars_until_it_is_put_away(desk) -> None:
    desk.brush("paint_lock")
    desk.drag(10.5, 15.5)
    assert desk.spans == SongSpans(locked=((10.0, 16.0),))
    desk.brush("paint_forbid")
    desk.drag(30.5, 27.0)
    assert desk.spans == SongSpans(((10.0, 16.0),), ((26.0, 32.0),))
    desk.brush("paint_forbid")
    desk.drag(40.5, 43.0)
    assert desk.spans.forbidden == ((26.0, 32.0),) and desk.song.selection == (40.0, 44.0)


def test_painting_over_what_is_set_takes_its_place_and_each_is_undone_alone(desk) -> None:
    desk.brush("paint_lock")
    desk.drag(10.5, 19.5)
    desk.brush("paint_forbid")
    desk.drag(14.5, 25.5)
    assert desk.spans == SongSpans(((10.0, 14.0),), ((14.0, 26.0),))
    desk.press(Qt.Key.Key_Z, CONTROL)
    assert desk.spans == SongSpans(((10.0, 20.0),))
    desk.press(Qt.Key.Key_Z, CONTROL)
    assert desk.spans == SongSpans()


def test_a_click_with_a_brush_paints_a_bar_and_on_a_part_the_part(desk) -> None:
    desk.brush("paint_forbid")
    QTest.mouseClick(desk.song, Qt.MouseButton.LeftButton, pos=desk.at(31.0))
    assert desk.spans.forbidden == ((30.0, 32.0),)
    QTest.mouseClick(desk.song, Qt.MouseButton.LeftButton, pos=desk.at(31.0, 6))
    part = desk.song.part_at(31.0)
    assert desk.spans.forbidden == (part,)


def test_a_selection_is_painted_at_once_and_no_brush_stays_in_hand(desk) -> None:
    desk.drag(20.5, 23.5)
    desk.brush("paint_lock")
    assert desk.spans.locked == ((20.0, 24.0),) and desk.song.brush == ""
    assert not desk.view._actions["paint_lock"].isChecked()


def test_borders_are_dragged_to_bar_lines_and_a_span_dragged_shut_is_gone(desk) -> None:
    desk.brush("paint_lock")
    desk.drag(10.5, 15.5)
    desk.brush("paint_lock")
    desk.drag(16.0, 20.7)
    assert desk.spans.locked == ((10.0, 20.0),)
    desk.drag(10.0, 13.5)
    assert desk.spans.locked == ((14.0, 20.0),)
    assert desk.song.selection is None
    desk.press(Qt.Key.Key_Z, CONTROL)
    assert desk.spans.locked == ((10.0, 20.0),)
    desk.drag(20.0, 8.0)
    assert desk.spans.locked == ()


def test_a_flag_selects_its_span_and_del_clears_it(desk) -> None:
    desk.brush("paint_lock")
    desk.drag(10.5, 25.5)
    desk.drag(40.5, 55.5)
    desk.brush("paint_lock")
    flag = flag_box(desk.song._box((10.0, 26.0)), WORDS["locked"]).center().toPoint()
    QTest.mouseClick(desk.song, Qt.MouseButton.LeftButton, pos=flag)
    assert desk.song.selection == (10.0, 26.0)
    desk.press(Qt.Key.Key_Delete)
    assert desk.spans.locked == ((40.0, 56.0),)


def test_all_of_it_goes_by_keys(desk) -> None:
    desk.press(Qt.Key.Key_Right, SHIFT)  # the bar at the play head
    desk.press(Qt.Key.Key_Right, SHIFT)
    desk.press(Qt.Key.Key_Right, CONTROL | SHIFT)
    assert desk.song.selection == (2.0, 4.0)
    desk.press(Qt.Key.Key_X)
    desk.answer()
    assert desk.spans.forbidden == ((2.0, 4.0),)
    # What is painted and selected changes with its selection.
    desk.press(Qt.Key.Key_Right, SHIFT)
    desk.press(Qt.Key.Key_Left, CONTROL | SHIFT)
    desk.answer()
    assert desk.spans.forbidden == ((0.0, 6.0),)
    desk.song.select((10.0, 12.0))
    desk.press(Qt.Key.Key_K)
    desk.song.select(None)
    desk.press(Qt.Key.Key_N)
    assert desk.song.selection == (0.0, 6.0)
    desk.press(Qt.Key.Key_N)
    assert desk.song.selection == (10.0, 12.0)
    desk.press(Qt.Key.Key_Delete)
    desk.answer()
    assert desk.spans == SongSpans((), ((0.0, 6.0),))


def test_a_lock_and_a_ban_differ_without_colour(desk) -> None:
    """Their stripes run otherwise: upright here, slanting there."""
    desk.view._model.span_store.apply(desk.view._model.current, "lock", (10.0, 24.0))
    desk.view._model.span_store.apply(desk.view._model.current, "forbid", (30.0, 44.0))
    desk.answer()
    image = desk.song.grab().toImage()
    ratio = image.devicePixelRatio()

    def column_spread(span) -> float:
        """How much the mean of columns varies: upright stripes show there, slanting ones not."""
        box = desk.song._box(span).adjusted(14, 34, -14, -8)
        means = []
        for x in range(int(box.left() * ratio), int(box.right() * ratio)):
            rows = range(int(box.top() * ratio), int(box.bottom() * ratio))
            means.append(sum(image.pixelColor(x, y).lightness() for y in rows) / len(rows))
        jumps = [abs(b - a) for a, b in pairwise(means)]
        return max(jumps)

    assert column_spread((10.0, 24.0)) > 2 * column_spread((30.0, 44.0))


def test_rules_that_keep_an_end_are_seen_on_the_song(desk) -> None:
    assert desk.song._rules == ()
    desk.view._rules._intro.setChecked(True)
    desk.view._rules._ending.setChecked(True)
    desk.answer()
    parts = desk.song.music_parts()
    assert [span for span, _ in desk.song._rules] == [parts[0], parts[-1]]
