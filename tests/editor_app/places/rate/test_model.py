"""The state of Rate without its page: which pair is heard, what counts, what is told, in order."""

from __future__ import annotations

import pytest

from editor_app.notifier import About
from editor_app.places.rate import model as rate_model
from editor_app.places.rate.model import RateModel
from editor_app.workspace import Workspace
from ml_core.errors import NotSavedError
from ml_core.store.store import Store
from tests.editor_app.conftest import add_songs, make_pair, prepared


class Listener:
    """Loads what the model shows, as the page does, and keeps what was told in order."""

    def __init__(self, workspace: Workspace) -> None:
        self.jobs, self.project = workspace.jobs, workspace.project
        self.player = workspace.player
        self.held = None
        self.can_load = True
        self.told: list[str] = []
        self.model = RateModel(workspace, lambda pair: pair == self.held)
        self.model.released.connect(self._release)
        self.model.pair_changed.connect(self._show)
        self.model.answerable_changed.connect(lambda: self.told.append("answerable"))

    def _release(self) -> None:
        self.told.append("released")
        self.held = None

    def _show(self) -> None:
        pair = self.model.pair
        if pair is None or self.model.prepared is None:
            self.told.append("missing")
        elif not self.model.holds_pair:
            self.held = pair if self.can_load else None
            with Store.open(self.project.project_dir, write=False) as store:
                self.told.append(f"pair {pair.id} after {store.ratings.count()}")
            self.player.moved.emit()  # Its heads go to the start of the new pair.
            self.model.on_loaded(self.can_load)

    def hear_both(self) -> None:
        for side in "AB":
            self.player.heads.count_heard(side, 3)  # Nothing is loaded: a sample is a second.

    def make_pairs(self) -> None:
        while self.jobs.asked("prepare_pair"):
            job = self.jobs.asked("prepare_pair")[0]
            job.finish(prepared(job.request))


@pytest.fixture
def listener(project, workspace, monkeypatch):
    """Four pairs wait; the place is shown, the first pair is held."""
    monkeypatch.setattr(rate_model, "SHOWN_AT_LEAST_S", 0.0)
    songs = add_songs(project, 2)
    project.pairs.add([make_pair(songs[at % 2], 5 + at) for at in range(4)])
    made = Listener(workspace)
    made.model.enter()
    made.make_pairs()
    made.told.clear()
    yield made
    made.model.close()


def test_an_answer_is_on_the_disk_before_the_next_pair_and_heard_is_told_once(listener):
    first = listener.model.pair
    listener.hear_both()
    listener.model.answer("A", 2)
    (rating,) = listener.project.ratings.last(5)
    assert (rating.comparison_id, rating.answer, rating.strength) == (first.id, "A", 2)
    assert listener.told == ["released", f"pair {first.id + 1} after 1", "answerable"]


def test_a_refused_answer_keeps_the_pair_and_says_why(listener, notifier, monkeypatch):
    said = []
    notifier.message.connect(lambda *words: said.append(words))
    pair = listener.model.pair
    with monkeypatch.context() as refusing:

        def full(_rating):
            raise NotSavedError("The disk is full.", "Make room.")

        refusing.setattr(listener.project._store.ratings, "add", full)
        listener.model.answer("A", 1)
    assert listener.model.pair is pair and listener.told == []
    assert said == [("failed", "The disk is full.", "Make room.", "", About.SAVING)]
    listener.model.answer("B", 1)
    assert [rating.answer for rating in listener.project.ratings.last(5)] == ["B"]


def test_a_key_that_bounces_answers_only_a_pair_that_was_shown_a_moment(listener, monkeypatch):
    monkeypatch.setattr(rate_model, "SHOWN_AT_LEAST_S", 60.0)
    listener.model.answer("A", 1)
    assert listener.project.ratings.last(5) == []
    monkeypatch.setattr(rate_model, "SHOWN_AT_LEAST_S", 0.0)
    listener.model.answer("A", 1)
    assert len(listener.project.ratings.last(5)) == 1


def test_skipping_a_pair_that_is_heard_again_leaves_its_answer(listener):
    model = listener.model
    first = model.pair
    model.answer("A", 1)
    second = model.pair
    (rating,) = listener.project.ratings.last(5)
    assert model.hear_again(rating) and model.pair.id == first.id
    said = "Was A better; a new answer is by eye"
    assert model.answerable().said == (said, "triangle", "doubtful")
    model.answer("skip", 1)
    assert model.pair.id == second.id
    assert [kept.answer for kept in listener.project.ratings.last(5)] == ["A"]
    # Answered again, it is the same rating with another answer.
    model.hear_again(rating)
    model.answer("tie", 1)
    assert [kept.answer for kept in listener.project.ratings.last(5)] == ["tie"]
    assert model.pair.id == second.id


def test_a_refused_answer_leaves_a_pair_heard_again(listener, monkeypatch):
    model = listener.model
    model.answer("A", 1)
    (rating,) = listener.project.ratings.last(5)
    model.hear_again(rating)
    with monkeypatch.context() as refusing:

        def full(_rating):
            raise NotSavedError("The disk is full.", "Make room.")

        refusing.setattr(listener.project._store.ratings, "add", full)
        model.answer("B", 1)
    assert model.answerable().said[0].startswith("Was A better")


def test_an_answer_that_is_taken_back_brings_its_pair(listener, notifier):
    said = []
    notifier.status_changed.connect(lambda text, _: said.append(text))
    first = listener.model.pair
    listener.model.answer("A", 1)
    assert said == ["Saved as by eye: it does not teach. Next pair is ready."]
    listener.project.history.undo()
    listener.hear_both()
    listener.model.answer("A", 1)
    assert said[-1] == "1 rating saved. Next pair is ready."
    listener.project.history.undo()
    assert listener.model.pair.id == first.id and "The answer is taken back." in said


def test_what_can_not_be_answered_says_why(listener):
    model = listener.model
    assert model.answerable().unheard == model.answerable().unready == ""
    listener.held = None
    now = model.answerable()
    assert now.unheard == now.unready == "The pair is not ready yet" and now.unskippable == ""
    model.answer("A", 1)
    assert listener.project.ratings.last(5) == [], "it was not there to be heard"
    while model.pair is not None:
        model.answer("skip", 1)
    assert model.answerable().unskippable == "There is no pair"
    assert model.missing() == ("Looking for pairs…", "The first ones take a few seconds.", False)
    assert model.entry is None and model.next_pair() is None


def test_a_pair_that_the_player_refuses_is_made_anew(listener):
    model = listener.model
    listener.can_load = False
    model.answer("A", 1)
    waits = model.pair
    assert not model.holds_pair and model.prepared is None
    listener.can_load = True
    listener.make_pairs()
    assert model.pair is waits and model.holds_pair


def test_while_another_place_is_shown_nothing_is_answered_marked_or_told(listener):
    model = listener.model
    pair = model.pair
    model.leave()
    assert listener.told == ["released"] and model.pair is pair
    model.answer("A", 1)
    model.mark_both()
    assert listener.project.ratings.last(5) == [] and listener.project.marks.all() == []
    listener.project.ratings.add(pair, "B")
    assert "answerable" not in listener.told and model.pair.id == pair.id + 1
    model.enter()
    assert listener.told[-1] == "answerable" and model.holds_pair


def test_the_next_pair_is_told_once_this_one_is_held(listener):
    model = listener.model
    following, made = model.next_pair()
    assert following.id == model.pair.id + 1 and made.layout.sha256 == following.sha256
    listener.held = None
    assert model.next_pair() is None
