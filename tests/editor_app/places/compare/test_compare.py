"""The place "Compare": a number fixed beforehand, blind to the last answer, then the verdict."""

from __future__ import annotations

import gc
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from editor_app.listening.heard import NEEDS_SOUND
from editor_app.places.compare import pairs_table
from editor_app.places.compare.page import ComparePage
from editor_app.places.compare.pairs_cells import Header
from ml_core.domain.early_end import MOST_PAIRS, early_verdict
from ml_core.domain.edits import Origin
from ml_core.domain.models import COMPARISON_PAIRS, ComparisonReport, Reason
from ml_core.domain.playing import SongOverview
from ml_core.domain.ratings import Comparison
from ml_core.errors import NotSavedError
from tests.editor_app.conftest import RATE_HZ, FakeJobs, make_pair, make_song, words_of
from tests.editor_app.places.rate.test_rate import prepared
from tests.editor_app.places.taste.test_taste import trained
from tests.editor_app.sound.fake_output import FakeOutput

NEW, OLD = Origin("one-best", 3, 5), Origin("base", 3, 5)
# What is seen while it is blind must hold none of these.
SECRETS = ("one-best", "base", "secret", "new edit", "old edit")


def blind_pairs(n: int) -> list[Comparison]:
    """Pairs of old and new, the new one on side A of every other pair."""
    pairs = []
    for index in range(n):
        pair = make_pair(make_song(1 + index % 3), 5 + index % 20)
        sides = (NEW, OLD) if index % 2 == 0 else (OLD, NEW)
        pairs.append(replace(pair, origin_a=sides[0], origin_b=sides[1], position=index))
    return pairs


def report(wins: int, ties: int, losses: int, verdict: str) -> ComparisonReport:
    n = wins + ties + losses
    rows = tuple(
        {
            "sha256": pair.sha256,
            "preferred": "new" if index < wins else "old" if index < wins + losses else "tie",
            "matched": index == 0,
        }
        for index, pair in enumerate(blind_pairs(n))
    )
    return ComparisonReport(
        n,
        wins,
        ties,
        losses,
        (0.6, 0.95),
        0.01,
        verdict,
        rows,
        {"always_shorter": 0.4},  # type: ignore[arg-type]
    )


