"""What the status line says of the work in the background, and the key that stops it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from editor_app.frame.status_line import StatusLine
from editor_app.look.words import counted
from editor_app.work.jobs import Job
from editor_app.workspace import Workspace
from ml_core.domain.tasks import ANALYSE_SONG


class ShownJob(QObject):
    """Shows the job that runs; while a worker warms up, the one that waits for it.

    Args:
        status: where it is said.
        actions: of which one stops what is shown.
        project: whose ratings are counted while nothing runs.
        library: tells how far many songs are.
    """

    def __init__(self, status: StatusLine, workspace: Workspace) -> None:
        super().__init__(status)
        jobs, library = workspace.jobs, workspace.library
        self._status, self._actions, self._project = status, workspace.actions, workspace.project
        self._jobs, self._library = jobs, library
        self._job: Job[object] | None = None
        self._last_words = ""
        self._is_closed = False
        workspace.actions["stop_job"].triggered.connect(self._stop_job)
        jobs.current.connect(self._show)
        library.progressed.connect(self._on_songs)
        library.changed.connect(lambda: self._show(jobs.running))
        self._show(jobs.running)

    def close(self) -> None:
        """The window closes, and the project with it."""
        self._is_closed = True

    def say(self, text: str, is_done: bool) -> None:
        """Say something as long as nothing runs; what was done stands until more is."""
        self._last_words = text if is_done else self._last_words
        if self._job is None:
            self._status.say(text, is_done)

    def _show(self, job: Job[object] | None) -> None:
        if self._is_closed:
            return
        named = [one for one in (job, *self._jobs.waiting) if one is not None and one.task]
        self._actions.allow(["stop_job"], "" if named else "Nothing is running")
        if not named:
            self._job = None
            self._status.say(*self._quiet_words())
            return
        shown, self._job = self._job, named[0]
        is_next_song = shown is not None and shown.task == named[0].task == ANALYSE_SONG.name
        if named[0] is shown:
            return
        if not is_next_song:
            self._status.start_job(named[0].words)
        if named[0].task == ANALYSE_SONG.name:
            # Many songs are one piece of work to the person who added them.
            self._on_progress(*(self._library.batch or (0.0, named[0].words)))
        else:
            named[0].progress.connect(self._on_progress)

    def _quiet_words(self) -> tuple[str, bool]:
        """What the status line says while nothing runs, and whether with a tick."""
        if self._last_words:
            return self._last_words, True
        n_ratings = self._project.ratings.count()
        if n_ratings:
            return f"{counted(n_ratings, 'rating')} saved.", True
        return "Everything stays on this computer.", False

    def _on_songs(self, fraction: float, words: str) -> None:
        if self._job is not None and self._job.task == ANALYSE_SONG.name:
            self._on_progress(fraction, words)

    def _on_progress(self, fraction: float, words: str, partial: object = None) -> None:
        self._status.show_progress(fraction, words)
        if isinstance(partial, dict) and partial.get("device"):
            self._status.set_machine(str(partial["device"]).upper())

    def _stop_job(self) -> None:
        job = self._job
        if job is not None:
            self._library.stop(job)
            job.cancel()
