"""A device of another rate, or the same again: what is shown goes on from its place."""

from __future__ import annotations

import pytest

from tests.editor_app.conftest import RATE_HZ, prepared
from tests.editor_app.places.export.test_export import delivered
from tests.editor_app.sound.fake_output import FakeOutput

AT_S = 3


def answer(jobs) -> None:
    """Answer what a place asked for."""
    while any(jobs.asked(task) for task in ("deliver", "prepare_pair")):
        for job in jobs.asked("deliver"):
            job.finish(delivered(int(job.request.song.sha256, 16))[:1])
        for job in jobs.asked("prepare_pair"):
            job.finish(prepared(job.request))


@pytest.fixture(params=["rate", "export"])
def playing(request, open_window, filled, jobs):
    """A window in a place, at three seconds of A, playing."""
    filled(3, 4)
    window = open_window(request.param, FakeOutput(RATE_HZ))
    answer(jobs)
    window.player.seek(AT_S * RATE_HZ, "A")
    window.player.play()
    assert window.player.is_playing
    return window


def use(window, output: FakeOutput) -> None:
    """Another output is chosen."""
    window.player.device._open_stream = lambda *_: output
    window.player.device.open("Another")


def test_fault_66_another_rate_is_made_and_plays_on(playing, jobs):
    player = playing.player
    use(playing, FakeOutput(2 * RATE_HZ))
    assert not player.is_playing
    answer(jobs)
    assert player.is_playing and player.heads.lane == "A"
    assert player.heads.position() / (2 * RATE_HZ) == pytest.approx(AT_S, abs=0.01)


def test_fault_66_the_same_rate_needs_nothing_made(playing, jobs):
    player = playing.player
    use(playing, FakeOutput(RATE_HZ))
    assert player.is_playing and not jobs.asked("prepare_pair")
    assert player.heads.position() / RATE_HZ == pytest.approx(AT_S, abs=0.01)
