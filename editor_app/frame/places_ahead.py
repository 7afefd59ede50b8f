"""Makes the places not yet opened, hidden and in turns: opening one then doesn't hold the window.

Opening one for the first time held it for 57-119 ms, two thirds of which were widgets being made
and styled; now for 37-40, and for 73-75 in hours when the same machine took 1.7 x as long for all.
The longest turn took 34-48 ms: between two of them the window answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer, Signal

from editor_app.keys.place_table import PLACES
from editor_app.places.place import Place
from editor_app.work.ready_ahead import READY_AHEAD

# What a person does between two turns is answered first; imports are waited for.
_PAUSE_MS, _LOOK_AGAIN_MS = 30, 200


class PlacesAhead(QObject):
    """Takes one short turn after another until every place that can be opened is made.

    Args:
        make: makes a place by its name, hidden; None for one that can't be opened or is made.
        parent: ends it.
    """

    done = Signal()
    """All that can be opened is made."""

    def __init__(self, make: Callable[[str], Place | None], parent: QObject) -> None:
        super().__init__(parent)
        self._make = make
        self._turns: Iterator[None] = iter(())
        self._is_wanted = self._is_in_turn = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._take_turn)

    @property
    def is_running(self) -> bool:
        """Whether anything is still to be made."""
        return self._timer.isActive() or self._is_in_turn

    def start(self) -> None:
        """Begin; `look_again` goes on from then on."""
        self._is_wanted = True
        self.look_again()

    def look_again(self) -> None:
        """Songs came or went: other places may be opened now."""
        if self._is_wanted and not self.is_running:
            self._turns = self._all_turns()
            self._timer.start(_PAUSE_MS)

    def stop(self) -> None:
        """Leave the rest."""
        self._is_wanted = False
        self._timer.stop()
        self._turns = iter(())

    def _take_turn(self) -> None:
        if READY_AHEAD.is_running:
            self._timer.start(_LOOK_AGAIN_MS)
            return
        self._is_in_turn = True
        try:
            is_over = next(self._turns, self) is self
        except BaseException:
            # Told once: who opens that place is told again, who doesn't isn't with every song.
            self.stop()
            raise
        finally:
            self._is_in_turn = False
        if is_over:
            self.done.emit()
        elif self._is_wanted:
            self._timer.start(_PAUSE_MS)

    def _all_turns(self) -> Iterator[None]:
        for name in PLACES:
            place = self._make(name)
            if place is not None:
                yield
                yield from place.ready()
                yield
