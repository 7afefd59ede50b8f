"""A banner that tells of a state goes when that is no longer so, and not before."""

from __future__ import annotations

import pytest

from editor_app.frame.main_window import MainWindow
from editor_app.notifier import About
from ml_core.errors import NotSavedError, UserError
from tests.editor_app.conftest import make_song
from tests.editor_app.frame.test_banners_in_turn import text
from tests.editor_app.sound.fake_output import FakeOutput


@pytest.fixture
def main(open_window, filled) -> MainWindow:
    filled(3)
    return open_window("songs", FakeOutput()).main


def test_a_state_is_told_until_it_is_over(main, notifier):
    for about in About:
        notifier.banner("failed", "It is so.", about=about)
        notifier.clear()
        assert text(main) == "It is so.", "something else was done well"
        main.show_place("taste")
        main.show_place("songs")
        assert text(main) == "It is so.", "it is so in every place"
        notifier.withdraw(next(other for other in About if other != about))
        assert text(main) == "It is so."
        notifier.withdraw(about)
        assert text(main) == ""


def test_of_one_state_the_last_sentence_stands(main, notifier):
    notifier.banner("failed", "Song 1 was not exported.", about=About.EXPORT)
    notifier.banner("doubtful", "There is no song.", about=About.ADDING)
    notifier.banner("failed", "Song 2 was not exported.", about=About.EXPORT)
    assert text(main) == "Song 2 was not exported."
    main._banner.close_message()
    assert text(main) == "There is no song."
    main._banner.close_message()
    assert text(main) == ""


def test_what_waits_is_withdrawn_as_well(main, notifier):
    notifier.banner("failed", "Song 1 was not exported.", about=About.EXPORT)
    notifier.user_error(UserError("There is no such song."))
    assert text(main) == "There is no such song."
    notifier.withdraw(About.EXPORT)
    notifier.clear()
    assert text(main) == ""


def test_what_was_said_of_no_state_goes_with_the_place(main, notifier):
    notifier.user_error(UserError("There is no such song."))
    main.show_place("taste")
    assert text(main) == ""


def test_a_refused_write_is_over_when_anything_was_saved(main, notifier):
    notifier.user_error(NotSavedError("The disk is full.", "Make room."))
    notifier.clear()
    assert "The disk is full." in text(main)
    main._project.songs.add(make_song(9))
    assert text(main) == ""


def test_a_refused_write_stands_where_nothing_was_saved(main, notifier, monkeypatch):
    project, told = main._project, {"certainty_known": {"n_ratings": 3, "hash": "3", "share": 0.2}}
    notifier.user_error(NotSavedError("The disk is full.", "Make room."))

    def refuse(name: str, value: object) -> None:
        raise NotSavedError("The disk is full.", "Make room.")

    with monkeypatch.context() as patched:
        patched.setattr(project._store.settings, "set", refuse)
        project.models.note_taste(told)
    project.songs.set_recordings({})
    assert "The disk is full." in text(main)
    project.models.note_taste(told)
    assert text(main) == ""
