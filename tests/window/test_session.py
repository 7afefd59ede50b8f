"""The session: what is committed when it returns, what it tells, and how it is taken back."""

from __future__ import annotations

import pytest

from ml_core.domain.edits import Brief
from ml_core.errors import NotSavedError
from ml_core.store import database
from ml_core.store.store import Store
from tests.window.conftest import add_songs, make_pair


@pytest.fixture
def pair(session):
    (song,) = add_songs(session, 1)
    return session.add_comparisons([make_pair(song)])[0]


def test_a_rating_is_on_the_disk_before_anybody_is_told(session, pair):
    seen = []

    def look(changes):
        if "ratings" in changes:
            with Store.open(session.project_dir, write=False) as other:
                seen.append([rating.answer for rating in other.ratings()])

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

    monkeypatch.setattr(session.store, "add_rating", full)
    told = []
    session.changed.connect(told.append)
    with pytest.raises(NotSavedError):
        session.rate(pair, "A")
    assert told == [] and session.history.undo_name == ""
    assert session.open_comparisons() == [pair]


def test_marks_are_apart_from_taste_and_can_be_taken_back(session, pair):
    session.add_mark(pair, "bad_join", "A", (100, 900))
    (mark,) = session.store.marks()
    assert (mark.kind, mark.side, mark.from_sample, mark.to_sample) == ("bad_join", "A", 100, 900)
    assert session.rating_count() == 0
    session.history.undo()
    assert session.store.marks() == []


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


def _refuse_second(session, table: str) -> None:
    """Let the second row that is written from now on be refused."""
    session.store._database.connection.executescript(
        "CREATE TEMP TABLE written (n); "
        f"CREATE TEMP TRIGGER refuse BEFORE {table} BEGIN INSERT INTO written VALUES (1); "
        "SELECT RAISE(ABORT, 'refused') WHERE (SELECT count(*) FROM written) = 2; END"
    )


def _allow(session) -> None:
    session.store._database.connection.executescript("DROP TRIGGER refuse; DROP TABLE written")


CHANGES_OF_SEVERAL = {
    "use": ("INSERT ON song_uses", lambda session, songs: session.set_song_use(songs, "out")),
    "remove": ("UPDATE ON songs", lambda session, songs: session.remove_songs(songs)),
}


@pytest.mark.parametrize("name", CHANGES_OF_SEVERAL)
def test_several_songs_are_one_step_and_told_once(session, name):
    add_songs(session, 3)
    before, steps, told = session.songs(), [], []
    session.history.changed.connect(lambda: steps.append(session.history.undo_name))
    session.changed.connect(told.append)
    CHANGES_OF_SEVERAL[name][1](session, before)
    after = session.songs()
    assert len(told) == len(steps) == 1 and after != before
    session.history.undo()
    assert len(told) == len(steps) == 2 and session.songs() == before
    assert session.history.undo_name == ""
    session.history.redo()
    assert len(told) == len(steps) == 3 and session.songs() == after
    assert session.history.redo_name == ""


@pytest.mark.parametrize("name", CHANGES_OF_SEVERAL)
def test_a_refusal_at_the_second_song_changes_nothing(session, name, monkeypatch):
    """Neither the store nor what can be taken back, in doing, undoing and doing again."""
    full = NotSavedError("The disk is full.", "Make room.")
    monkeypatch.setattr(database, "not_saved", lambda *_: full)
    table, work = CHANGES_OF_SEVERAL[name]
    add_songs(session, 3)
    before, told = session.songs(), []
    session.changed.connect(told.append)
    _refuse_second(session, table)
    with pytest.raises(NotSavedError):
        work(session, before)
    assert session.history.undo_name == "" and session.store.songs() == before
    _allow(session)
    work(session, before)
    after, step = session.songs(), session.history.undo_name
    _refuse_second(session, table)
    assert not session.history.undo()
    assert session.history.undo_name == step and session.store.songs() == after
    _allow(session)
    assert session.history.undo()
    _refuse_second(session, table)
    assert not session.history.redo()
    assert session.history.redo_name == step and session.store.songs() == before
    _allow(session)
    assert session.history.redo() and session.songs() == after
    assert len(told) == 3, "only what was written is told"
