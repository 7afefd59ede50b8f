"""The place "Export": rules become limits, the failing song is named, nothing partial is left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import soundfile
from PySide6.QtCore import QPoint, Qt

from editor_app.places.export.page import ExportPage
from editor_app.places.export.set_rules import SetRules
from editor_app.places.rate.last_ratings import LastRatings
from ml_core.cli import main
from ml_core.domain.audits import AuditedEdit, AuditedJoin
from ml_core.domain.by_hand import ChangeEditRequest, CheckEditRequest, EditChange
from ml_core.domain.corrections import NO_CORRECTIONS, Corrections, Step
from ml_core.domain.edits import Candidate, Edit, Limits, Origin
from ml_core.domain.files.batch import Failed, SongJob, SongOutcome
from ml_core.domain.files.exporting import ExportRequest, ExportResult
from ml_core.domain.models import Reason
from ml_core.domain.ratings import Rating
from ml_core.domain.requests import Delivered
from ml_core.errors import Cancelled, NotSavedError
from ml_core.pipeline.tasks import load
from ml_core.progress import Progress
from ml_core.store import Store
from ml_core.store.requests import deliver_request
from ml_core.units import clock
from tests.editor_app.conftest import RATE_HZ, FakeJob, FakeJobs, make_pair, make_song, words_of
from tests.editor_app.places.rate.test_rate import prepared
from tests.editor_app.places.taste.test_taste import trained
from tests.editor_app.sound.fake_output import FakeOutput


def delivered(index: int, n: int = 3) -> list[Delivered]:
    """What the worker delivers for a song: edits of 50 s, best first."""
    found = []
    for k in range(n):
        edit = make_pair(make_song(index), 5 + 5 * k).a
        found.append(Delivered(Candidate(edit, Origin()), 2.0 - k, 0.5, 0.4, is_proven=True))
    return found


def outcome(job: FakeJob, *files: str | Path, failed: str = "", note: str = "") -> SongOutcome:
    """What the worker tells of a song that it was to export."""
    song = job.request.deliver.song.path
    made = tuple((str(file), None) for file in files)
    result = ExportResult(tuple(map(str, files)), (), tuple((str(f), note) for f in files if note))
    return SongOutcome(song, made, (Failed(song, failed),) if failed else (), (result,))


class Exporter:
    """A window in "Export"; the workers answer when told to."""

    broken = ""
    """What the worker says of edits changed by hand."""

    def __init__(self, qtbot, jobs: FakeJobs, window) -> None:
        self.qtbot, self.jobs, self.window = qtbot, jobs, window
        self.main, self.project, self.player = window.main, window.project, window.player
        self.view: ExportPage = window.main._places["export"]

    def press(self, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(self.view._songs._list, key, modifier)

    def answer(self) -> list[object]:
        """Answer all deliveries and preparations; returns the delivery requests."""
        asked = []
        while any(self.jobs.asked(task) for task in ("deliver", "prepare_pair", "check_edit")):
            for job in self.jobs.asked("check_edit"):
                job.finish(self.broken)
            for job in self.jobs.asked("deliver"):
                asked.append(job.request)
                job.finish(
                    delivered(int(job.request.song.sha256, 16))[: job.request.n_alternatives]
                )
            for job in self.jobs.asked("prepare_pair"):
                job.finish(prepared(job.request))
        return asked

    def export(self) -> None:
        self.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)

    @property
    def words(self) -> str:
        return words_of(self.view)


@pytest.fixture
def exporter(qtbot, jobs, open_window, filled, settings, tmp_path):
    def open_(n_songs: int = 3) -> Exporter:
        filled(n_songs)
        settings.export_folder = str(tmp_path / "out")
        return Exporter(qtbot, jobs, open_window("export", FakeOutput()))

    return open_


def test_the_current_song_shows_its_edit_and_alternatives(exporter):
    desk = exporter()
    (request,) = desk.answer()
    assert request.n_alternatives == 3 and request.song.sha256 == make_song(1).sha256
    assert "1:00 becomes 0:50" in desk.words
    rows = [row for row in desk.view._alternatives._rows if row.isVisible()]
    assert [row.isChecked() for row in rows] == [True, False, False]
    assert "good match" in desk.words and "1 join" in desk.words
    assert desk.view._desk.is_loaded


def test_joins_that_stand_out_are_said_with_the_reason(exporter):
    desk = exporter()
    desk.answer()
    (job,) = desk.jobs.asked("audit_joins")
    n = job.request.edit.n_joins
    out_s = [at / job.request.edit.sample_rate_hz for at in job.request.edit.join_samples]
    joins = [AuditedJoin(at, 40.0, False, "timbre") for at in out_s]
    joins[-1] = AuditedJoin(out_s[-1], 97.0, True, "level")
    job.finish(AuditedEdit(tuple(joins), 60, 0.1))
    assert f"at {clock(out_s[-1])} the level jumps" in desk.words
    edit = desk.view._desk.edit
    assert "It stands out: the level jumps" in edit.tooltip(edit._x(out_s[-1]) + 2)
    assert edit.tooltip(edit._x(out_s[-1]) + 30) == "" or n > 1


def test_an_audit_of_another_edit_is_passed_over(exporter):
    desk = exporter()
    desk.answer()
    (old,) = desk.jobs.asked("audit_joins")
    desk.press(Qt.Key.Key_2)
    joins = tuple(AuditedJoin(1.0, 97.0, True, "click") for _ in old.request.edit.join_samples)
    old.finish(AuditedEdit(joins, 60, 0.1))
    assert "there is a click" not in desk.words
    desk.answer()
    (new,) = desk.jobs.asked("audit_joins")
    calm = tuple(AuditedJoin(1.0, 50.0, False, "click") for _ in new.request.edit.join_samples)
    new.finish(AuditedEdit(calm, 60, 0.1))
    assert "not stand out" in desk.words or "none stands out" in desk.words


def test_rules_become_limits(exporter):
    desk = exporter()
    rules = desk.view._rules
    rules._intro.setChecked(True)
    rules._ending.setChecked(True)
    rules._shortest.setCurrentIndex(2)
    rules._rough.setChecked(True)
    rules._length.setText("0:40")
    rules._length.editingFinished.emit()
    limits = desk.answer()[-1].song.limits
    assert (limits.shortest_s, limits.longest_s) == (40.0, 40.0)
    assert limits.keep_intro and limits.keep_ending and limits.shortest_segment_bars == 4
    assert limits.rough_joins


def test_the_bounds_of_pieces_never_contradict_each_other(exporter):
    desk = exporter()
    rules = desk.view._rules
    rules._longest.setCurrentIndex(rules._longest.findData(4))
    rules._shortest.setCurrentIndex(rules._shortest.findData(8))
    limits = desk.answer()[-1].song.limits
    assert (limits.shortest_segment_bars, limits.longest_segment_bars) == (8, 8)
    rules._longest.setCurrentIndex(rules._longest.findData(4))
    limits = desk.answer()[-1].song.limits
    assert (limits.shortest_segment_bars, limits.longest_segment_bars) == (4, 4)


def test_cutting_only_what_is_forbidden_asks_for_no_length(exporter):
    desk = exporter()
    desk.answer()
    desk.view._rules._length.setText("0:40")
    desk.view._rules._length.editingFinished.emit()
    desk.view._rules._by_least.click()
    limits = desk.answer()[-1].song.limits
    assert limits.cut_least and not limits.is_wish
    assert (limits.shortest_s, limits.keep_low, limits.keep_high) == (None, 0.0, 1.0)
    desk.view._rules._by_taste.click()
    assert desk.answer()[-1].song.limits == Limits()


def test_what_the_rules_show_at_first_is_what_is_set_at_first(exporter):
    desk = exporter()
    assert desk.view._rules.rules == desk.view._model.rules


def test_a_rule_that_can_not_be_met_is_said(exporter):
    desk = exporter()
    desk.jobs.asked("deliver")[0].fail("No edit of this song can be longer than 0:58.", "Ask less.")
    assert "No edit of this song can be longer than 0:58. Ask less." in desk.words
    assert "not all met" in desk.words
    assert not desk.main.actions_by_id["play"].isEnabled()


def test_number_keys_choose_and_the_choice_is_exported(exporter, jobs):
    desk = exporter()
    desk.answer()
    desk.press(Qt.Key.Key_2)
    assert desk.view._alternatives._rows[1].isChecked()
    desk.answer()
    assert desk.player.heads.joins("A") == delivered(1)[1].edit.join_samples
    desk.export()
    (job,) = desk.jobs.asked("export_song")
    assert job.request.deliver.n_alternatives == 3, "which is which depends on how many there are"
    assert job.request.chosen == 1 and job.request.own is None


def test_space_plays_and_t_ticks(exporter):
    desk = exporter()
    desk.press(Qt.Key.Key_Space)
    assert desk.view._model.ticked_songs() == []
    desk.answer()
    desk.press(Qt.Key.Key_Space)
    assert desk.player.is_playing and desk.view._model.ticked_songs() == []
    desk.press(Qt.Key.Key_T)
    desk.press(Qt.Key.Key_Down)
    desk.press(Qt.Key.Key_Return)
    assert desk.view._model.ticked_songs() == [make_song(1).sha256, make_song(2).sha256]
    assert "2 of 3 chosen" in desk.words and "Export 2 edits" in desk.words


def test_ticked_songs_show_the_length_of_their_edit(exporter):
    desk = exporter()
    for _ in range(3):
        desk.press(Qt.Key.Key_T)
        desk.press(Qt.Key.Key_Down)
    desk.answer()
    model = desk.view._songs._model
    assert [model.item(row).data(Qt.ItemDataRole.UserRole + 2) for row in range(3)] == ["0:50"] * 3


def test_a_part_is_locked_forbidden_and_cleared_by_key(exporter):
    desk = exporter()
    desk.answer()
    desk.press(Qt.Key.Key_K)
    assert desk.answer()[-1].song.limits.locked == ((0.0, 60.0),)
    assert "1 locked" in desk.words
    desk.press(Qt.Key.Key_X)
    limits = desk.answer()[-1].song.limits
    assert (limits.locked, limits.forbidden) == ((), ((0.0, 60.0),))
    desk.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert desk.answer()[-1].song.limits.locked == ((0.0, 60.0),)
    desk.press(Qt.Key.Key_Delete)
    limits = desk.answer()[-1].song.limits
    assert limits.locked == limits.forbidden == ()


def at(x: int) -> QPoint:
    return QPoint(x, 60)


def test_bars_are_selected_by_dragging_and_only_this_song_is_locked(exporter):
    desk = exporter()
    desk.answer()
    song = desk.view._desk.song
    left = round(song._x(11.0))
    right = round(song._x(15.0))
    desk.qtbot.mousePress(song, Qt.MouseButton.LeftButton, pos=at(left))
    desk.qtbot.mouseMove(song, at(right))
    desk.qtbot.mouseRelease(song, Qt.MouseButton.LeftButton, pos=at(right))
    assert song.selection == (10.0, 16.0)
    desk.press(Qt.Key.Key_K)
    assert desk.answer()[-1].song.limits.locked == ((10.0, 16.0),)
    desk.press(Qt.Key.Key_T)
    desk.press(Qt.Key.Key_Down)
    assert desk.answer()[-1].song.limits.locked == ()
    desk.press(Qt.Key.Key_T)
    desk.export()
    locked = []
    for _ in range(2):
        (job,) = desk.jobs.asked("export_song")
        locked.append(job.request.deliver.song.limits.locked)
        job.finish(outcome(job, "/out/a.wav"))
    assert locked == [((10.0, 16.0),), ()]


def test_locks_last(exporter, open_window, qtbot, jobs):
    desk = exporter()
    desk.answer()
    desk.press(Qt.Key.Key_K)
    desk.main.close()
    again = Exporter(qtbot, jobs, open_window("export", FakeOutput()))
    assert again.answer()[-1].song.limits.locked == ((0.0, 60.0),)


def test_a_failing_song_is_named_and_the_others_proceed(exporter, tmp_path):
    desk = exporter()
    for _ in range(3):
        desk.press(Qt.Key.Key_T)
        desk.press(Qt.Key.Key_Down)
    desk.answer()
    desk.export()
    names = []
    for index in (1, 2, 3):
        (job,) = desk.jobs.asked("export_song")
        names.append(Path(job.request.deliver.song.path).name)
        assert job.request.export.out_dir == str(tmp_path / "out")
        if index == 2:
            job.finish(outcome(job, failed="No edit can last 3:00. Ask for less."))
        elif index == 3:
            job.fail("song3 is gone.")
        else:
            job.finish(outcome(job, tmp_path / "a.wav"))
    assert names == ["song1.wav", "song2.wav", "song3.wav"]
    assert "1 edit exported to" in desk.main._status._words.text()
    assert "Song 2: No edit can last 3:00." in desk.main._banner.text
    assert "song3 is gone." in desk.main._banner.text


def test_fault_65_a_cover_that_was_left_out_is_said(exporter, tmp_path):
    desk = exporter()
    desk.answer()
    desk.export()
    (job,) = desk.jobs.asked("export_song")
    job.finish(outcome(job, tmp_path / "a.wav", note="The cover of song1.wav was left out."))
    assert "1 edit exported to" in desk.main._status._words.text()
    assert desk.main._banner.text == "The cover of song1.wav was left out."


def test_stopping_a_batch_writes_no_more(exporter):
    desk = exporter()
    for _ in range(3):
        desk.press(Qt.Key.Key_T)
        desk.press(Qt.Key.Key_Down)
    desk.answer()
    desk.export()
    (job,) = desk.jobs.asked("export_song")
    desk.qtbot.keyClick(desk.main, Qt.Key.Key_Escape)
    assert job.state == "cancelled"
    assert desk.jobs.asked("export_song") == []
    assert "Stopped" in desk.main._status._words.text()
    desk.export()
    assert len(desk.jobs.asked("export_song")) == 1


def test_a_second_export_waits_for_the_first(exporter):
    desk = exporter()
    desk.answer()
    desk.export()
    desk.export()
    assert len(desk.jobs.asked("export_song")) == 1


def test_an_export_by_the_real_task_is_whole_and_overwrites_nothing(demo_songs, tmp_path):
    """The files themselves, by the task that the batch starts: twice, then stopped midway."""
    project, out = tmp_path / "real", tmp_path / "edits"
    assert main(["add", str(demo_songs[0].path), "--project", str(project), "--json"]) == 0
    with Store.open(project) as store:
        (entry,) = store.songs.listed()
        request = deliver_request(store, entry)
        (best,) = load("deliver")(request, Progress())
    job = SongJob(request, ExportRequest((), str(out), request.cache_dir), "song", chosen=0)
    first = load("export_song")(job, Progress()).files[0]
    before = Path(first).read_bytes()
    second = load("export_song")(job, Progress()).files[0]
    assert first != second and Path(first).read_bytes() == before
    assert best.edit.n_samples == soundfile.info(first).frames
    files = sorted(out.iterdir())
    calls = []

    def stop_soon() -> bool:
        calls.append(1)
        return len(calls) > 3

    with pytest.raises(Cancelled):
        load("export_song")(job, Progress(is_cancelled=stop_soon))
    assert sorted(out.iterdir()) == files


# Changes by hand


def cut(index: int, start_s: int, end_s: int) -> Edit:
    """The first edit of a song without a stretch, as the worker would make it."""
    edit = delivered(index)[0].edit
    spans = []
    for low, high in edit.spans:
        for start, end in ((low, min(high, start_s * RATE_HZ)), (max(low, end_s * RATE_HZ), high)):
            if end > start:
                spans.append((start, end))
    return Edit(edit.sha256, edit.sample_rate_hz, tuple(spans))


HAND_WORDS = f"By hand: {clock(cut(1, 20, 26).duration_s)}, was 0:50"


def change(desk: Exporter, made: Edit) -> ChangeEditRequest:
    """Answer the one change that was asked for."""
    (job,) = desk.jobs.asked("change_edit")
    job.finish(made)
    desk.answer()
    return job.request


def ratings(desk: Exporter) -> list[Rating]:
    """What is on the disk, read apart from the window."""
    with Store.open(desk.project.project_dir, write=False) as store:
        return store.ratings.current()


def test_a_selection_is_cut_out_by_key_heard_and_exported_as_it_is(exporter):
    desk = exporter()
    desk.answer()
    desk.view._desk.song.select((20.0, 26.0))
    desk.press(Qt.Key.Key_C)
    asked = change(desk, cut(1, 20, 26))
    assert asked.edit == delivered(1)[0].edit
    assert asked.change == EditChange("cut", span_s=(20.0, 26.0))
    assert HAND_WORDS in desk.words
    assert (
        f"1:00 becomes {clock(cut(1, 20, 26).duration_s)}" in desk.words
        and desk.view._desk.is_loaded
    )
    assert desk.player.heads.joins("A") == cut(1, 20, 26).join_samples
    desk.export()
    assert desk.answer() == []
    (job,) = desk.jobs.asked("export_song")
    assert job.request.own == cut(1, 20, 26)


def test_changes_follow_each_other_and_are_taken_back_one_by_one(exporter):
    desk = exporter()
    desk.answer()
    song = desk.view._desk.song
    song.select((20.0, 26.0))
    desk.press(Qt.Key.Key_C)
    song.select((0.0, 6.0))
    desk.press(Qt.Key.Key_C)
    assert len(desk.jobs.asked("change_edit")) == 1
    change(desk, cut(1, 20, 26))
    second = change(desk, Edit(make_song(1).sha256, RATE_HZ, cut(1, 20, 26).spans[1:]))
    assert second.edit == cut(1, 20, 26)
    undo = (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    desk.press(*undo)
    assert HAND_WORDS in desk.words
    desk.press(*undo)
    assert not desk.view._by_hand.isVisible() and "1:00 becomes 0:50" in desk.words


def test_a_double_click_flips_a_bar_and_a_part(exporter):
    desk = exporter()
    desk.answer()
    song = desk.view._desk.song
    bar = QPoint(round(song._x(21.0)), 60)
    desk.qtbot.mouseDClick(song, Qt.MouseButton.LeftButton, pos=bar)
    asked = change(desk, cut(1, 20, 22))
    assert asked.change == EditChange("cut", span_s=(20.0, 22.0))
    desk.qtbot.mouseDClick(song, Qt.MouseButton.LeftButton, pos=bar)
    assert desk.jobs.asked("change_edit")[0].request.change.kind == "bring back"
    change(desk, delivered(1)[0].edit)
    assert not desk.view._by_hand.isVisible()  # The very edit that was proposed.
    desk.qtbot.mouseDClick(song, Qt.MouseButton.LeftButton, pos=bar)
    change(desk, delivered(1)[0].edit)
    assert "The edit leaves that out already." in desk.main._status._words.text()
    part = QPoint(round(song._x(11.0)), 8)
    desk.qtbot.mouseDClick(song, Qt.MouseButton.LeftButton, pos=part)
    assert desk.jobs.asked("change_edit")[0].request.change.span_s == song.part_at(11.0)


def test_bars_are_selected_by_key(exporter):
    desk = exporter()
    desk.answer()
    shift = Qt.KeyboardModifier.ShiftModifier
    found = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        desk.press(key, shift)
        found.append(desk.view._desk.song.selection)
    assert found == [(0.0, 2.0), (0.0, 4.0), (0.0, 6.0), (0.0, 4.0)]
    for _ in range(5):
        desk.press(Qt.Key.Key_Left, shift)
    assert desk.view._desk.song.selection == (0.0, 2.0)


def test_a_change_by_hand_counts_as_an_exact_rating_and_can_be_taken_back(exporter):
    desk = exporter()
    desk.answer()
    desk.view._desk.song.select((20.0, 26.0))
    desk.press(Qt.Key.Key_C)
    change(desk, cut(1, 20, 26))
    assert "Count this as a rating" in desk.words and ratings(desk) == []
    desk.press(Qt.Key.Key_R)
    (rating,) = ratings(desk)
    assert (rating.a, rating.b) == (cut(1, 20, 26), delivered(1)[0].edit)
    assert (rating.answer, rating.source, rating.reason) == ("A", "hand", "hand")
    assert "Counts as a rating" in desk.words
    undo = (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    desk.press(*undo)
    assert ratings(desk) == [] and "Count this as a rating" in desk.words
    assert desk.project.pairs.open() == []
    desk.press(Qt.Key.Key_R)
    desk.press(Qt.Key.Key_R)
    assert ratings(desk) == []
    desk.press(*undo)
    assert len(ratings(desk)) == 1 and "Counts as a rating" in desk.words


def cut_by_hand(desk: Exporter) -> None:
    """The song's edit without 20 s to 26 s, as the worker would make it."""
    desk.view._desk.song.select((20.0, 26.0))
    desk.press(Qt.Key.Key_C)
    change(desk, cut(1, 20, 26))


