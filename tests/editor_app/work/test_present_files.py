"""The same song added under two paths, and one of the files removed: the other one is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from ml_core.domain.songs import SongEntry
from ml_core.store.store import Store
from tests.editor_app.conftest import FakeJobs, make_song
from tests.editor_app.places.compare.test_compare import Listener, report
from tests.editor_app.places.export.test_export import Exporter, delivered
from tests.editor_app.places.taste.test_taste import trained
from tests.editor_app.sound.fake_output import FakeOutput


@pytest.fixture
def moved(filled, tmp_path) -> Callable[..., list[SongEntry]]:
    """Fills the project with songs that were seen last where they are no longer."""

    def fill(n_songs: int, status: str = "ready") -> list[SongEntry]:
        filled(n_songs, status=status)
        with Store.open(tmp_path / "project") as store:
            for index in range(1, n_songs + 1):
                gone = str(tmp_path / "gone" / f"copy{index}.wav")
                store.songs.add(replace(make_song(index), paths=(gone,)))
            return store.songs.listed()

    return fill


def present(index: int) -> str:
    path = make_song(index).path
    assert Path(path).is_file()
    return path


def test_export_shows_listens_and_writes(qtbot, jobs: FakeJobs, moved, open_window, settings):
    moved(1)
    desk = Exporter(qtbot, jobs, open_window("export", FakeOutput()))
    (asked,) = jobs.asked("deliver")
    asked.finish(delivered(1))
    (preview,) = jobs.asked("prepare_pair")
    (audit,) = jobs.asked("audit_joins")
    desk.export()
    (writing,) = jobs.asked("export_song")
    paths = [job.request.song.path for job in (asked, preview, audit)]
    assert [*paths, writing.request.deliver.song.path] == [present(1)] * 4


def test_compare_plays_again(qtbot, jobs: FakeJobs, moved, open_window):
    moved(3)
    output = FakeOutput()
    window = open_window("songs", output)
    window.project.models.add_training(trained())
    desk = Listener(qtbot, jobs, window, output)
    desk.finish(report(4, 0, 0, "better"))
    desk.press(Qt.Key.Key_Right)
    (job,) = jobs.asked("prepare_pair")
    assert job.request.song.path == present(1)


def test_a_song_that_waits_is_analysed(jobs: FakeJobs, moved, open_window):
    moved(1, status="waiting")
    open_window("songs")
    (job,) = jobs.asked("analyse_song")
    assert job.request.song.path == present(1)
