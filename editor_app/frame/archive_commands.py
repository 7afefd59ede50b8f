"""Saving the project as one file, and opening such a file as a project of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog, QMainWindow

from editor_app.frame.dialogs.question_dialog import QuestionDialog
from editor_app.look.words import counted
from editor_app.work.library import tell_failure
from editor_app.workspace import Workspace
from ml_core.domain.archiving import (
    ARCHIVE_SUFFIX,
    OpenArchiveRequest,
    OpenedArchive,
    SaveArchiveRequest,
    SavedArchive,
)
from ml_core.domain.tasks import OPEN_ARCHIVE, SAVE_ARCHIVE
from ml_core.errors import UserError
from ml_core.store.archive_request import archive_path, drop_copy

_FILTER = f"Tastecut projects (*{ARCHIVE_SUFFIX})"
_NAMED = 3


class ArchiveCommands(QObject):
    """Connects both actions. The work is done in a worker; the project stays usable meanwhile.

    Attributes:
        open_project: opens the project of a folder in this one's place, and says whether it did;
            the app, which owns the windows, sets it.
    """

    def __init__(self, window: QMainWindow, workspace: Workspace) -> None:
        super().__init__(window)
        self._window, self._project, self._jobs = window, workspace.project, workspace.jobs
        self._notifier = workspace.notifier
        self.open_project: Callable[[str], bool] = lambda _folder: False
        self.dialog: QuestionDialog | None = None
        workspace.actions["save_archive"].triggered.connect(lambda _=False: self._ask_songs())
        workspace.actions["open_archive"].triggered.connect(lambda _=False: self._choose())

    # Saving

    def _ask_songs(self) -> None:
        songs, n_bytes = self._project.songs.all(), self._project.requests.songs_bytes()
        dialog = QuestionDialog(
            self._window,
            "Save project as one file",
            "Save the project as one file",
            "Ratings, models, corrections, edits and analyses of all tastes go into it. Opened on "
            "another computer, it goes on where it was; songs are known by their sound.",
            "Choose the file…",
            f"Put the songs in too ({counted(len(songs), 'song')}, {size_words(n_bytes)})"
            if songs
            else "",
        )
        dialog.accepted.connect(lambda: self._choose_target(dialog.choice.isChecked()))
        self._show(dialog)

    def _show(self, dialog: QuestionDialog) -> None:
        self.dialog = dialog
        dialog.open()

    def _choose_target(self, with_songs: bool) -> None:
        name = f"{self._project.project_dir.name}{ARCHIVE_SUFFIX}"
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, "Save project as one file", str(Path.home() / name), _FILTER
        )
        if not chosen:
            return
        # The dialog has asked before it gives the name of a file that is there, but for its ending.
        overwrite = archive_path(chosen) == Path(chosen)
        try:
            request = self._project.requests.archive(chosen, with_songs, overwrite)
        except UserError as error:
            self._notifier.user_error(error)
            return
        self._save(request)

    def _save(self, request: SaveArchiveRequest) -> None:
        job = self._jobs.start(SAVE_ARCHIVE, request, "Saving the project as one file")
        job.done.connect(self._tell_saved)
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure))
        job.cancelled.connect(
            lambda: self._notifier.status("Stopped. No file was saved.", is_done=False)
        )
        job.finished.connect(lambda: drop_copy(request))

    def _tell_saved(self, saved: SavedArchive) -> None:
        songs = f" with {counted(saved.n_songs, 'song')}" if saved.n_songs else ""
        text = f"The project is saved{songs} as {saved.file} ({size_words(saved.n_bytes)})."
        if saved.left_out:
            gone = (
                f"Not in it, since their files are gone or have changed: {_named(saved.left_out)}."
            )
            self._notifier.banner("doubtful", text, gone)
        else:
            self._notifier.banner("good", text)

    # Opening

    def _choose(self) -> None:
        file, _ = QFileDialog.getOpenFileName(
            self._window, "Open project from a file", str(Path.home()), _FILTER
        )
        if not file:
            return
        folder = QFileDialog.getExistingDirectory(
            self._window, f"Choose a folder for the project of {Path(file).name}"
        )
        if folder:
            self._open(OpenArchiveRequest(file, str(_room_in(Path(folder), Path(file)))))

    def _open(self, request: OpenArchiveRequest) -> None:
        job = self._jobs.start(OPEN_ARCHIVE, request, f"Opening {Path(request.file).name}")
        # Not at once: the job belongs to the window that is about to be closed.
        job.done.connect(lambda opened: QTimer.singleShot(0, lambda: self._take(request, opened)))
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure))
        job.cancelled.connect(
            lambda: self._notifier.status("Stopped. No project was opened.", is_done=False)
        )

    def _take(self, request: OpenArchiveRequest, opened: OpenedArchive) -> None:
        if not opened.is_open:
            self._ask_for_the_rest(request, opened)
            return
        if not self.open_project(opened.project_dir):
            return  # Why is told already, or the window that has it came up.
        counts = f"{counted(opened.n_ratings, 'rating')}, {counted(opened.n_songs, 'song')}"
        # Of the banner another message may take the place: a new window opens its sound, too.
        missing = f", {len(opened.not_found)} not found" if opened.not_found else ""
        self._notifier.status(f"Opened {Path(request.file).name}: {counts}{missing}.")
        text = f"{Path(request.file).name} is opened as {opened.project_dir}: {counts}."
        if opened.damaged:
            text += f" Left out since they are damaged: {_named(opened.damaged)}."
        if opened.not_found:
            remedy = f"Not found: {_named(opened.not_found)}. Add them from where they are now."
            self._notifier.banner("doubtful", text, remedy, "add_folder")
        else:
            self._notifier.banner("doubtful" if opened.damaged else "good", text)

    def _ask_for_the_rest(self, request: OpenArchiveRequest, opened: OpenedArchive) -> None:
        dialog = QuestionDialog(
            self._window,
            "Open project from a file",
            f"{Path(request.file).name} is damaged",
            f"Its ratings are whole, but this can't be read: {_named(opened.damaged)}. "
            "If there is another copy of the file, open that one.",
            "Open the rest",
        )
        again = replace(request, without_damaged=True)
        dialog.accepted.connect(lambda: self._open(again))
        self._show(dialog)


def size_words(n_bytes: int) -> str:
    """A size as people read it: "312 MB", "1.4 GB"."""
    return f"{n_bytes / 1e9:.1f} GB" if n_bytes >= 1e9 else f"{n_bytes / 1e6:.1f} MB"


def _room_in(folder: Path, file: Path) -> Path:
    """The folder itself if it is empty, else one in it that is named after the file."""
    try:
        return folder / file.stem if any(folder.iterdir()) else folder
    except OSError:
        return folder


def _named(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