HEARD = "The forbidden part from 0:10 to 0:16 is heard."


def test_an_edit_by_hand_that_breaks_a_rule_is_exported_with_a_note(exporter):
    desk = exporter()
    desk.answer()
    cut_by_hand(desk)
    assert "all met" in desk.words and "not all met" not in desk.words
    desk.broken = HEARD
    desk.view._desk.song.select((10.0, 16.0))
    desk.press(Qt.Key.Key_X)
    desk.answer()
    assert "not all met" in desk.words and HEARD in desk.words
    for _ in range(2):
        desk.press(Qt.Key.Key_T)
        desk.press(Qt.Key.Key_Down)
    desk.export()
    (job,) = desk.jobs.asked("export_song")
    song = job.request.deliver.song
    assert Path(song.path).name == "song1.wav" and job.request.own == cut(1, 20, 26)
    assert song.limits.forbidden == ((10.0, 16.0),)
    said = f"song1, your own edit, was exported as it is: {HEARD}"
    job.finish(outcome(job, "/out/song1.wav", note=said))
    (job,) = desk.jobs.asked("export_song")
    assert job.request.own is None
    job.finish(outcome(job, "/out/song2.wav"))
    assert desk.main._banner.text == said


def test_an_edit_by_hand_is_asked_for_at_its_exact_length(exporter):
    desk = exporter()
    desk.answer()
    cut_by_hand(desk)
    desk.broken = "It lasts 0:54, not 0:40."
    desk.view._model.set_rules(SetRules(40.0, is_exact=True))
    desk.answer()
    desk.export()
    (job,) = desk.jobs.asked("export_song")
    assert job.request.deliver.song.limits.exact_s == 40.0


