"""Several tastes in the window: chosen in the side bar, made in the menu, undone by name."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox

from ml_core.domain.edits import Brief
from ml_core.errors import UserError
from ml_core.store.sqlite.changes import ALL
from tests.editor_app.conftest import add_songs, make_pair, prepared


def names(project):
    return [taste.name for taste in project.tastes.all()]


@pytest.fixture
def rated(project):
    (song,) = add_songs(project, 1)
    (pair, other) = project.pairs.add([make_pair(song), make_pair(song, 12)])
    project.ratings.add(pair, "A")
    return pair, other


def test_every_change_of_tastes_can_be_taken_back_and_done_again(project, rated):
    project.tastes.add("Reel")
    assert project.tastes.current.name == "Reel" and project.ratings.count() == 0
    project.tastes.rename("Short")
    project.brief.set(Brief("Reel", 20.0, 40.0))
    project.tastes.duplicate("Shorter")
    assert project.brief.get().name == "Reel" and names(project) == ["My taste", "Short", "Shorter"]
    project.tastes.remove()
    assert names(project) == ["My taste", "Short"]
    project.tastes.use(project.tastes.all()[0])
    project.tastes.reset()
    assert project.ratings.count() == 0 and project.pairs.open() == []
    undone = []
    while project.history.undo_name != "“A is better”, Song 1":
        undone.append(project.history.undo_name)
        assert project.history.undo()
    assert undone[0] == "“reset My taste”" and undone[-1] == "“add Reel”"
    assert names(project) == ["My taste"] and project.ratings.count() == 1
    assert project.brief.get() == Brief(), "a brief is taken back in its own taste"
    while project.history.redo():
        pass
    assert names(project) == ["Short", "My taste"] and project.ratings.count() == 0


def test_what_was_rated_in_a_taste_is_there_when_its_making_is_done_again(project, rated):
    project.tastes.add("Reel")
    (pair,) = project.pairs.add([make_pair(project.songs.all()[0].song, 15)])
    project.ratings.add(pair, "B")
    project.history.undo()
    project.history.undo()
    assert project.tastes.current.name == "My taste"
    project.history.redo()
    project.history.redo()
    assert project.tastes.current.name == "Reel" and project.ratings.count() == 1


def test_what_was_rated_after_a_reset_is_there_when_the_reset_is_done_again(project, rated):
    before = project.tastes.current.id
    project.tastes.reset()
    after = project.tastes.current.id
    (pair,) = project.pairs.add([make_pair(project.songs.all()[0].song, 15)])
    project.ratings.add(pair, "B")
    for undo_or_redo in (project.history.undo, project.history.redo):
        assert undo_or_redo() and undo_or_redo()
        assert project.tastes.current.id == (
            before if undo_or_redo == project.history.undo else after
        )
    assert [rating.answer for rating in project.ratings.all()] == ["B"]
    assert names(project) == ["My taste"]


def test_a_switch_tells_that_everything_is_to_be_read_again(project, rated):
    seen = []
    project.changed.connect(seen.append)
    project.tastes.add("Reel")
    assert seen[-1] == ALL
    project.tastes.rename("Reels")
    assert seen[-1] == {"tastes"}


def test_no_switch_while_work_of_the_taste_runs(project, rated):
    project.tastes.add("Reel")
    project.tastes.switch_refusal = lambda: "Your taste is being trained."
    for change in (project.tastes.reset, project.tastes.remove, lambda: project.tastes.add("X")):
        with pytest.raises(UserError, match="trained"):
            change()
    with pytest.raises(UserError, match="trained"):
        project.tastes.use(project.tastes.all()[0])
    assert project.history.undo() is False and project.tastes.current.name == "Reel"
    assert names(project) == ["My taste", "Reel"]


def box_of(window):
    (box,) = (one for one in window.main.findChildren(QComboBox) if one.accessibleName() == "Taste")
    return box


def test_the_side_bar_shows_and_chooses_the_taste(open_window, filled, qtbot):
    filled(2, 4)
    window = open_window("rate")
    window.project.tastes.add("Reel")
    box = box_of(window)
    assert [box.itemText(at) for at in range(box.count())] == ["My taste", "Reel"]
    assert box.currentText() == "Reel"
    box.setCurrentIndex(0)
    box.activated.emit(0)
    assert window.project.tastes.current.name == "My taste"
    window.main.actions_by_id["undo"].trigger()
    assert box.currentText() == "Reel"


def test_the_menu_adds_a_taste_and_says_why_a_name_is_refused(open_window, filled):
    filled(1)
    window = open_window("songs")
    window.main.actions_by_id["add_taste"].trigger()
    dialog = window.main.tastes.dialog
    dialog.field.setText("  my taste ")
    dialog.field.returnPressed.emit()
    assert dialog.isVisible() and "already" in dialog.refusal.text()
    dialog.field.setText("Reel")
    dialog.field.returnPressed.emit()
    assert not dialog.isVisible() and window.project.tastes.current.name == "Reel"
    assert window.main.actions_by_id["undo"].text() == "Undo “add Reel”"


def test_rate_shows_the_pairs_of_the_chosen_taste(open_window, filled, jobs):
    pairs = filled(1, 2)
    window = open_window("rate")
    for job in jobs.asked("prepare_pair"):
        job.finish(prepared(job.request))
    view = window.main._places["rate"]
    assert view._pair.id == pairs[0].id
    window.project.tastes.add("Reel")
    assert view._pair is None, "the new taste has no pair yet"
    (looking,) = jobs.asked("propose")
    window.project.tastes.use(window.project.tastes.all()[0])
    assert looking.is_finished, "pairs for the other taste are no longer looked for"
    assert window.project.pairs.open() == pairs and view._pair.id == pairs[0].id


def test_pairs_that_come_too_late_are_not_kept_in_the_other_taste(open_window, filled, jobs):
    filled(1)
    window = open_window("rate")
    (first,) = jobs.asked("propose")
    first.cancel = lambda: None  # It had ended already when it was asked to stop.
    window.project.tastes.add("Reel")
    first.finish([make_pair(window.project.songs.all()[0].song)])
    assert window.project._store.pairs.asked() == []


def test_training_keeps_the_taste(open_window, filled, jobs):
    (pair,) = filled(1, 1)
    window = open_window("rate")
    window.project.ratings.add(pair, "A")
    window.project.tastes.add("Reel")
    window.project.tastes.use(window.project.tastes.all()[0])
    window.main.actions_by_id["train"].trigger()
    assert not box_of(window).isEnabled() and "trained" in box_of(window).toolTip()
    assert not window.main.actions_by_id["reset_taste"].isEnabled()
    jobs.running.cancel()
    assert box_of(window).isEnabled() and window.main.actions_by_id["reset_taste"].isEnabled()
