"""Reads edits from other tools, one after the other, in the worker that answers at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from editor_app.look.foreign import song_title
from editor_app.places.export.model import ExportModel
from editor_app.work.jobs import Failure, Job
from editor_app.work.library import tell_failure
from editor_app.workspace import Workspace
from ml_core.domain.files.own_edits import EditedSongs, OwnEditRead
from ml_core.domain.tasks import EDITED_SONGS, READ_OWN_EDITS
from ml_core.errors import UserError
from ml_core.paths import printable_name


@dataclass
class Brought:
    """What became of the files that were brought together.

    Attributes:
        taken: edits that stand in Export now, with the keys of their songs.
        n_replaced: how many of them stand in the place of another own edit.
        notes: of files that hold nothing new, a sentence each.
        refused: of files that can't be taken, a sentence each.
    """

    taken: list[tuple[str, OwnEditRead]] = field(default_factory=list)
    n_replaced: int = 0
    notes: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class ReadingEdits(QObject):
    """Finds each file's song, has it asked for where it can't be told, and takes the edit."""

    unsure = Signal(object)
    """An `EditedSongs`: which one is meant is to be told by `answer`."""

    over = Signal(object)
    """A `Brought`: all files are done."""

    def __init__(self, workspace: Workspace, model: ExportModel) -> None:
        super().__init__()
        self._project, self._jobs = workspace.project, workspace.jobs
        self._notifier, self._model = workspace.notifier, model
        self._job: Job[object] | None = None
        self._sure: list[tuple[str, str]] = []
        self._unsure: list[EditedSongs] = []
        self._n_files, self._n_over = 0, 0
        self._brought = Brought()

    @property
    def is_busy(self) -> bool:
        """Whether files are being read, or asked about."""
        return self._n_files > 0

    def bring(self, files: Sequence[str], looked_at: str = "") -> None:
        """Take these files' edits.

        Args:
            files: projects of other tools and records of exports.
            looked_at: key of the song that they were dropped on; empty for none.
        """
        if not files:
            return
        if not self.is_busy:
            self._brought, self._n_over = Brought(), 0
        self._n_files += len(files)
        self._notifier.status("Reading edits…", is_done=False)
        request = self._project.requests.edited_songs(files, looked_at)
        job = self._jobs.ask(EDITED_SONGS, request)
        job.done.connect(self._on_songs)
        job.failed.connect(lambda failure: self._on_failed(failure, len(files)))
        job.cancelled.connect(lambda: self._end_of(len(files)))

    def answer(self, found: EditedSongs, sha256: str) -> None:
        """Say which song a file is of; empty leaves it out."""
        if sha256:
            self._sure.append((found.file, sha256))
            self._next()
        else:
            self._end_of(1)

    def _on_songs(self, found: list[EditedSongs]) -> None:
        for one in found:
            if one.refusal:
                self._brought.refused.append(one.refusal)
            elif one.is_sure:
                self._sure.append((one.file, one.songs[0]))
            else:
                self._unsure.append(one)
        self._end_of(sum(bool(one.refusal) for one in found))

    def _next(self) -> None:
        """Read the next file, else have the next one asked about; several at once is never so."""
        if self._job is not None:
            return
        if self._sure:
            self._read(*self._sure.pop(0))
        elif self._unsure:
            self.unsure.emit(self._unsure.pop(0))
        elif self._n_files and self._n_over == self._n_files:
            self._n_files = 0
            self._notifier.status("")
            self.over.emit(self._brought)

    def _read(self, file: str, sha256: str) -> None:
        entry, name = self._project.songs.get(sha256), printable_name(file)
        if entry is None or entry.status != "ready":
            title = "its song" if entry is None else song_title(entry.song)
            self._brought.refused.append(
                f"{name} can't be taken: {title} is not ready. Drop it again once it is."
            )
            self._end_of(1)
            return
        if self._n_files > 1:
            counted = f"{self._n_over + 1} of {self._n_files}"
            self._notifier.status(f"Reading edits: {name}, {counted}…", is_done=False)
        limits = self._model.limits(entry)
        job = self._jobs.ask(READ_OWN_EDITS, [self._project.requests.own_edit(entry, file, limits)])
        self._job = job
        job.done.connect(lambda read: self._take(sha256, read[0]))
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure))
        job.finished.connect(self._on_read)

    def _on_read(self) -> None:
        self._job = None
        self._end_of(1)

    def _take(self, sha256: str, read: OwnEditRead) -> None:
        name = printable_name(read.file)
        if read.edit is None:
            self._brought.refused.append(read.refusal)
        elif not read.is_other:
            self._brought.notes.append(f"{name} holds what was proposed: nothing was changed.")
        else:
            own = self._model.hands.of(sha256)
            try:
                is_other = self._model.hands.bring_in(read)
            except UserError as error:
                self._notifier.user_error(error)
                return
            if is_other:
                self._brought.taken.append((sha256, read))
                self._brought.n_replaced += own is not None
            else:
                self._brought.notes.append(f"The edit of {name} stands there already.")

    def _on_failed(self, failure: Failure, n_files: int) -> None:
        tell_failure(self._notifier, failure)
        self._end_of(n_files)

    def _end_of(self, n_files: int) -> None:
        self._n_over += n_files
        self._next()