def test_nothing_is_noted_of_an_edit_by_hand_that_could_not_be_written(exporter):
    desk = exporter()
    desk.answer()
    cut_by_hand(desk)
    desk.broken = HEARD
    desk.view._desk.song.select((10.0, 16.0))
    desk.press(Qt.Key.Key_X)
    desk.answer()
    desk.export()
    (job,) = desk.jobs.asked("export_song")
    job.finish(outcome(job, failed="The disk is full."))
    assert desk.main._banner.text == "Not exported: Song 1: The disk is full."


def test_an_edit_by_hand_stays_in_sight_where_no_edit_can_be_made(exporter):
    desk = exporter()
    desk.answer()
    cut_by_hand(desk)
    desk.broken = "The forbidden part from 0:00 to 1:00 is heard."
    desk.view._model.span_store.apply(make_song(1).sha256, "forbid", (0.0, 60.0))
    desk.jobs.asked("deliver")[0].fail("All of the song is forbidden.", "Clear a part.")
    desk.answer()
    assert "All of the song is forbidden." in desk.words and HAND_WORDS in desk.words
    assert desk.broken in desk.words and "No edit can be made" not in desk.words
    assert desk.player.heads.joins("A") == cut(1, 20, 26).join_samples
    desk.export()
    (job,) = desk.jobs.asked("export_song")
    assert job.request.own == cut(1, 20, 26)
    job.finish(outcome(job, "/out/song1.wav", note=desk.broken))
    assert desk.broken in desk.main._banner.text
    desk.press(Qt.Key.Key_Backspace)
    assert not desk.view._by_hand.isVisible() and "No edit can be made" in desk.words
    assert desk.broken not in words_of(desk.view._rules) and "not all met" in desk.words


