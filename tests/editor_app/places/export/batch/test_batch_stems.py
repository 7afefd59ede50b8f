"""Stems of a batch: looked for first, kept through a restart, and the search can be stopped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ml_core.domain.files.stems import SongStems, StemsFound
from tests.editor_app.conftest import FakeJob
from tests.editor_app.places.export.batch.test_batch_states import Desk, desk  # noqa: F401


@pytest.fixture
def stemmed(desk: Desk) -> Desk:  # noqa: F811 - the fixture
    """A batch over a project whose person has chosen a folder of stems."""
    settings = desk.workspace.settings
    settings.file_choices = replace(settings.file_choices, stems_dir="/stems")
    return desk


def found(job: FakeJob) -> None:
    """Answer that each song has one stem."""
    songs = job.request.songs
    own = tuple(SongStems(song, (f"/stems/{n}.wav",)) for n, song in enumerate(songs))
    job.finish(StemsFound(own, ()))


@pytest.mark.parametrize("how", ["batch", "job"])
def test_the_search_for_stems_can_be_stopped(stemmed: Desk, how: str) -> None:
    stemmed.start(2)
    (job,) = stemmed.jobs.asked("find_stems")
    assert stemmed.batch.words == ("Looking for stems", "") and stemmed.batch.is_busy
    (stemmed.batch if how == "batch" else job).cancel()
    assert not stemmed.batch.is_busy and not stemmed.running
    stemmed.start(2)
    (again,) = stemmed.jobs.asked("find_stems")
    found(again)
    assert [job.request.stems for job in stemmed.running] == [("/stems/0.wav",), ("/stems/1.wav",)]


def test_a_batch_that_was_left_has_its_stems_again(stemmed: Desk) -> None:
    stemmed.start(3)
    found(stemmed.jobs.asked("find_stems")[0])
    keys = [song.key for song in stemmed.batch.songs]
    assert keys == [song.job.key for song in stemmed.batch.songs]
    stemmed.finish(stemmed.running[0])
    stemmed.batch.close()
    stemmed.begin_anew()
    stemmed.batch.look()
    stemmed.batch.go_on()
    (look,) = stemmed.jobs.asked("find_written")
    assert list(look.request.keys) == keys
    look.finish([("/out/Song 1.flac",), (), ()])
    found(stemmed.jobs.asked("find_stems")[0])
    assert [song.key for song in stemmed.batch.songs] == keys
    assert stemmed.states[0] == "written"
