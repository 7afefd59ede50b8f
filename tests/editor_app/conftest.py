"""Parts of the window with workers that answer when a test says so, and no sound device."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSettings, Signal
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from editor_app.keys.actions import Actions
from editor_app.look.theme import Theme
from editor_app.notifier import Notifier
from editor_app.project.project import Project
from editor_app.settings import Settings
from editor_app.sound.device import SoundDevice
from editor_app.sound.player import Player
from editor_app.window import Window
from editor_app.work.jobs import Failure
from editor_app.work.library import Library
from editor_app.work.ready_ahead import READY_AHEAD
from editor_app.workspace import Workspace
from ml_core.domain.edits import Edit
from ml_core.domain.playing import PreparedAudio, PreparedPair, PreparePairRequest, SongLayout
from ml_core.domain.ratings import Comparison
from ml_core.domain.songs import Song
from ml_core.domain.tasks import Task
from ml_core.errors import UserError
from tests.editor_app.sound.fake_output import FakeOutput

RATE_HZ = 8000
SONG_S = 60


class FakeJob(QObject):
    """A job that ends when the test says so."""

    progress = Signal(float, str, object)
    done = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    finished = Signal()

    def __init__(self, jobs: FakeJobs, task: str, request: Any, words: str) -> None:
        super().__init__()
        self._jobs, self.task, self.request, self.words = jobs, task, request, words
        self.state = "waiting"

    @property
    def is_finished(self) -> bool:
        return self.state in ("done", "failed", "cancelled")

    def finish(self, result: Any) -> None:
        self._end("done", self.done, result)

    def fail(self, message: str, remedy: str = "", is_user_error: bool = True) -> None:
        self._end("failed", self.failed, Failure(message, remedy, "trace", is_user_error))

    def cancel(self) -> None:
        if not self.is_finished:
            self._end("cancelled", self.cancelled)

    def _end(self, state: str, signal: Any, *values: Any) -> None:
        self.state = state
        self._jobs.open.remove(self)
        signal.emit(*values)
        self.finished.emit()
        self._jobs.tell()


class FakeJobs(QObject):
    """Stands in for the worker processes; `open` holds what was asked and not answered."""

    current = Signal(object)
    started = Signal(object)
    n_spread = 1

    def __init__(self) -> None:
        super().__init__()
        self.n_released = 0
        self.open: list[FakeJob] = []
        self.batch: list[FakeJob] = []
        self.is_shut_down = False

    @property
    def running(self) -> FakeJob | None:
        return next((job for job in self.batch if not job.is_finished), None)

    @property
    def all_running(self) -> tuple[FakeJob, ...]:
        return tuple(job for job in self.batch if not job.is_finished)[: self.n_spread]

    def spread(self, task: Task[Any, Any], request: Any, words: str = "") -> FakeJob:
        return self.start(task, request, words)

    def release_spread(self) -> None:
        self.n_released += 1

    @property
    def waiting(self) -> tuple[FakeJob, ...]:
        return tuple(job for job in self.batch if not job.is_finished)[self.n_spread :]

    def start(self, task: Task[Any, Any], request: Any, words: str = "") -> FakeJob:
        job = self.ask(task, request)
        job.words = words
        self.batch.append(job)
        self.started.emit(job)
        self.tell()
        return job

    def ask(self, task: Task[Any, Any], request: Any, is_urgent: bool = True) -> FakeJob:
        job = FakeJob(self, task.name, request, "")
        self.open.append(job)
        return job

    def tell(self) -> None:
        self.current.emit(self.running)

    def warm_up(self, interactive: Any = (), batch: Any = ()) -> None:
        pass

    def shutdown(self) -> None:
        self.is_shut_down = True
        for job in list(self.open):
            job.cancel()

    def asked(self, task: str) -> list[FakeJob]:
        """What waits for an answer, by task."""
        return [job for job in self.open if job.task == task]


def no_device(*_: object) -> Any:
    raise UserError("No sound device was found.", "Connect one.")


def make_song(index: int, title: str = "") -> Song:
    """A song whose file is there, though no test here reads it."""
    # While tests are collected there is no home yet; pairs made then need no file.
    home = os.environ.get("TASTECUT_HOME")
    path = Path(home or "/nowhere").parent / "music" / f"song{index}.wav"
    if home:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return Song(
        sha256=f"{index:064x}",
        paths=(str(path),),
        sample_rate_hz=RATE_HZ,
        n_samples=SONG_S * RATE_HZ,
        n_channels=2,
        title=title or f"Song {index}",
        artist="Nobody",
    )


def make_pair(song: Song, cut_s: int = 10) -> Comparison:
    """Two edits of a song that each leave something else out."""
    rate = song.sample_rate_hz
    a = Edit(song.sha256, rate, ((0, cut_s * rate), ((cut_s + 10) * rate, song.n_samples)))
    b = Edit(song.sha256, rate, ((0, (cut_s + 20) * rate), ((cut_s + 30) * rate, song.n_samples)))
    return Comparison(a, b, "random")


def prepared(request: PreparePairRequest) -> PreparedPair:
    """What the worker makes of a pair, here of quiet noise."""
    folder, rate = Path(request.out_dir), request.sample_rate_hz
    folder.mkdir(parents=True, exist_ok=True)

    def put(name: str, n_samples: int, joins: tuple[int, ...]) -> PreparedAudio:
        file = folder / f"{name}.f32"
        np.full((n_samples, 2), 0.01, np.float32).tofile(file)
        return PreparedAudio(str(file), n_samples, rate, joins)

    n_song = SONG_S * rate
    edits = tuple(put(edit.id, edit.n_samples, edit.join_samples) for edit in request.edits)
    bars = tuple(range(0, n_song + 1, 2 * rate))
    layout = SongLayout(
        request.song.sha256, rate, n_song, bars, bars, ((0, n_song, "A"),), 120.0, 4, 1.0, True
    )
    return PreparedPair(
        put(f"{request.song.sha256[:16]}-song-{rate}", n_song, ()), edits, 1.0, layout
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def notifier(qapp: Any) -> Notifier:
    return Notifier()


@pytest.fixture
def project(tmp_path: Path, notifier: Notifier) -> Iterator[Project]:
    made = Project.open(tmp_path / "project", notifier)
    yield made
    made.close()


@pytest.fixture
def jobs(qapp: Any) -> FakeJobs:
    return FakeJobs()


@pytest.fixture
def workspace(project: Project, jobs: FakeJobs, notifier: Notifier, settings: Settings) -> Any:
    """What a place works with, without a window and without a sound device."""
    player = Player(device=SoundDevice(open_stream=no_device))
    player.device.open()
    library = Library(project, jobs, notifier)
    return Workspace(project, jobs, player, library, Actions(settings), notifier, settings)


def add_songs(project: Project, n: int, status: str = "ready") -> list[Song]:
    """Put songs into the project as if they had been analysed."""
    songs = [make_song(index) for index in range(1, n + 1)]
    for song in songs:
        project.songs.add(song)
        if status == "ready":
            project.songs.set_status(song.sha256, "ready", "", 120.0, 4)
    return songs


@pytest.fixture
def open_window(qtbot, qapp, tmp_path, settings, notifier, jobs):
    """Opens the window on the test's project, as the app does; again after it was closed."""
    theme = Theme(qapp, "dark")
    opened: list[Window] = []

    def open_(place: str = "", output: FakeOutput | None = None) -> Window:
        """Open the window in a place, with an output that plays on demand or with none."""
        stream = no_device if output is None else lambda *_: output
        player = Player(device=SoundDevice(open_stream=stream))
        if place:
            settings.place = place
        window = Window(tmp_path / "project", settings, notifier, theme, jobs, player)
        opened.append(window)
        window.main.activateWindow()
        qtbot.waitUntil(window.main.isActiveWindow)
        qtbot.waitUntil(lambda: bool(window.main.place))
        qtbot.waitUntil(lambda: player.error is not None or player.device.stream is not None)
        return window

    yield open_
    for window in opened:
        window.main.close()
        window.main.deleteLater()
    # At once and as a whole, as the app does: piece by piece, tables crash (see `App`).
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    READY_AHEAD.wait()  # The tests that come next must not feel it.