def test_an_answer_of_a_check_that_is_no_longer_asked_is_passed_over(exporter):
    desk = exporter()
    desk.answer()
    desk.view._desk.song.select((20.0, 26.0))
    desk.press(Qt.Key.Key_C)
    desk.jobs.asked("change_edit")[0].finish(cut(1, 20, 26))
    (late,) = desk.jobs.asked("check_edit")
    desk.view._rules._intro.setChecked(True)
    desk.jobs.asked("deliver")[0].finish(delivered(1))
    late.finish(HEARD)
    assert HEARD not in desk.words
    desk.answer()
    assert "all met" in desk.words and "not all met" not in desk.words


@pytest.mark.parametrize(
    ("length", "lengths"), [("", (None, None)), ("0:40", (40.0, 40.0))], ids=["taste", "wished"]
)
def test_a_length_binds_an_edit_by_hand_only_where_one_was_asked_for(exporter, length, lengths):
    desk = exporter()
    desk.answer()
    cut_by_hand(desk)
    if length:
        desk.view._rules._length.setText(length)
        desk.view._rules._length.editingFinished.emit()
        desk.answer()
    desk.export()
    limits = desk.jobs.asked("export_song")[0].request.deliver.song.limits
    assert (limits.shortest_s, limits.longest_s) == pytest.approx(lengths)
    assert (limits.keep_low, limits.keep_high) == (0.0, 1.0)


