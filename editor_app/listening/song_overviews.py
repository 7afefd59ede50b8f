"""Asks for the small waveforms of the rows on the screen, a few at a time, behind all else."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from editor_app.listening.overview_cache import OverviewCache
from editor_app.project.project import Project
from editor_app.work.jobs import Jobs
from ml_core.domain.playing import OverviewRequest, SongOverview
from ml_core.domain.songs import SongEntry
from ml_core.domain.tasks import SONG_OVERVIEW
from ml_core.store.requests import song_ref

_N_COLUMNS = 184
# One at a time: the next pair must never wait long behind a waveform.
_AT_ONCE = 1


class ShownSong(Protocol):
    """A row of a list of songs."""

    entry: SongEntry
    overview: SongOverview | None


class SongOverviews(QObject):
    """Keeps a wish list: rows that left the screen are forgotten, rows on it come first."""

    ready = Signal(object)
    """A SongOverview."""

    def __init__(self, project: Project, jobs: Jobs) -> None:
        super().__init__()
        self._project, self._jobs = project, jobs
        self._cache = OverviewCache(project.cache_dir)
        self._wanted: list[SongEntry] = []
        self._asked: set[tuple[str, str, str]] = set()
        self._n_running = 0

    def want(self, rows: Iterable[ShownSong]) -> None:
        """Ask for what these rows lack; replaces earlier wishes that have not started."""
        self._wanted = []
        for entry in [row.entry for row in rows if self._lacks(row)]:
            kept = self._cache.load(entry.song.sha256, entry.corrections.key)
            if kept is not None and (kept.layout is not None or entry.status != "ready"):
                self.ready.emit(kept)
            else:
                self._wanted.append(entry)
        self._ask_next()

    def close(self) -> None:
        """Ask for nothing more."""
        self._wanted = []

    def forget(self, sha256: str) -> None:
        """Drop what is kept of a song that is analysed anew."""
        self._cache.forget(sha256)
        self._asked = {key for key in self._asked if key[0] != sha256}

    def _lacks(self, row: ShownSong) -> bool:
        if _key(row.entry) in self._asked or row.entry.status == "failed":
            return False
        return row.overview is None or (row.overview.layout is None and row.entry.status == "ready")

    def _ask_next(self) -> None:
        while self._wanted and self._n_running < _AT_ONCE:
            entry = self._wanted.pop(0)
            # Asked once in each state: a file that is gone is not tried for ever.
            self._asked.add(_key(entry))
            request = OverviewRequest(self._project.cache_dir, song_ref(entry), _N_COLUMNS)
            job = self._jobs.ask(SONG_OVERVIEW, request, is_urgent=False)
            self._n_running += 1
            key = entry.corrections.key
            job.done.connect(partial(self._on_done, key=key))
            job.finished.connect(self._on_finished)

    def _on_done(self, overview: SongOverview, key: str) -> None:
        self._cache.save(overview, key)
        self.ready.emit(overview)

    def _on_finished(self) -> None:
        self._n_running -= 1
        self._ask_next()


def _key(entry: SongEntry) -> tuple[str, str, str]:
    return entry.song.sha256, entry.status, entry.corrections.key
