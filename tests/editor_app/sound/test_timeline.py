"""Clips, crossfades, loops and ends as arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editor_app.sound.timeline import Clip, Timeline
from tests.editor_app.sound.fake_output import STEP, places, ramp

N = 5000
FADE = 160


def started(position: int = 0, gain: float = 1.0, fade: int = 0) -> Timeline:
    timeline = Timeline({"A": ramp(N, 0), "B": ramp(N, 1)}, FADE)
    timeline.change(Clip(0, "A", position, gain, fade))
    return timeline


def test_a_lane_sounds_to_its_end_and_no_further() -> None:
    sound = started(1000).render(0, N)
    assert (places(sound)[: N - 1000] == np.arange(1000, N)).all()
    assert not sound[N - 1000 :].any()


def test_a_switch_at_the_same_position_keeps_the_sum_and_hands_over() -> None:
    timeline = started()
    timeline.change(Clip(2000, "B", 2000, 1.0, FADE))
    sound = timeline.render(0, 4000)
    assert (places(sound) == np.arange(4000)).all()
    assert not sound[:2000, 1].any() and not sound[2000 + FADE :, 0].any()
    share = sound[2000 : 2000 + FADE, 1] / sound[2000 : 2000 + FADE].sum(axis=1)
    assert (np.diff(share) > 0).all()


def test_a_fade_out_ends_in_silence_and_the_position_rests() -> None:
    timeline = started()
    timeline.fade_out(1000, FADE)
    sound = timeline.render(0, 3000)
    steps = np.abs(np.diff(sound[:, 0]))
    assert steps.max() < 2 * sound[999, 0] / FADE
    assert not sound[1000 + FADE :].any()
    assert timeline.clip_at(2999).position(2999) == 1000
    assert timeline.silent_from() == 1000 + FADE


def test_a_loop_turns_back_on_the_exact_sample() -> None:
    timeline = started(900)
    timeline.loops = {"A": (1000, 2000)}
    sound = timeline.render(0, 5000)
    expected = 900 + np.arange(5000)
    expected = np.where(expected < 2000, expected, 1000 + (expected - 1000) % 1000)
    in_fade = np.zeros(5000, bool)
    for turn in range(1100, 5000, 1000):
        in_fade[turn : turn + FADE] = True
    assert (places(sound) == expected)[~in_fade].all()
    assert [timeline.clip_at(at).position(at) for at in (0, 1099, 1100, 2099, 2100)] == [
        900, 1999, 1000, 1999, 1000,
    ]  # fmt: skip


def test_a_head_behind_the_loop_plays_on() -> None:
    timeline = started(3000)
    timeline.loops = {"A": (1000, 2000)}
    assert (places(timeline.render(0, 1000)) == np.arange(3000, 4000)).all()


def test_plans_are_dropped_where_loops_change() -> None:
    timeline = started()
    timeline.loops = {"A": (0, 1000)}
    timeline.render(0, 4000)
    timeline.loops = {}
    timeline.plan_again(500)
    assert (places(timeline.render(0, 3000)) == np.arange(3000)).all()


def test_gain_is_the_clips_own() -> None:
    timeline = started(gain=0.5)
    timeline.change(Clip(1000, "A", 1000, 0.25, FADE))
    sound = timeline.render(0, 2000)
    assert sound[500, 0] == pytest.approx(0.5 * 501 * STEP)
    assert sound[1999, 0] == pytest.approx(0.25 * 2000 * STEP)


def test_heard_samples_belong_to_the_lane_that_takes_over() -> None:
    timeline = started()
    timeline.change(Clip(1000, "B", 1000, 1.0, FADE))
    timeline.fade_out(1500, FADE)
    assert timeline.heard_samples(0, 3000) == {"A": 1000, "B": 500}
    assert timeline.heard_samples(900, 1100) == {"A": 100, "B": 100}
    assert started(4000).heard_samples(0, 5000) == {"A": 1000}


def test_heard_samples_count_within_ranges_and_not_what_is_turned_down_to_nothing() -> None:
    timeline = started()
    timeline.change(Clip(1000, "B", 3000, 1.0, FADE))
    timeline.change(Clip(2000, "A", 0, 0.0, FADE))
    within = {"A": ((0, 100), (900, 1100)), "B": ((3500, 9999),)}
    assert timeline.heard_samples(0, 3000, within) == {"A": 200, "B": 500}
    assert timeline.heard_samples(950, 1600, within) == {"A": 50, "B": 100}


change = st.tuples(
    st.integers(1, 600),
    st.sampled_from(["A", "B", "pause"]),
    st.integers(0, N),
    st.sampled_from([0, 1, 50, FADE]),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(change, max_size=12),
    st.lists(st.integers(1, 700), min_size=1, max_size=10),
    st.sampled_from([{}, {"A": (100, 400)}, {"A": (100, 1000), "B": (4000, N)}]),
)
def test_pieces_are_the_whole_whatever_changes_and_nothing_jumps(
    changes: list[tuple[int, str, int, int]],
    lengths: list[int],
    loops: dict[str, tuple[int, int]],
) -> None:
    def made() -> Timeline:
        timeline = started(fade=FADE)
        timeline.loops = loops
        at = 0
        for gap, lane, position, fade in changes:
            at += gap
            if lane == "pause":
                timeline.fade_out(at, fade)
            else:
                timeline.change(Clip(at, lane, position, 1.0, fade))
        return timeline

    whole = made().render(0, 8000)
    pieces, timeline, start = [], made(), 0
    for length in lengths:
        pieces.append(timeline.render(start, start + length))
        start += length
        timeline.forget(start)
    np.testing.assert_allclose(np.concatenate(pieces), whole[:start], atol=1e-7)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 300), st.sampled_from(["A", "B", "pause"])), max_size=20))
def test_nothing_clicks_however_fast_it_is_switched(changes: list[tuple[int, str]]) -> None:
    level = {
        "A": np.full((20_000, 2), 0.5, np.float32),
        "B": np.full((20_000, 2), -0.5, np.float32),
    }
    timeline = Timeline(level, FADE)
    timeline.change(Clip(0, "A", 1, 1.0, FADE))
    at, starts = 0, [0]
    for gap, lane in changes:
        at += gap
        starts.append(at)
        if lane == "pause":
            timeline.fade_out(at, FADE)
        else:
            timeline.change(Clip(at, lane, at, 1.0, FADE))
    sound = timeline.render(0, 8000)
    fading = np.zeros(8000)
    for start in starts:
        fading[start : start + FADE + 1] += 1
    steps = np.abs(np.diff(sound[:, 0], prepend=0.0))
    assert (steps <= fading / FADE + 1e-6).all()
