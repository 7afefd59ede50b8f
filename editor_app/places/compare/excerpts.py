"""Plays the old or the new edit of a pair again, once the result is known."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from editor_app.listening.own_folder import own_folder
from editor_app.notifier import About
from editor_app.work.jobs import Job
from editor_app.work.library import tell_failure
from editor_app.workspace import Workspace
from ml_core.domain.edits import Edit
from ml_core.domain.playing import PreparedPair, PreparePairRequest
from ml_core.domain.ratings import Comparison
from ml_core.domain.tasks import PREPARE_PAIR
from ml_core.errors import UserError
from ml_core.own_files import remove_sound
from ml_core.store.requests import song_ref


class ResultListening(QObject):
    """One edit at a time; asked for again while it plays, it pauses."""

    changed = Signal()
    """What plays has changed; see `playing`."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._project, self._jobs = workspace.project, workspace.jobs
        self._player, self._notifier = workspace.player, workspace.notifier
        self._folder = own_folder(workspace.project.cache_dir, "result")
        self._asked: Job[PreparedPair] | None = None
        self._loaded: tuple[Comparison, str] | None = None
        workspace.player.playing_changed.connect(lambda _: self.changed.emit())

    @property
    def playing(self) -> tuple[Comparison, str] | None:
        """The pair and "old" or "new"; None while nothing plays."""
        return self._loaded if self._player.is_playing else None

    def hear(self, pair: Comparison, which: str, new_id: str) -> None:
        """Play the old or the new edit of a pair from its start.

        Args:
            new_id: the checkpoint that is the new one.
        """
        if self._loaded == (pair, which) and self._player.fits_device:
            self._player.toggle()
            return
        entry = self._project.songs.get(pair.sha256)
        if entry is None:
            text, remedy = "This song was removed.", "Add it again to hear it."
            self._notifier.banner("doubtful", text, remedy, about=About.HEARING)
            return
        new_is_a = pair.origin_a.checkpoint == new_id
        edit = pair.a if new_is_a == (which == "new") else pair.b
        request = PreparePairRequest(
            cache_dir=self._project.cache_dir,
            song=song_ref(entry),
            edits=(edit,),
            sample_rate_hz=self._player.sample_rate_hz,
            out_dir=str(self._folder),
        )
        job = self._jobs.ask(PREPARE_PAIR, request)
        self._asked = job
        job.done.connect(lambda made: self._play(job, made, edit, (pair, which)))
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure, About.HEARING))

    def toggle(self) -> None:
        """Pause or go on with what was heard last."""
        if self._loaded is not None:
            self._player.toggle()

    def end(self) -> None:
        """Fall silent, and let what is being made be."""
        self._asked, self._loaded = None, None
        self._player.pause()
        self.changed.emit()

    def close(self) -> None:
        """Make nothing more, and remove the temporary files."""
        if self._asked is not None:
            self._asked.cancel()
        remove_sound(self._folder)

    def _play(
        self, job: Job[PreparedPair], made: PreparedPair, edit: Edit, wanted: tuple[Comparison, str]
    ) -> None:
        if job is not self._asked:
            return
        try:
            is_loaded = self._player.load(made, (edit,))
        except UserError as error:
            self._notifier.user_error(error, About.HEARING)
            return
        if is_loaded:
            self._loaded = wanted
            self._notifier.withdraw(About.HEARING)
            self._player.play()
            pair, which = wanted
            self._notifier.status(f"Playing the {which} edit of {self._project.songs.title(pair)}.")
            self.changed.emit()
