"""The join in hand: which it is, how it moves, heals and is ruled out, without a window."""

from __future__ import annotations

from dataclasses import replace

import pytest

from editor_app.places.export.hand.change_words import change_words
from editor_app.places.export.hand.joins import HandJoins
from editor_app.places.export.model import ExportModel
from ml_core.domain.by_hand import EditChange, JoinPlace, JoinPlaces, JoinPlacesRequest
from ml_core.domain.edits import Edit
from tests.editor_app.conftest import RATE_HZ, add_songs, make_song
from tests.editor_app.places.export.test_export import delivered

FIRST = make_song(1).sha256
BAR = 2 * RATE_HZ


def moved(edit: Edit, join: int, bars: int, side: str) -> Edit:
    """The edit with a side of a join so many bars off."""
    spans = [list(span) for span in edit.spans]
    if side != "right":
        spans[join][1] += bars * BAR
    if side != "left":
        spans[join + 1][0] += bars * BAR
    return replace(edit, spans=tuple((a, b) for a, b in spans))


def places_of(request: JoinPlacesRequest, reach: int = 2) -> JoinPlaces:
    """What a worker finds: as many bars each way for each side."""
    steps = ("clean", "unsure", "rough")
    by_side = {
        side: tuple(
            JoinPlace(
                bars,
                0.5 * abs(bars),
                steps[min(abs(bars), 2)],
                moved(request.edit, request.join, bars, side),
            )
            for bars in range(-reach, reach + 1)
        )
        for side in ("both", "left", "right")
    }
    return JoinPlaces(request.edit, request.join, by_side)


@pytest.fixture
def model(workspace, jobs) -> ExportModel:
    add_songs(workspace.project, 2)
    made = ExportModel(workspace)
    made.enter()
    jobs.asked("deliver")[0].finish(delivered(1))
    return made


@pytest.fixture
def joins(workspace, model) -> HandJoins:
    return HandJoins(workspace, model)


def find(jobs) -> None:
    """The worker answers what is asked."""
    for job in jobs.asked("join_places"):
        job.finish(places_of(job.request))


def history_of(project) -> list[str]:
    names = []
    while project.history.undo_name:
        names.append(project.history.undo_name)
        project.history.undo()
    return names


def test_joins_are_taken_in_turn_and_after_the_last_none(joins, model):
    assert joins.selected is None and model.edit.n_joins == 1
    joins.select_next()
    assert joins.selected == 0
    joins.select_next()
    assert joins.selected is None
    joins.select_next(-1)
    assert joins.selected == 0


def test_a_join_moves_at_once_where_its_places_are_known(joins, model, jobs, project):
    before = model.edit
    joins.select(0)
    find(jobs)
    joins.move(1)
    assert model.edit == moved(before, 0, 1, "both") and model.is_changed
    assert joins.selected == 0 and joins.here.how == "unsure"
    joins.move(1)
    assert model.edit == moved(before, 0, 2, "both"), "what was known of this side holds on"
    assert project.history.undo_name == "“move join 1, 1 bar later”"
    project.history.undo()
    project.history.undo()
    assert model.edit == before and not model.is_changed and joins.selected == 0
    project.history.redo()
    assert model.edit == moved(before, 0, 1, "both")


def test_presses_before_the_places_are_known_are_made_up_for_in_one_step(joins, model, jobs):
    before = model.edit
    joins.select(0, "left")
    joins.move(1)
    joins.move(1)
    assert model.edit == before
    assert len(jobs.asked("join_places")) == 1
    find(jobs)
    assert model.edit == moved(before, 0, 2, "left")


def test_it_moves_no_further_than_it_can_and_says_so(joins, model, jobs, notifier):
    told = []
    notifier.status_changed.connect(lambda words, _: told.append(words))
    joins.select(0)
    find(jobs)
    for _ in range(3):
        joins.move(-1)
    assert told == ["The join can't lie earlier."]
    joins.move(1)
    assert told[1:] == [""], "that is no longer so"


def test_each_side_moves_by_itself(joins, model, jobs):
    before = model.edit
    joins.select(0)
    sides = []
    for _ in range(3):
        joins.next_side()
        sides.append(joins.side)
    assert sides == ["left", "right", "both"]
    joins.select(0, "right")
    find(jobs)
    joins.move(-1)
    assert model.edit == moved(before, 0, -1, "right")


def test_another_side_waits_for_its_places_after_a_move(joins, model, jobs):
    joins.select(0)
    find(jobs)
    joins.move(1)
    after = model.edit
    joins.select(0, "left")
    assert joins.places == ()
    joins.move(-1)
    assert model.edit == after
    find(jobs)
    assert model.edit == moved(after, 0, -1, "left")


