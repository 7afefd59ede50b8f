"""What a rater said, held against what the project holds."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ml_core.domain.edits import Edit
from ml_core.store import Store
from tests.faults.requiring import require, require_whole

OPEN = "open"

Rated = tuple[int, str, Edit, Edit]
"""A rating as the person gave it: its pair, the answer, A and B."""


def answers_in(store: Store) -> list[Rated]:
    """What a project's ratings say."""
    return [(r.comparison_id, r.answer, r.a, r.b) for r in store.ratings.current()]


class Ledger:
    """What a rater said, held against what the project holds.

    Attributes:
        state: answer of each pair that was acknowledged, or "open".
        n_acknowledged: calls that returned.
    """

    def __init__(self) -> None:
        self.state: dict[int, str] = {}
        self.n_acknowledged = 0
        self._doubtful: tuple[int, str, str] | None = None

    def copy(self) -> Ledger:
        """A ledger with the same entries."""
        other = Ledger()
        other.state = dict(self.state)
        other.n_acknowledged = self.n_acknowledged
        other._doubtful = self._doubtful
        return other

    def read(self, lines: Iterable[str]) -> None:
        """Take in what the rater wrote; a line without its end was not said."""
        for line in lines:
            words = line.split()
            if not line.endswith("\n") or not words:
                continue
            if words[0] == "try":
                self._doubtful = int(words[1]), words[2], words[3]
            elif words[0] == "ok":
                self.state[int(words[1])] = words[2]
                self.n_acknowledged += 1
                self._doubtful = None
            elif words[0] == "refused":
                if self._doubtful is not None:  # Else more pairs were refused, not an answer.
                    self.state[self._doubtful[0]] = self._doubtful[1]
                self._doubtful = None

    def compare(self, project: Path) -> None:
        """Every acknowledged answer is there; the unacknowledged one is the old or the new."""
        require_whole(project)
        with Store.open(project) as store:
            if self._doubtful is not None:
                pair, old, new = self._doubtful
                found = _answer(store, pair)
                require(found in {old, new}, f"pair {pair}: {found}, neither {old} nor {new}")
                self.state[pair] = found
                self._doubtful = None
            waiting = {pair.id for pair in store.pairs.waiting()}
            for pair, answer in self.state.items():
                found = _answer(store, pair)
                require(found == answer, f"pair {pair}: {found}, acknowledged was {answer}")
                require((pair in waiting) == (answer == OPEN), f"pair {pair} and the queue")


def _answer(store: Store, pair: int) -> str:
    rating = store.ratings.of_pair(pair)
    return OPEN if rating is None else rating.answer
