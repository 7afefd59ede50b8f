"""The bar check in the place "Songs": seen, heard with clicks, corrected by key, taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QComboBox

from editor_app.places.songs.model import METER, STATUS, TEMPO
from editor_app.sound.click_track import BAR_LEVEL
from ml_core.domain.bar_check import BarCheck
from ml_core.domain.corrections import NO_CORRECTIONS, Corrections
from ml_core.domain.edits import Edit
from ml_core.domain.playing import SongLayout
from ml_core.domain.ratings import Comparison
from ml_core.domain.songs import DOUBTFUL_WARNING, HALF_TEMPO_WARNING, NO_BEAT_WARNING
from ml_core.edits.peaks import pyramid, save_pyramid
from ml_core.store.records.corrections import SongGrid
from tests.editor_app.conftest import RATE_HZ, SONG_S, prepared, words_of
from tests.editor_app.sound.fake_output import FakeOutput

Key, Mod = Qt.Key, Qt.KeyboardModifier
N = SONG_S * RATE_HZ
BEAT = RATE_HZ // 2


def answer(job, tmp_path: Path, **changes) -> BarCheck:
    """What the task would say: a beat each half second, doubled or shifted as asked."""
    request = job.request
    beat, shift = BEAT, 0
    for step in request.corrections.steps:
        beat = {"double": beat // 2, "halve": beat * 2}.get(step.kind, beat)
        shift += step.value if step.kind == "shift" else 0
    beats = tuple(range(beat, N - beat, beat))
    edges = beats[shift % 4 :: 4]
    layout = SongLayout(
        request.song.sha256, RATE_HZ, N, edges, beats, ((edges[0], edges[-1], "A"),),
        60.0 * RATE_HZ / beat, 4, 0.5, True,
    )  # fmt: skip
    file = tmp_path / "song.peaks.npz"
    rng = np.random.default_rng(0)
    save_pyramid(file, pyramid(rng.normal(0, 0.1, N).astype(np.float32), 128))
    doubtful = () if request.corrections else (2, 3)
    warnings = () if request.corrections else (DOUBTFUL_WARNING,)
    made = BarCheck(layout, request.corrections, doubtful, warnings, str(file))
    return replace(made, **changes)


class Desk:
    """The place with a song chosen, workers that answer on demand, and a device to turn."""

    def __init__(self, qtbot, window, jobs, tmp_path: Path, output: FakeOutput | None) -> None:
        self.qtbot, self.window, self.jobs = qtbot, window, jobs
        self.folder, self.output = tmp_path, output
        self.main, self.view = window.main, window.main._places["songs"]
        self.panel = self.view._bars

    def select(self, at: int) -> None:
        model, flags = self.view._table.selectionModel(), QItemSelectionModel.SelectionFlag
        index = self.view._shown.index(at, 0)
        # `selectRow` would heed the modifiers of the test's last key.
        model.setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def choose(self, at: int = 0) -> None:
        self.select(at)
        self.qtbot.waitUntil(lambda: bool(self.jobs.asked("bar_check")))
        self.tell()

    def tell(self, **changes) -> None:
        (job,) = self.jobs.asked("bar_check")
        job.finish(answer(job, self.folder, **changes))

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Mod.NoModifier) -> None:
        self.qtbot.keyClick(self.main, key, modifier)

    def correct(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Mod.NoModifier) -> None:
        self.press(key, modifier)
        self.tell()

    def entry(self, at: int = 0):
        return self.view._row(at).entry

    def tried(self, at: int = 0):
        return self.window.project.trials.of(self.entry(at).song.sha256)

    def store(self, corrections: Corrections, at: int = 0) -> None:
        """Keep corrections, as if the person had tried them and said that they fit."""
        grid = SongGrid(corrections, 240.0, 4, "")
        self.window.project.trials.keep(self.entry(at).song.sha256, grid, "the bars fit")
        for job in self.jobs.asked("bar_check"):
            job.finish(answer(job, self.folder))

    def cell(self, column: int, at: int = 0) -> str:
        return self.view._shown.index(at, column).data()

    def undo_name(self) -> str:
        return self.window.project.history.undo_name

    def turn(self, seconds: float) -> None:
        player = self.window.player
        for _ in range(round(seconds * RATE_HZ / 256)):
            self.output.advance(256)
            player._sounding._tick()
            while player._sounding.playback is not None and player._sounding.playback.fill():
                pass


@pytest.fixture
def desk(qtbot, open_window, filled, jobs, tmp_path):
    filled(3)
    output = FakeOutput(RATE_HZ)
    window = open_window(place="songs", output=output)
    for entry in window.project.songs.all()[:2]:
        window.project.songs.set_status(entry.song.sha256, "ready", DOUBTFUL_WARNING)
    return Desk(qtbot, window, jobs, tmp_path, output)


def test_doubtful_songs_say_so_in_words_and_the_panel_says_where(desk):
    assert [desk.cell(STATUS, at) for at in range(3)] == ["Check the bars"] * 2 + ["Ready"]
    assert not desk.panel.isVisible(), "nothing is chosen"
    desk.choose()
    assert desk.panel.isVisible()
    words = words_of(desk.panel)
    assert "Do the bars fit the music?" in words
    assert "The first beat is uncertain in 2 of 29 bars" in words
    assert "120 bpm" in words and "uncertain in 2" in desk.panel._picture.accessibleDescription()


@pytest.mark.parametrize(
    ("key", "corrections", "name", "bpm"),
    [
        (Key.Key_D, NO_CORRECTIONS.doubled(), "tempo ×2", "240"),
        (Key.Key_H, NO_CORRECTIONS.halved(), "tempo ÷2", "60"),
        (Key.Key_Comma, NO_CORRECTIONS.shifted(-1), "bars a beat earlier", "120"),
        (Key.Key_Period, NO_CORRECTIONS.shifted(1), "bars a beat later", "120"),
    ],
)
def test_a_key_tries_it_fits_keeps_and_undo_takes_both_back(desk, key, corrections, name, bpm):
    desk.choose()
    before = desk.entry()
    desk.press(key)
    (job,) = desk.jobs.asked("bar_check")
    assert job.request.corrections == corrections and job.request.is_trial
    desk.tell()
    assert desk.entry() == before and desk.cell(TEMPO) == "120", "a trial is not stored"
    assert desk.tried() == corrections
    words = words_of(desk.panel)
    assert "A trial: “It fits” keeps it" in words and f"{bpm} bpm" in words
    assert name in desk.undo_name() and name in desk.main.actions_by_id["undo"].text()
    desk.press(Key.Key_F)
    (job,) = desk.jobs.asked("bar_check")
    kept = corrections.confirmed()
    assert job.request.corrections == kept and not job.request.is_trial
    job.finish(answer(job, desk.folder))
    assert desk.entry().corrections == kept and desk.tried() is None
    assert (desk.cell(TEMPO), desk.cell(STATUS)) == (bpm, "Ready")
    desk.press(Key.Key_Z, Mod.ControlModifier)
    assert (desk.entry(), desk.tried()) == (before, corrections)
    desk.press(Key.Key_Z, Mod.ControlModifier)
    assert (desk.entry(), desk.tried()) == (before, None)
    assert desk.cell(STATUS) == "Check the bars"
    for _ in range(2):
        desk.press(Key.Key_Z, Mod.ControlModifier | Mod.ShiftModifier)
    assert (desk.entry().corrections, desk.tried()) == (kept, None)


def test_both_likely_tempi_are_offered_heard_with_clicks_and_chosen(desk):
    desk.select(0)
    desk.qtbot.waitUntil(lambda: bool(desk.jobs.asked("bar_check")))
    sure, tempi = {"doubtful_bars": (), "warnings": (HALF_TEMPO_WARNING,)}, (60.0, 120.0)
    desk.tell(tempi_bpm=tempi, **sure)
    choice = desk.panel.head.tempi
    slow, fast = choice.buttons
    assert desk.panel.head.doubt.text() == "The tempo may be 60 or 120 bpm: hear both"
    assert "No bar is uncertain" not in words_of(desk.panel)
    assert choice.isVisible() and (slow.words, fast.words) == ("60 bpm", "120 bpm")
    assert fast.isChecked() and not slow.isChecked()
    fast.click()
    (job,) = desk.jobs.asked("prepare_pair")
    job.finish(prepared(job.request))
    assert desk.window.player.is_playing and desk.panel._preview.has_clicks
    assert desk.tried() is None, "that is the one found"
    slow.click()
    desk.tell(tempi_bpm=tempi, **sure)
    assert desk.tried() == NO_CORRECTIONS.halved() and slow.isChecked()
    assert desk.panel._preview._layout.tempo_bpm == 60.0, "the clicks follow"
    assert desk.window.player.is_playing
    fast.click()
    desk.tell(tempi_bpm=tempi, **sure)
    assert desk.tried() is None and fast.isChecked(), "back at the one found"
    slow.click()
    desk.tell(tempi_bpm=tempi, **sure)
    desk.press(Key.Key_F)
    (job, *_) = desk.jobs.asked("bar_check")
    job.finish(answer(job, desk.folder))
    assert desk.entry().corrections == NO_CORRECTIONS.halved().confirmed()


def test_leaving_the_song_puts_a_trial_back_and_undo_brings_it_again(desk):
    desk.choose()
    before = desk.entry()
    desk.correct(Key.Key_D)
    desk.main.show_place("rate")
    desk.main.show_place("songs")
    assert desk.tried() == NO_CORRECTIONS.doubled(), "the song is the same"
    desk.select(2)
    assert (desk.entry(), desk.tried()) == (before, None)
    assert desk.main._status.text == "Song 1 is as it was. Undo brings your trial back."
    assert desk.window.project._store.songs.find(before.song.sha256).corrections == NO_CORRECTIONS
    desk.press(Key.Key_Z, Mod.ControlModifier)
    assert desk.tried() == NO_CORRECTIONS.doubled()
    desk.select(0)
    desk.qtbot.waitUntil(lambda: "A trial" in words_of(desk.panel))
    for job in desk.jobs.asked("bar_check"):
        job.finish(answer(job, desk.folder))
    assert "A trial" in words_of(desk.panel) and "240 bpm" in words_of(desk.panel)


def test_closing_the_bar_check_puts_a_trial_back(desk):
    desk.choose()
    desk.correct(Key.Key_Period)
    desk.press(Key.Key_B)
    assert not desk.panel.isVisible() and desk.tried() is None
    assert desk.entry().corrections == NO_CORRECTIONS


def test_keys_in_a_row_are_steps_of_their_own(desk):
    desk.choose()
    for key in (Key.Key_D, Key.Key_Period, Key.Key_Period):
        desk.press(key)
    for _ in range(3):
        desk.tell()
    assert desk.tried() == NO_CORRECTIONS.doubled().shifted(2)
    desk.press(Key.Key_Z, Mod.ControlModifier)
    assert desk.tried() == NO_CORRECTIONS.doubled().shifted(1)


def test_reset_puts_a_trial_back_and_then_takes_back_what_is_stored(desk):
    desk.choose()
    assert not desk.main.actions_by_id["reset_bars"].isEnabled()
    stored = NO_CORRECTIONS.doubled().confirmed()
    desk.store(stored)
    desk.correct(Key.Key_Period)
    assert desk.tried() == NO_CORRECTIONS.doubled().shifted(1)
    desk.press(Key.Key_R)
    for job in desk.jobs.asked("bar_check"):
        job.finish(answer(job, desk.folder))
    assert (desk.tried(), desk.entry().corrections) == (None, stored)
    desk.correct(Key.Key_R)
    assert desk.entry().corrections == NO_CORRECTIONS
    desk.press(Key.Key_Z, Mod.ControlModifier)
    assert desk.entry().corrections == stored
    desk.press(Key.Key_Z, Mod.ControlModifier)
    assert desk.tried() == NO_CORRECTIONS.doubled().shifted(1)


def test_the_meter_is_chosen_with_keys(desk, qtbot):
    desk.choose()
    desk.press(Key.Key_M)
    box = desk.panel.findChild(QComboBox)
    qtbot.waitUntil(box.view().isVisible)
    qtbot.keyClick(box.view(), Key.Key_Up)
    qtbot.keyClick(box.view(), Key.Key_Return)
    (job,) = desk.jobs.asked("bar_check")
    assert job.request.corrections == NO_CORRECTIONS.with_meter(3)
    layout = replace(answer(job, desk.folder).layout, meter=3)
    desk.tell(layout=layout)
    assert desk.cell(METER) == "4/4" and desk.tried() == NO_CORRECTIONS.with_meter(3)
    assert "3 beats a bar" in desk.undo_name() and box.currentText() == "3/4"


def test_it_fits_ends_the_doubt_and_goes_to_the_next_doubtful_song(desk):
    desk.choose()
    desk.press(Key.Key_F)
    jobs = desk.jobs.asked("bar_check")
    assert jobs[0].request.corrections == NO_CORRECTIONS.confirmed()
    jobs[0].finish(answer(jobs[0], desk.folder))
    assert desk.cell(STATUS) == "Ready" and desk.entry().corrections.is_confirmed
    assert [entry.id for entry in desk.view._selected()] == [desk.entry(1).id]
    assert "the bars fit" in desk.undo_name()


def test_a_correction_that_cannot_be_changes_nothing_and_says_why(desk):
    desk.choose()
    before = desk.entry()
    desk.press(Key.Key_D)
    desk.jobs.asked("bar_check")[0].fail("A tempo of 480 can't be counted.", "It has to be less.")
    assert desk.entry() == before and desk.undo_name() == ""
    assert "480" in desk.main._banner.text
    desk.correct(Key.Key_H)
    assert desk.tried() == NO_CORRECTIONS.halved()


def test_corrections_that_no_longer_fit_are_said_and_can_be_reset(desk, qtbot):
    desk.choose()
    desk.store(NO_CORRECTIONS.doubled())
    desk.choose(1)
    desk.select(0)
    qtbot.waitUntil(lambda: bool(desk.jobs.asked("bar_check")))
    desk.jobs.asked("bar_check")[0].fail("A tempo of 480 can't be counted.", "It has to be less.")
    assert desk.panel.head.doubt.text() == "These corrections no longer fit: reset them"
    assert not desk.main.actions_by_id["tempo_double"].isEnabled()
    desk.correct(Key.Key_R)
    assert desk.entry().corrections == NO_CORRECTIONS
    assert desk.main.actions_by_id["tempo_double"].isEnabled()


def test_corrections_reach_what_the_other_places_ask_for(desk):
    desk.choose()
    desk.store(NO_CORRECTIONS.doubled())
    desk.main.show_place("rate")
    proposals = desk.jobs.asked("propose")
    tasks = {task.sha256: task.corrections for task in proposals[0].request.songs}
    assert tasks[desk.entry().song.sha256] == NO_CORRECTIONS.doubled()
    assert desk.window.project.songs.corrections() == {
        desk.entry().song.sha256: NO_CORRECTIONS.doubled()
    }


def play(desk, key=Key.Key_C):
    desk.press(key)
    (job,) = desk.jobs.asked("prepare_pair")
    job.finish(prepared(job.request))


def test_c_plays_with_clicks_that_follow_corrections_at_once(desk):
    desk.choose()
    play(desk)
    desk.turn(3.0)
    sound = np.abs(desk.output.sound).max(axis=1)
    volume = desk.window.player.volume**2
    loud = np.flatnonzero(sound > 0.9 * BAR_LEVEL * volume)
    first_bars = loud[np.append(True, np.diff(loud) > BEAT)]
    assert first_bars[:2].tolist() == [BEAT, 5 * BEAT]
    assert "Pause" in words_of(desk.panel._buttons)
    desk.correct(Key.Key_Period)
    done = len(desk.output.sound)
    desk.turn(4.0)
    later = np.abs(desk.output.sound[done + RATE_HZ // 4 :]).max(axis=1)
    loud = np.flatnonzero(later > 0.9 * BAR_LEVEL * volume) + done + RATE_HZ // 4
    assert len(loud) and {(at // BEAT) % 4 for at in loud if at % BEAT < 3} == {2}
    desk.press(Key.Key_C)
    assert not desk.window.player.is_playing
    # Space plays the song alone.
    desk.press(Key.Key_Space)
    desk.turn(0.5)
    done = len(desk.output.sound)
    desk.turn(2.0)
    assert np.abs(desk.output.sound[done:]).max() < 0.01, "the song is all that sounds"


def test_tapping_while_it_plays_sets_the_beat(desk, qtbot):
    desk.choose()
    desk.press(Key.Key_T)
    assert "Play the song first" in desk.main._status.text
    play(desk)
    places = []
    for _ in range(5):
        desk.turn(0.6)
        places.append(desk.window.player.heads.position())
        desk.press(Key.Key_T)
    assert "Tapping: 5 beats" in words_of(desk.panel)
    desk.panel._tapping.end()
    (job,) = desk.jobs.asked("bar_check")
    (step,) = job.request.corrections.steps
    assert step.kind == "tap" and step.taps == pytest.approx(places, abs=2)
    desk.tell()
    assert "tap the beat" in desk.undo_name()


def test_three_taps_are_too_few_and_say_so(desk):
    desk.choose()
    play(desk)
    for _ in range(3):
        desk.turn(0.5)
        desk.press(Key.Key_T)
    desk.panel._tapping.end()
    assert not desk.jobs.asked("bar_check") and "Four taps" in desk.main._status.text


def test_keys_move_by_bars_and_to_uncertain_ones(desk):
    desk.choose()
    starts = desk.panel._picture.bar_starts_s()
    desk.press(Key.Key_N)
    assert desk.panel._picture.head_s == starts[2]
    desk.press(Key.Key_N)
    assert desk.panel._picture.head_s == starts[3]
    desk.press(Key.Key_Right)
    assert desk.panel._picture.head_s == starts[4]
    desk.press(Key.Key_Left)
    desk.press(Key.Key_Left)
    assert desk.panel._picture.head_s == starts[2]
    play(desk)
    assert desk.window.player.heads.position() == pytest.approx(starts[2] * RATE_HZ, abs=1)


def test_a_join_marked_as_bad_makes_its_bars_doubtful_until_they_are_said_to_fit(desk):
    desk.choose()
    desk.tell() if desk.jobs.asked("bar_check") else None
    project, song = desk.window.project, desk.entry().song
    edges = desk.panel._check.layout.bar_edges_samples
    # From the end of bar 6 to the start of bar 10, both a little before their lines.
    edit = Edit(song.sha256, RATE_HZ, ((0, edges[6] - 900), (edges[9] - 900, song.n_samples)))
    pair = Comparison(edit, Edit(song.sha256, RATE_HZ, ((0, song.n_samples),)), "random")
    (pair,) = project.pairs.add([pair])
    desk.tell() if desk.jobs.asked("bar_check") else None
    project.marks.add(pair, "bad_join", "A", (edges[6] - 900, edges[9] - 900))
    assert "uncertain in 2 of 29 bars; you marked a bad join at bars 7 and 10" in words_of(
        desk.panel
    )
    assert "marked as bad at bar 7, 10" in desk.panel._picture.accessibleDescription()
    starts = desk.panel._picture.bar_starts_s()
    for bar in (2, 3, 6, 9, 2):
        desk.press(Key.Key_N)
        assert desk.panel._picture.head_s == starts[bar]
    desk.select(1)
    desk.qtbot.waitUntil(lambda: bool(desk.jobs.asked("bar_check")))
    desk.tell()
    assert "bad join" not in words_of(desk.panel), "another song"
    desk.choose(0)
    project.history.undo()
    assert "bad join" not in words_of(desk.panel), "taken back"
    project.history.redo()
    assert "bad join" in words_of(desk.panel)
    desk.correct(Key.Key_F)
    assert "bad join" not in words_of(desk.panel), "the person said that the bars fit"


def test_material_without_a_beat_says_so_and_only_taps_correct_it(desk):
    sha256 = desk.entry(2).song.sha256
    desk.window.project.songs.set_status(sha256, "ready", NO_BEAT_WARNING, 120.0, 4)
    assert desk.cell(STATUS, 2) == "No steady beat"
    assert (desk.cell(TEMPO, 2), desk.cell(METER, 2)) == ("–", "–")
    desk.select(2)
    desk.qtbot.waitUntil(lambda: bool(desk.jobs.asked("bar_check")))
    (job,) = desk.jobs.asked("bar_check")
    made = answer(job, desk.folder)
    desk.tell(
        layout=replace(made.layout, has_beat=False), doubtful_bars=(), warnings=(NO_BEAT_WARNING,)
    )
    words = words_of(desk.panel)
    assert "No steady beat was found" in words and "bpm" not in desk.panel._buttons._tempo.text()
    actions = desk.main.actions_by_id
    for action_id in ("tempo_double", "tempo_halve", "bars_later", "bars_fit"):
        assert not actions[action_id].isEnabled()
        assert "tap it first" in actions.tip(action_id)
    assert actions["tap_beat"].isEnabled() and actions["play_clicks"].isEnabled()
    desk.press(Key.Key_D)
    assert not desk.jobs.asked("bar_check")


def test_other_places_keys_and_typing_correct_nothing(desk, qtbot):
    desk.choose()
    desk.view._filter.setFocus()
    qtbot.keyClicks(desk.view._filter, "dhcfrtm,.")
    assert desk.view._filter.text() == "dhcfrtm,." and not desk.jobs.asked("bar_check")
    desk.view._filter.clear()
    desk.main.show_place("export")
    for key in (Key.Key_D, Key.Key_F, Key.Key_R):
        desk.press(key)
    assert not desk.jobs.asked("bar_check")


def test_songs_run_past_are_not_looked_up_and_closing_leaves_nothing(desk, qtbot):
    desk.select(0)
    desk.select(1)
    desk.select(2)
    qtbot.waitUntil(lambda: bool(desk.jobs.asked("bar_check")))
    (job,) = desk.jobs.asked("bar_check")
    assert job.request.song.sha256 == desk.entry(2).song.sha256
    desk.main.close()
    assert not (Path(desk.window.project.cache_dir) / "bar-check").exists()


def test_it_fits_goes_on_when_another_song_is_chosen_meanwhile(desk):
    desk.choose()
    desk.correct(Key.Key_D)
    desk.press(Key.Key_F)
    (job,) = desk.jobs.asked("bar_check")
    desk.select(2)
    assert desk.tried() == NO_CORRECTIONS.doubled(), "it is about to be kept"
    job.finish(answer(job, desk.folder))
    assert desk.entry(0).corrections == NO_CORRECTIONS.doubled().confirmed()
    assert desk.entry(2).corrections == NO_CORRECTIONS and desk.tried() is None


def test_a_trial_under_way_is_dropped_when_another_song_is_chosen(desk):
    desk.choose()
    desk.press(Key.Key_D)
    (job,) = desk.jobs.asked("bar_check")
    desk.select(2)
    assert job.state == "cancelled" and desk.tried() is None and desk.undo_name() == ""
