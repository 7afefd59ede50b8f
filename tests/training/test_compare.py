"""The verdict: exact, two-sided, able to say no, silent before its fixed number of pairs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest

from ml_core.domain.comparing import ReportRequest
from ml_core.domain.edits import Edit, Origin
from ml_core.domain.models import ComparisonSession
from ml_core.domain.ratings import Answer, Comparison, Rating
from ml_core.training.compare import report, sign_test, verdict_of

SHA = "a" * 64
SHORT = Edit(SHA, 100, ((0, 1000),))
LONG = Edit(SHA, 100, ((0, 1000), (2000, 4000)))


@pytest.mark.parametrize(("wins", "losses"), [(0, 0), (0, 7), (7, 0), (18, 7), (13, 12), (3, 3)])
def test_the_test_and_interval_are_scipys_exact_ones(wins: int, losses: int) -> None:
    p, (low, high) = sign_test(wins, losses)
    if wins + losses == 0:
        assert (p, low, high) == (1.0, 0.0, 1.0)
        return
    known = binomtest(wins, wins + losses)
    interval = known.proportion_ci(0.95, method="exact")
    assert p == pytest.approx(known.pvalue)
    assert (low, high) == pytest.approx((interval.low, interval.high))


def _promoted(true_win: float, tie: float, rng: np.random.Generator, n: int = 25) -> bool:
    decided = n - rng.binomial(n, tie)
    wins = rng.binomial(decided, true_win)
    return verdict_of(wins, decided - wins) == "better"


def test_equal_policies_are_hardly_ever_promoted_and_a_better_one_mostly() -> None:
    rng = np.random.default_rng(0)
    equal = sum(_promoted(0.5, 0.2, rng) for _ in range(2000)) / 2000
    better = sum(_promoted(0.8, 0.0, rng) for _ in range(2000)) / 2000
    assert equal <= 0.05
    assert better >= 0.80


def _session(answers: list[Answer], new_is_a: list[bool], n: int) -> ReportRequest:
    comparisons, ratings = [], []
    for k, (answer, first) in enumerate(zip(answers, new_is_a, strict=True), start=1):
        pair = Comparison(
            a=SHORT, b=LONG, reason="check", origin_a=Origin("new"), origin_b=Origin("base"), id=k
        )
        pair = pair if first else replace(pair.swapped(), id=k)
        comparisons.append(pair)
        ratings.append(Rating(k, pair.a, pair.b, answer))
    session = ComparisonSession("base", "new", n, True, 0)
    return ReportRequest("", session, tuple(comparisons), tuple(ratings))


def test_wins_follow_the_policy_not_the_side() -> None:
    shown = report(_session(["A", "B", "A", "tie", "skip"], [True, False, False, True, True], 5))
    assert (shown.wins, shown.ties, shown.losses) == (2, 2, 1)
    assert [row["preferred"] for row in shown.per_song] == ["new", "new", "old", "tie", "tie"]
    # The new edit is the shorter one throughout: shorter was preferred in two of three.
    assert shown.baselines["always_shorter"] == pytest.approx(2 / 3)


def test_no_look_before_the_fixed_number_is_reached() -> None:
    shown = report(_session(["A"] * 24, [True] * 24, 25))
    assert shown.verdict == "unfinished"
    assert (shown.wins, shown.losses, shown.p) == (0, 0, 1.0)
    assert shown.per_song == ()
    assert len(shown.answers) == 24


def test_a_clear_winner_and_a_clear_loser_are_called_so() -> None:
    assert report(_session(["A"] * 25, [True] * 25, 25)).verdict == "better"
    assert report(_session(["B"] * 25, [True] * 25, 25)).verdict == "worse"
    assert report(_session(["A", "B"] * 12 + ["A"], [True] * 25, 25)).verdict == (
        "no difference shown"
    )
    assert report(_session(["tie"] * 25, [True] * 25, 25)).verdict == "no difference shown"
