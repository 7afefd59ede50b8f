"""The map in the window: found in a worker, pointed at, heard, taken, made anew by other rules."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from editor_app.work.jobs import Failure
from ml_core.domain.edits import Candidate, Edit, Origin
from ml_core.domain.mapping import MappedEdit
from ml_core.domain.playing import PreparedAudio
from ml_core.domain.requests import Delivered
from ml_core.errors import UserError
from tests.editor_app.conftest import RATE_HZ, make_song, words_of
from tests.editor_app.places.export.test_export import Exporter, delivered
from tests.editor_app.sound.fake_output import FakeOutput
from tests.screenshots.widget_faults import faults


def edits_of(request, n: int = 20, is_proven: bool = False) -> tuple[MappedEdit, ...]:
    """The alternatives, then edits of 10 to 48 s."""
    index = int(request.song.sha256, 16)
    found = [
        MappedEdit(replace(one, is_proven=is_proven), 0.5, 1.0, 1.0, None, 0)
        for one in delivered(index)
    ]
    rate = found[0].delivered.edit.sample_rate_hz
    for k in range(n):
        cut = (5 + k) * rate
        edit = Edit(request.song.sha256, rate, ((0, cut), (cut + 2 * rate, cut + (7 + k) * rate)))
        one = Delivered(Candidate(edit, Origin()), k - 9.0, 0.5, 0.3, is_proven=is_proven)
        found.append(MappedEdit(one, (k * 7 % 20) / 20, 0.5, 0.5, None, 0))
    return tuple(found)


class MapDesk(Exporter):
    """Export with its map shown."""

    @property
    def panel(self):
        return self.view._map

    @property
    def chart(self):
        return self.view._map._chart

    def show(self, is_proven: bool = False) -> None:
        self.answer()
        self.press(Qt.Key.Key_M)
        self.answer_map(is_proven)

    def answer_map(self, is_proven: bool = False):
        (job,) = self.jobs.asked("map_edits")
        job.finish(edits_of(job.request, is_proven=is_proven))
        return job.request

    def key(self, key: Qt.Key) -> None:
        self.qtbot.keyClick(self.chart, key)

    def point(self, index: int) -> None:
        x, y = self.chart._pixels()[index]
        QTest.mouseMove(self.chart.viewport(), QPoint(0, 0))
        QTest.mouseMove(self.chart.viewport(), QPoint(round(x), round(y)))

    def hear(self):
        """Answer what is asked to be heard, as silence of two seconds."""
        self.qtbot.waitUntil(lambda: bool(self.jobs.asked("hear_place")))
        (job,) = self.jobs.asked("hear_place")
        n = sum(end - start for start, end in job.request.edit.spans)
        n = round(n * RATE_HZ / job.request.edit.sample_rate_hz)
        file = f"{job.request.out_dir}/place.f32"
        np.zeros((n, 2), np.float32).tofile(file)
        job.finish(PreparedAudio(file, n, RATE_HZ))
        return job.request


@pytest.fixture
def desk(qtbot, jobs, open_window, filled, settings, tmp_path) -> MapDesk:
    filled(3)
    settings.export_folder = str(tmp_path / "out")
    return MapDesk(qtbot, jobs, open_window("export", FakeOutput()))


def test_nothing_is_looked_for_before_the_map_is_shown(desk) -> None:
    desk.answer()
    assert desk.jobs.asked("map_edits") == []
    desk.press(Qt.Key.Key_M)
    assert "Looking for edits" in desk.words
    request = desk.answer_map()
    assert request.song.sha256 == make_song(1).sha256
    assert "0:50  ·  1 join" in desk.words and len(desk.chart._at) == 23
    assert desk.panel._key._words == "One colour, since no trained taste is in use"
    desk.press(Qt.Key.Key_M)
    assert not desk.view._proposals.shows_map


def test_arrows_point_enter_takes_and_it_is_what_is_exported(desk) -> None:
    desk.show()
    desk.chart.setFocus(Qt.FocusReason.TabFocusReason)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left):
        desk.key(key)
    at = desk.chart.now
    mine = desk.panel._maps.edits[at].delivered.edit
    assert at >= 3
    desk.key(Qt.Key.Key_Return)
    desk.answer()
    assert desk.view._model.edit == mine
    assert desk.chart._chosen == at
    assert "From the map" in desk.words
    desk.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    (export,) = desk.jobs.asked("export_song")
    assert export.request.own == mine


def test_the_keyboard_goes_to_the_map_once_it_is_there_unless_one_went_on(desk) -> None:
    desk.show()
    assert desk.chart.hasFocus()
    desk.key(Qt.Key.Key_M)
    desk.view._rules._intro.setChecked(True)
    desk.answer()
    desk.press(Qt.Key.Key_M)
    desk.view._rules._ending.setFocus()
    desk.answer_map()
    assert desk.view._rules._ending.hasFocus()


def test_one_taken_can_be_undone_and_the_keys_of_the_alternatives_stay(desk) -> None:
    desk.show()
    before = desk.view._model.edit
    desk.chart.taken.emit(9)
    desk.answer()
    assert desk.view._model.edit != before
    desk.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    desk.answer()
    assert desk.view._model.edit == before
    desk.chart.taken.emit(9)
    desk.answer()
    desk.press(Qt.Key.Key_2)
    desk.answer()
    assert desk.view._model.chosen == 1 and not desk.view._model.is_changed
    desk.chart.taken.emit(0)  # An alternative's dot is that alternative.
    desk.answer()
    assert desk.view._model.chosen == 0 and not desk.view._model.is_changed


def test_one_taken_lasts_with_the_project(desk, qtbot, jobs, open_window) -> None:
    desk.show()
    desk.chart.taken.emit(9)
    desk.answer()
    mine = desk.view._model.edit
    desk.main.close()
    again = Exporter(qtbot, jobs, open_window("export", FakeOutput()))
    again.answer()
    assert again.view._model.edit == mine
    assert "From the map" in again.words


def test_other_rules_make_another_map_and_the_old_one_is_looked_for_no_more(desk) -> None:
    desk.answer()
    desk.press(Qt.Key.Key_M)
    (late,) = desk.jobs.asked("map_edits")
    desk.view._rules._intro.setChecked(True)
    desk.answer()
    assert late.state == "cancelled"
    assert "Looking for edits" in desk.words
    assert desk.panel._maps.edits == ()
    (job,) = desk.jobs.asked("map_edits")
    assert job.request.song.limits.keep_intro


def test_it_can_be_stopped_and_looked_for_again(desk) -> None:
    desk.answer()
    desk.press(Qt.Key.Key_M)
    desk.panel._stop.click()
    assert "Stopped." in desk.words
    desk.panel._stop.click()
    assert "Looking for edits" in desk.words


def test_why_there_is_no_map_is_said(desk) -> None:
    desk.answer()
    desk.press(Qt.Key.Key_M)
    (job,) = desk.jobs.asked("map_edits")
    words = "No edit of this song keeps all of the limits."
    job.fail(Failure(words, "Widen the lengths.", is_user_error=True))
    assert "No edit of this song keeps all of the limits." in words_of(desk.panel)


def test_pointing_plays_two_seconds_and_gives_the_player_back(desk) -> None:
    desk.show()
    desk.point(8)
    request = desk.hear()
    join = desk.panel._maps.edits[8].delivered.edit.spans
    assert request.edit.spans[0][1] == join[0][1] and request.edit.spans[1][0] == join[1][0]
    assert desk.player.is_playing and desk.view._desk.is_lent
    QTest.mouseMove(desk.chart.viewport(), QPoint(1, 1))
    assert not desk.player.is_playing and not desk.view._desk.is_lent
    assert desk.player.heads.n_samples("A") == round(desk.view._model.edit.duration_s * RATE_HZ)


def test_few_files_are_left_of_what_was_heard(desk) -> None:
    desk.show()
    desk.chart.setFocus(Qt.FocusReason.TabFocusReason)
    for index in range(4, 12):
        desk.chart.heard.emit(index)
        (job,) = desk.jobs.asked("hear_place")
        file = f"{job.request.out_dir}/{index}.f32"
        np.zeros((2 * RATE_HZ, 2), np.float32).tofile(file)
        job.finish(PreparedAudio(file, 2 * RATE_HZ, RATE_HZ))
        folder = job.request.out_dir
    left = sorted(int(path.stem) for path in Path(folder).glob("[0-9]*.f32") if len(path.stem) < 3)
    assert left == [8, 9, 10, 11]


def test_pointing_never_plays_over_what_plays_nor_where_it_is_turned_off(desk) -> None:
    desk.show()
    desk.player.play()
    desk.point(8)
    desk.qtbot.wait(300)
    assert desk.jobs.asked("hear_place") == []
    desk.player.pause()
    desk.panel._plays.setChecked(False)
    desk.point(9)
    desk.qtbot.wait(300)
    assert desk.jobs.asked("hear_place") == []
    desk.chart.setFocus(Qt.FocusReason.TabFocusReason)
    desk.key(Qt.Key.Key_Space)  # Asked for, it is heard all the same.
    desk.hear()
    assert desk.player.is_playing


def test_a_taste_shows_by_shape_and_colour(desk) -> None:
    desk.show(is_proven=True)
    steps = desk.panel._key._steps
    assert len(steps) == 4
    looks = {(spot.symbol(), spot.size()) for spot in desk.chart._dots.points()}
    assert len(looks) >= 3
    assert "Match with your taste" in [
        desk.panel._up.itemText(k) for k in range(desk.panel._up.count())
    ]
    desk.panel._up.setCurrentIndex(desk.panel._up.findData("match"))
    desk.panel._up.activated.emit(0)
    heights = [y for _, y in desk.chart._at]
    assert heights == [one.delivered.utility for one in desk.panel._maps.edits]


@pytest.mark.parametrize("size", [(1024, 700), (1280, 800), (1920, 1080)])
def test_the_map_has_room_and_nothing_is_cut(desk, size) -> None:
    desk.show(is_proven=True)
    desk.main.resize(*size)
    desk.qtbot.wait(30)
    assert faults(desk.view) == []
    assert desk.chart.height() >= 100


def test_the_plot_keeps_its_room_beside_a_message_in_a_low_window(desk, notifier) -> None:
    desk.show(is_proven=True)
    desk.main.resize(1024, 700)
    notifier.user_error(UserError("Something is not as it should be."))
    desk.qtbot.wait(30)
    with_map = desk.view._desk.height()
    assert faults(desk.view) == [] and desk.chart.height() >= 115
    desk.press(Qt.Key.Key_M)
    desk.qtbot.wait(30)
    desk.main.resize(1024, 900)
    desk.qtbot.wait(30)
    assert desk.view._desk.height() > with_map, "the waveforms have their room back"
