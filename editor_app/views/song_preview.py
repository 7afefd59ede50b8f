"""Hearing a song from the library."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from editor_app.jobs import Job, Jobs
from editor_app.library import tell_failure
from editor_app.notifier import Notifier
from editor_app.player import Player
from editor_app.session import Session
from ml_core.domain.requests import PreparedPair, PreparePairRequest
from ml_core.domain.songs import SongEntry
from ml_core.errors import UserError
from ml_core.store.requests import present_path


class SongPreview(QObject):
    """Plays one song at a time; a song has to be analysed, since that knows its loudness."""

    changed = Signal()
    """Another song sounds, or none."""

    def __init__(self, session: Session, jobs: Jobs, player: Player, notifier: Notifier) -> None:
        super().__init__()
        self._session, self._jobs = session, jobs
        self._player, self._notifier = player, notifier
        self._folder = Path(session.cache_dir) / "listening-songs"
        self._wanted = ""
        self._loaded = ""
        self._job: Job | None = None
        shutil.rmtree(self._folder, ignore_errors=True)
        player.playing_changed.connect(lambda _: self.changed.emit())

    @property
    def sounding(self) -> str:
        """SHA-256 of the song that is heard now; empty if none is."""
        return self._loaded if self._player.is_playing else ""

    def toggle(self, entry: SongEntry) -> None:
        """Play a song, or pause it if it is the one that plays."""
        sha256 = entry.song.sha256
        if entry.status != "ready":
            self._notifier.status(f"{entry.song.title} can be heard once it is analysed.", False)
        elif not self._player.available:
            self._notifier.status("There is no sound device.", False)
        elif sha256 == self._loaded and self._player.lanes:
            self._player.toggle()
        elif sha256 != self._wanted:
            self._prepare(entry)

    def stop(self) -> None:
        """Fall silent and let go of the song."""
        self._wanted = ""
        if self._job is not None:
            self._job.cancel()
        if self._loaded:
            self._loaded = ""
            self._player.unload()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _prepare(self, entry: SongEntry) -> None:
        self.stop()
        self._wanted = entry.song.sha256
        request = PreparePairRequest(
            cache_dir=self._session.cache_dir,
            path=present_path(entry),
            sha256=entry.song.sha256,
            edits=(),
            sample_rate_hz=self._player.sample_rate_hz,
            out_dir=str(self._folder),
            corrections=entry.corrections,
        )
        job = self._jobs.ask("prepare_pair", request)
        self._job = job
        job.done.connect(lambda prepared: self._on_prepared(entry, prepared))
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure))
        job.finished.connect(lambda: self._on_finished(job))

    def _on_finished(self, job: Job) -> None:
        if self._job is job:
            self._job = None
            self._wanted = ""

    def _on_prepared(self, entry: SongEntry, prepared: PreparedPair) -> None:
        if self._wanted != entry.song.sha256:
            return
        try:
            if self._player.load(prepared):
                self._loaded = entry.song.sha256
                self._player.play()
        except UserError as error:
            self._notifier.user_error(error)
