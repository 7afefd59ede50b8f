"""Which songs fit what the edits are for, as far as it is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from editor_app.project.songs import Songs
from ml_core.domain.comparing import LearnedFrom
from ml_core.domain.edits import Brief
from ml_core.domain.requests import SongFit
from ml_core.store.fit_words import FitCount
from ml_core.store.sqlite.changes import Changes
from ml_core.store.store import Store


class Fits:
    """What was found out of songs under the brief in force.

    Args:
        tell: says what was written, after the commit.
    """

    def __init__(self, store: Store, tell: Callable[[Changes], None], songs: Songs) -> None:
        self._store, self._tell, self._songs = store, tell, songs
        self._read: dict[str, SongFit] | None = None
        self._learned: dict[str, LearnedFrom] | None = None

    def known(self) -> dict[str, SongFit]:
        """What is known, by the song's hash; read once after each change."""
        if self._read is None:
            self._read = self._store.fits.known()
        return self._read

    def misfits(self) -> dict[str, str]:
        """Why each song that does not fit does not, as a sentence, by its hash."""
        return {sha256: fit.misfit for sha256, fit in self.known().items() if fit.misfit}

    def count(self) -> FitCount:
        """How many songs fit; those whose files are gone are none."""
        if self._learned is None:
            self._learned = self._store.learned.songs()
        return FitCount.of(self._songs.shown(), self.known(), self._learned)

    def note(self, brief: Brief, fits: Sequence[SongFit]) -> None:
        """Keep what was found under a brief."""
        self._tell(self._store.fits.note(brief, fits))

    def forget(self, changes: Changes) -> None:
        """Read anew what hangs on what was written."""
        if changes & {"songs", "brief"}:
            self._read = None
        if changes & {"songs", "ratings", "checkpoints", "reports", "tastes"}:
            self._learned = None
