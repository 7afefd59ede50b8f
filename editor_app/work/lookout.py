"""Looks after the songs' files: which were moved, retagged or replaced while nobody looked."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from editor_app.look.foreign import song_title
from editor_app.notifier import About, Notifier
from editor_app.project.project import Project
from editor_app.work.jobs import Job, Jobs
from ml_core.domain.adding import LookOutcome, LookRequest
from ml_core.domain.songs import SongEntry
from ml_core.domain.tasks import LOOK_FOR_SONGS, MATCH_RECORDINGS, UNSETTLED_SONGS
from ml_core.errors import UserError

_AGAIN_AFTER_S = 30.0
"""Coming back to the window more often than this is no reason to look again."""

_NAMED = 2


class Lookout(QObject):
    """Looks at the start, and when the person comes back to the window from elsewhere."""

    def __init__(self, project: Project, jobs: Jobs, notifier: Notifier) -> None:
        super().__init__()
        self._project, self._jobs, self._notifier = project, jobs, notifier
        self._looking: Job[LookOutcome] | None = None
        self._matching: Job[dict[int, int]] | None = None
        self._twins = set[int]()  # What was said to be a recording that is there already.
        self._looked_s = -_AGAIN_AFTER_S
        self._is_open = True

    def start(self) -> None:
        """Look now, and at each return to the window."""
        if not self._is_open:
            return
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.applicationStateChanged.connect(self._on_state)
        self._project.changed.connect(self._on_changed)
        self.look()

    def close(self) -> None:
        """Look no more."""
        self._is_open = False

    def look(self) -> None:
        """Have every song's file looked at; those that are as they were are not read."""
        request = self._project.songs.look_request()
        if not self._is_open or self._looking is not None or not request.songs:
            return
        self._looked_s = time.monotonic()
        asked = self._jobs.ask(UNSETTLED_SONGS, request, is_urgent=False)
        asked.done.connect(lambda unsettled: self._read(request, unsettled))
        asked.finished.connect(self._match)

    def _read(self, request: LookRequest, unsettled: list[str]) -> None:
        """Have the files read that are not what they were; the others are left alone."""
        if not self._is_open or self._looking is not None:
            return
        if not unsettled:
            self._on_found(LookOutcome())
            return
        self._looking = self._jobs.start(LOOK_FOR_SONGS, request, "Looking for songs")
        self._looking.done.connect(self._on_found)
        self._looking.finished.connect(self._on_looked)

    def _on_state(self, state: Qt.ApplicationState) -> None:
        is_due = time.monotonic() - self._looked_s > _AGAIN_AFTER_S
        if self._is_open and state == Qt.ApplicationState.ApplicationActive and is_due:
            self.look()

    def _on_changed(self, changes: frozenset[str]) -> None:
        if "songs" in changes and self._is_open:
            still = {e.id for e in self._project.songs.all() if e.same_as is not None}
            if self._twins and not self._twins & still:
                self._twins.clear()
                self._notifier.withdraw(About.RECORDINGS)
            self._match()

    def _on_found(self, found: LookOutcome) -> None:
        if not self._is_open:
            return
        try:
            self._project.songs.note_found(found)
        except UserError as error:
            self._notifier.user_error(error)

    def _on_looked(self) -> None:
        self._looking = None
        if self._is_open:
            self._match()

    def _match(self) -> None:
        """Have new songs compared with all others, one at a time."""
        if self._matching is not None or not self._is_open:
            return
        request = self._project.songs.match_request()
        if request.new:
            self._matching = self._jobs.ask(MATCH_RECORDINGS, request, is_urgent=False)
            self._matching.done.connect(self._on_matched)
            self._matching.finished.connect(self._on_match_over)

    def _on_matched(self, firsts: dict[int, int]) -> None:
        if not self._is_open:
            return
        try:
            self._project.songs.set_recordings(firsts)
        except UserError as error:
            self._notifier.user_error(error)
            return
        twins = [e for e in self._project.songs.all() if firsts.get(e.id, e.id) != e.id]
        self._twins |= {entry.id for entry in twins}
        if twins:
            self._notifier.in_turn(
                "doubtful",
                _told(twins),
                "The files of one recording are used for the same, rating or comparing.",
                about=About.RECORDINGS,
            )

    def _on_match_over(self) -> None:
        self._matching = None


def _told(twins: list[SongEntry]) -> str:
    names = ", ".join(f"“{song_title(entry.song)}”" for entry in twins[:_NAMED])
    if len(twins) == 1:
        return f"{names} is a recording that is among your songs already."
    more = f" and {len(twins) - _NAMED} more" if len(twins) > _NAMED else ""
    return f"{names}{more} are recordings that are among your songs already."
