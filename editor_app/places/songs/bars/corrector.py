"""Looks up the grid of the song that is being checked, and has it corrected step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
from ml_core.own_files import remove_sound
from ml_core.store.records.corrections import SongGrid
from ml_core.store.whereabouts import present_song

Change = Callable[[Corrections], Corrections]

# A usual song's grid is moved in a good half second, in the worker that answers at once, so that
# training never delays it. Longer songs go where long work goes.
_LONG_SONG_S = 20 * 60


@dataclass(frozen=True, slots=True)
class _Wish:
    """A correction that was asked for; see `BarCorrector.correct`."""

    sha256: str
    change: Change
    what: str
    is_kept: bool


class BarCorrector(QObject):
    """Works a corrected grid out first, and only then tries it, or keeps it in the project.

    So what can't be done changes nothing, and going back needs no work. What is tried is seen and
    heard, but nothing of it is stored before the person says that it fits.
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
        remove_sound(self._folder)
        self._entry: SongEntry | None = None
        self._check: BarCheck | None = None
        self._wave: Pyramid | None = None
        self._looking: Job[BarCheck] | None = None
        self._correcting: Job[BarCheck] | None = None
        self._wish: _Wish | None = None
        self._shown = NO_CORRECTIONS
        self._waiting: list[_Wish] = []

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
        wanted = NO_CORRECTIONS if entry is None else self._present(entry)
        if (entry, wanted) == (before, self._shown):
            return
        self._entry, self._shown = entry, wanted
        sha256 = "" if entry is None else entry.song.sha256
        if before is None or before.song.sha256 != sha256:
            self._check = self._wave = None
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        is_known = self._check is not None and entry is not None
        if entry is not None and not (is_known and self._check_fits(wanted)):
            job = self._ask(entry, wanted, is_trial=wanted != entry.corrections)
            self._looking = job
            job.done.connect(self._on_looked)
            job.failed.connect(self._on_failed)
            job.finished.connect(lambda: self._on_looking_over(job))
        self.changed.emit()

    def correct(self, change: Change, what: str, *, is_kept: bool = False) -> None:
        """Correct the song that is checked, after what is on its way; can be taken back.

        Args:
            change: makes the new corrections of the present ones.
            what: the words for what is done, for the menu.
            is_kept: whether that is stored, with all that was tried; else it is tried, too.
        """
        if self._entry is not None:
            self._waiting.append(_Wish(self._entry.song.sha256, change, what, is_kept))
            self._next()

    def put_back(self, sha256: str) -> bool:
        """End a song's trial, unless it is about to be kept; true where there was one."""
        under_way = (*self._waiting, *([self._wish] if self._wish else ()))
        if any(wish.sha256 == sha256 and wish.is_kept for wish in under_way):
            return False
        self._waiting = [wish for wish in self._waiting if wish.sha256 != sha256]
        job, wish = self._correcting, self._wish
        if job is not None and wish is not None and wish.sha256 == sha256:
            job.cancel()
        if self._project.trials.of(sha256) is None:
            return False
        self._project.trials.drop(sha256)
        return True

    def close(self) -> None:
        """Look for nothing more; what was asked is dropped."""
        self._waiting.clear()
        self.show(None)
        remove_sound(self._folder)

    def _present(self, entry: SongEntry) -> Corrections:
        """What is tried on a song, else what is stored."""
        tried = self._project.trials.of(entry.song.sha256)
        return entry.corrections if tried is None else tried

    def _check_fits(self, corrections: Corrections) -> bool:
        return self._check is not None and self._check.corrections == corrections

    def _ask(self, entry: SongEntry, corrections: Corrections, *, is_trial: bool) -> Job[BarCheck]:
        song = present_song(entry)
        cache_dir, folder = self._project.cache_dir, str(self._folder)
        request = BarCheckRequest(cache_dir, song, folder, corrections, is_trial)
        if song.duration_s > _LONG_SONG_S:
            return self._jobs.start(BAR_CHECK, request, f"Looking at {song_title(song)}")
        return self._jobs.ask(BAR_CHECK, request)

    def _on_looked(self, check: BarCheck) -> None:
        self._take(check)
        self._tell_kept(check)

    def _tell_kept(self, check: BarCheck) -> None:
        """Tell of a grid that is stored: a trial is seen and heard in the check alone."""
        entry = self._project.songs.get(check.layout.sha256)
        if entry is not None and entry.corrections == check.corrections:
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
        """Take the next correction up, once the one before is tried or kept."""
        while self._correcting is None and self._waiting:
            wish = self._waiting.pop(0)
            entry = self._project.songs.get(wish.sha256)
            if entry is None:
                continue
            present = self._present(entry)
            try:
                wanted = wish.change(present)
            except ValueError:  # More steps than anybody makes.
                self._notifier.status("That is enough corrections for one song.", False)
                continue
            if wanted == (entry.corrections if wish.is_kept else present):
                continue
            job = self._ask(entry, wanted, is_trial=not wish.is_kept)
            self._correcting, self._wish = job, wish
            job.done.connect(partial(self._on_made, wish))
            job.failed.connect(self._on_failed)
            job.finished.connect(lambda job=job: self._on_corrected(job))
            self.changed.emit()

    def _on_made(self, wish: _Wish, check: BarCheck) -> None:
        self._take(check)
        if not wish.is_kept:
            self._project.trials.attempt(wish.sha256, check.corrections, wish.what)
            return
        layout = check.layout
        grid = SongGrid(check.corrections, layout.tempo_bpm, layout.meter, " ".join(check.warnings))
        try:
            self._project.trials.keep(wish.sha256, grid, wish.what)
        except UserError as error:
            self._notifier.user_error(error)
            return
        self._tell_kept(check)

    def _on_corrected(self, job: Job[BarCheck]) -> None:
        if self._correcting is job:
            self._correcting = self._wish = None
            self._next()
            self.changed.emit()


def reset(_: Corrections) -> Corrections:
    """The change that takes every correction back."""
    return NO_CORRECTIONS
