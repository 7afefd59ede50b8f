"""The player as the window uses it, on a device that plays on demand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from editor_app.sound import playback as playback_module
from editor_app.sound.device import SoundDevice
from editor_app.sound.player import Player
from ml_core.domain.playing import PreparedPair
from ml_core.errors import UserError
from tests.editor_app.sound.fake_output import (
    RATE_HZ,
    FakeOutput,
    edit_of,
    let_play,
    pair_of,
    places,
)

N_SONG = 40 * RATE_HZ
EDIT_A = edit_of((0, 10 * RATE_HZ), (20 * RATE_HZ, 30 * RATE_HZ))
EDIT_B = edit_of((5 * RATE_HZ, 15 * RATE_HZ), (22 * RATE_HZ, 40 * RATE_HZ))
LATENCY = 400
MARGIN = round(playback_module.MARGIN_S * RATE_HZ)


class Desk:
    """A player, its device, and a hand that turns the time."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.output = FakeOutput(latency_samples=LATENCY)
        self.device = SoundDevice(open_stream=self.open_stream)
        self.player = Player(device=self.device)
        self.is_unplugged = False
        self.pair = pair_of(folder, N_SONG, EDIT_A, EDIT_B)
        self.device.open()
        self.player.volume = 1.0

    def open_stream(self, name: str | None, rate_hz: int) -> FakeOutput:
        if self.is_unplugged:
            raise UserError("No sound device was found.", "Connect one.")
        return self.output

    def unplug(self) -> None:
        """The device goes; the next one is another output."""
        self.is_unplugged = self.output.has_ended = self.output.is_stalled = True
        self.device._look()
        assert not self.player.available

    def plug(self, rate_hz: int = RATE_HZ) -> FakeOutput:
        self.is_unplugged = False
        self.output = FakeOutput(rate_hz, LATENCY)
        self.device.try_again()
        self.device._look()
        assert self.device.stream is self.output
        return self.output

    def load(self) -> None:
        assert self.player.load(self.pair, (EDIT_A, EDIT_B))

    def turn(self, seconds: float) -> None:
        """Let the device play, with the player's timers running as they would."""
        let_play(self.player, self.output, seconds)


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(qtbot, tmp_path)
    yield made
    made.player._let_go()


def test_loading_chooses_a_at_its_start(desk: Desk) -> None:
    desk.load()
    assert desk.player.heads.lanes == ("song", "A", "B")
    assert (desk.player.heads.lane, desk.player.heads.position()) == ("A", 0)
    assert desk.player.heads.n_samples("B") == EDIT_B.n_samples
    assert desk.player.heads.joins("A") == (10 * RATE_HZ,)
    assert not desk.player.is_playing


def test_play_pause_and_play_on(desk: Desk, qtbot: QtBot) -> None:
    desk.load()
    with qtbot.waitSignal(desk.player.playing_changed):
        desk.player.play()
    desk.turn(2)
    assert desk.player.heads.position() == desk.output.runs[0].done_samples - LATENCY
    desk.player.pause()
    assert not desk.player.is_playing
    rest = desk.player.heads.position()
    assert rest == desk.output.runs[0].done_samples + MARGIN
    desk.turn(1)
    assert not desk.output.runs and desk.player.heads.position() == rest
    n_first = len(desk.output.sound)
    desk.player.toggle()
    desk.turn(1)
    again = desk.output.sound[n_first:]
    assert places(again)[1000] == rest + 1000
    first = desk.output.sound[:rest]
    assert (places(first) == np.arange(rest)).all()
    assert not first[:, 1].any()


def test_playing_again_within_the_fade_goes_on(desk: Desk) -> None:
    desk.load()
    desk.player.play()
    desk.turn(1)
    desk.player.pause()
    rest = desk.player.heads.position()
    desk.player.play()
    desk.turn(1)
    assert len(desk.output.runs) == 1
    assert desk.player.is_playing and desk.player.heads.position() > rest


def test_a_switch_goes_on_at_the_same_place_of_the_song(desk: Desk, qtbot: QtBot) -> None:
    desk.load()
    desk.player.seek(7 * RATE_HZ)
    desk.player.play()
    desk.turn(1)
    with qtbot.waitSignal(desk.player.lane_changed) as changed:
        desk.player.switch("B")
    assert changed.args == ["B"] and desk.player.heads.lane == "B"
    # 8 s of the song are 3 s of B, and the head shows it at once.
    assert desk.player.heads.position() == pytest.approx(3 * RATE_HZ, abs=LATENCY + MARGIN)
    desk.turn(1)
    sound = desk.output.sound
    shown = places(sound)[200:]
    assert (np.diff(shown) == 1).all(), "the song goes on sample by sample"
    assert sound[-1, 0] == 0 and sound[-1, 1] > 0


