"""Hard limits: every field, for paths and for finished edits."""

from __future__ import annotations

import copy
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ml_core.domain.edits import Brief, Edit, Limits
from ml_core.edits.graph.edit_graph import build_graph, edit_from_path
from ml_core.edits.graph.rough_joins import rough_graph
from ml_core.edits.limits.checks import NoSuchLength
from ml_core.edits.limits.durations import durations_reach, shortest_and_longest_s
from ml_core.edits.limits.lengths import ALIGNED_S, EditLengths, bar_s
from ml_core.edits.limits.masks import AllowedPaths, broken_limit
from ml_core.errors import UserError
from ml_core.policy.decode import draw_paths
from ml_core.policy.path_distribution import PathDistribution, PolicyParameters
from ml_core.policy.styles import base_chain
from tests.ml_core.edits.song_builder import RATE_HZ, allows, build_song, random_path

GRAPH = build_graph(build_song("ABACABAD"))  # 32 bars of 2 s, pick-up .3 s, tail .4 s
OPEN = Limits(shortest_s=None, keep_low=0.0, keep_high=1.0)


def edit_of(*spans_s: tuple[float, float]) -> Edit:
    spans = tuple((round(a * RATE_HZ), round(b * RATE_HZ)) for a, b in spans_s)
    return Edit(GRAPH.analysis.sha256, RATE_HZ, spans)


def a_limit(draw_from: np.random.Generator) -> Limits:
    """Limits of all kinds at once."""
    length = GRAPH.song_s

    def spans(n):
        starts = draw_from.uniform(0, length - 6, n)
        return tuple((float(s), float(s + draw_from.uniform(0.01, 5))) for s in starts)

    return Limits(
        shortest_s=None,
        keep_low=0.0,
        keep_high=1.0,
        keep_intro=bool(draw_from.random() < 0.3),
        keep_ending=bool(draw_from.random() < 0.3),
        locked=spans(draw_from.integers(0, 2)),
        forbidden=spans(draw_from.integers(0, 3)),
        shortest_segment_bars=int(draw_from.integers(1, 4)),
    )


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**31))
def test_no_allowed_path_breaks_a_limit(seed):
    rng = np.random.default_rng(seed)
    limits = a_limit(rng)
    try:
        allowed = AllowedPaths.from_limits(GRAPH, limits)
    except UserError:
        assume(False)
    path = allowed_path(allowed, rng)
    assume(path is not None)
    assert allows(allowed, path)
    assert broken_limit(edit_from_path(GRAPH, path), GRAPH, limits) is None


def allowed_path(allowed: AllowedPaths, rng: np.random.Generator):
    """A path drawn within the masks by trial."""
    for _ in range(20):
        path, bar = [], int(rng.choice(np.flatnonzero(allowed.start_ok)))
        while True:
            ends = np.flatnonzero(allowed.segment_ok[bar])
            if len(ends) == 0:
                break
            last = int(rng.choice(ends))
            path.append((bar, last))
            following = np.flatnonzero(allowed.join_ok[last])
            if allowed.end_ok[last] and (len(following) == 0 or rng.random() < 0.4):
                return tuple(path)
            if len(following) == 0:
                break
            bar = int(rng.choice(following))
    return None


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**31))
def test_what_is_broken_is_not_allowed(seed):
    rng = np.random.default_rng(seed)
    limits = a_limit(rng)
    path = random_path(rng, GRAPH.n_bars)
    while not all(GRAPH.join_allowed[a[1], b[0]] for a, b in pairwise(path)):
        path = path[:-1]
    if broken_limit(edit_from_path(GRAPH, path), GRAPH, limits) is None:
        return
    with suppress(UserError):
        assert not allows(AllowedPaths.from_limits(GRAPH, limits), path)


def test_joins_keep_their_margins_and_starts_need_less():
    last, first = (int(bars[0]) for bars in np.nonzero(GRAPH.join_allowed[2:, :-2]))
    last += 2
    entered_s = float(GRAPH.edges_samples[first]) / RATE_HZ
    forbidding = replace(OPEN, forbidden=((entered_s - 1, entered_s - 0.1),))
    allowed = AllowedPaths.from_limits(GRAPH, forbidding)
    assert not allowed.join_ok[:, first].any()  # a fade before this bar would be heard
    assert allowed.start_ok[first]
    left_s = float(GRAPH.edges_samples[last + 1]) / RATE_HZ
    locking = replace(OPEN, locked=((left_s - 1, left_s - 0.05),))
    allowed = AllowedPaths.from_limits(GRAPH, locking)
    assert not allowed.join_ok[last].any()  # a shifted cut after this bar may lie within the lock
    assert allowed.end_ok[last]
    assert not allowed.end_ok[last - 1]


