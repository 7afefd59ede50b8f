"""Finds out in the background which songs fit what the edits are for."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import QObject, QTimer

from editor_app.project.project import Project
from editor_app.work.jobs import Job, Jobs
from ml_core.domain.edits import Brief
from ml_core.domain.requests import FitRequest, SongFit
from ml_core.domain.songs import SongEntry
from ml_core.domain.tasks import SONG_FITS
from ml_core.edits.graph.version import made_with
from ml_core.errors import UserError

# A few at once: the next pair must not wait long behind them.
_AT_ONCE = 4
_AFTER_MS = 150


class Fitting(QObject):
    """Asks about each song once, and again when the brief or the song's bars change."""

    def __init__(self, project: Project, jobs: Jobs) -> None:
        super().__init__()
        self._project, self._jobs = project, jobs
        self._is_on = False
        self._asked: Job[list[SongFit]] | None = None
        self._no_answer: set[tuple[str, str, float | None, float | None]] = set()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_AFTER_MS)
        self._later.timeout.connect(self._look)
        project.changed.connect(self._on_changed)

    def start(self) -> None:
        """Look now, and whenever something changes."""
        self._is_on = True
        self._look()

    def close(self) -> None:
        """Ask for nothing more."""
        self._is_on = False
        self._later.stop()

    def _on_changed(self, changes: frozenset[str]) -> None:
        if self._is_on and changes & {"songs", "brief", "tastes"}:
            self._later.start()

    def _look(self) -> None:
        """Ask about the next songs of which it is not known; one question at a time."""
        if not self._is_on or self._asked is not None:
            return
        brief, known = self._project.brief.get(), self._project.fits.known()
        unknown = [
            entry
            for entry in self._project.songs.shown()
            if entry.status == "ready"
            and not _is_known(entry, known.get(entry.song.sha256))
            and _key(entry, brief) not in self._no_answer
        ][:_AT_ONCE]
        if not unknown:
            return
        songs = tuple(self._project.requests.song(entry) for entry in unknown)
        request = FitRequest(self._project.cache_dir, songs)
        job = self._jobs.ask(SONG_FITS, request, is_urgent=False)
        self._asked = job
        # What fails is not asked again in this state: that would never end.
        self._no_answer |= {_key(entry, brief) for entry in unknown}
        job.done.connect(lambda fits: self._on_found(brief, fits))
        job.finished.connect(self._on_finished)

    def _on_found(self, brief: Brief, fits: list[SongFit]) -> None:
        if self._is_on:
            # It can be found out again, so that nobody has to know of a disk that refuses it.
            with suppress(UserError):
                self._project.fits.note(brief, fits)

    def _on_finished(self) -> None:
        self._asked = None
        if self._is_on:
            self._later.start()


def _is_known(entry: SongEntry, fit: SongFit | None) -> bool:
    return fit is not None and fit.made_with == made_with(entry.corrections)


def _key(entry: SongEntry, brief: Brief) -> tuple[str, str, float | None, float | None]:
    return entry.song.sha256, entry.corrections.key, brief.shortest_s, brief.longest_s