def test_a_change_that_was_answered_otherwise_by_ear_counts_no_longer(exporter):
    desk = exporter()
    desk.answer()
    cut_by_hand(desk)
    desk.press(Qt.Key.Key_R)
    (by_hand,) = ratings(desk)
    last = LastRatings(desk.project)
    last.show_ratings()
    assert "Song 1: A by hand" in words_of(last)
    desk.project.ratings.add(desk.project.pairs.get(by_hand.comparison_id), "B")
    last.show_ratings()
    assert "by hand" not in words_of(last) and "Song 1: B better" in words_of(last)
    assert "Counts as a rating" not in desk.words
    assert not desk.main.actions_by_id["count_by_hand"].isChecked()
    # Counted again it is the same pair's answer; taken back, the answer by ear counts.
    desk.press(Qt.Key.Key_R)
    (again,) = ratings(desk)
    assert (again.answer, again.comparison_id) == ("A", by_hand.comparison_id)
    assert "Counts as a rating" in desk.words
    desk.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [(one.answer, one.source) for one in ratings(desk)] == [("B", "ear")]


def row_words(desk: Exporter) -> list[str]:
    return [r.accessibleName() for r in desk.view._alternatives._rows if r.isVisible()]


def test_the_timelines_stay_where_they_are_and_the_changed_alternative_says_so(exporter):
    desk = exporter()
    desk.main.resize(1024, 700)
    desk.answer()
    desk.qtbot.wait(50)  # Sizes follow with the event loop.
    song, edit = desk.view._desk.song, desk.view._desk.edit
    before = song.geometry(), edit.geometry()
    desk.press(Qt.Key.Key_2)
    desk.answer()
    desk.qtbot.wait(50)
    assert desk.view._by_hand.isVisible() and (song.geometry(), edit.geometry()) == before
    assert "by hand" not in " ".join(row_words(desk))
    cut_by_hand(desk)
    desk.qtbot.wait(50)
    assert (song.geometry(), edit.geometry()) == before
    assert ["Changed by hand." in words for words in row_words(desk)] == [False, True, False]
    # The alternative that was changed is remembered with the change.
    desk.view._model.choices.forget()
    desk.view._show_song()
    desk.answer()
    assert ["Changed by hand." in words for words in row_words(desk)] == [False, True, False]
    # Nor does anything move when it breaks a rule.
    desk.broken = HEARD
    desk.view._model.span_store.apply(make_song(1).sha256, "forbid", (10.0, 16.0))
    others = [one for at, one in enumerate(delivered(1, 4)) if at != 1]
    desk.jobs.asked("deliver")[0].finish(others)
    desk.answer()
    desk.qtbot.wait(50)
    assert HEARD in desk.words and (song.geometry(), edit.geometry()) == before
    assert ["Yours stands in its place." in words for words in row_words(desk)] == [
        True,
        False,
        False,
    ]
    desk.press(Qt.Key.Key_Backspace)
    desk.answer()
    desk.qtbot.wait(50)
    assert not desk.view._by_hand.isVisible() and (song.geometry(), edit.geometry()) == before
    assert "by hand" not in " ".join(row_words(desk))