@pytest.mark.parametrize(
    "limits, edit, words",
    [
        (Limits(), edit_of((0, 12)), "lasts 0:12, less than the 0:15"),
        (Limits(keep_low=0.5), edit_of((0, 20)), "less than the 0:32"),
        (Limits(longest_s=30), edit_of((0, 40)), "lasts 0:40, more than the 0:30"),
        (Limits(keep_high=0.5), edit_of((0, 40)), "more than the 0:32"),
        (replace(OPEN, keep_intro=True), edit_of((0, 7), (20, 40)), "intro, up to 0:08"),
        (replace(OPEN, keep_ending=True), edit_of((0, 50)), "ending, from 0:56"),
        (replace(OPEN, locked=((10, 12),)), edit_of((0, 11), (20, 40)), "locked part from 0:10"),
        (replace(OPEN, forbidden=((10, 12),)), edit_of((0, 10.5)), "forbidden part from 0:10"),
        (replace(OPEN, shortest_segment_bars=3), edit_of((0, 20), (30, 35)), "at 0:30 is shorter"),
        (OPEN, edit_of((0, 20), (30, 31)), "shorter than a bar"),
        (OPEN, edit_of((0, 400)), "beyond the song's end"),
    ],
)
def test_each_limit_is_named_when_broken(limits, edit, words):
    assert words in str(broken_limit(edit, GRAPH, limits))


def test_kept_limits_are_not_named():
    limits = Limits(keep_intro=True, keep_ending=True, locked=((20, 22),), forbidden=((30, 40),))
    assert broken_limit(edit_of((0, 28), (44, 64.7)), GRAPH, limits) is None


def test_a_fade_into_what_is_forbidden_is_heard():
    limits = replace(OPEN, forbidden=((30, 40),))
    spans = ((0, 30 * RATE_HZ), (44 * RATE_HZ, 60 * RATE_HZ))
    edit = Edit(GRAPH.analysis.sha256, RATE_HZ, spans)
    assert broken_limit(edit, GRAPH, limits) is None
    assert broken_limit(replace(edit, fades=(800,)), GRAPH, limits) is not None
    spans = ((0, 20 * RATE_HZ), (40 * RATE_HZ, 60 * RATE_HZ))
    edit = Edit(GRAPH.analysis.sha256, RATE_HZ, spans)
    assert broken_limit(edit, GRAPH, limits) is None
    assert broken_limit(replace(edit, fades=(800,)), GRAPH, limits) is not None


@pytest.mark.parametrize(
    "limits, words",
    [
        (Limits(shortest_s=100), "lasts 1:05, so no edit of it can last 1:40"),
        (Limits(shortest_s=60), "0:60 or more|1:00 or more and 0:58 or less"),
        (
            Limits(longest_s=20, locked=((10, 45),)),
            "shorter than 0:38 while keeping the locked parts",
        ),
        (
            Limits(longest_s=10.5, shortest_s=None, keep_intro=True, keep_ending=True),
            "while keeping its intro and its ending",
        ),
        (Limits(forbidden=((0, 60),)), "longer than 0:0|Too much"),
        (Limits(forbidden=((20, 55),), shortest_s=45), "can be longer than 0:.*forbidden"),
        (Limits(locked=((10, 20),), forbidden=((19, 30),)), "0:19 to 0:30 is forbidden, but"),
        (Limits(locked=((70, 80),)), "locked part at 1:10 lies after the song's end"),
        (Limits(shortest_segment_bars=40), "has 32 bars"),
        (
            Limits(shortest_s=25.2, longest_s=25.6, keep_intro=True, keep_ending=True),
            "between 0:25 and 0:26 while keeping its intro and its ending",
        ),
    ],
)
def test_what_cannot_be_met_is_named(limits, words):
    with pytest.raises(UserError, match=words) as refused:
        AllowedPaths.from_limits(GRAPH, limits)
    assert refused.value.remedy


def test_fault_40_a_song_too_short_for_any_edit_is_named():
    graph = build_graph(build_song("A", bars_each=10))  # 20.7 s: 15 s and 90 % leave 15-18.6 s
    assert AllowedPaths.from_limits(graph, Limits()).shortest_s == 15.0
    short = build_graph(build_song("A", bars_each=8))  # 16.7 s
    with pytest.raises(UserError, match="0:15 or more and 0:14"):
        AllowedPaths.from_limits(short, Limits(keep_high=0.85))


def test_fault_40_an_edit_that_would_keep_nothing_is_refused():
    with pytest.raises(UserError):
        AllowedPaths.from_limits(GRAPH, replace(OPEN, forbidden=((0, GRAPH.song_s),)))


def test_a_brief_bounds_the_duration():
    limits = Limits.from_brief(Brief("reel", 20, 40))
    allowed = AllowedPaths.from_limits(GRAPH, limits)
    assert (allowed.shortest_s, allowed.longest_s) == (20, 40)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**31))
