"""Undo: names, order, and a store that refuses."""

from __future__ import annotations

import pytest

from editor_app.project.undo import History
from ml_core.errors import NotSavedError


@pytest.fixture
def value():
    return [0]


@pytest.fixture
def history(notifier):
    return History(notifier)


def setter(value, new):
    def work():
        old = value[0]
        value[0] = new
        return lambda: value.__setitem__(0, old)

    return work


def test_undo_takes_back_in_order_and_redo_does_again(history, value):
    history.do("one", setter(value, 1))
    history.do("two", setter(value, 2))
    assert history.undo_name == "two"
    assert history.undo() and value == [1] and history.redo_name == "two"
    assert history.undo() and value == [0] and history.undo_name == ""
    assert not history.undo()
    assert history.redo() and history.redo() and value == [2]
    assert not history.redo()


def test_a_refused_operation_is_not_remembered(history):
    def refuse():
        raise NotSavedError("The disk is full.", "Make room.")

    with pytest.raises(NotSavedError):
        history.do("rate", refuse)
    assert history.undo_name == ""


def test_a_refused_undo_stays_undoable_and_says_why(history, notifier, value):
    told = []
    notifier.message.connect(lambda *what: told.append(what[1]))
    refuses = [True]

    def work():
        value[0] = 1

        def back():
            if refuses[0]:
                raise NotSavedError("The disk is full.", "Make room.")
            value[0] = 0

        return back

    history.do("rate", work)
    assert not history.undo()
    assert told == ["The disk is full."]
    assert history.undo_name == "rate" and value == [1]
    refuses[0] = False
    assert history.undo() and value == [0]