def test_a_rating_of_a_song_kept_aside_keeps_the_choice_and_says_what_it_costs(exporter):
    desk = exporter(8)
    entry = next(one for one in desk.project.songs.all() if one.use == "compare")
    proposals = delivered(int(entry.song.sha256, 16))
    desk.view._songs.show_song(entry.song.sha256)
    desk.answer()
    desk.press(Qt.Key.Key_2)
    desk.answer()
    desk.press(Qt.Key.Key_R)
    assert desk.project.songs.get(entry.song.sha256).use == "rate"
    said = desk.main._status._words.text()
    assert said.endswith("The song is no longer kept aside for comparing.")
    assert desk.answer() == []
    assert "Not the best match" in desk.words and "Counts as a rating" in desk.words
    assert desk.player.heads.joins("A") == proposals[1].edit.join_samples
    desk.export()
    assert desk.jobs.asked("export_song")[0].request.deliver.n_alternatives == 3
    desk.view._songs.show_song(make_song(1).sha256)
    desk.answer()
    desk.press(Qt.Key.Key_R)  # Nothing to count.
    desk.project.songs.set_status(entry.song.sha256, "failed", "Gone.")
    assert len(desk.jobs.asked("deliver")) == 1


def test_a_change_made_in_one_taste_never_lands_in_another(exporter):
    desk = exporter()
    desk.answer()
    desk.view._desk.song.select((20.0, 26.0))
    desk.press(Qt.Key.Key_C)
    before = desk.project.tastes.current
    desk.project.tastes.add("reel")
    change(desk, cut(1, 20, 26))
    assert desk.view._model.hands.of(make_song(1).sha256) is None
    assert not desk.view._by_hand.isVisible()
    desk.project.tastes.use(before)
    desk.answer()
    assert HAND_WORDS in desk.words


