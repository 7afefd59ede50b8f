"""Boundaries, labels and recurrence on bars whose form is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ml_core.analysis.bars.features import RECURRENCE_BARS, rank, repetition
from ml_core.analysis.bars.sections import (
    find_boundaries,
    find_sections,
    label_name,
    length_price,
    novelty,
)


def form(plan: str, noise: float = 0.15, seed: int = 0) -> NDArray[np.float32]:
    """One row a bar; each letter is music of its own with a two-bar pattern."""
    rng = np.random.default_rng(seed)
    music = {letter: rng.normal(0, 1, (2, 12)) for letter in sorted(set(plan))}
    rows = [music[letter][i % 2] for i, letter in enumerate(plan)]
    return (np.array(rows) + rng.normal(0, noise, (len(plan), 12))).astype(np.float32)


def test_parts_and_their_repeats_are_found() -> None:
    plan = "A" * 8 + "B" * 8 + "A" * 8 + "C" * 8 + "B" * 8
    pattern = form(plan)
    sections = find_sections(pattern, novelty(pattern))
    assert [s.start_bar for s in sections] == [0, 8, 16, 24, 32]
    assert [s.label for s in sections] == ["A", "B", "A", "C", "B"]
    assert sections[-1].end_bar == 40


def test_a_boundary_off_the_eights_is_still_found() -> None:
    pattern = form("A" * 10 + "B" * 16 + "A" * 14)
    assert [s.start_bar for s in find_sections(pattern, novelty(pattern))][1:3] == [10, 26]


def test_phrases_of_eight_are_preferred() -> None:
    prices = length_price(np.array([8, 4, 6, 7, 3]))
    assert (np.diff(prices) > 0).all()


@pytest.mark.parametrize("n_bars", [1, 2, 3, 5])
def test_a_few_bars_are_covered(n_bars: int) -> None:
    pattern = form("A" * n_bars)
    sections = find_sections(pattern, novelty(pattern))
    assert sections[0].start_bar == 0
    assert sections[-1].end_bar == n_bars


def test_bars_that_are_all_alike_are_no_crash() -> None:
    pattern = np.zeros((30, 5), np.float32)
    assert novelty(pattern) == pytest.approx(np.zeros(30))
    assert find_boundaries(np.zeros(30))[-1] == 30


def test_label_names_go_on_after_z() -> None:
    assert [label_name(i) for i in (0, 25, 26, 27, 52, 701, 702)] == [
        "A", "Z", "AA", "AB", "BA", "ZZ", "AAA",
    ]  # fmt: skip


def test_bars_that_come_back_are_told_from_those_that_do_not() -> None:
    recurs = repetition(form("A" * 8 + "B" * 8 + "A" * 8))
    assert recurs[:8].min() > recurs[8:16].max()
    assert recurs.max() <= 1
    assert repetition(form("A" * RECURRENCE_BARS)).tolist() == [0.0] * RECURRENCE_BARS


def test_ranks_run_from_0_to_1_and_share_ties() -> None:
    assert rank(np.array([3, 1, 2, 2], np.float32)).tolist() == [1, 0, 0.5, 0.5]
    assert rank(np.array([5], np.float32)).tolist() == [0.5]
