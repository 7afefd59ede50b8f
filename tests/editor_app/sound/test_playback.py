"""Rewriting the future of what the device plays, on a device that plays on demand."""

from __future__ import annotations

import numpy as np
import pytest

from editor_app.sound import playback as playback_module
from editor_app.sound.playback import Playback
from editor_app.sound.timeline import Clip, Timeline
from tests.editor_app.sound.fake_output import RATE_HZ, FakeOutput, places, ramp

N = 60 * RATE_HZ
FADE = 160


def started(output: FakeOutput, n_samples: int = N) -> Playback:
    timeline = Timeline({"A": ramp(n_samples, 0), "B": ramp(n_samples, 1)}, FADE)
    timeline.change(Clip(0, "A", 0, 1.0, 0))
    return Playback(output, timeline)


def fill_all(playback: Playback) -> None:
    while playback.fill():
        pass


def switch(playback: Playback, lane: str) -> None:
    def plan(at: int) -> None:
        position = playback.timeline.clip_at(at).position(at)
        playback.timeline.change(Clip(at, lane, position, 1.0, FADE))

    playback.change(plan)


def test_twelve_switches_land_on_the_exact_sample() -> None:
    output = FakeOutput()
    playback = started(output)
    for index in range(12):
        output.advance(4000)
        fill_all(playback)
        switch(playback, "BA"[index % 2])
    output.advance(4000)
    assert (places(output.sound) == np.arange(len(output.sound))).all()
    sounding = np.where(output.sound[:, 0] > 0, np.where(output.sound[:, 1] > 0, 2, 0), 1)
    assert np.count_nonzero(np.diff(sounding)) == 24


def test_old_content_further_on_is_replaced() -> None:
    output = FakeOutput()
    playback = started(output)
    fill_all(playback)
    switch(playback, "B")
    fill_all(playback)
    output.advance(15 * RATE_HZ)
    assert not output.sound[2000:, 0].any()
    assert (places(output.sound) == np.arange(len(output.sound))).all()


def test_it_writes_some_twenty_seconds_ahead_and_no_more_at_once_than_a_piece() -> None:
    output = FakeOutput()
    playback = started(output)
    buffer = output.runs[0].buffer
    assert np.count_nonzero(buffer[:, 0]) == RATE_HZ
    assert playback.fill()
    assert np.count_nonzero(buffer[:, 0]) == 2 * RATE_HZ
    fill_all(playback)
    assert np.count_nonzero(buffer[:, 0]) == 20 * RATE_HZ


def test_a_device_that_is_faster_than_the_change_gets_it_later() -> None:
    output = FakeOutput()
    playback = started(output)
    fill_all(playback)
    output.advance(2000)
    asked: list[int] = []

    def plan(at: int) -> None:
        if not asked:
            output.advance(600)  # beyond the margin while the change is worked out
        asked.append(at)
        playback.timeline.change(Clip(at, "B", at, 1.0, FADE))

    playback.change(plan)
    output.advance(4000)
    assert len(asked) == 2 and asked[1] > asked[0] + 600
    assert playback.n_overtaken == 0
    assert (places(output.sound) == np.arange(len(output.sound))).all()
    first_b = int(np.flatnonzero(output.sound[:, 1])[0])
    assert first_b == asked[1]
    assert [clip.lane for clip in playback.timeline.clips] == ["A", "B"]


def test_a_device_that_always_wins_does_not_hang_the_window() -> None:
    output = FakeOutput()
    playback = started(output)
    fill_all(playback)

    def plan(at: int) -> None:
        output.advance(3000)
        playback.timeline.change(Clip(at, "B", at, 1.0, FADE))

    playback.change(plan)
    assert playback.n_overtaken == 1


def test_a_second_buffer_takes_over_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playback_module, "REEL_S", 6.0)
    monkeypatch.setattr(playback_module, "AHEAD_S", 2.0)
    monkeypatch.setattr(playback_module, "CHANGEOVER_S", 3.0)
    output = FakeOutput()
    playback = started(output)
    n_buffers, lane = 1, "A"
    for tick in range(1500):
        n_before = len(output.runs)
        fill_all(playback)
        playback.tick()
        n_buffers += len(output.runs) > n_before
        output.advance(256)
        if tick % 40 == 0:  # switches before, in and after changeovers
            lane = "BA"["AB".index(lane)]
            switch(playback, lane)
    assert n_buffers > 8
    assert playback.n_overtaken == 0
    assert (places(output.sound) == np.arange(len(output.sound))).all()


def test_it_is_over_when_the_silence_is_heard() -> None:
    output = FakeOutput(latency_samples=400)
    playback = started(output, n_samples=8000)
    fill_all(playback)
    output.advance(8000)
    assert not playback.is_over
    output.advance(448)
    assert playback.is_over
    assert playback.newly_heard() == {"A": 8000}
    assert playback.newly_heard() == {}
    playback.end()
    assert not output.runs
