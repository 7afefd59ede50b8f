"""Stems of a batch's songs: looked for before the first is begun, told of at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from editor_app.notifier import About
from editor_app.places.export.batch.songs import BatchSong
from editor_app.places.export.files.stems_told import stems_note
from editor_app.work.jobs import Failure, Job
from editor_app.work.library import tell_failure
from editor_app.workspace import Workspace
from ml_core.domain.files.batch import SongOutcome
from ml_core.domain.files.stems import NO_STEMS, StemsFound
from ml_core.domain.tasks import FIND_STEMS


class BatchStems:
    """Of one batch at a time.

    Attributes:
        n_written: how many of its stems are there.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._project, self._jobs = workspace.project, workspace.jobs
        self._notifier = workspace.notifier
        self._job: Job[StemsFound] | None = None
        self._found = NO_STEMS
        self._failed: list[tuple[str, str]] = []
        self.n_written = 0

    def begin(
        self,
        folder: str,
        songs: Sequence[BatchSong],
        found: Callable[[], None],
        not_found: Callable[[], None],
    ) -> None:
        """Look which files of a folder are stems of these songs, and let their jobs have them.

        Args:
            folder: of stems; empty for none.
            songs: of the batch; those that are written keep what they were written for.
            found: called once their jobs have them.
            not_found: called where it could not be found out, which is said, or it was stopped.
        """
        self._found, self._failed, self.n_written = NO_STEMS, [], 0
        if not folder:
            found()
            return
        known = [self._project.songs.get(song.job.deliver.song.sha256) for song in songs]
        request = self._project.requests.stems(folder, [one for one in known if one is not None])
        job = self._job = self._jobs.start(FIND_STEMS, request, "Looking for stems")

        def end(tell: Callable[[], None]) -> None:
            if self._job is job:
                self._job = None
                tell()

        job.done.connect(lambda stems: end(lambda: self._take(stems, songs, found)))
        job.failed.connect(lambda failure: end(lambda: self._tell(failure, not_found)))
        job.cancelled.connect(lambda: end(not_found))

    def stop(self) -> None:
        """Look no further."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def add(self, outcome: SongOutcome) -> None:
        """Take what became of a song's stems."""
        for result in outcome.results:
            self.n_written += len(result.stems)
            self._failed += result.stems_failed

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of the batch's stems."""
        note = stems_note(self._found, self._failed)
        return (note,) if note else ()

    def _take(
        self, stems: StemsFound, songs: Sequence[BatchSong], found: Callable[[], None]
    ) -> None:
        self._found = stems
        for song in songs:
            if song.state == "waiting":
                song.job = replace(song.job, stems=stems.of(song.job.deliver.song.path))
                song.key = song.job.key
        found()

    def _tell(self, failure: Failure, not_found: Callable[[], None]) -> None:
        """Without the folder nothing is exported: stems were asked for."""
        if failure.is_user_error:
            text = f"Not exported: {failure.message} {failure.remedy}".strip()
            self._notifier.banner("failed", text, about=About.EXPORT)
        else:
            tell_failure(self._notifier, failure, About.EXPORT)
        not_found()
