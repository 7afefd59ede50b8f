"""What really comes out of the device, captured sample by sample on a virtual card."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.editor_app.sound.captured.sound_scenes import RATE_HZ, STEP
from tests.editor_app.sound.captured.stage import LIMIT_S, Stage, listen, say, start_player
from tests.editor_app.sound.captured.virtual_card import VirtualCard

pytestmark = pytest.mark.sound

FADE = round(0.020 * RATE_HZ)


def places_of(sound: np.ndarray) -> np.ndarray:
    """The song's place of each captured sample, channels added; -1 where silent."""
    return np.rint(sound.astype(np.float64).sum(axis=1) / STEP).astype(np.int64) - 1


def test_switches_land_on_the_exact_sample_without_a_gap_while_training(stage: Stage) -> None:
    told, sound = stage.play("switches")
    fade_out = sound[-FADE - 10 :]
    sound = sound[: -len(fade_out)]
    places = places_of(sound)
    # The crossfade rounds; everything else is exact to the bit.
    steps = np.diff(places)
    assert np.count_nonzero(places < 0) == 0, "silence within the sound"
    assert np.abs(steps - 1).max() <= 2, "the song goes on sample by sample"
    starts = [clip["at"] for clip in told["clips"]]
    assert len(starts) == 12
    left, right = sound[:, 0] > 0, sound[:, 1] > 0
    both = np.flatnonzero(left & right)
    firsts = both[np.flatnonzero(np.diff(both, prepend=-10) > 1)]
    assert firsts.tolist() == starts
    for at, index in zip(starts, range(12), strict=True):
        assert places[at - 1] == at - 1 and places[at + FADE] == at + FADE
        assert (right if index % 2 == 0 else left)[at + FADE : at + FADE + 1000].all()
        assert not (left if index % 2 == 0 else right)[at + FADE : at + FADE + 1000].any()
    assert told["steps"] > 100, "the worker trained meanwhile"
    assert told["overtaken"] == 0
    # What was heard is what the capture holds.
    for lane, channel in ((0, left), (1, right)):
        assert told["heard_s"][lane] == pytest.approx(channel.sum() / RATE_HZ, abs=0.4)


@pytest.mark.parametrize("rate_hz", [44100, 48000, 88200, 96000, 192000])
def test_every_common_rate_is_played_sample_by_sample(
    stage_of: Callable[[int], Stage], rate_hz: int
) -> None:
    told, sound = stage_of(rate_hz).play("few_switches")
    fade = round(0.020 * rate_hz)
    places = places_of(sound[: -fade - 10])
    assert np.count_nonzero(places < 0) == 0, "silence within the sound"
    assert np.abs(np.diff(places) - 1).max() <= 2, "the song goes on sample by sample"
    for clip in told["clips"]:
        at = clip["at"]
        assert places[at - 1] == at - 1 and places[at + fade] == at + fade
        entered, left = (0, 1) if clip["lane"] == "A" else (1, 0)
        behind = slice(at + fade, at + 2 * fade)
        assert sound[behind, entered].all() and not sound[behind, left].any()
    assert told["overtaken"] == 0


def test_fifty_switches_a_second_never_click_and_the_last_key_wins(stage: Stage) -> None:
    told, sound = stage.play("fast_switches")
    assert told["playing"] and told["lane"] == told["last"]["lane"] == "B"
    assert told["overtaken"] == 0
    sound = sound[: -FADE - 10]
    places = places_of(sound)
    # Fades that interrupt fades round more often than one does.
    assert np.abs(np.diff(places) - 1).max() <= 4, "the song goes on sample by sample"
    # No channel leaps: a fade takes its length, also where the next one takes over from it.
    level = sound / (sound.sum(axis=1).max() + STEP)
    assert np.abs(np.diff(level, axis=0)).max() < 2 / FADE
    last = told["last"]["at"] + FADE
    assert sound[last:, 1].all() and not sound[last:, 0].any()


