"""How well a taste is known: the number that is told falls only for a reason."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.domain.edits import Edit
from ml_core.domain.models import KnownCertainty, known_certainty
from ml_core.domain.ratings import Rating
from ml_core.training.fit_reward.preference_dataset import ratings_hash
from ml_core.training.pairs.held_certainty import CHANGED, DISAGREE, held

ONE, OTHER = (Edit("c" * 64, 100, ((0, n),)) for n in (1000, 2000))


def _ratings(n: int) -> list[Rating]:
    return [Rating(k, ONE, OTHER, "A", id=k) for k in range(1, n + 1)]


def _known(n: int, share: float, fell: str = "") -> KnownCertainty:
    return KnownCertainty(n, ratings_hash(_ratings(n)), share, fell)


@pytest.mark.parametrize(
    ("now", "foreseen", "share", "fell"),
    [
        (0.6, [1.0, 1.0], 0.6, ""),
        (0.4, [1.0, 1.0], 0.5, ""),
        (0.4, [1.0, 0.0], 0.5, ""),
        (0.4, [-1.0, 1.0], 0.4, DISAGREE),
        (0.4, [-1.0, -1.0], 0.4, DISAGREE),
        (0.6, [-1.0, -1.0], 0.6, ""),
    ],
)
def test_it_falls_only_where_the_newest_answers_were_not_foreseen(now, foreseen, share, fell):
    values = np.concatenate([np.ones(10), foreseen])
    told = held(now, _known(10, 0.5), _ratings(12), False, np.ones(12), values)
    assert (told.share, told.fell, told.n_ratings) == (share, fell, 12)
    again = held(0.1, told, _ratings(12), False, np.ones(12), -values)
    assert again == told, "of the same answers the same number is told"


def test_answers_taken_back_are_a_reason_too():
    told = held(0.3, _known(12, 0.5), _ratings(11), False, np.ones(11), np.ones(11))
    assert (told.share, told.fell) == (0.3, CHANGED)
    other = [*_ratings(11), Rating(12, ONE, OTHER, "B", id=12)]
    assert held(0.3, _known(12, 0.5), other, False, np.ones(12), np.ones(12)).fell == CHANGED
    assert held(0.7, _known(12, 0.5), other, False, np.ones(12), np.ones(12)).fell == ""


def test_what_was_kept_is_read_back_or_passed_over():
    told = _known(12, 0.5, "It fell.")
    kept = {"n_ratings": 12, "hash": told.hash, "share": 0.5, "fell": "It fell."}
    assert known_certainty(kept) == told
    for damaged in (None, {}, {**kept, "share": 2.0}, {**kept, "more": 1}):
        assert known_certainty(damaged) is None
    assert held(0.2, None, _ratings(3), False, np.ones(3), np.ones(3)).share == 0.2
