"""A child process that rates until it is killed, telling what it tries and what was acknowledged.

Lines on standard output: `try PAIR OLD NEW` before a call, `ok PAIR NEW` after it returned, where
OLD and NEW are answers or `open`; and `ready` once the project is open.
"""

from __future__ import annotations

import random
import sys

from ml_core.domain.ratings import Answer, Comparison
from ml_core.errors import NotSavedError
from ml_core.store import Store
from tests.faults.store.store_builder import answered, pair

ANSWERS: tuple[Answer, ...] = ("A", "B", "tie")
PAIRS_AT_ONCE = 40


def say(*words: object) -> None:
    print(*words, flush=True)


def rate(store: Store, asked: Comparison, old: str, answer: Answer) -> None:
    say("try", asked.id, old, answer)
    store.ratings.add(answered(asked, answer))
    say("ok", asked.id, answer)


def change(store: Store, rng: random.Random) -> None:
    """Take one of the last answers back, or answer its pair again."""
    rating = rng.choice(store.ratings.last(10))
    if rng.random() < 0.5:
        say("try", rating.comparison_id, rating.answer, "open")
        store.ratings.withdraw(rating.id)
        say("ok", rating.comparison_id, "open")
    else:
        rate(store, store.pairs.by_id(rating.comparison_id), rating.answer, rng.choice(ANSWERS))


def go_on(store: Store, rng: random.Random, changing: bool) -> None:
    """One more call."""
    waiting = store.pairs.waiting()
    if changing and store.ratings.count() and rng.random() < 0.7:
        change(store, rng)
    elif waiting:
        rate(store, waiting[0], "open", rng.choice(ANSWERS))
    else:
        store.pairs.add([pair(rng) for _ in range(PAIRS_AT_ONCE)])


def main(project: str, seed: int, changing: bool) -> None:
    rng = random.Random(seed)
    with Store.open(project) as store:
        say("ready")
        while True:
            try:
                go_on(store, rng, changing)
            except NotSavedError as error:
                say("refused", error)
                sys.stdin.readline()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3] == "changing")