def test_the_silent_lanes_heads_are_where_a_switch_would_enter(desk: Desk) -> None:
    desk.load()
    desk.player.seek(25 * RATE_HZ - 10 * RATE_HZ)  # 25 s of the song
    assert desk.player.heads.position("song") == 25 * RATE_HZ
    assert desk.player.heads.position("B") == 13 * RATE_HZ
    desk.player.seek(2 * RATE_HZ)
    assert desk.player.heads.position("B") == 0
    assert desk.player.heads.to_song(0, "B") == 5 * RATE_HZ
    assert desk.player.heads.from_song(16 * RATE_HZ, "B") == 10 * RATE_HZ


def test_switching_while_silent_moves_the_head_alone(desk: Desk) -> None:
    desk.load()
    desk.player.seek(8 * RATE_HZ)
    desk.player.switch("song")
    assert (desk.player.heads.lane, desk.player.heads.position()) == ("song", 8 * RATE_HZ)
    assert not desk.output.runs
    desk.player.switch("B")
    assert desk.player.heads.position() == 3 * RATE_HZ


def test_seeking_in_another_lane_switches_to_it(desk: Desk) -> None:
    desk.load()
    desk.player.play()
    desk.turn(0.5)
    desk.player.seek(12 * RATE_HZ, "B")
    assert (desk.player.heads.lane, desk.player.heads.position()) == ("B", 12 * RATE_HZ)
    desk.turn(1)
    assert places(desk.output.sound)[-1] == pytest.approx(25 * RATE_HZ, abs=300)
    desk.player.seek_song(0)
    assert desk.player.heads.position() == 0
    desk.player.seek(10**9)
    assert desk.player.heads.position() == EDIT_B.n_samples


def test_the_end_of_a_lane_stops(desk: Desk, qtbot: QtBot) -> None:
    desk.load()
    desk.player.seek(19 * RATE_HZ)
    desk.player.play()
    with qtbot.waitSignal(desk.player.ended) as ended:
        desk.turn(1.2)
    assert ended.args == ["A"]
    assert not desk.player.is_playing and not desk.output.runs
    assert desk.player.heads.position() == EDIT_A.n_samples
    assert desk.player.heads.heard_s("A") == pytest.approx(1.0)
    desk.player.play()
    assert desk.player.heads.position() == 0


def test_heard_seconds_are_what_really_sounded_of_what_differs(desk: Desk) -> None:
    desk.load()
    # A plays 0-10 and 20-30 of the song, B 5-15 and 22-40: A is all its own up to 5.
    desk.player.play()
    desk.turn(2)
    assert desk.player.heads.heard_s("A") == pytest.approx(2 - LATENCY / RATE_HZ, abs=0.04)
    desk.player.switch("B")
    desk.turn(3)
    desk.player.pause()
    desk.turn(1)
    delay_s = (LATENCY + MARGIN) / RATE_HZ
    assert desk.player.heads.heard_s("A") == pytest.approx(
        2 + delay_s - LATENCY / RATE_HZ, abs=0.05
    )
    # B begins where A does not: two seconds of that differ, the third is shared.
    assert desk.player.heads.heard_s("B") == pytest.approx(2, abs=0.05)
    assert desk.player.heads.heard_s("song") == 0
    desk.load()
    assert desk.player.heads.heard_s("A") == 0


def test_a_loop_repeats_and_follows_a_switch(desk: Desk) -> None:
    desk.load()
    desk.player.set_loop((6 * RATE_HZ, 7 * RATE_HZ))
    assert desk.player.heads.position() == 6 * RATE_HZ
    desk.player.play()
    desk.turn(2.5)
    assert 6 * RATE_HZ <= desk.player.heads.position() < 7 * RATE_HZ
    desk.player.switch("B")
    desk.turn(2.5)
    assert 1 * RATE_HZ <= desk.player.heads.position("B") <= 2 * RATE_HZ
    shown = places(desk.output.sound)
    assert np.count_nonzero(shown == round(6.5 * RATE_HZ)) == 5
    desk.player.set_loop(None)
    desk.turn(2)
    assert desk.player.heads.position() > 2 * RATE_HZ


