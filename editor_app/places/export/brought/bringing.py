"""Brings edits from other tools into Export: what is asked, and what is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from editor_app.look.words import counted
from editor_app.notifier import About, Kind
from editor_app.places.export.brought.left_out_dialog import LeftOutDialog
from editor_app.places.export.brought.reading import Brought, ReadingEdits
from editor_app.places.export.brought.which_song import WhichSongDialog
from editor_app.places.export.model import ExportModel
from editor_app.work.dropped_kinds import EDIT_ENDINGS
from editor_app.workspace import Workspace
from ml_core.domain.files.own_edits import EditedSongs
from ml_core.paths import printable_name

_FILTER = f"Edits ({' '.join(f'*{end}' for end in EDIT_ENDINGS)})"
_TOLD = 2
"""Sentences that a banner tells; all of what was left out is in its list."""


class BringingEdits(QObject):
    """What the page does with edits from other tools.

    Args:
        show_song: makes a song the one that is looked at.
        parent: the window that dialogs belong to.
    """

    def __init__(
        self,
        workspace: Workspace,
        model: ExportModel,
        show_song: Callable[[str], None],
        parent: QWidget,
    ) -> None:
        super().__init__()
        self._project, self._actions = workspace.project, workspace.actions
        self._notifier, self._settings = workspace.notifier, workspace.settings
        self._model, self._show_song, self._parent = model, show_song, parent
        self.reading = ReadingEdits(workspace, model)
        self.reading.unsure.connect(self._ask)
        self.reading.over.connect(self._tell)
        self.asked: WhichSongDialog | None = None
        self.left_out: LeftOutDialog | None = None
        self._actions["left_out"].triggered.connect(lambda _: self._show_left_out())
        self.show_edit()

    def bring(self, files: Sequence[str], looked_at: str = "") -> None:
        """Take files' edits; `looked_at` is the song that they were dropped on."""
        self._notifier.withdraw(About.BRINGING)
        self.reading.bring(files, looked_at)

    def choose(self) -> None:
        """Have files chosen by a dialog."""
        chosen, _ = QFileDialog.getOpenFileNames(
            self._parent, "Bring in edits", self._settings.export_folder, _FILTER
        )
        self.bring(chosen, self._model.current)

    def show_edit(self) -> None:
        """Whether something was left out of the edit that is shown."""
        own = self._model.own
        reason = "" if own is not None and own.left_out else "Nothing was left out of this edit"
        self._actions.allow(["left_out"], reason)

    def _ask(self, found: EditedSongs) -> None:
        entries = [self._project.songs.get(sha256) for sha256 in found.songs]
        songs = [entry.song for entry in entries if entry is not None]
        self.asked = WhichSongDialog(printable_name(found.file), songs, self._parent.window())
        self.asked.answered.connect(lambda sha256: self.reading.answer(found, sha256))
        self.asked.open()

    def _tell(self, brought: Brought) -> None:
        """Show the first edit that was taken, and say what became of the files."""
        if brought.taken:
            self._show_song(brought.taken[0][0])
            self._notifier.status(_taken_words(brought))
        sentences = [*brought.refused, *brought.notes]
        for _, read in brought.taken:
            if read.left_out:
                name, n_more = printable_name(read.file), len(read.left_out) - 1
                more = f" And {n_more} more." if n_more else ""
                sentences.append(f"Left out of {name}: {read.left_out[0]}{more}")
        if sentences:
            n_more = len(sentences) - _TOLD
            more = f" And of {counted(n_more, 'file')} more." if n_more > 0 else ""
            kind: Kind = "doubtful" if brought.taken or brought.notes else "failed"
            action = "left_out" if self._is_long(brought) else ""
            text = f"{' '.join(sentences[:_TOLD])}{more}"
            self._notifier.banner(kind, text, "", action, About.BRINGING)

    def _is_long(self, brought: Brought) -> bool:
        """Whether the edit that is shown has more left out than the banner tells."""
        return bool(brought.taken) and len(brought.taken[0][1].left_out) > 1

    def _show_left_out(self) -> None:
        own = self._model.own
        if own is not None and own.left_out:
            self.left_out = LeftOutDialog(own.came_from, own.left_out, self._parent.window())
            self.left_out.open()


def _taken_words(brought: Brought) -> str:
    n_taken, n_ratings = len(brought.taken), sum(read.is_news for _, read in brought.taken)
    if n_taken > 1:
        words = f"{n_taken} edits were taken, and count as {counted(n_ratings, 'rating')}."
    else:
        name = printable_name(brought.taken[0][1].file)
        counts = "counts as a rating" if n_ratings else "is no rating: it is cut as was proposed"
        words = f"The edit of {name} was taken, and {counts}."
    return f"{words} Undo brings your own edit before back." if brought.n_replaced else words
