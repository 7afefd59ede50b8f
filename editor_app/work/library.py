"""Adds songs to the project and has them analysed, as many side by side as cores allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from editor_app.look.foreign import song_title
from editor_app.notifier import About, Notifier
from editor_app.project.project import Project
from editor_app.work.job_line import FAULT_REMEDY
from editor_app.work.jobs import Failure, Job, Jobs
from editor_app.work.reading_files import ReadingFiles
from ml_core import paths
from ml_core.domain.adding import (
    AnalyseOutcome,
    AnalyseRequest,
    DemoRequest,
    ReadOutcome,
    passed_over,
)
from ml_core.domain.songs import SongEntry
from ml_core.domain.tasks import ANALYSE_SONG, DEMO_SONGS, READ_SONGS
from ml_core.paths import printable_name
from ml_core.store.whereabouts import present_song

# More failed files than this are counted, not named, in the banner.
_NAMED_FAILURES = 2


@dataclass
class _Analysing:
    """A song that is being analysed, and how far it is."""

    entry: SongEntry
    fraction: float = 0.0


class Library(QObject):
    """Keeps every added song as waiting first, so that what a closed window left goes on later."""

    changed = Signal()
    """Work has started or ended."""

    progressed = Signal(float, str)
    """(share done, words) of all songs that were added."""

    files: ReadingFiles
    """The files that are being read, which are no songs yet."""

    def __init__(self, project: Project, jobs: Jobs, notifier: Notifier) -> None:
        super().__init__()
        self._project, self._jobs, self._notifier = project, jobs, notifier
        self.files = ReadingFiles()
        self._reading: Job[object] | None = None
        self._waiting: list[SongEntry] = []
        self._running: dict[Job[AnalyseOutcome], _Analysing] = {}
        self._n_queued = 0
        self._words = ""
        self._left_out: tuple[str, ...] = ()

    @property
    def left_out(self) -> tuple[str, ...]:
        """Files that take more than is usual, for as long as it is offered to add them anyway."""
        return self._left_out

    @property
    def batch(self) -> tuple[float, str] | None:
        """(share done, words) of all songs that were added; None while none is analysed."""
        if not self._running:
            return None
        n_done, _ = self.counts
        share = n_done + sum(one.fraction for one in self._running.values())
        return share / max(1, self._n_queued), self._words

    @property
    def counts(self) -> tuple[int, int]:
        """(songs that were analysed or refused, all of them) since songs were added last."""
        return self._n_queued - len(self._waiting) - len(self._running), self._n_queued

    @property
    def reading_words(self) -> str:
        """What is being read or made before there are songs to analyse; empty for nothing."""
        return "" if self._reading is None else self._reading.words

    def add_paths(self, chosen: Sequence[str | Path], goes_on: bool = False) -> None:
        """Read files and folders, add what can be used, analyse it.

        Args:
            chosen: the files and folders.
            goes_on: whether files that take more than is usual are added too.
        """
        self._left_out = ()
        self._notifier.withdraw(About.ADDING)
        request = self._project.songs.read_request([str(path) for path in chosen], goes_on)
        job = self._jobs.start(READ_SONGS, request, "Reading songs")
        self.files.follow(job, request.paths)
        self._watch(job)
        job.done.connect(self._on_read)

    def add_anyway(self) -> None:
        """Add what was left out since it takes more than is usual."""
        if self._left_out:
            self.add_paths(self._left_out, goes_on=True)

    def add_demo_songs(self) -> None:
        """Write the demo songs into the project's folder and add them."""
        self._notifier.withdraw(About.ADDING)
        request = DemoRequest(str(paths.demo_dir(self._project.project_dir)))
        job = self._jobs.start(DEMO_SONGS, request, "Making the demo songs")
        self._watch(job)
        job.done.connect(self.add_paths)

    def resume(self) -> None:
        """Analyse every song that waits, as after the window was closed meanwhile."""
        queued = {entry.song.sha256 for entry in self._waiting}
        queued |= {one.entry.song.sha256 for one in self._running.values()}
        for entry in self._project.songs.all():
            if entry.status == "waiting" and entry.song.sha256 not in queued:
                self._waiting.append(entry)
                self._n_queued += 1
        if self._reading is None:
            self._analyse_more()

    def stop(self, job: Job[object]) -> None:
        """If `job` is the library's, leave all that waits or runs for later; `resume` goes on."""
        if job is self._reading or job in self._running:
            self._waiting.clear()
            for other in list(self._running):
                if other is not job:
                    other.cancel()

    def close(self) -> None:
        """Start nothing more; what waits goes on when the project is opened again."""
        self._waiting.clear()
        self._n_queued = 0

    def _watch(self, job: Job[object]) -> None:
        self._reading = job
        job.failed.connect(self._on_failed)
        job.finished.connect(lambda: self._on_read_over(job))
        self.changed.emit()

    def _on_read_over(self, job: Job[object]) -> None:
        if self._reading is job:
            self._reading = None
            self.files.end()
            self._analyse_more()
            self.changed.emit()

    def _on_failed(self, failure: Failure) -> None:
        tell_failure(self._notifier, failure, About.ADDING)

    def _on_read(self, outcomes: list[ReadOutcome]) -> None:
        songs = [outcome.song for outcome in outcomes if outcome.song is not None]
        if songs:
            self._project.songs.add_all(songs)
        own = passed_over(outcomes)
        refused = [one for one in outcomes if one.song is None and not one.is_own_edit]
        self._left_out = tuple(outcome.path for outcome in refused if outcome.can_go_on)
        self.changed.emit()
        if refused:
            others = "The others were added." if songs else ""
            self._notifier.banner(
                "doubtful",
                f"{_refusal(refused)} {own}".strip(),
                others,
                "add_anyway" if self._left_out else "",
                About.ADDING,
            )
        elif own:
            remedy = "Choose them one by one to add them."
            self._notifier.banner("doubtful", own, remedy, about=About.ADDING)
        elif not outcomes:
            self._notifier.banner(
                "doubtful",
                "There is no song in what you chose.",
                "WAV, FLAC, AIFF, MP3, Ogg and Opus files can be added.",
                about=About.ADDING,
            )
        self.resume()

    def _analyse_more(self) -> None:
        """Have as many songs analysed side by side as there are workers."""
        while self._waiting and len(self._running) < self._jobs.n_spread:
            self._analyse(self._waiting.pop(0))
        if not self._waiting and not self._running and self._n_queued:
            self._n_queued = 0
            self._jobs.release_spread()
            self._tell_ready()

    def _analyse(self, entry: SongEntry) -> None:
        position = self._n_queued - len(self._waiting)
        self._words = f"Analysing {song_title(entry.song)}, {position} of {self._n_queued}"
        song = present_song(entry)
        request = AnalyseRequest(self._project.cache_dir, song, entry.corrections)
        job = self._jobs.spread(ANALYSE_SONG, request, self._words)
        self._running[job] = _Analysing(entry)
        job.progress.connect(lambda fraction, *_: self._on_progress(job, fraction))
        job.done.connect(self._on_analysed)
        job.failed.connect(lambda failure: self._on_refused(entry, failure))
        job.finished.connect(lambda: self._on_analysis_over(job))

    def _on_analysis_over(self, job: Job[AnalyseOutcome]) -> None:
        self._running.pop(job, None)
        if self._reading is None:
            self._analyse_more()
        self.changed.emit()

    def _on_progress(self, job: Job[AnalyseOutcome], fraction: float) -> None:
        if job in self._running:
            self._running[job].fraction = fraction
            if self.batch is not None:
                self.progressed.emit(*self.batch)

    def _on_analysed(self, outcome: AnalyseOutcome) -> None:
        self._project.songs.set_status(
            outcome.sha256,
            "ready",
            " ".join(outcome.warnings),
            outcome.tempo_bpm,
            outcome.meter,
        )

    def _on_refused(self, entry: SongEntry, failure: Failure) -> None:
        text = f"{failure.message} {failure.remedy}".strip()
        self._project.songs.set_status(entry.song.sha256, "failed", text)
        if not failure.is_user_error:
            self._notifier.unexpected(
                f"{song_title(entry.song)} could not be analysed.", failure.details
            )

    def _tell_ready(self) -> None:
        entries = self._project.songs.all()
        n_ready = sum(entry.status == "ready" for entry in entries)
        if n_ready:
            self._notifier.status(f"{n_ready} of {len(entries)} songs are ready.")


def tell_failure(notifier: Notifier, failure: Failure, about: str = "") -> None:
    """Show why a job failed: a banner if the person can put it right, else the dialog."""
    if failure.is_user_error:
        notifier.banner("failed", failure.message, failure.remedy, about=about)
    else:
        # The dialog itself says that it can be reported.
        remedy = "" if failure.remedy == FAULT_REMEDY else failure.remedy
        notifier.unexpected(f"{failure.message} {remedy}".strip(), failure.details)


def _refusal(refused: Sequence[ReadOutcome]) -> str:
    if len(refused) <= _NAMED_FAILURES:
        return " ".join(outcome.message for outcome in refused)
    names = ", ".join(printable_name(outcome.path) for outcome in refused[:_NAMED_FAILURES])
    return f"{len(refused)} files can't be used ({names} and others)."