def test_a_loop_that_the_other_lane_lacks_does_not_hold_it(desk: Desk) -> None:
    desk.load()
    desk.player.set_loop((0, 2 * RATE_HZ))
    desk.player.play()
    desk.turn(0.5)
    desk.player.switch("B")
    desk.turn(3)
    assert desk.player.heads.position() > 2 * RATE_HZ
    assert desk.player.heads.loop is not None and desk.player.heads.loop.lane == "A"


def test_too_short_a_loop_is_none(desk: Desk) -> None:
    desk.load()
    desk.player.set_loop((100, 200))
    assert desk.player.heads.loop is None


def test_volume_and_the_pairs_gain_are_one_factor_for_all_lanes(desk: Desk, tmp_path: Path) -> None:
    pair = pair_of(tmp_path, N_SONG, EDIT_A, EDIT_B, gain=0.5)
    assert desk.player.load(pair, (EDIT_A, EDIT_B))
    desk.player.play()
    desk.turn(0.5)
    desk.player.volume = 0.5
    desk.turn(0.5)
    desk.player.switch("B")
    desk.turn(0.5)
    louder = desk.output.sound[3000, 0]
    quieter = desk.output.sound[7500, 0]
    other = desk.output.sound[-1, 1]
    song = np.fromfile(pair.song.file, np.float32).reshape(-1, 2)[:, 0]
    assert louder == pytest.approx(0.5 * song[3000])
    assert quieter == pytest.approx(0.125 * song[7500])
    place = desk.player.heads.to_song(desk.player.heads.position())
    assert other == pytest.approx(0.125 * song[place], rel=0.02)
    desk.player.volume = 7.0
    assert desk.player.volume == 1.0


def test_a_new_pair_fades_the_old_one_out(desk: Desk) -> None:
    desk.load()
    desk.player.seek(5 * RATE_HZ)
    desk.player.play()
    desk.turn(1)
    desk.load()
    assert not desk.player.is_playing and desk.player.heads.position() == 0
    desk.player.play()
    assert len(desk.output.runs) == 2
    desk.turn(1)
    assert len(desk.output.runs) == 1
    assert places(desk.output.sound)[-1] == pytest.approx(RATE_HZ, abs=2 * 256)


def test_a_song_alone_can_be_played(desk: Desk, tmp_path: Path) -> None:
    song = pair_of(tmp_path, N_SONG)
    assert desk.player.load(song)
    assert (desk.player.heads.lane, desk.player.heads.lanes) == ("song", ("song",))
    desk.player.play()
    desk.turn(0.5)
    assert desk.player.heads.heard_s("song") > 0.3
    desk.player.switch("A")
    assert desk.player.heads.lane == "song"


def test_a_pair_for_another_rate_is_refused(desk: Desk, tmp_path: Path) -> None:
    other = pair_of(tmp_path, N_SONG, EDIT_A, EDIT_B, rate_hz=RATE_HZ * 2)
    assert not desk.player.load(other, (EDIT_A, EDIT_B))
    desk.load()
    desk.output.sample_rate_hz = 2 * RATE_HZ
    desk.player.play()
    assert not desk.player.is_playing


@pytest.mark.parametrize("damage", ["missing", "short"])
def test_a_file_that_is_gone_is_told(desk: Desk, damage: str) -> None:
    file = Path(desk.pair.edits[0].file)
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes(b"1234")
    with pytest.raises(UserError, match=r"A\.f32"):
        desk.player.load(desk.pair, (EDIT_A, EDIT_B))


def test_fault_42_without_a_device_all_is_harmless(desk: Desk, qtbot: QtBot) -> None:
    desk.is_unplugged = True
    device = SoundDevice(open_stream=desk.open_stream)
    player = Player(device=device)
    with qtbot.waitSignal(device.changed):
        assert not device.open("broken")
    assert not player.available and player.error is not None
    assert player.sample_rate_hz == 44100 and device.name == ""
    player.toggle()
    player.switch("B")
    player.set_loop((0, 1))
    player.seek(5)
    player.stop()
    player.play()
    pair = PreparedPair(*(getattr(desk.pair, n) for n in ("song", "edits", "gain", "layout")))
    assert not player.load(pair, (EDIT_A, EDIT_B))  # made for 8 kHz, not for 44.1
    assert not player.is_playing
    player.close()


