"""Two seconds of an edit that is pointed at, heard through the one player."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from editor_app.listening.own_folder import FewFiles
from editor_app.places.export.song import ExportSong
from editor_app.work.jobs import Job
from editor_app.workspace import Workspace
from ml_core.domain.edits import Edit
from ml_core.domain.mapping import HearRequest, MappedEdit, characteristic_place
from ml_core.domain.playing import PreparedAudio
from ml_core.domain.tasks import HEAR_PLACE

# Whoever only passes over a dot does not want to hear it.
DWELL_MS = 180


class MapHearing(QObject):
    """Plays a place of one edit at a time; the edit that is looked at comes back after it.

    Nothing is played over what plays already: only what was asked for by key stops that.
    """

    def __init__(self, workspace: Workspace, desk: ExportSong) -> None:
        super().__init__()
        self._jobs, self._player, self._desk = workspace.jobs, workspace.player, desk
        self._next: MappedEdit | None = None
        self._job: Job[PreparedAudio] | None = None
        self._files = FewFiles()
        self._dwell = QTimer(self, singleShot=True, interval=DWELL_MS)
        self._dwell.timeout.connect(self._ask)
        workspace.player.playing_changed.connect(self._on_playing)

    def point(self, mapped: MappedEdit | None) -> None:
        """The mouse points at an edit, or at none any more: then it falls silent."""
        if mapped is self._next or self._desk.is_held:
            return
        self._drop()
        if self._desk.is_lent:
            self._desk.end_loan()
        if mapped is not None and self._desk.is_loaded and not self._player.is_playing:
            self._next = mapped
            self._dwell.start()

    def hear(self, mapped: MappedEdit) -> None:
        """Play it at once, also over what plays; again, it falls silent."""
        was_it = self._desk.is_lent and mapped is self._next
        self._drop()
        if self._desk.is_lent:
            self._desk.end_loan()
        if not was_it and self._desk.is_loaded:
            self._player.pause()
            self._next = mapped
            self._ask()

    def stop(self) -> None:
        """Fall silent, and give the player back."""
        self._drop()
        if self._desk.is_lent and not self._desk.is_held:
            self._desk.end_loan()

    def _drop(self) -> None:
        self._dwell.stop()
        self._next, self._job = None, None

    def _ask(self) -> None:
        lent = self._desk.loaned
        if self._next is None or lent is None:
            return
        pair, out_dir = lent
        place = characteristic_place(self._next)
        if place.sha256 != pair.layout.sha256:
            return
        job = self._jobs.ask(HEAR_PLACE, HearRequest(pair.song, place, out_dir))
        self._job = job
        job.done.connect(lambda made: self._play(job, place, made))

    def _play(self, job: Job[PreparedAudio], place: Edit, made: PreparedAudio) -> None:
        self._files.keep(made.file)
        if job is self._job and self._desk.lend(made, place):
            self._player.play()

    def _on_playing(self, is_playing: bool) -> None:
        if not is_playing and self._desk.is_lent:
            # After the player has told everybody else.
            QTimer.singleShot(0, self._end)

    def _end(self) -> None:
        if self._desk.is_lent and not self._player.is_playing:
            self._next = None
            self._desk.end_loan()
