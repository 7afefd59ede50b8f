"""The places of the window, a row each: all that the frame knows of them.

Three things follow this table: the side bar, the entries of the menu, and what is imported late
and ahead. A test holds the contract that no place imports another against it. A place is its row
here and its folder in `places`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlaceSpec:
    """One place.

    Attributes:
        name: of its folder, in settings, and in the table of actions.
        words: as the side bar and the menu call it.
        key: that brings it to the front, in Qt's portable text.
        icon: beside its words.
        page: its class in `editor_app.places.NAME.page`.
        needs_songs: whether it opens only once there is a song.
        later: modules of its folder that it imports after it was opened; they are imported ahead.
    """

    name: str
    words: str
    key: str
    icon: str
    page: str
    needs_songs: bool = True
    later: tuple[str, ...] = ()

    @property
    def action(self) -> str:
        """Id of the action that brings it to the front."""
        return f"place_{self.name}"

    @property
    def module(self) -> str:
        """Name of its page's module."""
        return f"editor_app.places.{self.name}.page"


PLACE_TABLE = (
    PlaceSpec("songs", "Songs", "Ctrl+1", "note", "SongsPage", needs_songs=False),
    PlaceSpec("rate", "Rate", "Ctrl+2", "waveform", "RatePage"),
    PlaceSpec("taste", "Your taste", "Ctrl+3", "sliders", "TastePage", later=("training_charts",)),
    PlaceSpec("compare", "Compare", "Ctrl+4", "scales", "ComparePage"),
    PlaceSpec("export", "Export", "Ctrl+5", "export", "ExportPage", later=("map.chart",)),
)
PLACES = tuple(spec.name for spec in PLACE_TABLE)
FIRST_PLACE = next(spec.name for spec in PLACE_TABLE if not spec.needs_songs)
"""Where a window without songs opens."""
