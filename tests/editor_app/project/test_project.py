"""The project: what is committed when it returns, what it tells, and how it is taken back."""

from __future__ import annotations

import pytest

from ml_core.domain.edits import Brief
from ml_core.errors import NotSavedError
from ml_core.store.sqlite import database
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
                seen.append([rating.answer for rating in other.ratings.current()])

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

    monkeypatch.setattr(project._store.ratings, "add", full)
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


def _refuse_second(project, table: str) -> None:
    """Let the second row that is written from now on be refused."""
    project._store._database.connection.executescript(
        "CREATE TEMP TABLE written (n); "
        f"CREATE TEMP TRIGGER refuse BEFORE {table} BEGIN INSERT INTO written VALUES (1); "
        "SELECT RAISE(ABORT, 'refused') WHERE (SELECT count(*) FROM written) = 2; END"
    )


def _allow(project) -> None:
    project._store._database.connection.executescript("DROP TRIGGER refuse; DROP TABLE written")


CHANGES_OF_SEVERAL = {
    "use": ("INSERT ON song_uses", lambda project, songs: project.songs.set_use(songs, "out")),
    "remove": ("UPDATE ON songs", lambda project, songs: project.songs.remove(songs)),
}


@pytest.mark.parametrize("name", CHANGES_OF_SEVERAL)
def test_several_songs_are_one_step_and_told_once(project, name):
    add_songs(project, 3)
    before, steps, told = project.songs.all(), [], []
    project.history.changed.connect(lambda: steps.append(project.history.undo_name))
    project.changed.connect(told.append)
    CHANGES_OF_SEVERAL[name][1](project, before)
    after = project.songs.all()
    assert len(told) == len(steps) == 1 and after != before
    project.history.undo()
    assert len(told) == len(steps) == 2 and project.songs.all() == before
    assert project.history.undo_name == ""
    project.history.redo()
    assert len(told) == len(steps) == 3 and project.songs.all() == after
    assert project.history.redo_name == ""


@pytest.mark.parametrize("name", CHANGES_OF_SEVERAL)
def test_a_refusal_at_the_second_song_changes_nothing(project, name, monkeypatch):
    """Neither the store nor what can be taken back, in doing, undoing and doing again."""
    full = NotSavedError("The disk is full.", "Make room.")
    monkeypatch.setattr(database, "not_saved", lambda *_: full)
    table, work = CHANGES_OF_SEVERAL[name]
    add_songs(project, 3)
    before, told = project.songs.all(), []
    project.changed.connect(told.append)
    _refuse_second(project, table)
    with pytest.raises(NotSavedError):
        work(project, before)
    assert project.history.undo_name == "" and project._store.songs.listed() == before
    _allow(project)
    work(project, before)
    after, step = project.songs.all(), project.history.undo_name
    _refuse_second(project, table)
    assert not project.history.undo()
    assert project.history.undo_name == step and project._store.songs.listed() == after
    _allow(project)
    assert project.history.undo()
    _refuse_second(project, table)
    assert not project.history.redo()
    assert project.history.redo_name == step and project._store.songs.listed() == before
    _allow(project)
    assert project.history.redo() and project.songs.all() == after
    assert len(told) == 3, "only what was written is told"
