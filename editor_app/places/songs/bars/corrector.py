"""Looks up the grid of the song that is being checked, and has it corrected step by step."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from editor_app.look.foreign import song_title
from editor_app.work.jobs import Failure, Job
from editor_app.work.library import tell_failure
from editor_app.workspace import Workspace
from ml_core.domain.bar_check import BarCheck, BarCheckRequest
from ml_core.domain.corrections import NO_CORRECTIONS, Corrections
from ml_core.domain.songs import SongEntry
from ml_core.domain.tasks import BAR_CHECK
from ml_core.edits.peaks import Pyramid, load_pyramid
from ml_core.errors import UserError
from ml_core.store.records.corrections import SongGrid
from ml_core.store.whereabouts import present_song

Change = Callable[[Corrections], Corrections]

# A usual song's grid is moved in a good half second, in the worker that answers at once, so that
# training never delays it. Longer songs go where long work goes.
_LONG_SONG_S = 20 * 60


class BarCorrector(QObject):
    """Works a corrected grid out first, and keeps it in the project only then.

    So what can't be done changes nothing, and going back needs no work.
    """

    changed = Signal()
    """Another song or grid is at hand, or work has begun or ended."""

    checked = Signal(object)
    """A BarCheck of any song that has come in."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._project, self._jobs = workspace.project, workspace.jobs
        self._notifier = workspace.notifier
        self._folder = Path(workspace.project.cache_dir) / "bar-check"
        shutil.rmtree(self._folder, ignore_errors=True)
        self._entry: SongEntry | None = None
        self._check: BarCheck | None = None
        self._wave: Pyramid | None = None
        self._looking: Job[BarCheck] | None = None
        self._correcting: Job[BarCheck] | None = None
        self._waiting: list[tuple[str, Change, str]] = []

    @property
    def entry(self) -> SongEntry | None:
        """The song that is checked."""
        return self._entry

    @property
    def check(self) -> BarCheck | None:
        """Its grid; None until it is known."""
        return self._check

    @property
    def wave(self) -> Pyramid | None:
        """Its waveform; None until it is known."""
        return self._wave

    @property
    def has_failed(self) -> bool:
        """Whether the song could not be looked at, for a reason that was told."""
        return self._entry is not None and self._check is None and self._looking is None

    @property
    def is_working(self) -> bool:
        """Whether a correction is on its way."""
        return self._correcting is not None

    def show(self, entry: SongEntry | None) -> None:
        """Check this song, or none. It is looked up anew where its corrections have changed."""
        before = self._entry
        if entry == before:
            return
        self._entry = entry
        sha256 = "" if entry is None else entry.song.sha256
        if before is None or before.song.sha256 != sha256:
            self._check = self._wave = None
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        is_known = self._check is not None and entry is not None
        if entry is not None and not (is_known and self._check_fits(entry)):
            job = self._ask(entry, entry.corrections)
            self._looking = job
            job.done.connect(self._on_looked)
            job.failed.connect(self._on_failed)
            job.finished.connect(lambda: self._on_looking_over(job))
        self.changed.emit()

    def correct(self, change: Change, what: str) -> None:
        """Correct the song that is checked, after what is on its way; can be taken back.

        Args:
            change: makes the new corrections of the present ones.
            what: the words for what is done, for the menu.
        """
        if self._entry is not None:
            self._waiting.append((self._entry.song.sha256, change, what))
            self._next()

    def close(self) -> None:
        """Look for nothing more; what was asked is dropped."""
        self._waiting.clear()
        self.show(None)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _check_fits(self, entry: SongEntry) -> bool:
        return self._check is not None and self._check.corrections == entry.corrections

    def _ask(self, entry: SongEntry, corrections: Corrections) -> Job[BarCheck]:
        song = present_song(entry)
        request = BarCheckRequest(self._project.cache_dir, song, str(self._folder), corrections)
        if song.duration_s > _LONG_SONG_S:
            return self._jobs.start(BAR_CHECK, request, f"Looking at {song_title(song)}")
        return self._jobs.ask(BAR_CHECK, request)

    def _on_looked(self, check: BarCheck) -> None:
        self._take(check)
        self.checked.emit(check)

    def _on_looking_over(self, job: Job[BarCheck]) -> None:
        if self._looking is job:
            self._looking = None
            self.changed.emit()

    def _on_failed(self, failure: Failure) -> None:
        tell_failure(self._notifier, failure)

    def _take(self, check: BarCheck) -> None:
        """Show a grid if it is that of the song that is checked."""
        if self._entry is None or check.layout.sha256 != self._entry.song.sha256:
            return
        self._check = check
        if self._wave is None:
            self._wave = load_pyramid(check.peaks_file)
        self.changed.emit()

    def _next(self) -> None:
        """Take the next correction up, once the one before is kept."""
        while self._correcting is None and self._waiting:
            sha256, change, what = self._waiting.pop(0)
            entry = self._project.songs.get(sha256)
            if entry is None:
                continue
            try:
                wanted = change(entry.corrections)
            except ValueError:  # More steps than anybody makes.
                self._notifier.status("That is enough corrections for one song.", False)
                continue
            if wanted == entry.corrections:
                continue
            job = self._ask(entry, wanted)
            self._correcting = job
            job.done.connect(partial(self._keep, sha256, what=what))
            job.failed.connect(self._on_failed)
            job.finished.connect(lambda job=job: self._on_corrected(job))
            self.changed.emit()

    def _keep(self, sha256: str, check: BarCheck, what: str) -> None:
        layout = check.layout
        grid = SongGrid(check.corrections, layout.tempo_bpm, layout.meter, " ".join(check.warnings))
        self._take(check)
        try:
            self._project.songs.set_grid(sha256, grid, what)
        except UserError as error:
            self._notifier.user_error(error)
            return
        self.checked.emit(check)

    def _on_corrected(self, job: Job[BarCheck]) -> None:
        if self._correcting is job:
            self._correcting = None
            self._next()
            self.changed.emit()


def reset(_: Corrections) -> Corrections:
    """The change that takes every correction back."""
    return NO_CORRECTIONS
