"""Exports several songs: each one's edit is asked for, then all files are written in one job."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject

from editor_app.look.words import counted
from editor_app.places.export.checks import check_request
from editor_app.work.jobs import Failure, Job
from editor_app.work.library import tell_failure
from editor_app.workspace import Workspace
from ml_core.domain.edits import Edit, Limits
from ml_core.domain.requests import Delivered, ExportRequest, ExportResult
from ml_core.domain.songs import SongEntry

_NAMED_FAILURES = 2


class ExportBatch(QObject):
    """One batch at a time; what can't be exported is named, the others proceed."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._project, self._jobs = workspace.project, workspace.jobs
        self._notifier = workspace.notifier
        self._waiting: list[SongEntry] = []
        self._edits: list[tuple[str, Edit, str]] = []
        self._failed: list[str] = []
        self._limits_of: Callable[[SongEntry], Limits] = lambda _: Limits()
        self._choices: Mapping[str, int] = {}
        self._by_hand: Mapping[str, Edit] = {}
        self._out_dir, self._file_format = Path(), "wav"
        self._job: Job | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a batch is under way."""
        return self._job is not None

    def start(
        self,
        entries: Sequence[SongEntry],
        limits_of: Callable[[SongEntry], Limits],
        choices: Mapping[str, int],
        by_hand: Mapping[str, Edit],
        out_dir: Path,
        file_format: str,
    ) -> None:
        """Export the songs.

        Args:
            entries: the songs.
            limits_of: hard limits of a song's edit.
            choices: by the song's hash, which alternative was chosen; 0 where none was.
            by_hand: by the song's hash, its edit as changed by hand: written as it is, or refused
                where it breaks a rule, since either might be what the person forgot.
            out_dir: made if need be; nothing in it is overwritten.
            file_format: as the export task takes it.
        """
        if self.is_busy:
            return
        self._waiting, self._edits, self._failed = list(entries), [], []
        self._limits_of, self._choices = limits_of, dict(choices)
        self._by_hand = dict(by_hand)
        self._out_dir, self._file_format = out_dir, file_format
        self._next()

    def _next(self) -> None:
        """Ask for the next song's edit, or write the files once all are there."""
        if not self._waiting:
            self._write()
            return
        entry = self._waiting.pop(0)
        by_hand = self._by_hand.get(entry.song.sha256)
        if by_hand is not None:
            self._check(entry, by_hand)
            return
        chosen = self._choices.get(entry.song.sha256, 0)
        request = self._project.requests.deliver(
            entry, self._limits_of(entry), n_alternatives=chosen + 1
        )
        job = self._jobs.start("deliver", request, f"Making the edit of {entry.song.title}")
        self._job = job
        job.done.connect(lambda found: self._take(entry, chosen, found))
        job.failed.connect(lambda failure: self._refuse(entry, failure))
        job.cancelled.connect(self._stop)

    def _check(self, entry: SongEntry, by_hand: Edit) -> None:
        """The rules may have been set after the edit was changed, or be out of sight."""
        request = check_request(self._project, entry, by_hand, self._limits_of(entry))
        job = self._jobs.start("check_edit", request, f"Checking the edit of {entry.song.title}")
        self._job = job
        job.done.connect(lambda broken: self._on_checked(entry, by_hand, broken))
        job.failed.connect(lambda failure: self._refuse(entry, failure))
        job.cancelled.connect(self._stop)

    def _on_checked(self, entry: SongEntry, by_hand: Edit, broken: str) -> None:
        if broken:
            remedy = "Change that rule, or reset the edit."
            self._failed.append(f"{entry.song.title}, changed by hand: {broken} {remedy}")
            self._next()
        else:
            self._add(entry, by_hand)

    def _take(self, entry: SongEntry, chosen: int, found: list[Delivered]) -> None:
        self._add(entry, found[min(chosen, len(found) - 1)].edit)

    def _add(self, entry: SongEntry, edit: Edit) -> None:
        self._edits.append((entry.song.path, edit, Path(entry.song.path).stem))
        self._next()

    def _refuse(self, entry: SongEntry, failure: Failure) -> None:
        if not failure.is_user_error:
            tell_failure(self._notifier, failure)
        self._failed.append(f"{entry.song.title}: {failure.message}")
        self._next()

    def _write(self) -> None:
        if not self._edits:
            self._job = None
            self._tell(())
            return
        request = ExportRequest(
            tuple(self._edits),
            str(self._out_dir),
            self._project.cache_dir,
            self._file_format,
            corrections=self._project.songs.corrections(),
        )
        job = self._jobs.start("export", request, f"Exporting {counted(len(self._edits), 'edit')}")
        self._job = job
        job.done.connect(self._on_written)
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure))
        job.cancelled.connect(self._stop)
        job.finished.connect(self._end)

    def _on_written(self, result: ExportResult) -> None:
        self._failed += [message for _, message in result.failed]
        self._tell(result.files)

    def _tell(self, files: Sequence[str]) -> None:
        if files:
            self._notifier.status(f"{counted(len(files), 'edit')} exported to {self._out_dir}.")
        if self._failed:
            named = " ".join(self._failed[:_NAMED_FAILURES])
            more = len(self._failed) - _NAMED_FAILURES
            rest = f" And {more} more." if more > 0 else ""
            self._notifier.banner("failed", f"Not exported: {named}{rest}", "")

    def _stop(self) -> None:
        self._job = None
        self._notifier.status("Stopped. Edits that were finished are kept.")

    def _end(self) -> None:
        self._job = None
