"""The state of Compare without its page: what there is, what may be done, what is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from editor_app.places.compare.model import CompareModel
from editor_app.sound.device import SoundDevice
from editor_app.sound.player import Player
from ml_core.domain.models import BASE
from tests.editor_app.conftest import add_songs, make_pair
from tests.editor_app.places.taste.test_taste import trained
from tests.editor_app.sound.fake_output import FakeOutput


@pytest.fixture
def model(workspace):
    """Its player has an output: nobody compares by eye."""
    player = Player(device=SoundDevice(open_stream=lambda *_: FakeOutput()))
    player.device.open()
    return CompareModel(replace(workspace, player=player))


@pytest.fixture
def learned(project):
    """Songs, an answer and a training that is not in use yet."""
    songs = add_songs(project, 2)
    (pair,) = project.pairs.add([make_pair(songs[0])])
    project.ratings.add(pair, "A")
    result = trained("one")
    project.models.add_training(result)
    return songs, result


def test_before_a_training_there_is_nothing_and_beginning_is_refused(model, jobs, notifier):
    told = []
    notifier.message.connect(lambda *words: told.append(words))
    assert not model.read() and model.session is None and model.facts() == ""
    model.begin()
    assert told and jobs.open == [] and not model.is_making


def test_fault_66_without_sound_no_comparison_begins(model, jobs, learned):
    model._player.device.lose()
    assert not model.has_sound
    model.begin()
    assert jobs.open == [] and not model.is_making


def test_a_comparison_is_begun_once_and_read(model, jobs, learned):
    songs, result = learned
    changed = []
    model.changed.connect(lambda: changed.append(model.is_making))
    model.begin()
    model.begin()
    (job,) = jobs.asked("compare_pairs")
    assert model.is_making and changed == [True]
    job.finish([make_pair(songs[1])])
    assert not model.is_making and changed[-1] is False
    assert model.read() and model.session.new == result.best.id
    assert not model.read(), "what did not change is not told as new"
    assert model.report is None and model.facts().startswith("old against new, blind, on")
    model.begin()
    assert jobs.asked("compare_pairs") == []


def test_nothing_is_decided_before_there_is_a_report(model, jobs, learned, project):
    songs, _ = learned
    model.begin()
    jobs.asked("compare_pairs")[0].finish([make_pair(songs[1])])
    model.read()
    model.decide(use_new=True)
    assert project.models.active() is None and not model.is_new_used
    assert model.ask_report() and not model.ask_report(), "answers are counted once"
    assert model._used == BASE
