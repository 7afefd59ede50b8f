"""Whatever is rated, changed, taken back, skipped or compared: queue and ratings agree."""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from ml_core.domain.models import ComparisonSession
from ml_core.domain.ratings import ANSWERS, Comparison, Rating
from ml_core.store import Store
from tests.faults.store.store_builder import answered, pair, sha_of, song

N_SONGS = 4
NUMBERS = st.integers(0, 10_000)


class Queue(RuleBasedStateMachine):
    """A project beside a plain model of what it should say."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="tastecut-queue-"))
        self.rng = random.Random(0)
        self.pairs: dict[int, Comparison] = {}
        self.current: dict[int, Rating] = {}
        self.sessions: dict[int, int] = {}
        self.removed: set[str] = set()
        self.n_rows = 0
        self.open()

    def open(self) -> None:
        self.store = Store.open(self.folder / "project")
        # Nobody pulls the plug here, and hundreds of syncs would take most of the time.
        self.store._database.connection.execute("PRAGMA synchronous = OFF")

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    @initialize()
    def add_songs(self) -> None:
        for number in range(N_SONGS):
            self.store.songs.add(song(number), "ready")

    @rule(n_pairs=st.integers(1, 4))
    def propose(self, n_pairs: int) -> None:
        new = [pair(self.rng, self.rng.randrange(N_SONGS)) for _ in range(n_pairs)]
        _, kept = self.store.pairs.add(new)
        self.pairs.update((p.id, p) for p in kept)

    @rule(n_pairs=st.integers(1, 2))
    def compare(self, n_pairs: int) -> None:
        new = [pair(self.rng, self.rng.randrange(N_SONGS)) for _ in range(n_pairs)]
        _, session = self.store.sessions.add(
            ComparisonSession("base", "c1", n_pairs, False, 0), new
        )
        self.sessions[session.id] = n_pairs
        self.pairs.update((p.id, p) for p in self.store.pairs.of_session(session.id))

    @precondition(lambda self: self.pairs)
    @rule(which=NUMBERS, answer=st.sampled_from(ANSWERS))
    def rate(self, which: int, answer: str) -> None:
        asked = self.pairs[sorted(self.pairs)[which % len(self.pairs)]]
        _, rating = self.store.ratings.add(answered(asked, answer))
        self.current[asked.id] = rating
        self.n_rows += 1
        assert rating.id == self.n_rows

    @precondition(lambda self: self.current)
    @rule(which=NUMBERS)
    def take_back(self, which: int) -> None:
        rating = self.current.pop(sorted(self.current)[which % len(self.current)])
        assert self.store.ratings.withdraw(rating.id)
        assert not self.store.ratings.withdraw(rating.id)
        self.n_rows += 1

    @rule(number=st.integers(0, N_SONGS - 1))
    def remove_or_bring_back(self, number: int) -> None:
        if sha_of(number) in self.removed:
            self.store.songs.add(song(number), "ready")
        else:
            self.store.songs.remove(sha_of(number))
        self.removed ^= {sha_of(number)}

    @rule()
    def close_and_open(self) -> None:
        self.store.close()
        self.open()

    @invariant()
    def queue_is_what_is_unanswered(self) -> None:
        unanswered = [self.pairs[key] for key in sorted(self.pairs.keys() - self.current.keys())]
        assert self.store.pairs.waiting() == [
            p for p in unanswered if p.session is None and p.sha256 not in self.removed
        ]
        for session_id in self.sessions:
            expected = [p for p in unanswered if p.session == session_id]
            assert self.store.pairs.of_session(session_id, only_open=True) == expected

    @invariant()
    def ratings_are_what_counts(self) -> None:
        in_order = sorted(self.current.values(), key=lambda rating: rating.id)
        assert self.store.ratings.current(include_skips=True, for_training=False) == in_order
        assert self.store.ratings.last(3) == in_order[::-1][:3]
        teaching = [r for r in in_order if r.answer != "skip" and self.may_teach(r)]
        assert self.store.ratings.current() == teaching
        assert self.store.ratings.count() == len(teaching)

    @invariant()
    def nothing_is_damaged(self) -> None:
        assert all(check.ok for check in self.store.check()), self.store.check()

    def may_teach(self, rating: Rating) -> bool:
        session = self.pairs[rating.comparison_id].session
        if session is None:
            return True
        answers = [key for key in self.current if self.pairs[key].session == session]
        return len(answers) >= self.sessions[session]


TestQueue = Queue.TestCase
TestQueue.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
