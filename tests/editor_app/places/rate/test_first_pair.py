"""The first pair plays by itself where Rate is opened in order to rate."""

from __future__ import annotations

import pytest

from tests.editor_app.conftest import prepared
from tests.editor_app.sound.fake_output import FakeOutput


@pytest.fixture
def opened(open_window, filled):
    """A window on Songs, with pairs that wait."""
    filled(3, 4)
    return open_window("songs", FakeOutput())


def make_ready(jobs) -> None:
    """Answer what Rate asked for."""
    while jobs.asked("prepare_pair"):
        job = jobs.asked("prepare_pair")[0]
        job.finish(prepared(job.request))


def test_the_button_that_says_rate_pairs_plays_the_first_pair(opened, jobs):
    rate = opened.main._places["songs"]._rate
    assert rate.words == "Rate pairs" and rate.isEnabled()
    rate.click()
    assert opened.main.place == "rate" and not opened.player.is_playing
    make_ready(jobs)
    assert opened.player.is_playing and opened.player.heads.lane == "A"
    opened.main.show_place("songs")
    assert not opened.player.is_playing
    rate.click()
    assert opened.player.is_playing, "it is ready now, and plays at once"


@pytest.mark.parametrize("how", ["turned off", "by the place's key", "left again"])
def test_who_did_not_ask_for_it_hears_nothing(opened, jobs, how):
    actions = opened.main.actions_by_id
    if how == "turned off":
        assert actions["play_first"].isChecked()
        actions["play_first"].trigger()
    actions["place_rate" if how == "by the place's key" else "rate_pairs"].trigger()
    if how == "left again":
        opened.main.show_place("songs")
        actions["place_rate"].trigger()
    make_ready(jobs)
    assert opened.main.place == "rate" and opened.player.heads.lanes
    assert not opened.player.is_playing


def test_without_songs_there_is_nothing_to_rate(open_window):
    main = open_window().main
    assert not main.actions_by_id["rate_pairs"].isEnabled()
