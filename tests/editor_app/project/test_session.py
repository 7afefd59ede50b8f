"""The project: what is committed when it returns, what it tells, and how it is taken back."""

from __future__ import annotations

import pytest

from ml_core.domain.edits import Brief
from ml_core.errors import NotSavedError
from ml_core.store.store import Store
from tests.editor_app.conftest import add_songs, make_pair


@pytest.fixture
def pair(project):
    (song,) = add_songs(project, 1)
    return project.pairs.add([make_pair(song)])[0]


def test_a_rating_is_on_the_disk_before_anybody_is_told(project, pair):
    seen = []

    def look(changes):
        if "ratings" in changes:
            with Store.open(project.project_dir, write=False) as other:
                seen.append([rating.answer for rating in other.ratings()])

    project.changed.connect(look)
    project.ratings.add(pair, "A", 2, (3.0, 4.0))
    assert seen == [["A"]]
    (rating,) = project.ratings.last(1)
    assert (rating.strength, rating.heard_a_s, rating.heard_b_s) == (2, 3.0, 4.0)


def test_undo_of_an_answer_opens_the_pair_again_and_redo_answers_it(project, pair):
    reopened = []
    project.ratings.reopened.connect(reopened.append)
    project.ratings.add(pair, "B")
    assert project.history.undo_name == "“B is better”, Song 1"
    assert project.pairs.open() == []
    project.history.undo()
    assert reopened == [pair.id]
    assert project.pairs.open() == [pair]
    assert project.ratings.last(5) == []
    project.history.redo()
    assert [rating.answer for rating in project.ratings.last(5)] == ["B"]


def test_undo_of_a_changed_answer_gives_the_first_one_back(project, pair):
    project.ratings.add(pair, "A", 2)
    project.ratings.add(pair, "tie")
    assert [rating.answer for rating in project.ratings.last(5)] == ["tie"]
    project.history.undo()
    (rating,) = project.ratings.last(5)
    assert (rating.answer, rating.strength) == ("A", 2)


def test_a_refused_answer_changes_nothing(project, pair, monkeypatch):
    def full(_rating):
        raise NotSavedError("The disk is full.", "Make room.")

    monkeypatch.setattr(project._store, "add_rating", full)
    told = []
    project.changed.connect(told.append)
    with pytest.raises(NotSavedError):
        project.ratings.add(pair, "A")
    assert told == [] and project.history.undo_name == ""
    assert project.pairs.open() == [pair]


def test_marks_are_apart_from_taste_and_can_be_taken_back(project, pair):
    project.marks.add(pair, "bad_join", "A", (100, 900))
    (mark,) = project.marks.all()
    assert (mark.kind, mark.side, mark.from_sample, mark.to_sample) == ("bad_join", "A", 100, 900)
    assert project.ratings.count() == 0
    project.history.undo()
    assert project.marks.all() == []


def test_uses_removal_and_brief_can_be_taken_back(project):
    songs = add_songs(project, 2)
    entries = project.songs.all()
    project.songs.set_use(entries, "out")
    assert [entry.use for entry in project.songs.all()] == ["out", "out"]
    project.history.undo()
    assert [entry.use for entry in project.songs.all()] == ["rate", "rate"]
    project.songs.remove(entries[:1])
    assert [entry.song.sha256 for entry in project.songs.all()] == [songs[1].sha256]
    project.history.undo()
    assert [entry.song.sha256 for entry in project.songs.all()] == [song.sha256 for song in songs]
    project.brief.set(Brief("Reel", 20.0, 40.0))
    project.history.undo()
    assert project.brief.get() == Brief()
