"""Answers given by eye: kept like all others, and left out of what counts as ratings."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

from ml_core.domain.ratings import Answer, Comparison, Rating, changed_by_hand
from ml_core.store import Store
from tests.faults.store.store_builder import answered, edit, pair


def ask(store: Store, rng: random.Random, n_pairs: int) -> list[Comparison]:
    return store.pairs.add([pair(rng) for _ in range(n_pairs)])[1]


def by_eye(asked: Comparison, a_s: float | None, b_s: float | None, answer: Answer = "A") -> Rating:
    return replace(answered(asked, answer), heard_a_s=a_s, heard_b_s=b_s)


def test_answers_by_eye_are_kept_and_do_not_count_unless_they_are_to_teach(
    store: Store, project: Path, rng: random.Random
) -> None:
    asked = ask(store, rng, 6)
    heard = ((3.0, 2.0), (None, None), (0.0, 0.0), (1.9, 9.0), (9.0, None))
    kept = [store.ratings.add(by_eye(p, *s))[1] for p, s in zip(asked, heard, strict=False)]
    store.ratings.add(by_eye(asked[5], 0.0, 0.0, "skip"))
    counting = [kept[0], kept[1], kept[4]]
    assert store.ratings.current() == kept and len(store.ratings.last(9)) == 6
    assert store.ratings.counting() == counting
    assert store.ratings.count() == store.tastes.in_use().n_ratings == 3
    assert store.ratings.count_by_eye() == 2
    assert store.by_eye.set_teaches(True) == {"ratings"}
    assert store.ratings.counting() == kept
    assert store.ratings.count() == store.tastes.in_use().n_ratings == 5
    assert store.ratings.count_by_eye() == 2
    store.close()
    with Store.open(project) as again:
        assert again.by_eye.teaches and again.ratings.count() == 5
        assert again.by_eye.set_teaches(False) and not again.by_eye.set_teaches(False)
        assert again.ratings.count() == 3


def test_the_count_follows_undo_and_answers_that_are_given_again(
    store: Store, rng: random.Random
) -> None:
    (asked,) = ask(store, rng, 1)
    seen: list[tuple[int, int]] = []

    def look() -> None:
        seen.append((store.ratings.count(), store.ratings.count_by_eye()))
        assert store.ratings.count() == len(store.ratings.counting())

    for rating in (by_eye(asked, 0.0, 0.0), by_eye(asked, 3.0, 3.0), by_eye(asked, 3.0, 0.5)):
        _, last = store.ratings.add(rating)
        look()
    store.ratings.withdraw(last.id)
    look()
    assert seen == [(0, 1), (1, 0), (0, 1), (0, 0)]


def test_a_change_by_hand_counts_however_little_was_heard(store: Store, rng: random.Random) -> None:
    a, b = edit(rng, 1), edit(rng, 1)
    store.ratings.add(replace(changed_by_hand(a, b), heard_a_s=0.0, heard_b_s=0.0))
    assert store.ratings.count() == 1 == len(store.ratings.counting())
    assert store.ratings.count_by_eye() == 0