def test_shortest_longest_and_reachable_durations_are_exact(seed):
    rng = np.random.default_rng(seed)
    n = 6
    bar_s = rng.integers(1, 5, n) * 0.5
    segment_ok = np.triu(rng.random((n, n)) < 0.6)
    start_ok, end_ok = rng.random(n) < 0.7, rng.random(n) < 0.7
    join_ok = np.triu(rng.random((n, n)) < 0.6, 2)
    found = set()

    def walk(bar, lasted):
        for last in np.flatnonzero(segment_ok[bar]):
            total = lasted + bar_s[bar : last + 1].sum()
            if end_ok[last]:
                found.add(round(total, 3))
            for following in np.flatnonzero(join_ok[last]):
                walk(following, total)

    for bar in np.flatnonzero(start_ok):
        walk(bar, 0.0)
    masks = (segment_ok, start_ok, end_ok, join_ok)
    bounds = shortest_and_longest_s(bar_s, *masks)
    if not found:
        assert bounds is None
        return
    assert bounds == pytest.approx((min(found), max(found)))
    low = float(rng.integers(0, 40) * 0.25)
    nearest = durations_reach(bar_s, masks, (low, low + 0.2))
    inside = [s for s in found if low <= s <= low + 0.2]
    assert bool(inside) == (nearest == ())
    if not inside:
        around = [max((s for s in found if s < low), default=None)]
        around.append(min((s for s in found if s > low + 0.2), default=None))
        assert nearest == pytest.approx([s for s in around if s is not None])


def test_a_wished_length_is_met_to_half_a_bar_or_better():
    policy = PathDistribution(base_chain(GRAPH, Limits.lasting(18.9)), PolicyParameters.base())
    aim = policy.chain.allowed.aim
    draws = draw_paths(policy, 60, np.random.default_rng(4))
    lasts_s = [edit_from_path(GRAPH, path).duration_s for path, _ in draws]
    assert aim is not None and len({path for path, _ in draws}) > 10
    assert all(aim.is_met(length_s) for length_s in lasts_s)
    assert max(abs(length_s - 18.9) for length_s in lasts_s) <= 0.5 * bar_s(GRAPH) + ALIGNED_S


def test_lengths_of_paths_are_those_of_their_edits():
    lengths = EditLengths.of(GRAPH)
    rng = np.random.default_rng(5)
    allowed = AllowedPaths.from_limits(GRAPH, Limits())
    for path in (allowed_path(allowed, rng) for _ in range(60)):
        off_s = lengths.duration_s(path) - edit_from_path(GRAPH, path).duration_s
        assert abs(off_s) <= ALIGNED_S * max(1, len(path) - 1) + 1e-6


def test_no_length_within_half_a_bar_is_refused_with_the_nearest_and_the_ways():
    wished = replace(Limits.lasting(31.0), locked=((4.1, 60.0),))
    with pytest.raises(NoSuchLength, match=r"lasts 0:31 while keeping the locked parts") as refused:
        AllowedPaths.from_limits(GRAPH, wished)
    (nearest_s,) = refused.value.nearest_s
    assert nearest_s > 55.0 and "unlock 0:04 to 1:00" in str(refused.value)
    again = AllowedPaths.from_limits(GRAPH, replace(wished, **dict.fromkeys(
        ("shortest_s", "longest_s"), nearest_s)))  # fmt: skip
    assert again.aim is not None


def test_where_nothing_is_left_the_length_without_a_rule_is_said():
    wished = replace(Limits.lasting(30.0), keep_intro=True, forbidden=((0.5, 3.0),))
    with pytest.raises(NoSuchLength, match="don't keep the intro") as refused:
        AllowedPaths.from_limits(GRAPH, wished)
    assert refused.value.nearest_s


def test_a_refusal_keeps_its_lengths_between_processes():
    told = copy.copy(NoSuchLength("No.", "Ask.", (57.25, 63.0)))  # by what processes use too
    assert (str(told), told.nearest_s) == ("No. Ask.", (57.25, 63.0))


def test_broken_limit_holds_a_wish_to_half_a_bar():
    near, far = edit_of((0.3, 20.3)), edit_of((0.3, 21.9))
    assert broken_limit(near, GRAPH, Limits.lasting(20.1)) is None
    assert broken_limit(far, GRAPH, Limits.lasting(20.1)) is not None


def test_joins_that_stand_out_are_more_and_cost_more():
    rough = rough_graph(GRAPH)
    more = rough.join_allowed & ~GRAPH.join_allowed
    assert more.any() and (rough.join_allowed | ~GRAPH.join_allowed).all()
    assert np.isfinite(rough.join_cost[rough.join_allowed]).all()
    assert np.array_equal(rough.ends.start_samples, GRAPH.ends.start_samples)
    usual = GRAPH.join_cost[GRAPH.join_allowed]
    assert rough.join_cost[more].mean() > usual.mean()
