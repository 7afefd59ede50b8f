"""The verdict: exact, two-sided, able to say no, silent before its fixed number of pairs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import betainc
from scipy.stats import binom, binomtest, multinomial

from ml_core.domain.comparing import ReportRequest
from ml_core.domain.edits import Edit, Origin
from ml_core.domain.models import ComparisonSession
from ml_core.domain.ratings import Answer, Comparison, Rating
from ml_core.training.comparing.compare import report, verdict_of
from ml_core.training.comparing.verdict import paired_test

SHA = "a" * 64
SHORT = Edit(SHA, 100, ((0, 1000),))
LONG = Edit(SHA, 100, ((0, 1000), (2000, 4000)))


def _chances(n: int, share: float, tie: float) -> dict[tuple[int, int], float]:
    """Probability of each (wins, losses), multiplied out."""
    return {
        (wins, losses): float(multinomial.pmf([wins, losses, n - wins - losses], n, p))
        for p in [[share * (1 - tie), (1 - share) * (1 - tie), tie]]
        for wins in range(n + 1)
        for losses in range(n + 1 - wins)
    }


def _said(n: int) -> dict[tuple[int, int], str]:
    return {
        (wins, losses): verdict_of(paired_test(wins, n - wins - losses, losses)[1])
        for wins in range(n + 1)
        for losses in range(n + 1 - wins)
    }


@pytest.mark.parametrize(("wins", "losses"), [(0, 7), (7, 0), (18, 7), (13, 12), (14, 5), (3, 3)])
def test_it_never_says_less_than_the_sign_test(wins: int, losses: int) -> None:
    p, (low, high) = paired_test(wins, 25 - wins - losses, losses)
    known = binomtest(wins, wins + losses)
    interval = known.proportion_ci(0.95, method="exact")
    assert 0.0 < p <= known.pvalue + 1e-9
    assert interval.low - 1e-6 <= low <= wins / (wins + losses) <= high <= interval.high + 1e-6
    mirrored, (other_low, other_high) = paired_test(losses, 25 - wins - losses, wins)
    assert mirrored == pytest.approx(p)
    assert (other_low, other_high) == pytest.approx((1 - high, 1 - low))


def test_nothing_decided_says_nothing() -> None:
    assert paired_test(0, 25, 0) == (1.0, (0.0, 1.0))
    assert paired_test(0, 0, 0) == (1.0, (0.0, 1.0))


def test_the_p_is_the_worst_over_all_shares_of_ties() -> None:
    """Against a plain sum over outcomes, for 14 wins and 5 losses of 25."""
    p, _ = paired_test(14, 6, 5)
    seen = binomtest(14, 19, alternative="greater").pvalue
    tails = {
        (wins, losses): binomtest(wins, wins + losses, alternative="greater").pvalue
        if wins + losses
        else 1.0
        for wins in range(26)
        for losses in range(26 - wins)
    }
    worst = max(
        sum(chance for outcome, chance in _chances(25, 0.5, tie).items() if tails[outcome] <= seen)
        for tie in np.linspace(0.0, 0.95, 39)
    )
    assert p == pytest.approx(2 * worst, abs=2e-4)
    assert p <= 0.05 < binomtest(14, 19).pvalue


def test_five_hundred_pairs_take_no_table_of_all_outcomes(monkeypatch) -> None:
    """The p against a plain sum over outcomes, and how many tails were summed for it."""
    counted = []

    def counting(a, b, share):
        counted.append(np.size(a))
        return betainc(a, b, share)

    monkeypatch.setattr("ml_core.training.comparing.verdict.betainc", counting)
    paired_test.cache_clear()
    p, (low, high) = paired_test(300, 50, 150)
    assert 0.5 < low < 300 / 450 < high < 1.0
    assert sum(counted) < 2_000_000, "all tails of 500 pairs, for each share tried, are 25 million"
    p, _ = paired_test(270, 0, 230)
    seen = binomtest(270, 500, alternative="greater").pvalue * (1 + 1e-9)
    # Of each number of decided pairs, the largest tail that is no larger than what was seen.
    decided = np.arange(501)
    tails = binom.sf(np.arange(501)[None] - 1, decided[:, None], 0.5)
    possible = np.arange(501)[None] <= decided[:, None]
    reached = np.where(possible & (tails <= seen), tails, 0.0).max(1)
    worst = max(
        float(binom.pmf(decided, 500, 1 - tie) @ reached) for tie in np.linspace(0.0, 1.0, 401)
    )
    assert p == pytest.approx(2 * worst, rel=1e-6)


def test_equal_policies_are_hardly_ever_promoted_and_a_better_one_mostly() -> None:
    """Exactly, not by simulation: no share of ties breaks the 5 %."""
    said = _said(25)
    for tie in (0.0, 0.04, 0.1, 0.2, 0.35, 0.5, 0.8):
        equal = _chances(25, 0.5, tie)
        for verdict in ("better", "worse"):
            assert sum(chance for at, chance in equal.items() if said[at] == verdict) <= 0.025
    for tie in (0.0, 0.1, 0.2):
        better = _chances(25, 0.8, tie)
        assert sum(chance for at, chance in better.items() if said[at] == "better") >= 0.80


@pytest.mark.parametrize("share", [0.35, 0.5, 0.62, 0.8, 0.93])
def test_the_interval_covers_what_it_says(share: float) -> None:
    for tie in (0.0, 0.2, 0.5):
        covered = 0.0
        for (wins, losses), chance in _chances(15, share, tie).items():
            low, high = paired_test(wins, 15 - wins - losses, losses)[1]
            covered += chance * (low - 1e-6 <= share <= high + 1e-6)
        assert covered >= 0.95 - 1e-6


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