def test_loops_and_seeks_land_on_the_exact_sample(stage: Stage) -> None:
    told, sound = stage.play("loop_and_seek")
    start, end = told["loop"]
    length = end - start
    places = places_of(sound)
    sought = told["sought"]["at"]
    turns = np.flatnonzero(np.diff(places[:sought]) < -length // 2)
    # A turn's crossfade moves over within the fade, so look behind it.
    n_turns = 0
    at = 0
    while places[at + length + FADE] < start + length:
        at += length
        n_turns += 1
        assert places[at - 1] == end - 1
        behind = np.arange(FADE, length)
        assert (places[at + behind] == start + behind)[: sought - at - FADE].all()
    assert n_turns >= 3 and len(turns) <= n_turns
    # Then on to the seek, and over A's join from 12 s to 16 s.
    join = sought + RATE_HZ
    assert (places[sought + FADE : join] == 11 * RATE_HZ + np.arange(FADE, RATE_HZ)).all()
    assert (places[join : join + 1000] == 16 * RATE_HZ + np.arange(1000)).all()


def test_every_lane_is_entered_at_the_same_place_of_the_song(stage: Stage) -> None:
    told, sound = stage.play("all_lanes")
    to_song, to_a = (clip["at"] for clip in told["clips"])
    # It starts with a fade from silence.
    left = np.rint(sound[:, 0].astype(np.float64) / STEP).astype(np.int64) - 1
    expected = 11 * RATE_HZ + np.arange(to_a)
    assert (left[FADE:to_song] == expected[FADE:to_song]).all()
    assert (left[to_song + FADE : to_a] == expected[to_song + FADE :]).all()
    assert (sound[to_song + FADE : to_a, 1] > 0).all()
    # A has cut 12 s to 16 s: the nearest kept place after it.
    behind = np.arange(FADE, 10_000)
    assert (left[to_a + behind] == 16 * RATE_HZ + behind).all()
    assert not sound[to_a + behind, 1].any()


def test_pause_fades_out(stage: Stage) -> None:
    told, sound = stage.play("pause")
    at, position = told["clip"]["at"], told["clip"]["start"]
    assert told["position"] == position == 20 * RATE_HZ + at
    level = sound[:, 0] / sound[:, 0].max()
    assert len(sound) == at + FADE
    assert np.abs(np.diff(level)).max() < 2 / FADE
    assert told["heard_s"] == pytest.approx(at / RATE_HZ, abs=0.05)


def test_fault_41_the_sound_server_dies_and_comes_back(
    virtual_card: VirtualCard, tmp_path: Path
) -> None:
    player = start_player(virtual_card, tmp_path)
    assert listen(player) == "ready"
    say(player, "lost")
    assert listen(player) == "playing"
    virtual_card.stop()
    told = listen(player)
    assert not told["available"] and not told["playing"]
    assert "stopped answering" in told["message"]
    virtual_card.start()
    with virtual_card.capture() as capture:
        say(player, "")
        told = listen(player)
        player.communicate(timeout=LIMIT_S)
        assert player.returncode == 0
    assert told["again"]
    assert told["on_s"] > 0.5
    assert len(capture.sound) > 0.5 * RATE_HZ


def test_fault_66_a_suspended_card_plays_on_by_itself(
    virtual_card: VirtualCard, tmp_path: Path
) -> None:
    player = start_player(virtual_card, tmp_path)
    assert listen(player) == "ready"
    say(player, "lost")
    assert listen(player) == "playing"
    virtual_card.suspend(True)
    told = listen(player)
    assert not told["available"] and not told["playing"]
    virtual_card.suspend(False)
    say(player, "")
    told = listen(player)
    player.communicate(timeout=LIMIT_S)
    assert player.returncode == 0
    assert told["again"] and told["back_s"] < 3
    assert 0.5 < told["on_s"] < 1.2