class Listener:
    """A window in "Compare" on a project with a training that was not compared."""

    def __init__(self, qtbot, jobs: FakeJobs, window, output: FakeOutput) -> None:
        self.qtbot, self.jobs, self.window, self.output = qtbot, jobs, window, output
        self.main, self.project, self.player = window.main, window.project, window.player
        self.main.actions_by_id["listen_first"].setChecked(False)
        self.main.show_place("compare")
        self.view: ComparePage = window.main._places["compare"]

    def press(self, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        self.view._page._shown_at_s = 0.0
        self.qtbot.keyClick(self.main, key, modifier)

    def answer(self, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        """Answer a pair once both sides were heard: a comparison is never by eye."""
        for side in "AB":
            self.player.heads.count_heard(side, 3 * RATE_HZ)
        self.player.moved.emit()
        self.press(key, modifier)

    def lose_sound(self) -> None:
        self.output.is_stalled = True
        self.player.device.lose()

    def bring_sound_back(self) -> None:
        self.output.is_stalled = False
        self.player.device._look()

    def prepare(self) -> None:
        while self.jobs.asked("prepare_pair"):
            job = self.jobs.asked("prepare_pair")[0]
            job.finish(prepared(job.request))

    def begin(self, n: int = 4) -> None:
        """Start a comparison; the fake worker makes fewer pairs than were asked for."""
        self.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        (job,) = self.jobs.asked("compare_pairs")
        assert job.request.n_pairs == MOST_PAIRS
        project = self.view._model._project
        keep = project.sessions.add
        project.sessions.add = lambda wanted, pairs: keep(replace(wanted, n_pairs=n), pairs)
        job.finish(blind_pairs(n))
        project.sessions.add = keep
        self.prepare()

    def answer_all(self, n: int = 4) -> None:
        for index in range(n):
            self.answer(Qt.Key.Key_1 if index % 2 == 0 else Qt.Key.Key_2)
            self.prepare()

    def finish(self, found: ComparisonReport) -> None:
        self.begin(found.n)
        self.answer_all(found.n)
        (job,) = self.jobs.asked("compare_report")
        job.finish(found)

    @property
    def words(self) -> str:
        return words_of(self.view)

    @property
    def active(self) -> str:
        found = self.project.models.active()
        return "base" if found is None else found.id


@pytest.fixture
def listener(qtbot, jobs, open_window, filled, project):
    def open_(with_training: bool = True) -> Listener:
        project.close()
        pairs = filled(3, 4)
        output = FakeOutput()
        window = open_window("songs", output)
        for pair in pairs:
            window.project.ratings.add(pair, "A")
        if with_training:
            window.project.models.add_training(trained())
        return Listener(qtbot, jobs, window, output)

    return open_


def test_before_any_training_there_is_nothing_to_compare(listener):
    desk = listener(with_training=False)
    assert "Nothing to compare yet" in desk.words
    desk.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert desk.jobs.asked("compare_pairs") == []


def test_the_number_of_pairs_is_told_before_the_first(listener):
    desk = listener()
    assert f"At most {MOST_PAIRS} of old against new, blind" in desk.words
    desk.view._start._early.setChecked(False)
    assert f"{COMPARISON_PAIRS} of old against new, blind. The number is fixed" in desk.words
    desk.view._start._early.setChecked(True)
    desk.begin(4)
    assert desk.view._count.text() == "1 of 4"
    assert desk.project.sessions.all()[0].n_pairs == 4


def test_a_comparison_ends_once_it_is_shown_and_tells_only_what_was_heard(listener):
    desk = listener()
    desk.begin(12)
    n_heard = early_verdict([1] * 12, 12)[1]
    assert n_heard < 12
    for _ in range(n_heard):
        assert desk.jobs.asked("compare_report") == []
        new_is_a = desk.view._page._pair.origin_a == NEW
        desk.answer(Qt.Key.Key_1 if new_is_a else Qt.Key.Key_2)
        desk.prepare()
        assert desk.project.sessions.report(1) is None
    (job,) = desk.jobs.asked("compare_report")
    assert len(job.request.ratings) == n_heard
    rows = tuple(
        {"pair": pair.id, "sha256": pair.sha256, "preferred": "new", "matched": False}
        for pair in job.request.comparisons[:n_heard]
    )
    job.finish(ComparisonReport(n_heard, n_heard, 0, 0, (0.63, 1.0), 0.008, "better", rows))
    assert "Your new taste is better" in desk.words
    assert f"It ended after {n_heard} pairs." in desk.words
    assert len(desk.view._result._comparisons) == n_heard


def test_the_songs_stand_there_beforehand_with_their_waveforms_and_why(qtbot, listener):
    desk = listener()
    assert "3 songs that it has learned from" in desk.words and "will say so" in desk.words
    rows = desk.view._start.list.model().rows
    assert [(row.entry.song.title, row.words) for row in rows] == [
        ("Song 1", "rated"),
        ("Song 2", "rated"),
        ("Song 3", "rated"),
    ]

    def all_are_there() -> bool:
        for job in desk.jobs.asked("song_overview"):
            job.finish(SongOverview(job.request.song.sha256, ((-0.5, 0.5, 0.25),), None))
        return all(row.overview is not None for row in rows)

    qtbot.waitUntil(all_are_there)
    desk.project.songs.add_all([make_song(4)])
    desk.project.songs.set_status(make_song(4).sha256, "ready", "", 120.0, 4)
    assert "1 song that it has never learned from" in desk.words


def test_on_the_way_it_says_how_many_are_left_and_never_how_it_stands(listener):
    desk = listener()
    desk.begin(3)
    left = []
    for _ in range(3):
        left.append(desk.view._left.text())
        desk.answer(Qt.Key.Key_1)
        desk.prepare()
    assert left == ["2 more at most", "1 more at most", "the last one"]


def test_songs_that_leave_the_reserve_are_named(listener):
    desk = listener()
    desk.project.songs.set_use([desk.project.songs.get(make_song(1).sha256)], "compare")
    desk.finish(report(4, 0, 0, "better"))
    assert "No longer kept aside, since they were compared: Song 1." in desk.words
    assert "It was heard on 3 songs that it has learned from." in desk.words


def test_no_result_before_the_last_answer(listener):
    desk = listener()
    desk.begin(4)
    for n_answered in range(4):
        assert desk.jobs.asked("compare_report") == []
        assert desk.view._count.text() == f"{n_answered + 1} of 4"
        assert not desk.main.actions_by_id["use_new"].isEnabled()
        desk.answer(Qt.Key.Key_1)
        desk.prepare()
    (job,) = desk.jobs.asked("compare_report")
    assert len(job.request.ratings) == 4
    desk.press(Qt.Key.Key_1)
    assert len(desk.jobs.asked("compare_report")) == 1


def test_nothing_tells_the_sides_apart_while_it_is_blind(listener):
    desk = listener()
    desk.begin(4)
    told = []
    for _ in range(4):
        told.append(words_of(desk.view._page))
        told.append(desk.main._status._words.text())
        desk.answer(Qt.Key.Key_2)
        desk.prepare()
        told.append(desk.project.history.undo_name)
    words = "\n".join(told).lower()
    for secret in SECRETS:
        assert secret not in words, secret
    assert not any(button.isVisible() for button in (desk.view._keep, desk.view._use))


def test_an_answer_is_stored_with_its_session_and_may_be_taken_back(listener):
    desk = listener()
    desk.begin(4)
    (first, *_) = desk.project.sessions.pairs(1)
    desk.answer(Qt.Key.Key_1, Qt.KeyboardModifier.ShiftModifier)
    rating = desk.project.ratings.of(first)
    assert (rating.answer, rating.strength, rating.source) == ("A", 2, "compare")
    desk.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert desk.project.ratings.of(first) is None
    assert desk.view._count.text() == "1 of 4" and desk.view._page._pair.id == first.id


def test_fault_66_nothing_is_compared_by_eye(listener, settings):
    desk = listener()
    desk.begin(4)
    pair = desk.view._page._pair
    desk.press(Qt.Key.Key_1)
    assert desk.view._page._answers.state.text() == "Listen to A and B where they differ"
    desk.lose_sound()
    desk.prepare()
    desk.press(Qt.Key.Key_1)
    assert desk.project.ratings.of(pair) is None
    assert desk.view._page._answers.state.text() == NEEDS_SOUND
    desk.bring_sound_back()
    desk.prepare()
    desk.answer(Qt.Key.Key_1)
    rating = desk.project.ratings.of(pair)
    assert (rating.answer, rating.hearing) == ("A", "heard")


def test_fault_66_a_comparison_starts_only_with_sound(listener):
    desk = listener()
    desk.lose_sound()
    assert "A comparison is by ear" in desk.words
    desk.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.view._model.begin()
    assert desk.jobs.asked("compare_pairs") == []
    desk.bring_sound_back()
    assert "A comparison is by ear" not in desk.words
    desk.begin(4)
    assert desk.view._count.text() == "1 of 4"


def test_fault_6_a_refused_answer_keeps_the_pair(listener, monkeypatch):
    desk = listener()
    desk.begin(4)
    pair = desk.view._page._pair

    def full(_rating):
        raise NotSavedError("The disk is full, so the rating was not saved.", "Make room.")

    with monkeypatch.context() as refusing:
        refusing.setattr(desk.project._store.ratings, "add", full)
        desk.answer(Qt.Key.Key_1)
        assert desk.view._page._pair is pair and "not saved" in desk.main._banner.text
    desk.press(Qt.Key.Key_1)
    assert desk.project.ratings.of(pair).answer == "A"


def test_leaving_and_coming_back_goes_on_where_one_was(listener):
    desk = listener()
    desk.begin(4)
    desk.answer(Qt.Key.Key_1)
    desk.prepare()
    pair = desk.view._page._pair
    desk.press(Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    desk.press(Qt.Key.Key_1)
    assert desk.project.ratings.of(pair) is None
    desk.press(Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    desk.prepare()
    assert desk.view._page._pair.id == pair.id and desk.view._page._panel.holds(pair)
    assert desk.view._count.text() == "2 of 4"


@pytest.mark.parametrize(
    ("found", "title", "filled_button"),
    [
        (report(4, 0, 0, "better"), "Your new taste is better", "_use"),
        (report(2, 0, 2, "no difference shown"), "No difference shown", "_keep"),
        (report(0, 0, 4, "worse"), "The old taste is better", "_keep"),
    ],
)
def test_the_verdict_in_words_fills_the_button_it_speaks_for(listener, found, title, filled_button):
    desk = listener()
    desk.finish(found)
    assert title in desk.words
    for name in ("_use", "_keep"):
        button = getattr(desk.view, name)
        assert button.isVisible()
        assert (button.property("kind") == "primary") == (name == filled_button)
    assert desk.project.sessions.report(1) == found


def test_using_the_new_and_going_back_can_be_undone(listener):
    desk = listener()
    desk.finish(report(4, 0, 0, "better"))
    assert desk.active == "base"
    desk.press(Qt.Key.Key_N)
    assert desk.active == "one-best"
    assert "New in use" in desk.words
    desk.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert desk.active == "base"
    desk.press(Qt.Key.Key_N)
    desk.press(Qt.Key.Key_O)
    assert desk.active == "base"


def test_keeping_the_old_changes_nothing_and_says_so(listener):
    desk = listener()
    desk.finish(report(2, 0, 2, "no difference shown"))
    n_steps = desk.project.history._stack.count()
    desk.press(Qt.Key.Key_O)
    assert desk.active == "base" and desk.project.history._stack.count() == n_steps
    assert "old taste stays in use" in desk.main._status._words.text()


def test_pairs_are_heard_again_by_key_with_their_names(listener):
    desk = listener()
    desk.finish(report(4, 0, 0, "better"))
    table = desk.view._result.table
    # Pairs stand under their songs: the first song has the first pair and the fourth.
    first, _, _, fourth = desk.project.sessions.pairs(1)
    desk.press(Qt.Key.Key_Right)
    (job,) = desk.jobs.asked("prepare_pair")
    assert job.request.edits == (first.a,)  # the new one is on side A there
    job.finish(prepared(job.request))
    assert desk.player.is_playing and desk.player.heads.n_samples("A") == first.a.n_samples
    assert table._buttons[0]["new"]._icon == "pause"
    (why,) = desk.jobs.asked("explain")
    assert why.request.edit == blind_pairs(1)[0].a  # The new one, on side A.
    why.finish([Reason("log_duration", "shorter", 1.4, (0.9, 1.9))])
    assert "Why: shorter" in words_of(desk.view._result)
    desk.qtbot.keyClick(table, Qt.Key.Key_Down)
    desk.press(Qt.Key.Key_Left)
    (job,) = desk.jobs.asked("prepare_pair")
    assert job.request.edits == (fourth.a,)  # and here the old one
    job.finish(prepared(job.request))
    assert "Playing the old edit" in desk.main._status._words.text()
    desk.press(Qt.Key.Key_Space)
    assert not desk.player.is_playing


def test_the_table_shows_lengths_kept_shares_and_joins(listener):
    desk = listener()
    desk.finish(report(2, 1, 1, "no difference shown"))
    table = desk.view._result.table
    row = table.item(1, 0).data(Qt.ItemDataRole.UserRole + 1)
    pair = desk.project.sessions.pairs(1)[0]
    assert row.new[0] == "0:50" and row.new[1] == "83 %" and row.new[2] == "1"
    assert pair.a.sample_rate_hz == RATE_HZ and row.kept_new[0] == (0.0, pytest.approx(5 / 60))
    songs = [at for at in range(table.rowCount()) if table.columnSpan(at, 0) > 1]
    assert [table.item(at, 0).text() for at in songs] == [
        "Song 1: rated, 1 for the new, 1 tie",
        "Song 2: rated, 1 for the new",
        "Song 3: rated, 1 for the old",
    ]
    pairs = [at for at in range(table.rowCount()) if at not in songs]
    assert [table.item(at, 0).text() for at in pairs] == ["1", "4", "2", "3"]
    assert [table.item(at, 8).text() for at in pairs] == ["New", "Tie", "New", "Old"]


def test_collecting_what_is_unreachable_leaves_the_table_its_header(listener, monkeypatch):
    """The header went once, with nothing to tell it, and the table crashed when it was resized."""
    gone = []

    class Watched(Header):
        def __init__(self, parent: QWidget) -> None:
            super().__init__(parent)
            self.destroyed.connect(lambda: gone.append("header"))

    monkeypatch.setattr(pairs_table, "Header", Watched)
    desk = listener()
    desk.finish(report(4, 0, 0, "better"))
    QApplication.processEvents()
    desk.main.grab()
    for generation in range(3):
        gc.collect(generation)
    assert gone == []
    for width in (1400, 900):
        desk.main.resize(width, 800)
        QApplication.processEvents()
    assert desk.view._result.table.horizontalHeader().count()


def test_a_finished_comparison_is_shown_again_after_a_restart(listener, open_window, jobs):
    desk = listener()
    desk.finish(report(4, 0, 0, "better"))
    desk.main.close()
    again = open_window("compare", FakeOutput())
    assert "Your new taste is better" in words_of(again.main._places["compare"])


def test_a_finished_comparison_stands_in_its_table_before_the_place_is_opened(
    qtbot, listener, open_window
):
    desk = listener()
    desk.finish(report(4, 0, 0, "better"))
    desk.main.close()
    main = open_window("songs").main
    main.places_ahead.start()
    qtbot.waitUntil(lambda: "export" in main._places)
    table = main._places["compare"]._result.table
    first = table.item(1, 0)
    assert table.rowCount() == 7 and not main.actions_by_id["hear_old"].isEnabled()
    main.show_place("compare")
    assert table.item(1, 0) is first and main.actions_by_id["hear_old"].isEnabled()
