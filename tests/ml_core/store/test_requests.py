"""What the tasks are asked, as the project stands."""

from __future__ import annotations

import random
from dataclasses import replace

from ml_core.store.requests import propose_request
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
