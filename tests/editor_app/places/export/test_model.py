"""The state of Export without its page: which edits are asked, under which rules, what is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor_app.places.export.model import ExportModel
from editor_app.places.export.set_rules import SetRules
from ml_core.domain.edits import Limits
from tests.editor_app.conftest import add_songs, make_song
from tests.editor_app.places.export.test_export import cut, delivered, outcome

FIRST, SECOND, THIRD = (make_song(index).sha256 for index in (1, 2, 3))
SIGNALS = ("songs_changed", "ticked_changed", "song_changed", "plan_changed", "checked")


@pytest.fixture
def model(workspace):
    """Three songs can be exported; no place is shown yet."""
    add_songs(workspace.project, 3)
    return ExportModel(workspace)


@pytest.fixture
def told(model):
    """The signals of the model in order."""
    heard: list[str] = []
    for name in SIGNALS:
        getattr(model, name).connect(lambda name=name: heard.append(name))
    return heard


@pytest.fixture
def known(model, jobs):
    """The place is shown, and the first song's edits are known."""
    model.enter()
    jobs.asked("deliver")[0].finish(delivered(1))
    return model


def test_entering_has_the_first_songs_edits_found_and_tells_in_order(model, jobs, told):
    model.enter()
    assert told == ["songs_changed", "ticked_changed", "song_changed"]
    assert model.current == FIRST and model.becomes() == "Making the edit…"
    assert model.plan is None and model.edit is None and model.fact(FIRST) == ("", "")
    (job,) = jobs.asked("deliver")
    job.finish(delivered(1))
    assert told[3:] == ["plan_changed"]
    assert model.edit == delivered(1)[0].edit and model.fact(FIRST) == ("0:50", "")
    assert model.becomes() == "1:00 becomes 0:50" and model.broken() == ("", False)


def test_ticked_songs_edits_are_found_one_after_the_other_and_no_more_after_leaving(model, jobs):
    model.enter()
    for sha256 in (THIRD, SECOND, THIRD, THIRD):
        model.tick(sha256, is_ticked=True)
    assert model.ticked_songs() == [SECOND, THIRD]
    asked = []
    for index in (1, 2):
        (job,) = jobs.asked("deliver")
        asked.append(job.request.song.sha256)
        if index == 2:
            model.leave()
        job.finish(delivered(index))
    assert asked == [FIRST, SECOND] and jobs.asked("deliver") == []
    model.enter()
    assert jobs.asked("deliver")[0].request.song.sha256 == THIRD


def test_a_song_that_can_not_be_exported_any_more_is_neither_ticked_nor_looked_at(model, project):
    model.enter()
    model.look_at(SECOND)
    for sha256 in (FIRST, SECOND):
        model.tick(sha256, is_ticked=True)
    project.songs.set_status(SECOND, "failed", "Gone.")
    assert [entry.song.sha256 for entry in model.songs] == [FIRST, THIRD]
    assert (model.current, model.ticked_songs()) == (FIRST, [FIRST])
    project.songs.set_status(SECOND, "ready", "", 120.0, 4)
    assert model.ticked_songs() == [FIRST], "back again, it is not ticked unasked"
    for sha256 in (FIRST, SECOND, THIRD):
        project.songs.set_status(sha256, "failed", "Gone.")
    assert (model.songs, model.current, model.ticked_songs()) == ((), "", [])
    assert model.entry is None and model.becomes() == ""


def test_rules_and_spans_bind_what_is_asked_and_forget_what_is_known(known, jobs):
    known.set_rules(SetRules(40.0, keep_intro=True, keep_ending=True, shortest_bars=4))
    assert known.plan is None and known.fact(FIRST) == ("", "")
    known.span_store.apply(FIRST, "lock", (10.0, 16.0))
    (late, job) = jobs.asked("deliver")
    late.finish(delivered(1))
    assert known.plan is None, "asked under the rules before"
    limits = job.request.song.limits
    assert (limits.shortest_s, limits.longest_s) == (40.0, 40.0)
    assert limits.keep_intro and limits.keep_ending and limits.shortest_segment_bars == 4
    assert (limits.locked, limits.forbidden) == (((10.0, 16.0),), ())
    known.span_store.apply(FIRST, "clear", (0.0, 60.0))
    assert known.spans.locked == () and jobs.asked("deliver")[-1].request.song.limits.locked == ()
    job.fail("No edit can last 0:40.", "Ask for less.")
    jobs.asked("deliver")[-1].fail("No edit can last 0:40.", "Ask for less.")
    assert known.fact(FIRST) == ("", "No edit can last 0:40. Ask for less.")
    assert known.becomes() == "No edit can be made" and known.edit is None


def test_under_other_rules_the_best_match_is_chosen_again(known, jobs):
    known.choose(1)
    assert known.chosen == 1
    known.set_rules(SetRules(keep_intro=True))
    jobs.asked("deliver")[0].finish(delivered(1))
    assert known.chosen == 0 and known.edit == delivered(1)[0].edit