def test_a_rating_that_the_disk_refuses_is_not_shown_as_saved(exporter, monkeypatch):
    desk = exporter()
    desk.answer()
    desk.view._desk.song.select((20.0, 26.0))
    desk.press(Qt.Key.Key_C)
    change(desk, cut(1, 20, 26))

    def refuse(_rating):
        raise NotSavedError("The disk is full.", "Free some space.")

    monkeypatch.setattr(desk.project._store.ratings, "add", refuse)
    desk.press(Qt.Key.Key_R)
    assert "The disk is full." in desk.main._banner.text
    assert "Counts as a rating" not in desk.words and ratings(desk) == []
    assert not desk.main.actions_by_id["count_by_hand"].isChecked()


def test_another_alternative_can_count_and_choosing_one_ends_changes_by_hand(exporter):
    desk = exporter()
    desk.answer()
    assert not desk.view._by_hand.isVisible()
    desk.press(Qt.Key.Key_3)
    desk.answer()
    assert "Not the best match" in desk.words
    desk.press(Qt.Key.Key_R)
    (rating,) = ratings(desk)
    assert (rating.a, rating.b) == (delivered(1)[2].edit, delivered(1)[0].edit)
    desk.view._desk.song.select((20.0, 26.0))
    desk.press(Qt.Key.Key_C)
    change(desk, cut(1, 20, 26))
    assert "By hand" in desk.words and "Counts as a rating" not in desk.words
    desk.press(Qt.Key.Key_1)
    desk.answer()
    assert not desk.view._by_hand.isVisible()
    assert desk.player.heads.joins("A") == delivered(1)[0].edit.join_samples


