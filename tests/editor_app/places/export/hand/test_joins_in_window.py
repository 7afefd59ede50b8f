"""Joins on the screen: taken and dragged by mouse, moved by keys, heard while they move."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from editor_app.places.export.kept_timelines import STRIP_PX
from ml_core.domain.audits import AuditedEdit, AuditedJoin
from ml_core.domain.mapping import HearRequest
from ml_core.domain.playing import PreparedAudio
from tests.editor_app.conftest import RATE_HZ
from tests.editor_app.places.export.hand.test_hand_joins import find, moved
from tests.editor_app.places.export.test_export import Exporter, prepared
from tests.editor_app.sound.fake_output import FakeOutput

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def desk(qtbot, jobs, open_window, filled) -> Exporter:
    filled(1)
    made = Exporter(qtbot, jobs, open_window("export", FakeOutput()))
    made.answer()
    return made


def at(widget, at_s: float, y: int = STRIP_PX + 30) -> QPoint:
    return QPoint(round(widget._x(at_s)), y)


def drag(desk, widget, from_s: float, to_s: float) -> None:
    """Drag as a hand does: the mouse lies over it before it is pressed."""
    desk.qtbot.mouseMove(widget, at(widget, from_s))
    find(desk.jobs)
    desk.qtbot.mousePress(widget, LEFT, pos=at(widget, from_s))
    find(desk.jobs)
    desk.qtbot.mouseMove(widget, at(widget, (from_s + to_s) / 2))
    desk.qtbot.mouseMove(widget, at(widget, to_s))


def settle(desk) -> None:
    """What was moved rests, is made and listened to."""
    if desk.view._desk._settling.isActive():
        desk.view._desk._settling.stop()
        desk.view._desk._settle()
    for job in desk.jobs.asked("prepare_pair"):
        job.finish(prepared(job.request))


def test_an_edge_snaps_to_bar_lines_as_it_is_dragged_and_the_step_is_one(desk):
    view, song, before = desk.view, desk.view._desk.song, desk.view._model.edit
    leave_s = before.spans[0][1] / RATE_HZ
    drag(desk, song, leave_s, leave_s + 2.4)
    assert view._model.edit == before, "only shown until the mouse lets go"
    assert song.picture.kept["A"][0][1] == leave_s + 2.0
    assert view._joins.joins.selected == 0 and view._joins.joins.side == "left"
    assert song._how == "unsure" and len(song._marks) == 5
    desk.qtbot.mouseRelease(song, LEFT, pos=at(song, leave_s + 2.4))
    assert view._model.edit == moved(before, 0, 1, "left")
    desk.main.actions_by_id["undo"].trigger()
    assert view._model.edit == before


@pytest.mark.parametrize("answers_while_held", [True, False])
def test_a_drag_before_its_places_are_known_is_made_up_for(desk, answers_while_held):
    view, song, before = desk.view, desk.view._desk.song, desk.view._model.edit
    leave_s = before.spans[0][1] / RATE_HZ
    desk.qtbot.mousePress(song, LEFT, pos=at(song, leave_s))
    desk.qtbot.mouseMove(song, at(song, leave_s + 2.2))
    if answers_while_held:
        find(desk.jobs)
        assert song.picture.kept["A"][0][1] == leave_s + 2.0
    desk.qtbot.mouseRelease(song, LEFT, pos=at(song, leave_s + 2.2))
    find(desk.jobs)
    assert view._model.edit == moved(before, 0, 1, "left")
    assert desk.project.history.undo_name == "“move the end before join 1, 1 bar later”"


def test_a_drag_that_is_not_made_up_for_yet_ends_with_the_join_in_hand(desk):
    view, song, before = desk.view, desk.view._desk.song, desk.view._model.edit
    leave_s = before.spans[0][1] / RATE_HZ
    desk.qtbot.mousePress(song, LEFT, pos=at(song, leave_s))
    desk.qtbot.mouseMove(song, at(song, leave_s + 2.2))
    desk.qtbot.mouseRelease(song, LEFT, pos=at(song, leave_s + 2.2))
    desk.press(Qt.Key.Key_S)
    find(desk.jobs)
    assert view._model.edit == before and view._joins.joins.side == "right"


def test_a_press_that_drags_nowhere_only_takes_the_join(desk):
    view, song, before = desk.view, desk.view._desk.song, desk.view._model.edit
    enter_s = before.spans[1][0] / RATE_HZ
    drag(desk, song, enter_s, enter_s)
    desk.qtbot.mouseRelease(song, LEFT, pos=at(song, enter_s))
    assert view._model.edit == before and view._joins.joins.side == "right"
    assert view._bar.currentWidget() is view._bar.tools
    assert view._bar.tools.buttons["join_side"].words == "Start after"


def test_a_join_is_dragged_in_the_edit_with_both_its_sides(desk):
    view, edit, before = desk.view, desk.view._desk.edit, desk.view._model.edit
    join_s = before.join_samples[0] / RATE_HZ
    drag(desk, edit, join_s, join_s - 1.7)
    desk.qtbot.mouseRelease(edit, LEFT, pos=at(edit, join_s - 1.7))
    assert view._model.edit == moved(before, 0, -1, "both")


def test_a_join_is_taken_and_moved_by_keys_alone(desk):
    view, before = desk.view, desk.view._model.edit
    edit = view._desk.edit
    desk.press(Qt.Key.Key_J)
    find(desk.jobs)
    assert edit.hasFocus() and "In hand: Join 1 is clean: from bar" in edit.accessibleName()
    assert "Join 1 is clean: from bar" in desk.view._desk.said._joins.text()
    desk.qtbot.keyClick(edit, Qt.Key.Key_Right)
    assert view._model.edit == moved(before, 0, 1, "both")
    assert "may stand out" in desk.words
    settle(desk)
    desk.qtbot.keyClick(edit, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert view._model.edit == before
    desk.qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert view._joins.joins.selected is None and view._songs._list.hasFocus()
    assert view._bar.currentWidget() is view._toolbar


def test_keys_of_the_join_are_refused_with_a_reason_until_one_is_taken(desk):
    actions = desk.main.actions_by_id
    for name in ("heal_join", "never_join", "join_later", "hear_join"):
        assert not actions[name].isEnabled() and "Take a join first" in actions[name].toolTip()
    desk.press(Qt.Key.Key_J)
    assert actions["heal_join"].isEnabled() and actions["hear_join"].isEnabled()
    desk.press(Qt.Key.Key_V)
    assert desk.view._model.spans.never_joins and "1 join never" in desk.words


def heard(desk) -> list[HearRequest]:
    """The worker makes what is to be heard."""
    asked = []
    for job in desk.jobs.asked("hear_place"):
        asked.append(job.request)
        job.finish(sound_of(desk, job.request))
    return asked


def sound_of(desk: Exporter, request: HearRequest) -> PreparedAudio:
    edit, folder = request.edit, desk.view._desk._folder
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{edit.id}-place.f32"
    np.full((edit.n_samples, 2), 0.01, np.float32).tofile(file)
    return PreparedAudio(str(file), edit.n_samples, RATE_HZ, edit.join_samples)


def test_a_join_is_heard_over_and_over_while_it_moves(desk):
    view, before = desk.view, desk.view._model.edit
    desk.press(Qt.Key.Key_J)
    find(desk.jobs)
    desk.press(Qt.Key.Key_L)
    (request,) = heard(desk)
    join = before.join_samples[0]
    assert request.edit.n_samples == 7 * RATE_HZ and request.edit.join_samples == (4 * RATE_HZ,)
    assert desk.player.is_playing and desk.player.heads.loop is not None
    assert desk.main.actions_by_id["hear_join"].isChecked()
    assert abs(view._desk.edit._head_s - (join / RATE_HZ - 4.0)) < 0.2

    stopped = []
    desk.player.playing_changed.connect(stopped.append)
    desk.press(Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    (request,) = heard(desk)
    assert request.edit.spans[-1][0] == before.spans[1][0] + 2 * RATE_HZ
    settle(desk)
    assert desk.player.is_playing and stopped == [], "the sound goes on without a gap"

    desk.press(Qt.Key.Key_Space)
    desk.qtbot.waitUntil(lambda: not view._joins.hearing.is_on)
    assert not desk.player.is_playing and not view._desk.is_lent
    assert not desk.main.actions_by_id["hear_join"].isChecked()
    assert desk.player.heads.n_samples("A") == view._model.edit.n_samples


def test_a_join_that_is_dragged_is_heard_where_the_mouse_has_it(desk):
    song, before = desk.view._desk.song, desk.view._model.edit
    desk.press(Qt.Key.Key_J)
    find(desk.jobs)
    desk.press(Qt.Key.Key_L)
    heard(desk)
    leave_s = before.spans[0][1] / RATE_HZ
    drag(desk, song, leave_s, leave_s - 2.0)
    (request,) = heard(desk)
    assert request.edit.spans[0][1] == before.spans[0][1] - 2 * RATE_HZ
    assert desk.player.is_playing


def test_letting_go_and_another_place_end_what_is_heard(desk):
    desk.press(Qt.Key.Key_J)
    desk.press(Qt.Key.Key_L)
    heard(desk)
    desk.press(Qt.Key.Key_J, Qt.KeyboardModifier.ShiftModifier)
    assert not desk.player.is_playing and not desk.view._desk.is_lent
    desk.press(Qt.Key.Key_J)
    desk.press(Qt.Key.Key_L)
    heard(desk)
    desk.main.show_place("rate")
    assert desk.view._joins.joins.selected is None and not desk.view._joins.hearing.is_on


def test_what_plays_goes_on_while_a_join_is_moved_and_comes_over_once_it_is_made(desk):
    desk.press(Qt.Key.Key_Space)
    desk.press(Qt.Key.Key_J)
    find(desk.jobs)
    stopped = []
    desk.player.playing_changed.connect(stopped.append)
    desk.press(Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    settle(desk)
    assert desk.player.is_playing and stopped == []
    assert desk.player.heads.loaded.maps["A"]._pieces[1][1] == desk.view._model.edit.spans[1][0]


def test_once_it_was_listened_to_that_is_said_and_shown_of_the_join(desk):
    desk.press(Qt.Key.Key_J)
    find(desk.jobs)
    (job,) = desk.jobs.asked("audit_joins")
    at_s = desk.view._model.edit.join_samples[0] / RATE_HZ
    job.finish(AuditedEdit((AuditedJoin(at_s, 97.0, True, "level"),), 60, 0.1))
    assert "Join 1 stands out, the level jumps: from bar" in desk.words
    assert desk.view._desk.edit._how == "rough"
    desk.press(Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert desk.view._desk.edit._how == "unsure", "another place was not listened to"
    assert "Join 1 may stand out" in desk.words
    desk.press(Qt.Key.Key_J)
    assert "Join 1" not in desk.view._desk.said._joins.text()