def test_an_answer_about_an_edit_that_is_no_longer_there_is_asked_again(joins, model, jobs):
    joins.select(0)
    (old,) = jobs.asked("join_places")
    model.choose(1)
    old.finish(places_of(old.request))
    (new,) = jobs.asked("join_places")
    assert joins.places == () and new.request.edit == model.edit == delivered(1)[1].edit
    new.finish(places_of(new.request))
    assert joins.here.edit == model.edit


def test_another_song_lets_go_of_the_join(joins, model):
    joins.select(0)
    model.look_at(make_song(2).sha256)
    assert joins.selected is None


def test_a_join_whose_places_can_not_be_found_stays_in_hand_and_that_is_told_once(
    joins, model, jobs, notifier
):
    told, statuses = [], []
    notifier.message.connect(lambda *words: told.append(words[1]))
    notifier.status_changed.connect(lambda words, _: statuses.append(words))
    joins.prepare(0)
    jobs.asked("join_places")[0].fail("The edit was not cut by whole bars.")
    joins.prepare(0)
    assert told == [] and jobs.asked("join_places") == [], "nobody asked for it yet"
    model.choose(1)
    joins.select(0)
    joins.move(1)
    jobs.asked("join_places")[0].fail("The edit was not cut by whole bars.")
    joins.move(1)
    assert told == ["The edit was not cut by whole bars."]
    assert statuses == ["This join can't be moved."] and jobs.asked("join_places") == []
    joins.rule_out()
    assert model.spans.never_joins


def test_places_found_ahead_are_there_once_the_join_is_taken(joins, model, jobs):
    joins.prepare(0)
    find(jobs)
    joins.select(0, "right")
    assert joins.here is not None and jobs.asked("join_places") == []


def test_healing_is_asked_of_the_worker_and_named(joins, model, jobs, project, notifier):
    told = []
    notifier.status_changed.connect(lambda words, _: told.append(words))
    joins.select(0)
    joins.heal()
    (job,) = jobs.asked("change_edit")
    assert job.request.change == EditChange("heal", join=0)
    job.finish(model.edit)
    assert told == ["No cleaner place within 8 bars of join 1."] and not model.is_changed
    joins.heal()
    healed = moved(model.edit, 0, -1, "both")
    jobs.asked("change_edit")[0].finish(healed)
    assert model.edit == healed and project.history.undo_name == "“heal join 1”"


def test_a_join_is_never_made_again_and_that_can_be_taken_back(joins, model, jobs, project):
    edit = model.edit
    joins.select(0)
    joins.rule_out()
    join_s = (edit.spans[0][1] / RATE_HZ, edit.spans[1][0] / RATE_HZ)
    assert joins.selected is None
    (job,) = jobs.asked("deliver")
    assert job.request.song.limits.never_joins == (join_s,)
    assert ExportModel.limits(model, model.entry).never_joins == (join_s,)
    assert project.history.undo_name.startswith("“never join ")
    project.history.undo()
    assert model.spans.never_joins == ()


def test_the_join_of_an_alternative_is_ruled_out_too(joins, model, jobs):
    model.choose(2)
    joins.select(0)
    edit = model.edit
    joins.rule_out()
    assert model.spans.never_joins[0][0] == edit.spans[0][1] / RATE_HZ


def test_changes_by_hand_that_have_the_join_go_and_come_back_with_it(joins, model, jobs, project):
    joins.select(0)
    find(jobs)
    joins.move(1)
    own = model.edit
    joins.rule_out()
    assert not model.is_changed and model.spans.never_joins
    jobs.asked("deliver")[-1].finish(delivered(1, 1))
    assert model.edit == delivered(1)[0].edit
    project.history.undo()
    assert model.spans.never_joins == ()
    jobs.asked("deliver")[-1].finish(delivered(1))
    assert model.edit == own and model.is_changed


def test_a_ruled_out_join_outlasts_the_window_and_is_cleared_where_it_lies(joins, model, workspace):
    joins.select(0)
    joins.rule_out()
    model.span_store.apply(FIRST, "lock", (2.0, 4.0))
    ((leave, enter),) = model.spans.never_joins
    again = ExportModel(workspace)
    assert again.span_store.of(FIRST) == model.spans
    again.span_store.apply(FIRST, "clear", (2.0, 4.0))
    assert again.span_store.of(FIRST).never_joins == ((leave, enter),)
    again.span_store.apply(FIRST, "clear", (enter - 1.0, enter + 1.0))
    assert again.span_store.of(FIRST).never_joins == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (EditChange("move", 1, 1), "move join 2, 1 bar later"),
        (EditChange("move", 0, -3, "left"), "move the end before join 1, 3 bars earlier"),
        (EditChange("move", 0, 2, "right"), "move the start after join 1, 2 bars later"),
        (EditChange("heal", 2), "heal join 3"),
        (EditChange("cut", span_s=(1.0, 62.0)), "cut out 0:01 to 1:02"),
    ],
)
def test_every_change_has_a_plain_name(change, words):
    assert change_words(change) == words
