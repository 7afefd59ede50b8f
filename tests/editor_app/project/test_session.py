"""The session: what is committed when it returns, what it tells, and how it is taken back."""

from __future__ import annotations

import pytest

from ml_core.domain.edits import Brief
from ml_core.errors import NotSavedError
from ml_core.store.store import Store
from tests.editor_app.conftest import add_songs, make_pair


@pytest.fixture
def pair(session):
    (song,) = add_songs(session, 1)
    return session.add_comparisons([make_pair(song)])[0]


def test_a_rating_is_on_the_disk_before_anybody_is_told(session, pair):
    seen = []

    def look(changes):
        if "ratings" in changes:
            with Store.open(session.project_dir, write=False) as other:
                seen.append([rating.answer for rating in other.ratings.current()])

    session.changed.connect(look)
    session.rate(pair, "A", 2, (3.0, 4.0))
    assert seen == [["A"]]
    (rating,) = session.last_ratings(1)
    assert (rating.strength, rating.heard_a_s, rating.heard_b_s) == (2, 3.0, 4.0)


def test_undo_of_an_answer_opens_the_pair_again_and_redo_answers_it(session, pair):
    reopened = []
    session.reopened.connect(reopened.append)
    session.rate(pair, "B")
    assert session.history.undo_name == "“B is better”, Song 1"
    assert session.open_comparisons() == []
    session.history.undo()
    assert reopened == [pair.id]
    assert session.open_comparisons() == [pair]
    assert session.last_ratings(5) == []
    session.history.redo()
    assert [rating.answer for rating in session.last_ratings(5)] == ["B"]


def test_undo_of_a_changed_answer_gives_the_first_one_back(session, pair):
    session.rate(pair, "A", 2)
    session.rate(pair, "tie")
    assert [rating.answer for rating in session.last_ratings(5)] == ["tie"]
    session.history.undo()
    (rating,) = session.last_ratings(5)
    assert (rating.answer, rating.strength) == ("A", 2)


def test_a_refused_answer_changes_nothing(session, pair, monkeypatch):
    def full(_rating):
        raise NotSavedError("The disk is full.", "Make room.")

    monkeypatch.setattr(session.store.ratings, "add", full)
    told = []
    session.changed.connect(told.append)
    with pytest.raises(NotSavedError):
        session.rate(pair, "A")
    assert told == [] and session.history.undo_name == ""
    assert session.open_comparisons() == [pair]


def test_marks_are_apart_from_taste_and_can_be_taken_back(session, pair):
    session.add_mark(pair, "bad_join", "A", (100, 900))
    (mark,) = session.store.marks.current()
    assert (mark.kind, mark.side, mark.from_sample, mark.to_sample) == ("bad_join", "A", 100, 900)
    assert session.rating_count() == 0
    session.history.undo()
    assert session.store.marks.current() == []


def test_uses_removal_and_brief_can_be_taken_back(session):
    songs = add_songs(session, 2)
    entries = session.songs()
    session.set_song_use(entries, "out")
    assert [entry.use for entry in session.songs()] == ["out", "out"]
    session.history.undo()
    assert [entry.use for entry in session.songs()] == ["rate", "rate"]
    session.remove_songs(entries[:1])
    assert [entry.song.sha256 for entry in session.songs()] == [songs[1].sha256]
    session.history.undo()
    assert [entry.song.sha256 for entry in session.songs()] == [song.sha256 for song in songs]
    session.set_brief(Brief("Reel", 20.0, 40.0))
    session.history.undo()
    assert session.brief() == Brief()
