"""A comparison that may end early: its errors at every look, its power and its interval."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from ml_core.domain.comparing import ReportRequest
from ml_core.domain.early_end import MOST_PAIRS, USUAL_PAIRS, early_verdict, wins_needed
from ml_core.domain.edits import Edit, Origin
from ml_core.domain.models import ComparisonSession, rows_by_pair
from ml_core.domain.ratings import Answer, Comparison, Rating
from ml_core.training.comparing.compare import report
from ml_core.training.comparing.early_test import early_test

SHORT = Edit("a" * 64, 100, ((0, 1000),))
LONG = Edit("a" * 64, 100, ((0, 3000),))
# Of the 40, and of so few that every sequence of answers can be gone through.
FEW = 12


def ends(share: float, n_pairs: int) -> Iterator[tuple[str, int, float]]:
    """(verdict, decided pairs, probability) of each end, by a walk apart from the code's own."""
    bounds, walks = wins_needed(n_pairs), {(0, 0): 1.0}
    for n in range(1, n_pairs + 1):
        after: dict[tuple[int, int], float] = {}
        for (wins, losses), chance in walks.items():
            for step, part in (((1, 0), share), ((0, 1), 1.0 - share)):
                at = (wins + step[0], losses + step[1])
                after[at] = after.get(at, 0.0) + chance * part
        walks = {}
        for (wins, losses), chance in after.items():
            if wins >= bounds[n] or losses >= bounds[n]:
                yield ("better" if wins >= bounds[n] else "worse"), n, chance
            elif n == n_pairs:
                yield "no difference shown", n, chance
            else:
                walks[wins, losses] = chance


@pytest.mark.parametrize("n_pairs", [10, 25, MOST_PAIRS, 100])
def test_equal_policies_are_called_better_or_worse_in_one_of_forty_at_most(n_pairs: int) -> None:
    for verdict in ("better", "worse"):
        for share in (0.5, 0.45, 0.55):
            said = sum(chance for what, _, chance in ends(share, n_pairs) if what == verdict)
            wrong = (verdict == "better") == (share <= 0.5) or share == 0.5
            assert not wrong or said <= 0.025


def test_a_better_policy_is_mostly_found_and_sooner_than_by_a_fixed_number() -> None:
    found = [(n, chance) for what, n, chance in ends(0.8, MOST_PAIRS) if what == "better"]
    assert sum(chance for _, chance in found) >= 0.94
    assert sum(chance for n, chance in found if n <= USUAL_PAIRS) >= 0.5
    assert sum(chance for n, chance in found if n < USUAL_PAIRS) < 0.5


def test_what_comes_after_the_end_changes_nothing() -> None:
    verdict, seen = early_verdict([1] * 8 + [-1] * 32, MOST_PAIRS)
    assert (verdict, seen) == ("better", 8)
    assert early_test([1] * 8 + [-1] * 32, MOST_PAIRS) == early_test([1] * 8, MOST_PAIRS)


def test_ties_count_as_pairs_but_decide_nothing() -> None:
    assert early_verdict([1, 0] * 20, MOST_PAIRS) == ("better", 15)
    assert early_verdict([0] * 40, MOST_PAIRS) == ("no difference shown", 40)
    assert early_test([0] * 40, MOST_PAIRS) == ("no difference shown", 1.0, (0.0, 1.0))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.62, 0.8, 0.93])
def test_the_interval_covers_what_it_says_however_often_one_looked(share: float) -> None:
    known: dict[tuple[int, int], tuple[str, tuple[float, float]]] = {}
    covered = total = 0.0
    for results in product((1, -1), repeat=FEW):
        seen = results[: early_verdict(results, FEW)[1]]
        chance = np.prod([share if r > 0 else 1.0 - share for r in results])
        at = (seen.count(1), seen.count(-1))
        if at not in known:
            verdict, _, interval = early_test(seen, FEW)
            known[at] = verdict, interval
        low, high = known[at][1]
        total += float(chance)
        covered += float(chance) * (low - 1e-9 <= share <= high + 1e-9)
    assert total == pytest.approx(1.0) and covered >= 0.95
    for verdict, (low, high) in known.values():
        assert (low > 0.5, high < 0.5) == (verdict == "better", verdict == "worse")


def asked(answers: list[Answer], n_pairs: int = MOST_PAIRS) -> ReportRequest:
    pairs = [
        Comparison(SHORT, LONG, "check", Origin("new"), Origin("base"), id=k)
        for k in range(1, n_pairs + 1)
    ]
    pairs = [pair if pair.id % 2 else replace(pair.swapped(), id=pair.id) for pair in pairs]
    ratings = tuple(
        Rating(p.id, p.a, p.b, answer) for p, answer in zip(pairs, answers, strict=False)
    )
    session = ComparisonSession("base", "new", n_pairs, True, 0, ends_early=True)
    return ReportRequest("", session, tuple(pairs), ratings)


def test_a_report_tells_nothing_before_its_end_and_then_only_what_was_answered() -> None:
    new_wins: list[Answer] = ["A", "B"] * 20
    shown = report(asked(new_wins[:7]))
    assert (shown.verdict, shown.wins, shown.per_song) == ("unfinished", 0, ())
    shown = report(asked(new_wins[:8]))
    assert (shown.verdict, shown.n, shown.wins, shown.losses) == ("better", 8, 8, 0)
    assert shown.interval[0] > 0.5 and shown.p < 0.05
    rows = rows_by_pair(shown, list(range(1, MOST_PAIRS + 1)))
    assert list(rows) == list(range(1, 9))
    # A file may hold answers to all pairs: those after the end decide nothing.
    old_wins: list[Answer] = ["B", "A"] * 16
    assert report(asked(new_wins[:8] + old_wins)) == shown


def test_a_report_that_shows_nothing_comes_after_the_last_pair() -> None:
    even: list[Answer] = ["A"] * 40
    assert report(asked(even[:39])).verdict == "unfinished"
    assert report(asked(even)).verdict == "no difference shown"
