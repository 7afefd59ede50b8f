"""Files that moved, changed or are told twice, noticed while the window is open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from editor_app.notifier import About, Notifier
from editor_app.project.project import Project
from editor_app.work.lookout import Lookout
from ml_core.domain.adding import LookOutcome
from ml_core.domain.songs import Song
from tests.editor_app.conftest import FakeJobs, make_song


def heard(index: int) -> Song:
    song = make_song(index)
    return replace(song, sound=song.sha256, fingerprint=b"f%d" % index)


@pytest.fixture
def jobs() -> FakeJobs:
    return FakeJobs()


@pytest.fixture
def lookout(project: Project, jobs: FakeJobs, notifier: Notifier) -> Iterator[Lookout]:
    project.songs.add_all([heard(1), heard(2)])
    lookout = Lookout(project, jobs, notifier)  # type: ignore[arg-type]
    yield lookout
    lookout.close()


def test_nothing_is_read_where_all_files_are_as_they_were(lookout: Lookout, jobs: FakeJobs) -> None:
    lookout.start()
    (asked,) = jobs.asked("unsettled_songs")
    asked.finish([])
    assert jobs.asked("look_for_songs") == []


def test_fault_27_gone_songs_are_shown_as_gone_until_they_are_back(
    lookout: Lookout, jobs: FakeJobs, project: Project
) -> None:
    lookout.start()
    song = heard(1)
    jobs.asked("unsettled_songs")[0].finish([song.sha256])
    jobs.asked("look_for_songs")[0].finish(LookOutcome(gone=frozenset({song.sha256})))
    assert [entry.status for entry in project.songs.shown()] == ["gone", "waiting"]
    assert "can't be found" in project.songs.shown()[0].message
    assert [entry.status for entry in project.songs.all()] == ["waiting", "waiting"]
    lookout.look()
    jobs.asked("unsettled_songs")[0].finish([song.sha256])
    found = replace(song, paths=("/elsewhere/one.wav",), title="New title", stamp=(1, 2))
    jobs.asked("look_for_songs")[0].finish(LookOutcome((found,)))
    entry = project.songs.shown()[0]
    assert (entry.status, entry.song.path) == ("waiting", "/elsewhere/one.wav")
    assert entry.song.title == "New title"


def test_fault_60_a_recording_that_is_there_twice_is_told(
    lookout: Lookout, jobs: FakeJobs, project: Project, notifier: Notifier
) -> None:
    said: list[Any] = []
    notifier.message_in_turn.connect(lambda *message: said.append(message))
    lookout.start()
    jobs.asked("unsettled_songs")[0].finish([])
    (match,) = jobs.asked("match_recordings")
    assert [row[0] for row in match.request.new] == [1, 2]
    match.finish({1: 1, 2: 1})
    assert [entry.same_as for entry in project.songs.all()] == [None, 1]
    assert "“Song 2” is a recording that is among your songs already." in said[-1][1]
    project.songs.add(heard(3))
    (match,) = jobs.asked("match_recordings")
    assert [row[0] for row in match.request.new] == [3]
    over: list[str] = []
    notifier.withdrawn.connect(over.append)
    _, second, third = project.songs.all()
    project.songs.remove([third])
    assert over == [], "it is there twice still"
    project.songs.remove([second])
    assert over == [About.RECORDINGS]


def test_a_closed_window_takes_no_answer(
    lookout: Lookout, jobs: FakeJobs, project: Project
) -> None:
    lookout.start()
    lookout.close()
    jobs.asked("unsettled_songs")[0].finish([heard(1).sha256])
    assert jobs.asked("look_for_songs") == []


def test_what_is_no_recording_of_another_is_not_called_one(
    lookout: Lookout, jobs: FakeJobs, project: Project, notifier: Notifier
) -> None:
    over: list[str] = []
    notifier.withdrawn.connect(over.append)
    lookout.start()
    jobs.asked("unsettled_songs")[0].finish([])
    first, second = project.songs.all()
    jobs.asked("match_recordings")[0].finish({first.id: first.id, second.id: first.id})
    assert over == []
    project.songs.separate([project.songs.all()[1]])
    assert over == [About.RECORDINGS]