def test_without_rules_the_limits_are_the_briefs(model, project):
    model.enter()
    assert model.limits(model.entry) == Limits.from_brief(project.brief.get())


def test_a_change_by_hand_stands_in_the_edits_place_until_another_is_chosen(known, jobs, told):
    known.change_span((20.0, 26.0), keep=False)
    (job,) = jobs.asked("change_edit")
    assert job.request.edit == delivered(1)[0].edit and job.request.change.kind == "cut"
    job.finish(cut(1, 20, 26))
    assert told == ["plan_changed"] and known.edit == cut(1, 20, 26)
    assert known.is_changed and known.note == "Changed by hand."
    assert (known.own.proposed, known.own.changed) == (delivered(1)[0].edit, cut(1, 20, 26))
    known.choose(2)
    assert told == ["plan_changed"] * 2 and known.edit == delivered(1)[2].edit
    assert not known.is_changed and known.own.changed == delivered(1)[2].edit
    assert not known.take_back(), "there is nothing by hand any more"


def test_an_own_edit_counts_as_a_rating_only_where_it_was_asked_for(known, project, notifier):
    said, read = [], []
    notifier.status_changed.connect(lambda text, _: said.append(text))
    known.counted_changed.connect(lambda: read.append(known.counts))
    known.count()
    assert project.ratings.count() == 0, "the best match itself says nothing"
    known.choose(1)
    known.count()
    assert known.counts and project.ratings.count() == 1 and read == [True]
    known.count()
    assert not known.counts and project.ratings.count() == 0 and read == [True, False]
    assert said[0].startswith("Saved as a rating") and said[1] == "No longer counted as a rating."


def test_whether_an_edit_by_hand_keeps_the_rules_is_asked_once_and_told(known, jobs, told):
    known.change_span((20.0, 26.0), keep=False)
    jobs.asked("change_edit")[0].finish(cut(1, 20, 26))
    assert known.broken() == known.broken() == (None, True)
    (job,) = jobs.asked("check_edit")
    job.finish("The forbidden part is heard.")
    assert told[-1] == "checked" and known.broken() == ("The forbidden part is heard.", True)
    assert jobs.asked("check_edit") == []


def test_what_is_exported_is_what_stood_when_it_was_started(known, jobs, tmp_path):
    known.choose(1)
    known.tick(FIRST, is_ticked=True)
    known.tick(SECOND, is_ticked=True)
    jobs.asked("deliver")[0].finish(delivered(2))
    known.export(tmp_path, "flac")
    known.export(Path("/elsewhere"), "wav")
    known.set_rules(SetRules(40.0))
    known.tick(SECOND, is_ticked=False)
    for index in (1, 2):
        (job,) = [job for job in jobs.batch if not job.is_finished]
        asked, export = job.request.deliver, job.request.export
        assert asked.song.sha256 == make_song(index).sha256
        assert not asked.song.limits.is_wish
        assert (job.request.chosen, job.request.own) == (2 - index, None)
        assert (export.out_dir, export.file_format) == (str(tmp_path), "flac")
        job.finish(outcome(job, tmp_path / f"{index}.flac"))
    known.leave()
    known.export(tmp_path, "flac")
    assert [job for job in jobs.batch if not job.is_finished] == []


def test_without_ticks_the_song_that_is_looked_at_is_exported(known, jobs, tmp_path):
    known.look_at(THIRD)
    known.export(tmp_path, "wav")
    (job,) = [job for job in jobs.batch if not job.is_finished]
    asked = job.request.deliver
    assert asked.song.sha256 == THIRD and asked.n_alternatives == 1


def test_an_exact_length_binds_what_is_asked_and_what_is_written(known, jobs, tmp_path):
    lasts_s = delivered(1)[0].edit.duration_s
    known.set_rules(SetRules(lasts_s * 1.01, is_exact=True))
    (job,) = jobs.asked("deliver")
    assert job.request.song.limits.exact_s == pytest.approx(lasts_s * 1.01)
    job.finish(delivered(1))
    assert known.becomes() == ("1:00 becomes 0:51 exactly: the file 1.0 % longer than you hear it")
    assert known.fact(FIRST) == ("0:51", "")
    known.export(tmp_path, "wav")
    (job,) = jobs.asked("export_song")
    assert job.request.deliver.song.limits.exact_s == pytest.approx(lasts_s * 1.01)
    known.set_rules(SetRules(lasts_s, is_exact=True))
    jobs.asked("deliver")[0].finish(delivered(1))
    assert known.becomes() == "1:00 becomes 0:50 exactly"
    known.set_rules(SetRules(None, is_exact=True))
    assert jobs.asked("deliver")[0].request.song.limits.exact_s is None


def test_an_edit_too_far_from_an_exact_length_says_so(known, jobs):
    known.set_rules(SetRules(52.5, is_exact=True))
    jobs.asked("deliver")[0].finish(delivered(1))
    assert known.becomes() == "1:00 becomes 50.00 s: too far from 52.50 s"
