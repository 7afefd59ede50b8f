"""Corrections of beats and bars that a person tries: nothing of them is stored before they fit."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from editor_app.look.foreign import song_title
from editor_app.project.songs import Songs
from editor_app.project.undo import History
from ml_core.domain.corrections import Corrections
from ml_core.store.records.corrections import SongGrid


class Trials(QObject):
    """One trial a song, in memory. Every step of it can be taken back, like what is stored.

    Signals:
        changed: a trial has begun, gone on or ended.
    """

    changed = Signal()

    def __init__(self, history: History, songs: Songs) -> None:
        super().__init__()
        self._history, self._songs = history, songs
        self._tried: dict[str, Corrections] = {}

    def of(self, sha256: str) -> Corrections | None:
        """What is tried on a song; None where nothing is."""
        return self._tried.get(sha256)

    def attempt(self, sha256: str, corrections: Corrections, what: str) -> None:
        """Try corrections on a song. Those that it has already end the trial.

        Args:
            what: was corrected, for the menu.
        """
        entry = self._songs.get(sha256)
        is_as_stored = entry is not None and entry.corrections == corrections
        self._do(sha256, None if is_as_stored else corrections, what)

    def drop(self, sha256: str) -> None:
        """Put a song back to what is stored."""
        self._do(sha256, None, "put back the trial")

    def keep(self, sha256: str, grid: SongGrid, what: str) -> None:
        """Store corrections with what they give, and end the trial: one step.

        Raises:
            UserError: if they can't be stored; the trial goes on then.
        """
        before = self._tried.get(sha256)

        def put_back(take_back: Callable[[], None]) -> None:
            take_back()
            self._set(sha256, before)

        def work() -> Callable[[], None]:
            take_back = self._songs.change_grid(sha256, grid)
            self._set(sha256, None)
            return lambda: put_back(take_back)

        self._history.do(f"“{what}”{self._named(sha256)}", work)

    def _do(self, sha256: str, corrections: Corrections | None, what: str) -> None:
        before = self._tried.get(sha256)

        def work() -> Callable[[], None]:
            self._set(sha256, corrections)
            return lambda: self._set(sha256, before)

        self._history.do(f"“{what}”{self._named(sha256)}", work)

    def _named(self, sha256: str) -> str:
        entry = self._songs.get(sha256)
        return "" if entry is None else f", {song_title(entry.song)}"

    def _set(self, sha256: str, corrections: Corrections | None) -> None:
        if corrections is None:
            self._tried.pop(sha256, None)
        else:
            self._tried[sha256] = corrections
        self.changed.emit()
