"""Which songs fit the brief is found out in the background, shown, and said before rating."""

from __future__ import annotations

import pytest

from editor_app.notifier import About
from editor_app.places.rate.fit_warning import FitWarning
from editor_app.places.songs.model import STATUS, TITLE, Row, SongModel, answer
from editor_app.work.fitting import Fitting
from editor_app.work.reading_files import FileBeingRead
from ml_core.domain.edits import Brief
from ml_core.domain.requests import SongFit
from ml_core.edits.graph.version import made_with
from ml_core.errors import NotSavedError
from tests.editor_app.conftest import add_songs

WHY = "This song lasts 1:00, so no edit of it can last 1:30."
LONG = Brief("Long", 90.0, 150.0)


def found(request, misfits=()):
    return [
        SongFit(song.sha256, made_with(song.corrections), WHY if song.sha256 in misfits else "")
        for song in request.songs
    ]


@pytest.fixture
def fitting(qtbot, project, jobs):
    made = Fitting(project, jobs)
    made._later.setInterval(0)
    yield made
    made.close()


def answer_all(qtbot, jobs, misfits=()) -> int:
    """Answer as the worker does until nothing more is asked; how many songs were asked about."""
    n_asked = 0
    for _ in range(20):
        qtbot.wait(5)
        for job in jobs.asked("song_fits"):
            n_asked += len(job.request.songs)
            job.finish(found(job.request, misfits))
    return n_asked


def test_each_song_is_asked_about_once_and_again_for_another_brief(qtbot, project, jobs, fitting):
    songs = add_songs(project, 9)
    fitting.start()
    assert answer_all(qtbot, jobs) == 9
    assert project.fits.count().words == "Fits 9 of 9 songs"
    assert answer_all(qtbot, jobs) == 0
    project.brief.set(LONG)
    assert project.fits.count().words == "Fits 0 so far, 9 to be checked"
    misfits = {song.sha256 for song in songs[:7]}
    assert answer_all(qtbot, jobs, misfits) == 9
    assert project.fits.count().words == "Fits 2 of 9 songs"
    assert set(project.fits.misfits()) == misfits
    project.history.undo()
    assert answer_all(qtbot, jobs) == 0, "what was known of the brief before is still known"
    assert project.fits.count().words == "Fits 9 of 9 songs"


def test_a_song_that_gives_no_answer_is_not_asked_about_for_ever(qtbot, project, jobs, fitting):
    add_songs(project, 1)
    fitting.start()
    for job in jobs.asked("song_fits"):
        job.fail("The file has gone.")
    assert answer_all(qtbot, jobs) == 0


def test_the_library_dims_what_does_not_fit_and_tells_why(project):
    songs = add_songs(project, 2)
    model = SongModel()
    model.show(project.songs.shown())
    model.set_misfits({songs[0].sha256: WHY})
    first, second = model.rows()
    assert (first.misfit, second.misfit) == (WHY, "")
    assert answer(first, STATUS, 0) == "Does not fit" and answer(second, STATUS, 0) == "Ready"
    for column in (TITLE, STATUS):
        assert WHY in answer(first, column, 3)
    model.set_misfits({})
    assert not any(row.misfit for row in model.rows())


def test_a_doubtful_song_is_still_to_be_checked(project):
    add_songs(project, 1)
    (entry,) = project.songs.shown()
    assert answer(Row(entry, misfit=WHY), STATUS, 0) == "Does not fit"


def test_before_the_first_pair_it_is_said_that_few_fit_and_taken_back(
    qtbot, project, jobs, fitting, notifier
):
    told, withdrawn = [], []
    notifier.message_in_turn.connect(lambda *words: told.append(words))
    notifier.withdrawn.connect(withdrawn.append)
    warning = FitWarning(project, notifier)
    songs = add_songs(project, 9)
    fitting.start()
    warning.tell()
    assert told == [], "nothing is said before it is known"
    answer_all(qtbot, jobs)
    warning.tell()
    assert told == [], "three of nine are kept aside"
    project.brief.set(LONG)
    answer_all(qtbot, jobs, {song.sha256 for song in songs[:7]})
    warning.tell()
    warning.tell()
    ((kind, text, remedy, action, about),) = told
    assert (kind, action, about) == ("doubtful", "place_songs", About.FITTING)
    assert text.startswith("Only 2 songs fit") and "learned from" in text and "lengths" in remedy
    project.history.undo()
    answer_all(qtbot, jobs)
    warning.tell()
    assert withdrawn == [About.FITTING] and len(told) == 1


def test_that_few_fit_is_taken_back_in_the_place_that_mends_it(
    qtbot, project, jobs, fitting, notifier
):
    told, withdrawn = [], []
    notifier.message_in_turn.connect(lambda *words: told.append(words))
    notifier.withdrawn.connect(withdrawn.append)
    warning = FitWarning(project, notifier)
    songs = add_songs(project, 9)
    project.brief.set(LONG)
    fitting.start()
    answer_all(qtbot, jobs, {song.sha256 for song in songs[:7]})
    warning.tell(is_here=False)
    assert told == [], "nobody is about to rate"
    warning.tell()
    project.history.undo()
    answer_all(qtbot, jobs)
    warning.tell(is_here=False)
    assert len(told) == 1 and withdrawn == [About.FITTING]


def test_a_disk_that_refuses_what_was_found_is_no_fault(qtbot, project, jobs, fitting, monkeypatch):
    def refuse(brief: Brief, fits: list[SongFit]) -> None:
        raise NotSavedError("The disk is full.", "Make room.")

    add_songs(project, 1)
    monkeypatch.setattr(project._store.fits, "note", refuse)
    fitting.start()
    assert answer_all(qtbot, jobs) == 1
    assert project.fits.count().words == "Fits 0 so far, 1 to be checked"


def test_files_that_are_read_change_nothing_of_the_songs_above_them(project):
    songs = add_songs(project, 2)
    model = SongModel()
    entries = project.songs.shown()
    model.show(entries)
    model.set_misfits({songs[0].sha256: WHY})
    model.set_sounding(songs[1].sha256)
    for files in ([FileBeingRead("/new.wav")], []):
        model.show(entries, files)
        first, second = model.rows()[:2]
        assert first.misfit == WHY and second.is_sounding