def test_changes_by_hand_last_and_are_the_tastes_own(exporter, open_window, qtbot, jobs):
    desk = exporter()
    desk.answer()
    desk.view._desk.song.select((20.0, 26.0))
    desk.press(Qt.Key.Key_C)
    change(desk, cut(1, 20, 26))
    desk.main.close()
    again = Exporter(qtbot, jobs, open_window("export", FakeOutput()))
    again.answer()
    assert HAND_WORDS in again.words
    again.project.tastes.add("reel")
    again.answer()
    assert not again.view._by_hand.isVisible()
    again.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    again.answer()
    assert again.view._by_hand.isVisible()
    again.press(Qt.Key.Key_Backspace)
    assert not again.view._by_hand.isVisible() and "1:00 becomes 0:50" in again.words


def test_a_real_edit_is_changed_by_the_real_task(demo_songs, tmp_path):
    project = tmp_path / "real"
    assert main(["add", str(demo_songs[0].path), "--project", str(project), "--json"]) == 0
    with Store.open(project) as store:
        (entry,) = store.songs.listed()
        request = deliver_request(store, entry)
        (best,) = load("deliver")(request, Progress())
    start, end = max(best.edit.spans, key=lambda span: span[1] - span[0])
    cut_s = (start + 0.4 * (end - start)) / best.edit.sample_rate_hz
    cut = EditChange("cut", span_s=(cut_s, cut_s + 4.0))
    wish = ChangeEditRequest(request.cache_dir, request.song, best.edit, cut)
    changed = load("change_edit")(wish, Progress())
    assert changed.n_joins == best.edit.n_joins + 1
    assert 1.5 < best.edit.duration_s - changed.duration_s < 6.5
    back = load("change_edit")(
        replace(wish, edit=changed, change=replace(cut, kind="bring back")), Progress()
    )
    assert back.spans == best.edit.spans

    def broken(edit: Edit, corrections: Corrections = NO_CORRECTIONS, **rules: object) -> str:
        limits = replace(Limits().of_own_edit(), **rules)
        song = replace(request.song, limits=limits, corrections=corrections)
        asked = CheckEditRequest(request.cache_dir, song, edit)
        answer = load("check_edit")(asked, Progress())
        assert isinstance(answer, str)
        return answer

    first_s = changed.seconds[0]
    assert broken(changed) == broken(best.edit) == ""
    assert "forbidden part" in broken(changed, forbidden=(first_s,))
    assert "locked part" in broken(changed, locked=((cut_s, cut_s + 4.0),))
    assert "more than the" in broken(changed, longest_s=changed.duration_s - 1.0)
    assert "bar lines" in broken(changed, Corrections((Step("shift", 1),)))


# Why an edit

REASONS = [
    Reason("log_duration", "shorter", 1.4, (0.9, 1.9)),
    Reason("opening_energy", "strong start", 0.5, (0.1, 0.9)),
    Reason("energy", "quiet parts", -0.4, (-0.7, -0.1)),
]


def test_a_base_edit_is_not_explained(exporter):
    desk = exporter()
    desk.answer()
    assert desk.jobs.asked("explain") == [] and "Why" not in desk.words


def test_why_this_edit_is_said_in_words_with_numbers_on_hover(exporter):
    desk = exporter()
    result = trained("one")
    desk.project.models.add_training(result)
    desk.project.models.activate(result.best.id)
    desk.answer()
    job = desk.jobs.asked("explain")[-1]
    assert job.request.edit == delivered(1)[0].edit
    assert job.request.model.sha256 == result.best.sha256
    why = desk.view._desk.said.why
    assert why.text() == ""
    job.finish(REASONS)
    assert why.text() == "Why: shorter, strong start; against it: quiet parts"
    assert "Shorter: 80 % of pairs, likely 71 to 87 %" in why.toolTip()
    assert "Quiet parts: 40 % of pairs, likely 33 to 48 %" in why.toolTip()


def test_another_edit_has_its_own_reasons_and_late_answers_are_passed_over(exporter):
    desk = exporter()
    result = trained("one")
    desk.project.models.add_training(result)
    desk.project.models.activate(result.best.id)
    desk.answer()
    late = desk.jobs.asked("explain")[-1]
    desk.view._desk.song.select((20.0, 26.0))
    desk.press(Qt.Key.Key_C)
    change(desk, cut(1, 20, 26))
    late.finish(REASONS)
    assert desk.view._desk.said.why.text() == ""
    job = desk.jobs.asked("explain")[-1]
    assert job.request.edit == cut(1, 20, 26)
    job.finish([])
    assert desk.view._desk.said.why.text() == "Why: no wish known so far decides it"
    assert desk.view._desk.said.why.toolTip() == ""
