"""Going through a song bar by bar while it plays or not."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject

from editor_app.places.songs.bars.picture import BarPicture
from editor_app.places.songs.preview import SongPreview

# Where the head stands is not exact to a sample: a bar's start counts as in it.
_AT_S = 1e-3


class BarSteps(QObject):
    """Moves the play head of the song that is checked, and the picture with it."""

    def __init__(self, preview: SongPreview, picture: BarPicture) -> None:
        super().__init__()
        self._preview, self._picture = preview, picture
        self._sha256 = ""
        picture.sought.connect(self.seek)

    def show_song(self, sha256: str) -> None:
        """Move the head of this song from now on; of none where empty."""
        self._sha256 = sha256

    def follow(self) -> None:
        """Show where the head is."""
        at_s = self._preview.at_s(self._sha256) if self._sha256 else None
        if at_s is not None:
            self._picture.follow(at_s)

    def seek(self, at_s: float) -> None:
        """Go to a time."""
        if self._sha256:
            self._preview.seek(self._sha256, at_s)
            self._picture.follow(at_s)

    @property
    def at_s(self) -> float:
        """Where the head is, in seconds."""
        at_s = self._preview.at_s(self._sha256)
        return self._picture.head_s or 0.0 if at_s is None else at_s

    def step(self, bars: int) -> None:
        """Go a bar on or back; a little after a bar's start, back means the bar before."""
        starts_s = self._picture.bar_starts_s()
        if len(starts_s):
            now = int(np.searchsorted(starts_s, self.at_s + _AT_S, side="right")) - 1
            self.seek(float(starts_s[min(max(now + bars, 0), len(starts_s) - 1)]))

    def to_next_of(self, bars: tuple[int, ...]) -> None:
        """Go to the next of these bars, after the last one to the first."""
        if bars:
            starts_s = self._picture.bar_starts_s()[list(bars)]
            after = starts_s[starts_s > self.at_s + _AT_S]
            self.seek(float(after[0] if len(after) else starts_s[0]))
