"""Several tastes in the window: chosen in the side bar, made in the menu, undone by name."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox

from ml_core.domain.edits import Brief
from ml_core.errors import UserError
from ml_core.store.sqlite.changes import ALL
from tests.editor_app.conftest import add_songs, make_pair, prepared


def names(session):
    return [taste.name for taste in session.tastes()]


@pytest.fixture
def rated(session):
    (song,) = add_songs(session, 1)
    (pair, other) = session.add_comparisons([make_pair(song), make_pair(song, 12)])
    session.rate(pair, "A")
    return pair, other


def test_every_change_of_tastes_can_be_taken_back_and_done_again(session, rated):
    session.add_taste("Reel")
    assert session.taste.name == "Reel" and session.rating_count() == 0
    session.rename_taste("Short")
    session.set_brief(Brief("Reel", 20.0, 40.0))
    session.duplicate_taste("Shorter")
    assert session.brief().name == "Reel" and names(session) == ["My taste", "Short", "Shorter"]
    session.remove_taste()
    assert names(session) == ["My taste", "Short"]
    session.use_taste(session.tastes()[0])
    session.reset_taste()
    assert session.rating_count() == 0 and session.open_comparisons() == []
    undone = []
    while session.history.undo_name != "“A is better”, Song 1":
        undone.append(session.history.undo_name)
        assert session.history.undo()
    assert undone[0] == "“reset My taste”" and undone[-1] == "“add Reel”"
    assert names(session) == ["My taste"] and session.rating_count() == 1
    assert session.brief() == Brief(), "a brief is taken back in its own taste"
    while session.history.redo():
        pass
    assert names(session) == ["Short", "My taste"] and session.rating_count() == 0


def test_what_was_rated_in_a_taste_is_there_when_its_making_is_done_again(session, rated):
    session.add_taste("Reel")
    (pair,) = session.add_comparisons([make_pair(session.songs()[0].song, 15)])
    session.rate(pair, "B")
    session.history.undo()
    session.history.undo()
    assert session.taste.name == "My taste"
    session.history.redo()
    session.history.redo()
    assert session.taste.name == "Reel" and session.rating_count() == 1


def test_what_was_rated_after_a_reset_is_there_when_the_reset_is_done_again(session, rated):
    before = session.taste.id
    session.reset_taste()
    after = session.taste.id
    (pair,) = session.add_comparisons([make_pair(session.songs()[0].song, 15)])
    session.rate(pair, "B")
    for undo_or_redo in (session.history.undo, session.history.redo):
        assert undo_or_redo() and undo_or_redo()
        assert session.taste.id == (before if undo_or_redo == session.history.undo else after)
    assert [rating.answer for rating in session.store.ratings.current()] == ["B"]
    assert names(session) == ["My taste"]


def test_a_switch_tells_that_everything_is_to_be_read_again(session, rated):
    seen = []
    session.changed.connect(seen.append)
    session.add_taste("Reel")
    assert seen[-1] == ALL
    session.rename_taste("Reels")
    assert seen[-1] == {"tastes"}


def test_no_switch_while_work_of_the_taste_runs(session, rated):
    session.add_taste("Reel")
    session.switch_refusal = lambda: "Your taste is being trained."
    for change in (session.reset_taste, session.remove_taste, lambda: session.add_taste("X")):
        with pytest.raises(UserError, match="trained"):
            change()
    with pytest.raises(UserError, match="trained"):
        session.use_taste(session.tastes()[0])
    assert session.history.undo() is False and session.taste.name == "Reel"
    assert names(session) == ["My taste", "Reel"]


def box_of(window):
    (box,) = (one for one in window.main.findChildren(QComboBox) if one.accessibleName() == "Taste")
    return box


def test_the_side_bar_shows_and_chooses_the_taste(open_window, filled, qtbot):
    filled(2, 4)
    window = open_window("rate")
    window.session.add_taste("Reel")
    box = box_of(window)
    assert [box.itemText(at) for at in range(box.count())] == ["My taste", "Reel"]
    assert box.currentText() == "Reel"
    box.setCurrentIndex(0)
    box.activated.emit(0)
    assert window.session.taste.name == "My taste"
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
    assert not dialog.isVisible() and window.session.taste.name == "Reel"
    assert window.main.actions_by_id["undo"].text() == "Undo “add Reel”"


def test_rate_shows_the_pairs_of_the_chosen_taste(open_window, filled, jobs):
    pairs = filled(1, 2)
    window = open_window("rate")
    for job in jobs.asked("prepare_pair"):
        job.finish(prepared(job.request))
    view = window.main._places["rate"]
    assert view._pair.id == pairs[0].id
    window.session.add_taste("Reel")
    assert view._pair is None, "the new taste has no pair yet"
    (looking,) = jobs.asked("propose")
    window.session.use_taste(window.session.tastes()[0])
    assert looking.is_finished, "pairs for the other taste are no longer looked for"
    assert window.session.open_comparisons() == pairs and view._pair.id == pairs[0].id


def test_pairs_that_come_too_late_are_not_kept_in_the_other_taste(open_window, filled, jobs):
    filled(1)
    window = open_window("rate")
    (first,) = jobs.asked("propose")
    first.cancel = lambda: None  # It had ended already when it was asked to stop.
    window.session.add_taste("Reel")
    first.finish([make_pair(window.session.songs()[0].song)])
    assert window.session.store.pairs.asked() == []


def test_training_keeps_the_taste(open_window, filled, jobs):
    (pair,) = filled(1, 1)
    window = open_window("rate")
    window.session.rate(pair, "A")
    window.session.add_taste("Reel")
    window.session.use_taste(window.session.tastes()[0])
    window.main.actions_by_id["train"].trigger()
    assert not box_of(window).isEnabled() and "trained" in box_of(window).toolTip()
    assert not window.main.actions_by_id["reset_taste"].isEnabled()
    jobs.running.cancel()
    assert box_of(window).isEnabled() and window.main.actions_by_id["reset_taste"].isEnabled()
