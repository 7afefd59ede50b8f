"""Adds finished edits: has them found in their song, shows that, and keeps what is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from editor_app.listening.song_overviews import SongOverviews
from editor_app.look.foreign import song_title
from editor_app.look.words import counted
from editor_app.notifier import About
from editor_app.places.export.finished.dialog import FoundDialog
from editor_app.places.export.finished.kind_dialog import KindDialog
from editor_app.places.export.finished.words import reasons
from editor_app.work.library import tell_failure
from editor_app.workspace import Workspace
from ml_core.domain.files.formats import AUDIO_EXTENSIONS
from ml_core.domain.files.found_edits import FoundEdit
from ml_core.domain.playing import SongOverview
from ml_core.domain.songs import SongEntry
from ml_core.domain.tasks import FIND_EDITS
from ml_core.errors import UserError
from ml_core.paths import printable_name

_FILTER = f"Edits ({' '.join(f'*{end}' for end in sorted(AUDIO_EXTENSIONS))});;All files (*)"


@dataclass
class _Row:
    """A song whose waveform is wanted."""

    entry: SongEntry
    overview: SongOverview | None = None


class AddingFinished(QObject):
    """What Export does with sound files that are edits of a song.

    Args:
        parent: the page, in whose window dialogs are shown.
    """

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__()
        self._project, self._jobs = workspace.project, workspace.jobs
        self._library, self._notifier = workspace.library, workspace.notifier
        self._settings, self._parent = workspace.settings, parent
        self._overviews = SongOverviews(workspace.project, workspace.jobs)
        self._overviews.ready.connect(self._on_overview)
        self._waves: dict[str, SongOverview] = {}
        self._to_show: list[tuple[SongEntry, list[FoundEdit]]] = []
        self.asked: KindDialog | None = None
        self.shown: FoundDialog | None = None

    def choose(self, entry: SongEntry | None) -> None:
        """Have sound files chosen by a dialog that are edits of a song."""
        if entry is None:
            self._notifier.status("Finished edits are looked for in a song: none is ready yet.")
            return
        chosen, _ = QFileDialog.getOpenFileNames(
            self._parent,
            f"Finished edits of {song_title(entry.song)}",
            self._settings.songs_folder,
            _FILTER,
        )
        self.find(entry, chosen)

    def ask(self, paths: Sequence[str], entry: SongEntry | None) -> list[str]:
        """Ask what sound files are that were dropped on a song; returns what is none of them."""
        sounds = [path for path in paths if Path(path).suffix.lower() in AUDIO_EXTENSIONS]
        if entry is None or not sounds:
            return list(paths)
        asked = KindDialog(sounds, entry.song, self._parent.window())
        asked.accepted.connect(lambda: self.find(entry, sounds))
        asked.are_songs.connect(lambda: self._library.add_paths(sounds))
        self.asked = asked
        asked.open()
        return [path for path in paths if path not in sounds]

    def find(self, entry: SongEntry, files: Sequence[str]) -> None:
        """Find files in a song, in the background; they are shown once all are done."""
        if not files:
            return
        self._notifier.withdraw(About.BRINGING)
        self._overviews.want([_Row(entry, self._waves.get(entry.song.sha256))])
        request = self._project.requests.find_edits(entry, files)
        words = f"Finding {counted(len(files), 'edit')} in {song_title(entry.song)}"
        job = self._jobs.start(FIND_EDITS, request, words)
        job.done.connect(lambda found: self._on_found(entry, found))
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure, About.BRINGING))

    def _on_found(self, entry: SongEntry, found: list[FoundEdit]) -> None:
        self._to_show.append((entry, found))
        self._show_next()

    def _show_next(self) -> None:
        """Show the oldest set that was found; one at a time."""
        if self.shown is not None or not self._to_show:
            return
        entry, found = self._to_show.pop(0)
        told = reasons(
            found, self._project.finished_edits.all(), self._project.finished_edits.rated()
        )
        shown = FoundDialog(entry.song, found, told, self._parent.window())
        shown.picture.show_song(self._waves.get(entry.song.sha256))
        shown.finished.connect(self._on_closed)
        shown.accepted.connect(lambda: self._keep(shown))
        self.shown = shown
        shown.open()

    def _on_closed(self) -> None:
        self.shown = None
        self._show_next()

    def _keep(self, shown: FoundDialog) -> None:
        edits = shown.chosen()
        if self._project.songs.get(shown.song.sha256) is None:
            text = f"{song_title(shown.song)} was removed, so nothing was kept."
            self._notifier.banner("failed", text, "Add it again first.", about=About.BRINGING)
            return
        try:
            self._project.finished_edits.keep(edits)
        except UserError as error:
            self._notifier.user_error(error)
            return
        what = printable_name(edits[0].name) if len(edits) == 1 else f"{len(edits)} edits"
        self._notifier.status(f"Kept {what} to learn from.")

    def _on_overview(self, overview: SongOverview) -> None:
        self._waves[overview.sha256] = overview
        if self.shown is not None and self.shown.song.sha256 == overview.sha256:
            self.shown.picture.show_song(overview)
