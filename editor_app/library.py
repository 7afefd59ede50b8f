"""Adds songs to the project and has them analysed, one after another, in the batch worker."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from editor_app.jobs import Failure, Job, Jobs
from editor_app.notifier import Notifier
from editor_app.session import Session
from ml_core import paths
from ml_core.domain.requests import (
    AnalyseOutcome,
    AnalyseRequest,
    DemoRequest,
    ReadOutcome,
    ReadRequest,
)
from ml_core.domain.songs import SongEntry

# More failed files than this are counted, not named, in the banner.
_NAMED_FAILURES = 2


class Library(QObject):
    """Whatever was added is kept as waiting first, so a window that closes goes on later."""

    changed = Signal()
    """Work has started or ended."""

    progressed = Signal(float, str)
    """(share done, words) of all songs that were added."""

    def __init__(self, session: Session, jobs: Jobs, notifier: Notifier) -> None:
        super().__init__()
        self._session, self._jobs, self._notifier = session, jobs, notifier
        self._waiting: list[SongEntry] = []
        self._n_queued = 0
        self._job: Job | None = None
        self._analysing = ""
        self._fraction = 0.0
        self._words = ""

    @property
    def batch(self) -> tuple[float, str] | None:
        """(share done, words) of all songs that were added; None while none is analysed."""
        if not self._analysing:
            return None
        n_done = self._n_queued - len(self._waiting) - 1
        return (n_done + self._fraction) / max(1, self._n_queued), self._words

    def add_paths(self, chosen: Sequence[str | Path]) -> None:
        """Read files and folders, add what can be used, analyse it."""
        request = ReadRequest(tuple(str(path) for path in chosen))
        job = self._jobs.start("read_songs", request, "Reading songs")
        self._watch(job)
        job.done.connect(self._on_read)

    def add_demo_songs(self) -> None:
        """Write the demo songs into the project's folder and add them."""
        request = DemoRequest(str(paths.demo_dir(self._session.project_dir)))
        job = self._jobs.start("demo_songs", request, "Making the demo songs")
        self._watch(job)
        job.done.connect(self.add_paths)

    def resume(self) -> None:
        """Analyse every song that waits, as after the window was closed meanwhile."""
        queued = {entry.song.sha256 for entry in self._waiting} | {self._analysing}
        for entry in self._session.songs():
            if entry.status == "waiting" and entry.song.sha256 not in queued:
                self._waiting.append(entry)
                self._n_queued += 1
        if self._job is None:
            self._analyse_next()

    def stop(self, job: Job) -> None:
        """If `job` is the library's, leave what waits for later; `resume` goes on."""
        if job is self._job:
            self._waiting.clear()

    def close(self) -> None:
        """Start nothing more; what waits goes on when the project is opened again."""
        self._waiting.clear()
        self._n_queued = 0

    def _watch(self, job: Job) -> None:
        self._job = job
        job.failed.connect(self._on_failed)
        job.finished.connect(lambda: self._on_finished(job))
        self.changed.emit()

    def _on_finished(self, job: Job) -> None:
        if self._job is job:
            self._job = None
            self._analysing = ""
            self._analyse_next()
            self.changed.emit()

    def _on_failed(self, failure: Failure) -> None:
        tell_failure(self._notifier, failure)

    def _on_read(self, outcomes: list[ReadOutcome]) -> None:
        for outcome in outcomes:
            if outcome.song is not None:
                self._session.add_song(outcome.song)
        refused = [outcome for outcome in outcomes if outcome.song is None]
        if refused:
            self._notifier.banner("doubtful", _refusal(refused), "The others were added.")
        elif not outcomes:
            self._notifier.banner(
                "doubtful",
                "There is no song in what you chose.",
                "WAV, FLAC, AIFF, MP3, Ogg and Opus files can be added.",
            )
        self.resume()

    def _analyse_next(self) -> None:
        if not self._waiting:
            if self._n_queued:
                self._n_queued = 0
                self._tell_ready()
            return
        entry = self._waiting.pop(0)
        position = self._n_queued - len(self._waiting)
        words = f"Analysing {entry.song.title}, {position} of {self._n_queued}"
        self._analysing, self._fraction, self._words = entry.song.sha256, 0.0, words
        request = AnalyseRequest(self._session.cache_dir, entry.song, entry.corrections)
        job = self._jobs.start("analyse_song", request, words)
        job.progress.connect(self._on_progress)
        job.done.connect(self._on_analysed)
        job.failed.connect(lambda failure: self._on_refused(entry, failure))
        self._job = job
        job.finished.connect(lambda: self._on_finished(job))

    def _on_progress(self, fraction: float, _words: str, _partial: object) -> None:
        self._fraction = fraction
        if self.batch is not None:
            self.progressed.emit(*self.batch)

    def _on_analysed(self, outcome: AnalyseOutcome) -> None:
        self._session.set_song_status(
            outcome.sha256,
            "ready",
            " ".join(outcome.warnings),
            outcome.tempo_bpm,
            outcome.meter,
        )

    def _on_refused(self, entry: SongEntry, failure: Failure) -> None:
        text = f"{failure.message} {failure.remedy}".strip()
        self._session.set_song_status(entry.song.sha256, "failed", text)
        if not failure.is_user_error:
            self._notifier.unexpected(f"{entry.song.title} could not be analysed.", failure.details)

    def _tell_ready(self) -> None:
        entries = self._session.songs()
        n_ready = sum(entry.status == "ready" for entry in entries)
        if n_ready:
            self._notifier.status(f"{n_ready} of {len(entries)} songs are ready.")


def tell_failure(notifier: Notifier, failure: Failure) -> None:
    """Show why a job failed: a banner if the person can put it right, else the dialog."""
    if failure.is_user_error:
        notifier.banner("failed", failure.message, failure.remedy)
    else:
        notifier.unexpected(failure.message, failure.details)


def _refusal(refused: Sequence[ReadOutcome]) -> str:
    if len(refused) <= _NAMED_FAILURES:
        return " ".join(outcome.message for outcome in refused)
    names = ", ".join(Path(outcome.path).name for outcome in refused[:_NAMED_FAILURES])
    return f"{len(refused)} files can't be used ({names} and others)."
