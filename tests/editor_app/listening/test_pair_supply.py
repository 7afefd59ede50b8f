"""Pairs made ready for one sound device when another rate is wanted: none is heard at the old."""

from __future__ import annotations

import pytest

from editor_app.listening.pair_supply import PairSupply
from tests.editor_app.conftest import RATE_HZ, add_songs, make_pair, prepared


class Device:
    """The output as the supply asks it for its rate."""

    rate_hz = RATE_HZ

    def __call__(self) -> int:
        return self.rate_hz


@pytest.fixture
def device() -> Device:
    return Device()


@pytest.fixture
def supply(project, jobs, device):
    (song,) = add_songs(project, 1)
    project.pairs.add([make_pair(song, 5 + at) for at in range(5)])
    made = PairSupply(project, jobs, device)
    made.start()
    yield made
    made.close()


def _finish_all(jobs) -> None:
    for job in list(jobs.asked("prepare_pair")):
        job.finish(prepared(job.request))


def _rates_asked(jobs) -> list[int]:
    return [job.request.sample_rate_hz for job in jobs.asked("prepare_pair")]


def test_a_pair_ready_at_another_rate_is_not_ready(supply, jobs, device) -> None:
    first = supply.queue[0]
    _finish_all(jobs)
    assert supply.prepared(first).song.sample_rate_hz == RATE_HZ
    device.rate_hz = 2 * RATE_HZ
    assert supply.prepared(first) is None
    device.rate_hz = RATE_HZ
    assert supply.prepared(first) is not None


@pytest.mark.parametrize("by", ["want", "refresh"])
def test_a_pair_ready_at_another_rate_is_made_anew(supply, jobs, device, by: str) -> None:
    first = supply.queue[0]
    _finish_all(jobs)
    supply.refresh()
    assert _rates_asked(jobs) == []  # Ready as it is.
    device.rate_hz = 2 * RATE_HZ
    if by == "want":
        supply.want(first)
    else:
        supply.refresh()
    assert set(_rates_asked(jobs)) == {2 * RATE_HZ}
    _finish_all(jobs)
    assert supply.prepared(first).song.sample_rate_hz == 2 * RATE_HZ


def test_pairs_being_made_at_another_rate_are_given_up(supply, jobs, device) -> None:
    before = jobs.asked("prepare_pair")
    assert len(before) > 1
    device.rate_hz = 2 * RATE_HZ
    supply.refresh()
    assert [job.state for job in before] == ["cancelled"] * len(before)
    assert _rates_asked(jobs) == [2 * RATE_HZ] * len(before)


def test_a_pair_that_comes_at_another_rate_is_asked_for_again(supply, jobs, device) -> None:
    """The device may change between two looks: nobody is told that the pair can be heard."""
    first = supply.queue[0]
    job = jobs.asked("prepare_pair")[0]
    device.rate_hz = 2 * RATE_HZ
    job.finish(prepared(job.request))
    assert supply.prepared(first) is None
    again = [one for one in jobs.asked("prepare_pair") if one.request.edits == (first.a, first.b)]
    assert [one.request.sample_rate_hz for one in again] == [2 * RATE_HZ]