@pytest.fixture
def filled(tmp_path, notifier, qapp):
    """Fills the test's project before a window opens it."""

    def fill(n_songs: int, n_pairs: int = 0, status: str = "ready") -> list[Comparison]:
        project = Project.open(tmp_path / "project", notifier)
        songs = add_songs(project, n_songs, status)
        pairs = [make_pair(songs[i % n_songs], 5 + i % 20) for i in range(n_pairs)]
        kept = project.pairs.add(pairs)
        project.close()
        return kept

    return fill


def words_of(widget) -> str:
    """Everything a person can read or hear read in a widget: texts, tooltips, names."""
    found = []
    for one in [widget, *widget.findChildren(QWidget)]:
        for name in ("text", "toolTip", "accessibleName", "accessibleDescription", "words"):
            value = getattr(one, name, None)
            found.append(value() if callable(value) else value)
        found.append(one.objectName())
        if isinstance(one, QAbstractItemView) and one.model() is not None:
            model = one.model()
            for row in range(model.rowCount()):
                # A list's own column count is private.
                n_columns = 1 if isinstance(one, QListView) else model.columnCount()
                for column in range(n_columns):
                    index = model.index(row, column)
                    # Shown, in a tooltip, read aloud.
                    found.extend(model.data(index, role) for role in (0, 3, 11))
    return "\n".join(str(text) for text in found if isinstance(text, str))
