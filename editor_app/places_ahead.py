"""Makes the places not yet opened, hidden and in turns: opening one then doesn't hold the window.

Of the time to open a place for the first time, two thirds were its widgets being made and styled
(57-98 ms of thread time on two slow cores, against 50 that a person may wait).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer

from editor_app.action_table import PLACES
from editor_app.ready_ahead import READY_AHEAD
from editor_app.views.place import Place

# What a person does between two turns is answered first; imports are waited for.
_PAUSE_MS, _LOOK_AGAIN_MS = 30, 200


class PlacesAhead(QObject):
    """Takes one short turn after another until every place that can be opened is made.

    Args:
        make: makes a place by its name, hidden; None for one that can't be opened or is made.
        parent: ends it.
    """

    def __init__(self, make: Callable[[str], Place | None], parent: QObject) -> None:
        super().__init__(parent)
        self._make = make
        self._turns: Iterator[None] = iter(())
        self._is_wanted = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._take_turn)

    @property
    def is_running(self) -> bool:
        """Whether anything is still to be made."""
        return self._timer.isActive()

    def start(self) -> None:
        """Begin; `look_again` goes on from then on."""
        self._is_wanted = True
        self.look_again()

    def look_again(self) -> None:
        """Songs came or went: other places may be opened now."""
        if self._is_wanted and not self._timer.isActive():
            self._turns = self._all_turns()
            self._timer.start(_PAUSE_MS)

    def stop(self) -> None:
        """Leave the rest."""
        self._is_wanted = False
        self._timer.stop()

    def _take_turn(self) -> None:
        if READY_AHEAD.is_running:
            self._timer.start(_LOOK_AGAIN_MS)
        elif next(self._turns, self) is not self:
            self._timer.start(_PAUSE_MS)

    def _all_turns(self) -> Iterator[None]:
        for name in PLACES:
            place = self._make(name)
            if place is not None:
                yield
                yield from place.ready()
                yield
