"""What the tasks are asked, as the project stands."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from ml_core.domain.finished_edits import FinishedEdit
from ml_core.errors import UserError
from ml_core.store.finished_edits import keep_finished_edit
from ml_core.store.requests import propose_request, taste_request, train_request
from tests.faults.store.store_builder import answered, pair, song
from tests.ml_core.store.test_checkpoints import checkpoint


def test_pairs_from_before_the_newest_training_are_told_from_those_after_it(store, monkeypatch):
    monkeypatch.setattr("ml_core.store.requests.is_file", lambda _: True)
    rng = random.Random(1)
    store.songs.add(song(0), "ready")
    _, asked = store.pairs.add([pair(rng, 0) for _ in range(5)])
    for one in asked[:3]:
        store.ratings.add(answered(one))
    assert propose_request(store, 1).n_before_training == 0
    # Not in use: what counts is that the answers were learned from.
    store.models.add(replace(checkpoint("c1"), n_ratings=3))
    assert propose_request(store, 1).n_before_training == 3
    store.ratings.add(answered(asked[3]))
    assert propose_request(store, 1).n_before_training == 3


def test_from_three_finished_edits_on_one_may_train_without_ratings(store, monkeypatch):
    monkeypatch.setattr("ml_core.store.requests.is_file", lambda _: True)
    store.songs.add(song(0), "ready")
    edit = FinishedEdit(song(0).sha256, 44100, ((0, 500),), "reel.mp3", 1000)
    with pytest.raises(UserError, match="nothing to learn"):
        train_request(store)
    keep_finished_edit(store, edit)
    keep_finished_edit(store, edit)  # The same one twice counts once.
    second = keep_finished_edit(store, replace(edit, spans=((100, 600),)))
    with pytest.raises(UserError, match="Fewer than 3 finished edits") as told:
        train_request(store)
    assert "12 pairs" in told.value.remedy
    keep_finished_edit(store, replace(edit, spans=((200, 700),)))
    asked = train_request(store)
    assert asked.ratings == ()
    assert len(asked.edits) == 4
    assert asked.edits == taste_request(store).edits == propose_request(store, 1).edits
    keep_finished_edit(store, replace(second, is_left_out=True))
    with pytest.raises(UserError, match="Fewer than 3"):
        train_request(store)
