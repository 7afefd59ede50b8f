"""Plays a file that was written, as it is on the disk, with the window's own player."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from editor_app.listening.own_folder import own_folder
from editor_app.notifier import About
from editor_app.work.jobs import Failure, Job
from editor_app.work.library import tell_failure
from editor_app.workspace import Workspace
from ml_core.domain.playing import PreparedAudio, PreparedPair, PrepareFileRequest, SongLayout
from ml_core.domain.tasks import PREPARE_FILE
from ml_core.errors import UserError
from ml_core.own_files import remove_sound


class FilePlayer(QObject):
    """Has the player while a file is heard; whoever had it before takes it back afterwards.

    Attributes:
        file: that plays, or is made ready; None for none.
    """

    changed = Signal()
    """Another file plays, or none any more."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._jobs, self._player = workspace.jobs, workspace.player
        self._notifier = workspace.notifier
        self._folder = own_folder(workspace.project.cache_dir, "written")
        self._asked: Job[PreparedAudio] | None = None
        self._is_loaded = False
        self.file: Path | None = None
        workspace.player.playing_changed.connect(self._on_playing)

    @property
    def is_playing(self) -> bool:
        """Whether a file is heard."""
        return self._is_loaded and self._player.is_playing

    def toggle(self, file: Path) -> None:
        """Play a file from its start, or go on with it, or pause it."""
        if file == self.file:
            if self._is_loaded:
                self._player.toggle()
            return
        self.stop()
        self.file = file
        request = PrepareFileRequest(str(file), self._player.sample_rate_hz, str(self._folder))
        job = self._jobs.ask(PREPARE_FILE, request)
        self._asked = job
        job.done.connect(lambda made: self._on_prepared(job, made))
        job.failed.connect(lambda failure: self._on_failed(job, failure))
        self.changed.emit()

    def stop(self) -> None:
        """Fall silent and leave the player to others."""
        if self._asked is not None:
            self._asked.cancel()
        self._asked, self.file = None, None
        if self._is_loaded:
            self._is_loaded = False
            self._player.unload()
        self.changed.emit()

    def close(self) -> None:
        """Remove the temporary files."""
        self.stop()
        remove_sound(self._folder)

    def _on_failed(self, job: Job[PreparedAudio], failure: Failure) -> None:
        if job is self._asked:
            self.stop()
            tell_failure(self._notifier, failure, About.HEARING)

    def _on_prepared(self, job: Job[PreparedAudio], made: PreparedAudio) -> None:
        if job is not self._asked:
            return
        try:
            self._is_loaded = self._player.load(_alone(made))
        except UserError as error:
            self.stop()
            self._notifier.user_error(error, About.HEARING)
            return
        if not self._is_loaded:  # The device has another rate by now.
            file, self.file = self.file, None
            if file is not None:
                self.toggle(file)
            return
        self._player.play()

    def _on_playing(self) -> None:
        if self._is_loaded:
            self.changed.emit()


def _alone(made: PreparedAudio) -> PreparedPair:
    """A file as the player takes songs: one piece, at the level it was written at."""
    n_samples = max(1, made.n_samples)
    layout = SongLayout(
        sha256="",
        sample_rate_hz=made.sample_rate_hz,
        n_samples=n_samples,
        bar_edges_samples=(0, n_samples),
        beat_samples=(),
        sections=(),
        tempo_bpm=0.0,
        meter=1,
        confidence=0.0,
        has_beat=False,
    )
    return PreparedPair(made, (), 1.0, layout)
