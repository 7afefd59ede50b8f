"""A comparison that ends early is complete once its answers show something, and only then."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from ml_core.domain.early_end import MOST_PAIRS, early_verdict
from ml_core.domain.edits import Origin
from ml_core.domain.models import ComparisonSession
from ml_core.domain.ratings import Comparison
from ml_core.store import Store
from tests.faults.store.store_builder import answered, pair, song

N_CLEAR = early_verdict([1] * MOST_PAIRS, MOST_PAIRS)[1]


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "project") as opened:
        for number in (0, 1):
            opened.songs.add(song(number), "ready")
        yield opened


def begun(store: Store, ends_early: bool = True) -> list[Comparison]:
    """The pairs of a comparison, the new policy always on side A."""
    rng = random.Random(0)
    pairs = [
        replace(pair(rng, n % 2), reason="check", origin_a=Origin("new"), origin_b=Origin("base"))
        for n in range(MOST_PAIRS)
    ]
    wanted = ComparisonSession("base", "new", MOST_PAIRS, True, 0, ends_early=ends_early)
    _, session = store.sessions.add(wanted, pairs)
    assert store.sessions.all()[-1].ends_early == ends_early
    return store.pairs.of_session(session.id)


def test_it_is_complete_at_the_first_moment_that_shows_something(store: Store) -> None:
    pairs = begun(store)
    for asked in pairs[: N_CLEAR - 1]:
        store.ratings.add(answered(asked, "A"))
        assert not store.sessions.is_complete(1)
    _, last = store.ratings.add(answered(pairs[N_CLEAR - 1], "A"))
    assert store.sessions.is_complete(1)
    assert len(store.ratings.current()) == N_CLEAR, "its answers teach from now on"
    store.ratings.withdraw(last.id)
    assert not store.sessions.is_complete(1), "it goes on where its last answer is taken back"


def test_a_fixed_number_is_waited_for(store: Store) -> None:
    for asked in begun(store, ends_early=False)[:-1]:
        store.ratings.add(answered(asked, "A"))
        assert not store.sessions.is_complete(1)


def test_answers_in_another_order_count_by_the_order_of_their_pairs(store: Store) -> None:
    pairs = begun(store)
    late, early = pairs[-N_CLEAR:], pairs[:N_CLEAR]
    for asked in late:
        store.ratings.add(answered(asked, "A"))
    assert store.sessions.is_complete(1)
    # Earlier pairs are answered now: by the order they were asked in, nothing is shown yet.
    store.ratings.add(answered(early[0], "B"))
    store.ratings.add(answered(early[1], "B"))
    assert not store.sessions.is_complete(1)
