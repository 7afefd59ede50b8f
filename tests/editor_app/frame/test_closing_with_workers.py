"""The window closed during each kind of long work, with the app's own workers: nothing is lost, no
process stays behind, and the project opens again and goes on.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import soundfile

from editor_app.work.jobs import Job
from ml_core.pipeline.tasks import load
from ml_core.progress import Progress
from ml_core.store.requests import train_request
from ml_core.store.store import Store
from tests.screenshots.desk import Desk
from tests.screenshots.filled_project import fill_project

# Six starts of the window with warm workers: nearly a minute on a quiet machine.
pytestmark = pytest.mark.soak

# Enough ratings for a taste, and a training that is quickly over.
EFFORT = (10, 5, 12, 2)


@pytest.fixture(scope="module")
def filled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with demo songs, ratings and one trained and compared taste."""
    project = tmp_path_factory.mktemp("filled") / "project"
    fill_project(project, *EFFORT)
    return project


@pytest.fixture
def project(tmp_path: Path, filled_folder: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(filled_folder, tmp_path / "project"))


@pytest.fixture
def open_desk(tmp_path: Path, project: Path):
    opened: list[Desk] = []

    def open_() -> Desk:
        desk = Desk(project, tmp_path, "dark")
        opened.append(desk)
        return desk

    yield open_
    for desk in opened:
        desk.close()


def close_during(desk: Desk, begin: Callable[[], None], task: str) -> Job[object]:
    """Start something, and close the window as soon as the worker says how far it is."""
    begun: list[Job[object]] = []
    told: list[object] = []

    def on_started(job: Job[object]) -> None:
        if job.task == task:
            begun.append(job)
            job.progress.connect(lambda *facts: told.append(facts))

    desk.jobs.started.connect(on_started)
    begin()
    desk.until(lambda: bool(told), f"the first progress of {task}")
    desk.close()
    return begun[0]


@pytest.mark.parametrize("task", ["train", "compare_pairs", "analyse_song"])
def test_fault_44_closing_during_work_ends_it_and_the_next_start_goes_on(
    open_desk, project, task, tmp_path
):
    if task == "compare_pairs":
        learn_again(project)  # What was compared once is not compared again.
    desk = open_desk()
    desk.settle()
    before = facts(desk)
    if task == "train":
        desk.main.show_place("taste")
        begin = desk.actions["train"].trigger
    elif task == "compare_pairs":
        desk.main.show_place("compare")
        begin = desk.actions["compare"].trigger
    else:
        begin = partial(desk.window.library.add_paths, [str(another_song(desk, tmp_path))])
    job = close_during(desk, begin, task)
    assert job.state == "cancelled"
    assert not any(line._worker.is_alive for line in (desk.jobs._batch, desk.jobs._interactive))
    with Store.open(project) as store:  # Nobody else has it.
        assert store.ratings.count() == before["ratings"]

    again = open_desk()
    again.settle()
    if task == "analyse_song":  # It went on with it by itself.
        before["ready songs"] += 1
    elif task == "compare_pairs":
        again.main.show_place("compare")
        again.actions["compare"].trigger()
        again.settle()
        before["comparisons"] += 1
    assert facts(again) == before


def facts(desk: Desk) -> dict[str, int]:
    project = desk.window.project
    return {
        "ratings": project.ratings.count(),
        "checkpoints": len(project.models.all()),
        "ready songs": sum(entry.status == "ready" for entry in project.songs.all()),
        "comparisons": len(project.sessions.all()),
    }


def learn_again(project: Path) -> None:
    """Add another small training to a project."""
    with Store.open(project) as store:
        trained = load("train")(train_request(store, "cpu", 5, 12), Progress())
        store.models.add(trained.best)


def another_song(desk: Desk, folder: Path) -> Path:
    """A song that lacks the first sample of another, so that it is a song of its own."""
    sound, rate_hz = soundfile.read(desk.window.project.songs.all()[0].song.path)
    path = folder / "Another.wav"
    soundfile.write(path, sound[1:], rate_hz)
    return path
