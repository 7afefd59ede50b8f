"""The place "Your taste": training as it goes, cancelled without harm, and what came of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from editor_app.places.taste.page import TastePage
from editor_app.places.taste.ratings import sittings
from editor_app.places.taste.ratings_chart import RatingsChart
from editor_app.places.taste.what_changes import WhatChanges
from editor_app.widgets.key_button import KeyButton
from ml_core.domain.edits import Edit
from ml_core.domain.models import Checkpoint, changed_rows
from ml_core.domain.ratings import Rating
from ml_core.domain.requests import TrainResult
from ml_core.errors import NotSavedError
from ml_core.paths import unfinished_training
from tests.editor_app.conftest import FakeJob, FakeJobs, words_of
from tests.editor_app.frame.test_banners_in_turn import text


def checkpoint(name: str, kind: str = "best", n_ratings: int = 4) -> Checkpoint:
    changes = {"old": {"duration_s": 62.0, "joins": 4.0}, "new": {"duration_s": 48.0, "joins": 2.5}}
    return Checkpoint(
        name, f"{name}.safetensors", "0" * 64, kind, "base", {}, 0, "0" * 64, n_ratings,  # type: ignore[arg-type]
        "2026-11-22T10:00:00+00:00", {"what_changes": changes},
    )  # fmt: skip


def trained(name: str = "one") -> TrainResult:
    metrics = {"seconds": {"reward": 1.0, "baselines": 1.0, "policy": 2.0}, "notes": []}
    return TrainResult(checkpoint(f"{name}-best"), checkpoint(f"{name}-final", "final"), metrics)


def taste_found(**other: object) -> dict[str, object]:
    directions = [
        {
            "feature": f"feature {index}",
            "less": "less",
            "more": "more",
            "wish": 0.9 - 0.1 * index,
            "interval": [0.5, 1.0],
            "before": None,
            "sure": "sure",
            "sentence": f"You like it {index}",
        }
        for index in range(9)
    ]
    return {
        "counts": {"ratings": 4, "A": 3, "B": 0, "tie": 1, "skip": 0, "much": 0},
        "held_out_accuracy": {"ours": 0.86, "length_only": 0.6, "always_shorter": 0.55},
        "consistency": {"repeats": 5, "same": 4, "interval": [0.38, 0.96], "judged": False},
        "above_guessing": True,
        "more_than_length": {
            "ours": 0.86,
            "length": 0.6,
            "sentence": "Yes. Your taste foresees 86 %, length alone 60 %: +5 to +40 points.",
        },
        "certainty": 0.7,
        "certainty_fell": "",
        "directions": directions,
    } | other


def report_epochs(job: FakeJob, n: int, best: int = 3) -> None:
    for epoch in range(1, n + 1):
        partial = {
            "stage": "reward",
            "epoch": epoch,
            "train_loss": 0.7 / epoch,
            "validation_loss": 0.6,
            "best_epoch": min(best, epoch),
        }
        job.progress.emit(0.2, "Training", partial)


def report_episodes(job: FakeJob, n: int) -> None:
    for episode in range(1, n + 1):
        partial = {
            "stage": "policy",
            "episode": episode,
            "reward": 1.0,
            "reward_low": 0.5,
            "reward_high": 1.5,
            "kl": 0.01 * episode,
        }
        job.progress.emit(0.6, "Tuning", partial)


class Learner:
    """A window in "Your taste" on a project with four ratings."""

    def __init__(self, qtbot, jobs: FakeJobs, window) -> None:
        self.qtbot, self.jobs, self.window = qtbot, jobs, window
        self.main, self.project = window.main, window.project
        self.view: TastePage = window.main._places["taste"]

    def train(self) -> FakeJob:
        self.qtbot.keyClick(self.main, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
        (job,) = self.jobs.asked("train")
        self.view._training.show_numbers(True)
        return job

    @property
    def seen(self) -> str:
        """Words that are on the screen now."""
        labels = [one for one in self.view.findChildren(QLabel) if one.isVisible()]
        return "\n".join(one.text() for one in labels)

    @property
    def filled_buttons(self) -> list[str]:
        buttons = self.view.findChildren(KeyButton)
        shown = [b for b in buttons if b.isVisible() and b.property("kind") == "primary"]
        return [b.words for b in shown]

    @property
    def words(self) -> str:
        return words_of(self.view)


@pytest.fixture
def learner(qtbot, jobs, open_window, filled, project):
    """Opens the place; ratings are in the project before."""

    def open_(n_ratings: int = 4) -> Learner:
        project.close()
        pairs = filled(3, 6)
        window = open_window("taste")
        for pair in pairs[:n_ratings]:
            window.project.ratings.add(pair, "A")
        return Learner(qtbot, jobs, window)

    return open_


def test_without_ratings_it_says_what_to_do(learner):
    desk = learner(n_ratings=0)
    assert "Rate some pairs first" in desk.words
    desk.qtbot.keyClick(desk.main, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert desk.jobs.asked("train") == []
    assert "nothing to learn from" in desk.main._banner.text
    project = desk.main._project
    project.ratings.add(project.pairs.open()[0], "A")
    assert "nothing to learn from" not in text(desk.main), "there is now"


def test_training_shows_epochs_and_episodes_as_they_come(learner):
    desk = learner()
    job = desk.train()
    assert job.request.epochs == 150 and job.request.episodes == 300
    report_epochs(job, 42)
    assert "Epoch 42 of 150" in desk.words and "Best epoch 3" in desk.words
    assert "Episode 0 of 300" in desk.words
    report_epochs(job, 150 - 42)
    report_episodes(job, 184)
    assert "Epoch 150 of 150" in desk.words and "done in" in desk.words
    assert "Episode 184 of 300" in desk.words
    x, y = desk.view._training._match.chart._mean.getData()
    assert len(x) == 184 and x[-1] == 184 and y[-1] == pytest.approx(1.0)


def test_plain_words_come_first_and_numbers_on_demand(learner):
    desk = learner()
    panel = desk.view._training
    job = desk.train()
    report_epochs(job, 150)
    report_episodes(job, 20)
    panel.show_numbers(False)
    assert "Learning your answers" in desk.seen and "Trying out cuts" in desk.seen
    for technical in ("Epoch", "Episode", "policy", "reward model", "KL"):
        assert technical not in desk.seen, technical
    assert "so far" in desk.seen, "how long it takes is no technical matter"
    panel._numbers.click()
    assert "Episode 20 of 300" in desk.seen and "KL, in nats" in desk.seen


def test_the_curves_of_a_cycle_are_kept_and_can_be_opened_again(learner):
    desk = learner()
    result = trained()
    kept = {
        "train_loss": [0.7, 0.5, 0.4],
        "validation_loss": [0.7, 0.6, 0.65],
        "best_epoch": 2,
        "episodes": 8,
        "reward_curve": [[0.1, 0.0, 0.2], [0.3, 0.1, 0.5]],
        "kl_curve": [0.2, 0.4],
    }
    result.best.metrics.update(kept)
    desk.train().finish(result)
    button = next(b for b in desk.view.findChildren(KeyButton) if b.words == "Curves")
    button.click()
    panel = desk.view._training
    assert panel.isVisible() and "how cycle 1 was learned" in desk.seen
    assert list(panel._match.chart._mean.getData()[0]) == [4, 8]
    assert list(panel._loss.chart._train.getData()[1]) == [0.7, 0.5, 0.4]
    assert "Learning your answers" not in desk.seen and "Meanwhile" not in desk.seen
    desk.view._back.click()
    assert not panel.isVisible() and desk.view._back.isHidden()


def test_what_changes_is_a_table_of_before_and_after(learner):
    desk = learner()
    desk.train().finish(trained())
    for words in ("What changes", "Before", "After", "Length", "1:02", "0:48", "4.0", "2.5"):
        assert words in desk.words, words
    rows = changed_rows({"old": {"energy": -0.2, "intro_kept": 0.5}, "new": {"energy": 0.004}})
    assert rows == (("What is kept is louder than", "30 % of the song", "50 % of the song"),)


def test_what_changes_is_no_window_of_its_own_and_shows_each_fact_once(qtbot, learner):
    desk = learner()
    desk.train().finish(trained())
    page, table = QWidget(), WhatChanges(desk.project)
    qtbot.addWidget(page)
    assert not table.isVisible()
    QVBoxLayout(page).addWidget(table)
    table.refresh()
    page.show()
    shown = [one.text() for one in page.findChildren(QLabel) if one.isVisible()]
    assert shown.count("Before") == 1


def test_the_filled_button_is_what_comes_next(learner):
    desk = learner()
    assert desk.filled_buttons == ["Rate more"]
    desk.train().finish(trained())
    assert desk.filled_buttons == ["Compare"]
    desk.project.models.activate("one-best")
    assert desk.filled_buttons == ["Export"]


def test_fits_before_the_first_epoch_are_told(learner):
    desk = learner()
    job = desk.train()
    job.progress.emit(0.1, "Fitting", {"stage": "reward", "fit": 12, "train_loss": 0.5})
    assert "Fit 12" in desk.words


def test_a_second_training_begins_with_empty_curves(learner):
    desk = learner()
    job = desk.train()
    report_epochs(job, 20)
    report_episodes(job, 20)
    job.cancel()
    desk.train()
    assert "Epoch 20" not in desk.words and "Episode 0 of 300" in desk.words
    x, _ = desk.view._training._match.chart._mean.getData()
    assert x is None or len(x) == 0


def test_cancel_by_key_leaves_the_taste_in_use(learner):
    desk = learner()
    desk.project.models.add_training(trained("old"))
    desk.project.models.activate("old-best")
    job = desk.train()
    report_epochs(job, 10)
    desk.qtbot.keyClick(desk.main, Qt.Key.Key_Escape)
    assert job.state == "cancelled"
    assert desk.project.models.active().id == "old-best"
    assert {c.id for c in desk.project.models.all()} == {"old-best", "old-final"}
    assert "taste in use stays" in desk.main._status._words.text()
    assert desk.main.actions_by_id["train"].isEnabled()


def test_a_training_that_was_stopped_can_go_on_where_it_was(learner):
    desk = learner()
    assert desk.view._go_on.isHidden()
    job = desk.train()
    # What the worker leaves behind as it goes, also when it is killed.
    left = unfinished_training(job.request.models_dir)
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_bytes(b"so far")
    assert not job.request.resume
    job.cancel()
    assert not desk.view._go_on.isHidden()
    desk.view._go_on.click()
    (job,) = desk.jobs.asked("train")
    assert job.request.resume and desk.view._go_on.isHidden()
    left.unlink()
    result = trained()
    result.metrics["resumed_at_update"] = 0
    job.finish(result)
    assert "began anew" in desk.main._status.text
    assert desk.view._go_on.isHidden()


def test_a_finished_training_is_kept_and_not_yet_used(learner):
    desk = learner()
    desk.train().finish(trained())
    assert {c.id for c in desk.project.models.all()} == {"one-best", "one-final"}
    assert desk.project.models.active() is None
    assert "Compare to see whether it is better" in desk.main._status._words.text()
    assert "Cycle 1" in desk.words and "Length 1:02 → 0:48, joins 4.0 → 2.5" in desk.words


def test_fault_6_a_training_that_can_not_be_kept_says_so(learner, monkeypatch):
    desk = learner()
    job = desk.train()

    def full(_checkpoint):
        raise NotSavedError("The disk is full, so the training was not kept.", "Make room.")

    monkeypatch.setattr(desk.project._store.models, "add", full)
    job.finish(trained())
    assert "The disk is full" in desk.main._banner.text
    assert desk.main.actions_by_id["train"].isEnabled()


def test_rating_goes_on_while_it_trains(learner):
    desk = learner()
    job = desk.train()
    desk.qtbot.keyClick(desk.main, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert desk.main.place == "rate"
    report_episodes(job, 5)
    desk.project.ratings.add(desk.project.pairs.open()[0], "B")
    desk.qtbot.keyClick(desk.main, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert "Episode 5 of 300" in desk.words and not job.is_finished
    assert len(job.request.ratings) == 4


def test_what_was_learned_is_shown_with_the_seven_strongest_wishes(learner):
    desk = learner()
    desk.jobs.asked("taste")[-1].finish(taste_found())
    chart = desk.view._learned._chart
    assert [row["sentence"] for row in chart._rows] == [f"You like it {n}" for n in range(7)]
    assert "from 4 ratings: 3 for A, 0 for B, 1 tie" in desk.words
    said = desk.words.replace("\N{NO-BREAK SPACE}", " ")
    assert "Yes. Your taste foresees 86 %, length alone 60 %: +5 to +40 points." in said
    assert "4 of 5 repeated pairs got the same answer. It takes 12" in desk.words


def test_each_told_sentence_can_be_heard_as_liked_and_the_other_way(learner):
    desk = learner()
    pair = desk.project.pairs.open()[0]
    example = {"sha256": pair.a.sha256, "liked": pair.a.to_json(), "other": pair.b.to_json()}
    rows = taste_found()["directions"][:2]
    rows[0]["example"] = example
    desk.jobs.asked("taste")[-1].finish(taste_found(directions=rows))
    chart = desk.view._learned._chart
    assert list(chart._plays) == ["feature 0"], "only what has an example has a button"
    desk.qtbot.mouseClick(chart._plays["feature 0"], Qt.MouseButton.LeftButton)
    (job,) = desk.jobs.asked("prepare_pair")
    assert job.request.edits == (pair.a, pair.b)
    assert chart._heard_words == "Making an example…"
    desk.view._learned.examples.let_go()
    assert chart._heard == "" and chart._heard_words == ""


def test_of_a_wish_that_is_not_told_it_is_said_what_keeps_it_so(learner):
    desk = learner()
    known, along, thin = taste_found()["directions"][:3]
    along = {**along, "sure": "unknown", "sentence": "Intro: no wish seen yet", "goes_along": True}
    thin = {**thin, "sure": "unknown", "sentence": "Length: no wish seen yet", "goes_along": False}
    desk.jobs.asked("taste")[-1].finish(taste_found(directions=[known, along, thin]))
    assert desk.view._learned._chart.accessibleName().split("; ") == [
        "You like it 0, sure",
        "Intro: no wish seen yet, may go along with another wish",
        "Length: no wish seen yet, more ratings would help",
    ]


def test_an_answer_that_was_overtaken_is_passed_over(learner):
    desk = learner()
    early = desk.jobs.asked("taste")[-1]
    desk.project.ratings.add(desk.project.pairs.open()[0], "B")
    late = desk.jobs.asked("taste")[-1]
    assert late is not early
    late.finish(taste_found())
    early.finish(taste_found(counts={"ratings": 1, "A": 1, "B": 0, "tie": 0, "skip": 0}))
    assert "from 4 ratings" in desk.words


def test_going_back_to_the_start_can_be_undone(learner):
    desk = learner()
    desk.project.models.add_training(trained())
    desk.project.models.activate("one-best")
    button = next(b for b in desk.view.findChildren(KeyButton) if b.words == "Go back to the start")
    desk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert desk.project.models.active() is None
    desk.project.history.undo()
    assert desk.project.models.active().id == "one-best"


def test_guessing_is_said_before_any_wish(learner):
    place = learner(4)
    lines = ["4 ratings", "On songs held back, no better than guessing: no wish is shown yet."]
    rows = [{**row, "sure": "unknown"} for row in taste_found()["directions"]]
    for job in place.jobs.asked("taste"):
        job.finish(taste_found(above_guessing=False, lines=lines, directions=rows))
    hint = place.view._learned._hint
    assert hint.isVisibleTo(place.view) and hint.text() == lines[1]


def test_ratings_over_time_are_bars_of_sittings(qtbot):
    start = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    minutes = (0, 1, 2, 31.5, 70, 71, 24 * 60)
    times = [(start + timedelta(minutes=at)).isoformat() for at in minutes]
    edit = Edit("a" * 64, 8000, ((0, 8000),))
    ratings = [Rating(1, edit, edit, "A", utc=utc) for utc in (*times, "no time")]
    assert [n for _, n in sittings(ratings)] == [4, 2, 2]
    assert sittings([]) == []
    chart = RatingsChart()
    qtbot.addWidget(chart)
    chart.resize(320, chart.sizeHint().height())
    chart.show_sittings([("1 Mar", 4), ("2 Mar", 40)])
    image = chart.grab().toImage()
    ink = chart.grab().toImage().pixelColor(32 + 18 + 6, 30)
    chart.show_sittings([("1 Mar", 4), ("2 Mar", 4)])
    assert chart.grab().toImage().pixelColor(32 + 6, 30) == ink, "the largest is full height"
    assert image.pixelColor(32 + 6, 30) != ink, "a tenth of it is not"
    assert "2 Mar: 4" in chart.accessibleDescription()