def test_fault_41_sound_that_went_plays_on_from_its_place(desk: Desk) -> None:
    desk.load()
    desk.player.play()
    desk.turn(1)
    head, first = desk.player.heads.position(), desk.output
    desk.unplug()
    assert first.is_closed and not desk.player.is_playing
    assert desk.player.heads.position() == head
    again = desk.plug()
    assert desk.player.is_playing and desk.player.error is None
    desk.turn(1)
    assert places(again.sound)[600] == pytest.approx(head + 600, abs=1)


def test_fault_66_what_did_not_play_stays_silent_when_sound_is_back(desk: Desk) -> None:
    desk.load()
    desk.player.seek(RATE_HZ)
    desk.unplug()
    desk.plug()
    assert not desk.player.is_playing and desk.player.heads.position() == RATE_HZ


def test_fault_66_play_without_sound_looks_at_once_and_plays_when_it_can(desk: Desk) -> None:
    desk.load()
    desk.unplug()
    tried = []
    desk.device._open_stream = lambda *asked: tried.append(asked) or desk.open_stream(*asked)
    desk.player.toggle()
    assert tried and not desk.player.is_playing
    desk.plug()
    assert desk.player.is_playing


@pytest.mark.parametrize("leaving", ["pause", "unload", "load"])
def test_fault_66_who_goes_on_without_sound_is_not_startled_by_it(desk: Desk, leaving: str) -> None:
    desk.load()
    desk.player.play()
    desk.turn(1)
    desk.unplug()
    {"pause": desk.player.pause, "unload": desk.player.unload, "load": desk.load}[leaving]()
    desk.plug()
    assert not desk.player.is_playing


def test_fault_66_seeking_meanwhile_is_where_sound_comes_back(desk: Desk) -> None:
    desk.load()
    desk.player.play()
    desk.turn(1)
    desk.unplug()
    desk.player.seek(3 * RATE_HZ, "B")
    again = desk.plug()
    desk.turn(1)
    assert desk.player.heads.lane == "B" and again.sound[-1, 1] > 0
    assert places(again.sound)[600] == pytest.approx(8 * RATE_HZ + 600, abs=1)


def test_fault_66_a_device_of_another_rate_goes_on_at_the_same_second(
    desk: Desk, tmp_path: Path
) -> None:
    desk.load()
    desk.player.switch("B")
    desk.player.seek(4 * RATE_HZ)
    desk.player.play()
    desk.turn(1)
    at_s = desk.player.heads.position() / RATE_HZ
    desk.unplug()
    desk.plug(2 * RATE_HZ)
    assert not desk.player.is_playing and not desk.player.fits_device
    # The place lets go of the pair, has it made anew, and loads it.
    desk.player.unload()
    edits = [edit_of(*[(2 * a, 2 * b) for a, b in edit.spans]) for edit in (EDIT_A, EDIT_B)]
    (tmp_path / "again").mkdir()
    pair = pair_of(tmp_path / "again", 2 * N_SONG, *edits, rate_hz=2 * RATE_HZ)
    assert desk.player.load(pair, (EDIT_A, EDIT_B))
    assert desk.player.is_playing and desk.player.heads.lane == "B"
    assert desk.player.heads.position() / (2 * RATE_HZ) == pytest.approx(at_s, abs=0.01)


def test_fault_66_seconds_heard_stand_still_while_nothing_sounds(desk: Desk) -> None:
    desk.load()
    desk.player.play()
    desk.turn(1)
    heard_s = desk.player.heads.heard_s("A")
    desk.output.is_stalled = True
    for _ in range(20):
        desk.player._sounding._tick()
        desk.device._look()
    assert not desk.player.available
    desk.player.seek(9 * RATE_HZ)
    assert desk.player.heads.heard_s("A") == heard_s
    desk.output.is_stalled = False
    desk.device._look()
    assert desk.player.is_playing
    desk.turn(1)
    assert desk.player.heads.heard_s("A") == pytest.approx(heard_s + 1, abs=0.1)


def test_fault_66_what_is_turned_down_to_nothing_is_not_heard(desk: Desk) -> None:
    desk.load()
    desk.player.volume = 0.0
    desk.player.play()
    desk.turn(1)
    assert desk.player.heads.heard_s("A") == 0 and not desk.output.sound.any()
    desk.player.volume = 0.5
    desk.turn(1)
    assert desk.player.heads.heard_s("A") == pytest.approx(1, abs=0.15)


