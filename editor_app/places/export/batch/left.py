"""A batch that was not finished when the app was closed: offered, and looked through."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from editor_app.notifier import About
from editor_app.places.export.batch import kept
from editor_app.places.export.batch.kept import KeptBatch
from editor_app.places.export.batch.songs import written_of
from editor_app.work.jobs import Failure, Job
from editor_app.work.library import tell_failure
from editor_app.workspace import Workspace
from ml_core.domain.files.batch import WrittenRequest
from ml_core.domain.tasks import FIND_WRITTEN

Written = Sequence[tuple[str, ...]]


class LeftBatch:
    """Offered once in a window's life, unless another batch began before.

    Attributes:
        batch: that is left; None for none.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._values, self._jobs = workspace.project.values, workspace.jobs
        self._notifier = workspace.notifier
        self._is_read = False
        self._job: Job[list[tuple[str, ...]]] | None = None
        self.batch: KeptBatch | None = None

    def read(self) -> bool:
        """Whether there is one that was not spoken of yet."""
        if self._is_read:
            return False
        self._is_read = True
        self.batch = kept.kept(self._values)
        return self.batch is not None

    def pass_over(self) -> None:
        """Another batch is what is spoken of."""
        self._is_read, self.batch = True, None

    @property
    def fraction(self) -> float:
        """How much of it was written, in 0..1."""
        return self.batch.n_done / len(self.batch.songs) if self.batch is not None else 0.0

    @property
    def words(self) -> tuple[str, str]:
        """(what is offered, more of it)."""
        if self.batch is None:
            return "", ""
        done = written_of(self.batch.n_done, len(self.batch.songs))
        return f"An export was not finished: {done}.", "What is written is not made again."

    def look(self, found: Callable[[Written], None], not_found: Callable[[], None]) -> None:
        """Look for what it has written.

        Args:
            found: told of each song's files, none of those that are not written whole.
            not_found: called where that could not be found out.
        """
        batch = self.batch
        if batch is None:
            return
        keys = tuple(song.key for song in batch.songs)
        request = WrittenRequest(batch.out_dir, batch.file_format, keys)
        job = self._jobs.start(FIND_WRITTEN, request, "Looking for what was written")
        self._job = job

        def end(tell: Callable[[], None]) -> None:
            if self._job is job:
                self._job = None
                tell()

        def fail(failure: Failure) -> None:
            tell_failure(self._notifier, failure, About.EXPORT)
            not_found()

        job.done.connect(lambda files: end(lambda: found(files)))
        job.failed.connect(lambda failure: end(lambda: fail(failure)))
        job.cancelled.connect(lambda: end(not_found))

    def stop(self) -> None:
        """Look no further."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
