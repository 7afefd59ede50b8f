"""Leaving out what is forbidden and as little else; joins and pieces that are ruled out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml_core.domain.edits import Limits
from ml_core.domain.ratings import Mark
from ml_core.edits.graph.edit_graph import build_graph, edit_from_path
from ml_core.edits.limits.checks import broken_limit, touched_bars
from ml_core.edits.limits.least_cut import COST_BARS, VETOED_BARS
from ml_core.edits.limits.masks import AllowedPaths
from ml_core.errors import UserError
from ml_core.training.checkpoint import BASE_MODEL
from ml_core.training.deliver import deliver
from tests.ml_core.edits.song_builder import allows, build_song, random_path

GRAPH = build_graph(build_song("ABACABAD"))  # 32 bars of 2 s
OPEN = Limits(None, None, 0.0, 1.0)
WORD = replace(OPEN, forbidden=((31.0, 33.0),), cut_least=True)


def test_nothing_forbidden_is_heard_and_nearly_all_else_is():
    (made,) = deliver(BASE_MODEL, GRAPH, WORD, 0)
    word_s = float(GRAPH.bar_s[touched_bars(GRAPH, 31.0, 33.0)].sum())
    assert broken_limit(made.edit, GRAPH, replace(WORD, cut_least=False)) is None
    most_bars = VETOED_BARS + 2 * COST_BARS  # what two joins that stand out would be worth
    assert word_s - 0.1 <= GRAPH.song_s - made.edit.duration_s <= word_s + most_bars * 2.1


def test_no_drawn_edit_within_the_same_limits_keeps_more():
    (made,) = deliver(BASE_MODEL, GRAPH, WORD, 0)
    allowed = AllowedPaths.from_limits(GRAPH, replace(WORD, cut_least=False))
    rng = np.random.default_rng(2)
    drawn = (random_path(rng, GRAPH.n_bars) for _ in range(3000))
    paths = [path for path in drawn if allows(allowed, path)]
    longest_s = max((edit_from_path(GRAPH, path).duration_s for path in paths), default=0.0)
    assert made.edit.duration_s >= longest_s - 0.1


def test_alternatives_cut_elsewhere_and_keep_no_more():
    made = deliver(BASE_MODEL, GRAPH, WORD, 0, n_alternatives=3)
    assert len({one.edit.spans for one in made}) == 3
    for one in made:
        assert broken_limit(one.edit, GRAPH, replace(WORD, cut_least=False)) is None


def test_a_join_that_was_marked_or_ruled_out_is_not_made():
    (first,) = deliver(BASE_MODEL, GRAPH, WORD, 0)
    rate = GRAPH.analysis.sample_rate_hz
    (_, leave), (enter, _) = first.edit.spans[:2]
    mark = Mark(1, GRAPH.analysis.sha256, "bad_join", "A", leave, enter)
    for model_limits, marks in (
        (WORD, [mark]),
        (replace(WORD, never_joins=((leave / rate, enter / rate),)), []),
    ):
        (other,) = deliver(BASE_MODEL, GRAPH, model_limits, 0, marks=marks)
        (_, left), (entered, _) = other.edit.spans[:2]
        assert max(abs(left - leave), abs(entered - enter)) > 0.5 * rate


def test_a_ruled_out_join_is_in_no_usual_edit_either():
    limits = Limits()
    (usual,) = deliver(BASE_MODEL, GRAPH, limits, 3)
    rate = GRAPH.analysis.sample_rate_hz
    never = tuple(
        (leave / rate, enter / rate)
        for (_, leave), (enter, _) in zip(usual.edit.spans[:-1], usual.edit.spans[1:], strict=True)
    )
    ruled = replace(limits, never_joins=never)
    assert never and broken_limit(usual.edit, GRAPH, ruled) is not None
    for seed in range(4):
        (made,) = deliver(BASE_MODEL, GRAPH, ruled, seed)
        assert broken_limit(made.edit, GRAPH, ruled) is None


@pytest.mark.parametrize(("shortest", "longest"), [(1, 4), (2, 5), (4, 4)])
def test_pieces_are_as_long_as_was_asked(shortest: int, longest: int):
    limits = replace(Limits(), shortest_segment_bars=shortest, longest_segment_bars=longest)
    (made,) = deliver(BASE_MODEL, GRAPH, limits, 1)
    rate = GRAPH.analysis.sample_rate_hz
    bars = [(end - start) / rate / 2.0 for start, end in made.edit.spans]
    assert all(shortest - 0.6 <= n <= longest + 0.6 for n in bars), bars
    assert broken_limit(made.edit, GRAPH, limits) is None


def test_pieces_can_not_be_both():
    with pytest.raises(ValueError, match="no shorter"):
        replace(Limits(), shortest_segment_bars=4, longest_segment_bars=2)


def test_all_forbidden_is_refused():
    with pytest.raises(UserError):
        deliver(BASE_MODEL, GRAPH, replace(WORD, forbidden=((0.0, 70.0),)), 0)


def test_joins_that_stand_out_let_more_be_kept_where_they_are_allowed():
    lost = []
    for at_s in range(9, 57, 8):
        word = replace(WORD, forbidden=((float(at_s), at_s + 2.0),))
        (plain,) = deliver(BASE_MODEL, GRAPH, word, 0)
        (rough,) = deliver(BASE_MODEL, GRAPH, replace(word, rough_joins=True), 0)
        lost.append(rough.edit.duration_s - plain.edit.duration_s)
    assert min(lost) > -0.2 and max(lost) > 1.0, "a bar has 2 s; a join's slide is no loss"
