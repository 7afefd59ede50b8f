"""A told wish, heard: an edit as it is liked, then the other way, from a song of the library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from editor_app.listening.own_folder import own_folder
from editor_app.look.foreign import song_title
from editor_app.work.jobs import Job
from editor_app.work.library import tell_failure
from editor_app.workspace import Workspace
from ml_core.domain.edits import Edit
from ml_core.domain.playing import PreparedPair, PreparePairRequest
from ml_core.domain.tasks import PREPARE_PAIR
from ml_core.errors import UserError
from ml_core.own_files import remove_sound
from ml_core.store.requests import song_ref

_SIDES = ("A", "B")


class HeardExamples(QObject):
    """Has the two edits of an example made off-thread and plays them, one at each press.

    The first press plays what is liked, the next one the other way, the third falls silent.
    """

    changed = Signal(str, str)
    """The feature whose example is made or heard, and words for it; both may be empty."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._project, self._jobs = workspace.project, workspace.jobs
        self._player, self._notifier = workspace.player, workspace.notifier
        self._folder = own_folder(workspace.project.cache_dir, "taste")
        self._row: Mapping[str, Any] = {}
        self._asked: Job[PreparedPair] | None = None
        self._is_loaded = False
        self._player.playing_changed.connect(lambda _: self._tell())

    def press(self, row: Mapping[str, Any]) -> None:
        """Hear a direction's example, or what comes next of it."""
        if self._asked is not None and row["feature"] == self._row.get("feature"):
            return
        is_same = row["feature"] == self._row.get("feature")
        if self._is_loaded and is_same and self._player.fits_device:
            self._next()
        else:
            self._make(row)

    def let_go(self) -> None:
        """Fall silent, and leave the player to others."""
        self._asked = None
        if self._is_loaded:
            self._is_loaded = False
            self._player.unload()
        self._row = {}
        self._tell()

    def close(self) -> None:
        """Make nothing more, and remove the temporary files."""
        if self._asked is not None:
            self._asked.cancel()
        remove_sound(self._folder)

    def _make(self, row: Mapping[str, Any]) -> None:
        self.let_go()
        example = row["example"]
        entry = self._project.songs.get(example["sha256"])
        if entry is None:
            self._notifier.status("The song of this example is no longer in the library.")
            return
        self._row = row
        edits = tuple(Edit.from_json(example[name]) for name in ("liked", "other"))
        request = PreparePairRequest(
            cache_dir=self._project.cache_dir,
            song=song_ref(entry),
            edits=edits,
            sample_rate_hz=self._player.sample_rate_hz,
            out_dir=str(self._folder),
        )
        job = self._jobs.ask(PREPARE_PAIR, request)
        self._asked = job
        job.done.connect(lambda pair: self._on_prepared(job, pair, edits))
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure))
        job.finished.connect(lambda: self._on_finished(job))
        self._tell()

    def _on_prepared(
        self, job: Job[PreparedPair], pair: PreparedPair, edits: tuple[Edit, ...]
    ) -> None:
        if job is not self._asked:
            return
        self._asked = None
        try:
            self._is_loaded = self._player.load(pair, edits)
        except UserError as error:
            self._notifier.user_error(error)
        if self._is_loaded:
            self._player.play()
        self._tell()

    def _on_finished(self, job: Job[PreparedPair]) -> None:
        if job is self._asked:
            self._asked = None
            self._tell()

    def _next(self) -> None:
        """From the liked edit to the other one, from that to silence, from silence to the first."""
        if not self._player.is_playing:
            self._player.seek(0, "A")
            self._player.play()
        elif self._player.heads.lane == "A":
            self._player.seek(0, "B")
        else:
            self._player.pause()
        self._tell()

    def _tell(self) -> None:
        feature = str(self._row.get("feature", ""))
        if not feature or self._asked is not None:
            self.changed.emit(feature, "Making an example…" if feature else "")
            return
        if not self._is_loaded or not self._player.is_playing:
            self.changed.emit("", "")
            return
        side = _SIDES.index(self._player.heads.lane) if self._player.heads.lane in _SIDES else 0
        liked = "more" if self._row["wish"] > 0 else "less"
        other = "less" if liked == "more" else "more"
        what = self._row[(liked, other)[side]]
        entry = self._project.songs.get(self._row["example"]["sha256"])
        title = "" if entry is None else song_title(entry.song)
        kind = ("As you like it", "The other way")[side]
        self.changed.emit(feature, f"{kind}: {what}. {title}")