def test_closing_while_playing_gives_the_device_back(desk: Desk) -> None:
    desk.load()
    desk.player.play()
    desk.turn(0.5)
    desk.player.close()
    assert desk.output.is_closed and not desk.player.is_playing
    assert not desk.player._sounding._timer.isActive()


@pytest.mark.parametrize(
    ("pixel_s", "tick_ms"), [(0.0, 33), (0.001, 33), (0.033, 33), (0.0851, 85), (0.3, 100)]
)
def test_a_head_is_told_of_as_often_as_it_moves_by_a_pixel(
    desk: Desk, tmp_path: Path, pixel_s: float, tick_ms: int
) -> None:
    timer = desk.player._sounding._timer
    desk.player.show_pixels_of(pixel_s)
    assert timer.interval() == tick_ms
    # Between two ticks a head goes on by a pixel, or by what 33 ms of sound are.
    assert tick_ms / 1000 <= max(pixel_s, 0.033)
    desk.player.unload()
    assert timer.interval() == 33, "what is loaded next is shown otherwise"


def test_positions_are_told_only_while_playing(desk: Desk, qtbot: QtBot) -> None:
    desk.load()
    moves: list[int] = []
    desk.player.moved.connect(lambda: moves.append(desk.player.heads.position()))
    assert not desk.player._sounding._timer.isActive()
    desk.player.play()
    assert desk.player._sounding._timer.isActive()
    desk.turn(0.5)
    assert len(moves) > 10 and moves == sorted(moves)
    desk.player.stop()
    assert desk.player.heads.position() == 0
    desk.turn(1)
    n_moves = len(moves)
    desk.player._sounding._tick()
    assert not desk.player._sounding._timer.isActive() and len(moves) == n_moves


@pytest.mark.parametrize("by", [0, -1000, 2000])
def test_another_edit_is_taken_without_a_gap_at_the_place_asked_for(
    desk: Desk, tmp_path: Path, by: int
) -> None:
    player, output = desk.player, desk.output
    player.load(desk.pair, (EDIT_A, EDIT_B))
    player.set_loop((0, 20 * RATE_HZ - 400), "A")
    player.play()
    let_play(player, output, 2.0)
    other = edit_of((0, 8 * RATE_HZ), (25 * RATE_HZ, 30 * RATE_HZ))
    folder = tmp_path / "other"
    folder.mkdir()
    before = player.heads.position("A")
    player.exchange(pair_of(folder, N_SONG, other), (other,), by)
    assert player.is_playing and player.heads.n_samples("A") == 13 * RATE_HZ
    assert 0 <= player.heads.position("A") - before - by < MARGIN + LATENCY + 64
    let_play(player, output, 16.0)
    heard = places(output.sound)
    assert player.is_playing and (heard >= 0).all(), "a sample was silent"
    # It steps on but in three fades of 20 ms and a join: where it was taken, and where it loops.
    odd = np.flatnonzero(np.diff(heard) != 1)
    assert 0 < len(odd) <= 3 * 0.02 * RATE_HZ + 1
    assert heard.max() < 30 * RATE_HZ and (heard > 25 * RATE_HZ).any()


def test_a_shorter_edit_taken_beyond_its_loops_end_begins_the_loop_again(
    desk: Desk, tmp_path: Path
) -> None:
    player, output = desk.player, desk.output
    player.load(desk.pair, (EDIT_A, EDIT_B))
    player.set_loop((0, 20 * RATE_HZ - 400), "A")
    player.seek(9 * RATE_HZ, "A")
    player.play()
    let_play(player, output, 1.0)
    folder = tmp_path / "other"
    folder.mkdir()
    other = edit_of((0, 4 * RATE_HZ))
    player.exchange(pair_of(folder, N_SONG, other), (other,))
    let_play(player, output, 12.0)
    assert player.is_playing and places(output.sound)[-1] < 4 * RATE_HZ


def test_an_edit_taken_while_it_rests_moves_the_head_alone(desk: Desk, tmp_path: Path) -> None:
    player = desk.player
    player.load(desk.pair, (EDIT_A, EDIT_B))
    player.seek(5000, "A")
    folder = tmp_path / "other"
    folder.mkdir()
    other = edit_of((0, 4 * RATE_HZ))
    player.exchange(pair_of(folder, N_SONG, other), (other,), 100_000)
    assert not player.is_playing and player.heads.position("A") == 4 * RATE_HZ
