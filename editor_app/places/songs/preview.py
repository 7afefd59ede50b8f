"""Hearing a song from the library."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from editor_app.look.foreign import song_title
from editor_app.notifier import About
from editor_app.sound.click_track import Clicks
from editor_app.work.jobs import Job
from editor_app.work.library import tell_failure
from editor_app.workspace import Workspace
from ml_core.domain.playing import PreparedPair, PreparePairRequest, SongLayout
from ml_core.domain.songs import SongEntry
from ml_core.domain.tasks import PREPARE_PAIR
from ml_core.errors import UserError
from ml_core.own_files import remove_sound
from ml_core.store.requests import song_ref


class SongPreview(QObject):
    """Plays one song at a time; a song has to be analysed, since that knows its loudness."""

    changed = Signal()
    """Another song sounds, or none."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._project, self._jobs = workspace.project, workspace.jobs
        self._player, self._notifier = workspace.player, workspace.notifier
        self._folder = Path(workspace.project.cache_dir) / "listening-songs"
        self._wanted = ""
        self._loaded = ""
        self._job: Job[PreparedPair] | None = None
        self._layout: SongLayout | None = None
        self._has_clicks = False
        self._start_s: float | None = None
        remove_sound(self._folder)
        workspace.player.playing_changed.connect(lambda _: self.changed.emit())

    @property
    def sounding(self) -> str:
        """SHA-256 of the song that is heard now; empty if none is."""
        return self._loaded if self._player.is_playing else ""

    @property
    def has_clicks(self) -> bool:
        """Whether a song sounds, or would, with clicks on its beats."""
        return self._has_clicks

    def at_s(self, sha256: str) -> float | None:
        """Where the play head of a song is, in seconds; None if it is not loaded."""
        if sha256 != self._loaded or not self._player.heads.lanes:
            return None
        return self._player.heads.position() / self._player.sample_rate_hz

    def seek(self, sha256: str, at_s: float) -> None:
        """Go to a time of a song; one that is not loaded will start there."""
        if self.at_s(sha256) is None:
            self._start_s = at_s
        else:
            self._player.seek(round(at_s * self._player.sample_rate_hz))

    def set_grid(self, layout: SongLayout | None) -> None:
        """Say where the beats are of the song that is checked; clicks follow at once."""
        if layout != self._layout:
            same_song = (
                layout is not None
                and self._layout is not None
                and layout.sha256 == self._layout.sha256
            )
            self._start_s = self._start_s if same_song else None
            self._layout = layout
            self._click()

    def toggle_clicks(self, entry: SongEntry) -> None:
        """Play a song with clicks on its beats, or pause it if it does."""
        if self.sounding == entry.song.sha256 and self._has_clicks:
            self._player.pause()
            return
        self._has_clicks = True
        self._click()
        if self.sounding == entry.song.sha256:
            self.changed.emit()
        else:
            self._start(entry)

    def hear_clicks(self, entry: SongEntry) -> None:
        """Play a song with clicks on its beats, from where it is."""
        if self.sounding != entry.song.sha256 or not self._has_clicks:
            self.toggle_clicks(entry)

    def toggle(self, entry: SongEntry) -> None:
        """Play a song without clicks, or pause it if it is the one that plays."""
        if self.sounding != entry.song.sha256 and self._has_clicks:
            self._has_clicks = False
            self._click()
        self._start(entry)

    def _start(self, entry: SongEntry) -> None:
        sha256 = entry.song.sha256
        if entry.status != "ready":
            self._notifier.status(
                f"{song_title(entry.song)} can be heard once it is analysed.", False
            )
            return
        if sha256 == self._loaded and self._player.fits_device:
            self._player.toggle()
        elif sha256 != self._wanted:
            self._prepare(entry)
        if not self._player.available:
            self._notifier.status("There is no sound: the song plays once there is.", False)

    def stop(self) -> None:
        """Fall silent and let go of the song."""
        self._wanted = ""
        if self._job is not None:
            self._job.cancel()
        if self._loaded:
            self._loaded = ""
            self._player.unload()
        remove_sound(self._folder)

    def _prepare(self, entry: SongEntry) -> None:
        self.stop()
        self._wanted = entry.song.sha256
        request = PreparePairRequest(
            cache_dir=self._project.cache_dir,
            song=song_ref(entry),
            edits=(),
            sample_rate_hz=self._player.sample_rate_hz,
            out_dir=str(self._folder),
        )
        job = self._jobs.ask(PREPARE_PAIR, request)
        self._job = job
        job.done.connect(lambda prepared: self._on_prepared(entry, prepared))
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure))
        job.finished.connect(lambda: self._on_finished(job))

    def _on_finished(self, job: Job[PreparedPair]) -> None:
        if self._job is job:
            self._job = None
            self._wanted = ""

    def _on_prepared(self, entry: SongEntry, prepared: PreparedPair) -> None:
        if self._wanted != entry.song.sha256:
            return
        try:
            if self._player.load(prepared):
                self._loaded = entry.song.sha256
                self._notifier.withdraw(About.HEARING)
                self._click()
                if self._start_s is not None and self._layout is not None:
                    self.seek(self._loaded, self._start_s)
                self._player.play()
        except UserError as error:
            self._notifier.user_error(error, About.HEARING)

    def _click(self) -> None:
        """Give the player the clicks of the song that is loaded, if it is to have some."""
        layout = self._layout
        if not self._loaded or layout is None or layout.sha256 != self._loaded:
            return
        clicks = None
        if self._has_clicks:
            clicks = Clicks.on(
                np.array(layout.beat_samples if layout.has_beat else layout.bar_edges_samples),
                np.array(layout.bar_edges_samples),
                self._player.sample_rate_hz / layout.sample_rate_hz,
            )
        self._player.set_clicks(clicks)
