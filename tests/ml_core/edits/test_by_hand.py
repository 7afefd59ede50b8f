"""Edits changed by hand: whole bars, nothing else moves, and something is always left."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.edits.by_hand import change_bars, is_on_bar_lines, kept_bars
from ml_core.edits.graph.edit_graph import build_graph, edit_from_path
from ml_core.errors import UserError
from tests.ml_core.edits.song_builder import build_song, random_path

GRAPH = build_graph(build_song("ABACABAD"))  # 32 bars of 2 s, pick-up .3 s, tail .4 s


def bars_s(first: int, last: int) -> tuple[float, float]:
    """A stretch from the middle of a bar to the end of another: both bars count."""
    edges = GRAPH.edges_samples / GRAPH.analysis.sample_rate_hz
    return float(edges[first] + 0.1), float(edges[last + 1])


def test_bars_are_read_back_from_any_edit() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        path = random_path(rng, GRAPH.n_bars)
        kept = kept_bars(GRAPH, edit_from_path(GRAPH, path))
        wanted = {bar for first, last in path for bar in range(first, last + 1)}
        assert set(np.flatnonzero(kept)) == wanted


def test_cut_out_and_brought_back_it_is_the_same_edit() -> None:
    edit = edit_from_path(GRAPH, ((0, 7), (12, 25)))
    less = change_bars(GRAPH, edit, bars_s(14, 17), keep=False)
    assert less == edit_from_path(GRAPH, ((0, 7), (12, 13), (18, 25)))
    assert change_bars(GRAPH, less, bars_s(14, 17), keep=True) == edit
    # The join that was there stays where it was, to the sample.
    assert (edit.spans[0][1], edit.spans[1][0]) == (less.spans[0][1], less.spans[1][0])


def test_a_gap_that_is_filled_leaves_no_join() -> None:
    edit = edit_from_path(GRAPH, ((0, 7), (12, 25)))
    assert change_bars(GRAPH, edit, bars_s(8, 11), keep=True) == edit_from_path(GRAPH, ((0, 25),))


def test_a_stretch_shorter_than_a_bar_means_the_bar_it_lies_in() -> None:
    edit = edit_from_path(GRAPH, ((4, 9),))
    start_s, _ = bars_s(6, 6)
    less = change_bars(GRAPH, edit, (start_s, start_s + 0.01), keep=False)
    assert less == edit_from_path(GRAPH, ((4, 5), (7, 9)))
    before_all = change_bars(GRAPH, edit, (0.0, 0.001), keep=True)
    assert before_all == edit_from_path(GRAPH, ((0, 0), (4, 9)))


def test_joins_that_are_never_proposed_can_be_made_by_hand() -> None:
    allowed = GRAPH.join_allowed
    left, entered = next(
        (int(e), int(s)) for e, s in np.argwhere(~allowed) if e > 2 and e + 1 < s < 30
    )
    edit = edit_from_path(GRAPH, ((0, GRAPH.n_bars - 1),))
    less = change_bars(GRAPH, edit, bars_s(left + 1, entered - 1), keep=False)
    assert less.n_joins == 1 and set(np.flatnonzero(~kept_bars(GRAPH, less))) == set(
        range(left + 1, entered)
    )


def test_an_edit_is_off_the_bar_lines_once_they_moved() -> None:
    rng = np.random.default_rng(1)
    other = build_graph(build_song("ABACABAD", pick_up_s=0.8))
    for _ in range(50):
        path = random_path(rng, GRAPH.n_bars)
        edit = edit_from_path(GRAPH, path)
        assert is_on_bar_lines(GRAPH, edit)
        assert not is_on_bar_lines(other, edit) or edit.n_joins == 0


def test_nothing_left_is_refused() -> None:
    edit = edit_from_path(GRAPH, ((4, 5),))
    with pytest.raises(UserError, match="one bar at least"):
        change_bars(GRAPH, edit, bars_s(0, 31), keep=False)
