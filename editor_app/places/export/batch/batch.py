"""Exports several songs side by side, each by the same function as the command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from editor_app.notifier import About
from editor_app.places.export.batch import kept
from editor_app.places.export.batch.left import LeftBatch, Written
from editor_app.places.export.batch.orders import Order, as_kept, as_things_stand, to_keep
from editor_app.places.export.batch.songs import (
    BatchSong,
    BatchState,
    batch_words,
    n_in,
    share_done,
)
from editor_app.places.export.batch.stems import BatchStems
from editor_app.places.export.batch.telling import STOPPED, tell_ended
from editor_app.work.jobs import Failure, Job
from editor_app.work.library import tell_failure
from editor_app.workspace import Workspace
from ml_core.domain.edits import Edit, Limits
from ml_core.domain.files.batch import SongOutcome
from ml_core.domain.files.formats import write_format
from ml_core.domain.songs import SongEntry
from ml_core.domain.tasks import EXPORT_SONG
from ml_core.errors import UserError


class ExportBatch(QObject):
    """One batch at a time; what can't be exported is named, the others proceed.

    Attributes:
        state: what becomes of the batch.
        songs: of the batch, in the order they are begun in; those of one that is left are read
            when it is gone on with.
    """

    changed = Signal()
    """The batch does something else, or a song of it is further."""

    written = Signal(list)
    """Paths of the files of a song that was just written."""

    ended = Signal(int)
    """How many edits a batch has written that came to its end."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._project, self._jobs = workspace.project, workspace.jobs
        self._settings = workspace.settings
        self._notifier = workspace.notifier
        self.state: BatchState = "none"
        self.songs: tuple[BatchSong, ...] = ()
        self._order = Order()
        self._left, self._stems = LeftBatch(workspace), BatchStems(workspace)
        self._running: dict[Job[SongOutcome], BatchSong] = {}
        self._notes: list[str] = []
        self._is_closed = False
        workspace.project.changed.connect(self._on_changed)

    # What there is to show

    @property
    def is_busy(self) -> bool:
        """Whether a batch is under way, or waits to be gone on with."""
        return self.state not in ("none", "over")

    @property
    def fraction(self) -> float:
        """How much of the batch is done, in 0..1."""
        return self._left.fraction if self.state == "left" else share_done(self.songs)

    @property
    def words(self) -> tuple[str, str]:
        """(what the batch does, more of it in smaller letters)."""
        if self.state == "left":
            return self._left.words
        is_held_up = all(job.state == "waiting" for job in self._running)
        return batch_words(self.state, self.songs, len(self._running), is_held_up)

    # Beginning

    def start(
        self,
        entries: Sequence[SongEntry],
        limits_of: Callable[[SongEntry], Limits],
        choices: Mapping[str, int],
        by_hand: Mapping[str, Edit],
        out_dir: Path,
        file_format: str,
    ) -> None:
        """Export the songs as everything stands now, whatever is changed meanwhile.

        Args:
            entries: the songs; one that is named twice is written once.
            limits_of: hard limits of a song's edit.
            choices: by the song's hash, which alternative was chosen; 0 where none was.
            by_hand: by the song's hash, its edit as changed by hand: written as it is; that
                it breaks a rule is noted, since either might be what the person forgot.
            out_dir: made if need be; nothing in it is overwritten.
            file_format: as the export task takes it.
        """
        if self.is_busy or not entries:
            return
        self.forget_failures()
        self._notifier.status("")  # That others were exported would stand beside "Not exported".
        files = self._settings.file_choices.as_far_as(write_format(file_format))
        order = Order(out_dir, file_format, files)
        self._begin(*as_things_stand(self._project, order, entries, limits_of, choices, by_hand))

    def _begin(self, order: Order, songs: Sequence[BatchSong]) -> None:
        self._left.pass_over()
        self._order, self.songs, self._notes = order, tuple(songs), []
        if order.files.stems_dir:
            self._become("stems")
        self._stems.begin(order.files.stems_dir, songs, self._begin_songs, self._put_down)

    def _begin_songs(self) -> None:
        if self._is_closed:
            return
        self.state = "running"
        self._save(lambda: kept.keep(self._project.values, to_keep(self._order, self.songs)))
        self._go_on()

    # Going on after the app was closed

    def look(self) -> None:
        """Offer to go on with a batch that was not finished when the app was closed."""
        if not self.is_busy and self._left.read():
            self._become("left")

    def _on_found(self, found: Written) -> None:
        left = self._left.batch
        if left is None or self._is_closed:
            return
        order, songs = as_kept(self._project, left, found)
        if songs:
            self._begin(order, songs)
        else:
            self.put_away()

    def _on_not_found(self) -> None:
        if not self._is_closed:
            self._become("left")

    # Under way

    def pause(self) -> None:
        """Begin no more songs; those that are being written are finished."""
        if self.state != "running":
            return
        # What waits behind other work has not begun.
        for job in [job for job in self._running if job.state == "waiting"]:
            self._running.pop(job)
            job.cancel()
        self._become("pausing" if self._running else "paused")

    def go_on(self) -> None:
        """Write the rest of a batch that was paused, or that is left."""
        if self.state == "left":
            self._become("looking")
            self._left.look(self._on_found, self._on_not_found)
        elif self.state in ("pausing", "paused"):
            self.state = "running"
            self._go_on()

    def cancel(self) -> None:
        """Stop at once: edits that were finished are kept, nothing of the others is."""
        if self.state == "none":
            return
        jobs = list(self._running)
        self._running.clear()
        for job in jobs:
            job.cancel()
        self._left.stop()
        self._stems.stop()
        self._jobs.release_spread()
        self._forget_kept()
        if n_in(self.songs, "failed"):
            tell_ended(self._notifier, self.songs, (), self._order.out_dir)
        self._put_down()
        self._notifier.status(STOPPED)

    def put_away(self) -> None:
        """Let a batch be that is left, or show no more what became of one that has ended."""
        if self.state != "over":
            self._forget_kept()
        self._put_down()

    def close(self) -> None:
        """The window closes: what is under way is gone on with when it is opened again."""
        self._is_closed = True

    def _put_down(self) -> None:
        self._left.pass_over()
        self.songs = ()
        self._become("none")

    def _become(self, state: BatchState) -> None:
        self.state = state
        self.changed.emit()

    def _go_on(self) -> None:
        """Have as many songs written side by side as there are workers."""
        for index, song in enumerate(self.songs, start=1):
            if len(self._running) >= self._jobs.n_spread:
                break
            if song.state == "waiting" and song not in self._running.values():
                place = f", {index} of {len(self.songs)}" if len(self.songs) > 1 else ""
                self._write(song, f"Exporting {song.title}{place}")
        if not self._running:
            self._end()
        self.changed.emit()

    def _write(self, song: BatchSong, words: str) -> None:
        job = self._jobs.spread(EXPORT_SONG, song.job, words)
        self._running[job] = song
        job.progress.connect(lambda fraction, *_: self._on_progress(job, fraction))
        job.done.connect(lambda outcome: self._on_done(job, outcome))
        job.failed.connect(lambda failure: self._on_failed(job, failure))
        job.cancelled.connect(lambda: self._on_cancelled(job))
        job.finished.connect(lambda: self._on_finished(job))

    def _on_progress(self, job: Job[SongOutcome], fraction: float) -> None:
        song = self._running.get(job)
        if song is not None and not song.is_over:
            song.state, song.fraction = "running", fraction
            self.changed.emit()

    def _on_done(self, job: Job[SongOutcome], outcome: SongOutcome) -> None:
        song = self._running.get(job)
        if song is None:
            return
        if outcome.files:
            song.state, song.files = "written", outcome.files
            self._notes += [sentence for _, sentence in outcome.notes]
            self._stems.add(outcome)
            self.written.emit([Path(file) for file in outcome.files])
            self._save(lambda: kept.keep_done(self._project.values, n_in(self.songs, "written")))
        else:
            self._fail(song, " ".join(failed.message for failed in outcome.failed))

    def _on_failed(self, job: Job[SongOutcome], failure: Failure) -> None:
        song = self._running.get(job)
        if song is None:
            return
        if not failure.is_user_error:
            tell_failure(self._notifier, failure)
        self._fail(song, f"{failure.message} {failure.remedy}".strip())

    def _fail(self, song: BatchSong, message: str) -> None:
        song.state, song.message = "failed", message

    def _on_cancelled(self, job: Job[SongOutcome]) -> None:
        """The work in the status line was stopped: that is the whole batch to a person."""
        if job in self._running and not self._is_closed:
            self.cancel()

    def _on_finished(self, job: Job[SongOutcome]) -> None:
        if self._running.pop(job, None) is None or self._is_closed:
            return
        if self.state == "running":
            self._go_on()
        elif self.state == "pausing" and not self._running:
            is_over = all(song.is_over for song in self.songs)
            self.state = "paused"
            if is_over:
                self._end()
            self.changed.emit()

    def _end(self) -> None:
        self._jobs.release_spread()
        self._forget_kept()
        notes, n_stems = (*self._notes, *self._stems.notes), self._stems.n_written
        tell_ended(self._notifier, self.songs, notes, self._order.out_dir, n_stems)
        n_files = sum(len(song.files) for song in self.songs)
        has_failed = n_in(self.songs, "failed") > 0
        # Of one song the message says all.
        self.state = "over" if has_failed and len(self.songs) > 1 else "none"
        self.ended.emit(n_files)

    # What is kept, and what is said

    def _forget_kept(self) -> None:
        self._save(lambda: kept.forget(self._project.values))

    def _save(self, work: Callable[[], None]) -> None:
        try:
            work()
        except UserError as error:
            self._notifier.user_error(error)

    def forget_failures(self) -> None:
        """What the last batch could not write is to be written anew, or by other rules."""
        self._notifier.withdraw(About.EXPORT)
        if self.state == "over":
            self._put_down()

    def _on_changed(self, changes: frozenset[str]) -> None:
        if changes & {"brief", "checkpoints"}:  # By another taste there may be an edit.
            self.forget_failures()
        if "songs" not in changes or self.is_busy or not n_in(self.songs, "failed"):
            return
        there = {entry.song.sha256 for entry in self._project.songs.all()}
        if not any(song.job.deliver.song.sha256 in there for song in self.songs):
            self.forget_failures()
