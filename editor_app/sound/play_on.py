"""What sounds again once there is a device: whether, and from which place."""

from __future__ import annotations

from collections.abc import Sequence

from ml_core.domain.edits import Edit
from ml_core.domain.playing import PreparedPair

# A song and the edits of it that are loaded.
_Loaded = tuple[str, tuple[str, ...]]


class PlayOn:
    """Remembers while there is no sound. A device of another rate has the same pair loaded anew.

    Attributes:
        is_wanted: whether it plays as soon as it can.
    """

    def __init__(self) -> None:
        self.is_wanted = False
        self._loaded: _Loaded | None = None
        self._place: tuple[_Loaded, str, float] | None = None

    def keep_place(self, lane: str, at_s: float) -> None:
        """What is loaded has to be made for another rate: this is where it was."""
        if self._loaded is not None:
            self._place = (self._loaded, lane, at_s)

    def on_unload(self) -> None:
        """The person goes on to something else, unless it is only made anew."""
        if self._place is None:
            self.is_wanted = False

    def on_load(self, pair: PreparedPair, edits: Sequence[Edit]) -> tuple[str, float] | None:
        """Lane and second to go on from, if these are what was made anew; else None."""
        self._loaded = (pair.layout.sha256, tuple(edit.id for edit in edits))
        place, self._place = self._place, None
        if place is not None and place[0] == self._loaded:
            return place[1:]
        self.is_wanted = False
        return None
