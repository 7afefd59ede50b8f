"""Finished edits in Your taste: what is said of them, and leaving one out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from editor_app.places.taste.next_step import TasteState, next_step
from editor_app.places.taste.teaching.edits_line import edits_words
from ml_core.domain.finished_edits import FinishedEdit
from ml_core.store.finished_edits import keep_finished_edit

EDIT = FinishedEdit("ab" * 32, 8000, ((0, 80_000),), "radio & edit.mp3", 480_000)
OUT = replace(EDIT, is_left_out=True)


@pytest.mark.parametrize(
    ("edits", "n_taught", "n_ratings", "words"),
    [
        ([EDIT] * 5, 5, 30, "5 finished edits teach too."),
        ([EDIT] * 5, 5, 5, "5 finished edits teach too. 7 more ratings would help most next."),
        ([EDIT] * 3, 3, 0, "3 finished edits teach. 12 ratings would help most next."),
        ([EDIT, OUT], 1, 48, "1 finished edit teaches too. 1 left out."),
        ([EDIT], 0, 3, "1 finished edit waits: it takes 3, or 12 ratings that say A or B."),
        ([OUT], 0, 3, "1 finished edit left out."),
    ],
)
def test_what_is_said(edits, n_taught, n_ratings, words):
    assert edits_words(edits, n_taught, n_ratings) == words


def test_with_finished_edits_enough_training_comes_first():
    assert next_step(TasteState(0, is_taught=True)) == "train"
    assert next_step(TasteState(0, "one", is_taught=True)) == "compare"


def test_one_may_train_on_edits_alone_and_leave_one_out(filled, project, open_window, jobs):
    project.close()
    song = filled(1, 1)[0].sha256
    window = open_window("taste")
    page = window.main._places["taste"]
    for k in range(3):
        spans = ((1000 * k, 80_000),)
        keep_finished_edit(window.project._store, replace(EDIT, sha256=song, spans=spans))
    page.shown()
    assert "3 finished edits teach. 12 ratings" in page._edits._words.text()
    assert page._train.isEnabled()
    page.train()
    (job,) = jobs.asked("train")
    assert len(job.request.edits) == 3
    assert "learning from 3 finished edits" in page.facts.text()
    job.fail("Stopped")
    first = page._edits.menu.actions()[0]
    assert first.text() == "radio && edit.mp3 (0:10)"
    first.trigger()
    assert "2 finished edits wait" in page._edits._words.text()
    assert page._pages.currentWidget() is page._empty
    window.project.history.undo()
    assert "3 finished edits teach" in page._edits._words.text()
