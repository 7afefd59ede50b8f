"""Which commands of the bar check can be given now, and why not the others."""

from __future__ import annotations

from dataclasses import dataclass

from editor_app.keys.actions import Actions
from editor_app.places.songs.bars.by_hand import LINE_ACTIONS, STRETCH_ACTIONS
from ml_core.domain.bar_check import BarCheck
from ml_core.domain.songs import SongEntry

_NO_SONG = "Choose one song first"
_CLOSED = "Open the bar check first"
_NO_BEAT = "No steady beat was found: tap it first"
_BEAT_ACTIONS = ("tempo_double", "tempo_halve", "bars_earlier", "bars_later", "choose_meter")


@dataclass(frozen=True, slots=True)
class BarState:
    """What the bar check shows.

    Attributes:
        entry: the song that is checked.
        check: its grid; None until it is known.
        is_open: whether the panel is open.
        is_trying: whether corrections are tried and not kept.
        has_doubts: whether single bars are doubtful.
    """

    entry: SongEntry | None
    check: BarCheck | None
    is_open: bool
    is_trying: bool
    has_doubts: bool


def allow(actions: Actions, state: BarState) -> tuple[bool, str]:
    """Allow what can be done; returns whether the meter can be chosen, and its tip."""
    entry, check = state.entry, state.check
    reason = _NO_SONG if entry is None or check is None else ""
    reason = reason if state.is_open else _CLOSED
    no_beat = reason or ("" if check is not None and check.layout.has_beat else _NO_BEAT)
    actions.allow((*_BEAT_ACTIONS, *LINE_ACTIONS, *STRETCH_ACTIONS), no_beat)
    actions.allow(("play_clicks", "tap_beat"), reason)
    is_corrected = entry is not None and (bool(entry.corrections) or state.is_trying)
    # Allowed where no grid is known too, so that corrections that don't fit can be dropped.
    nothing = "Nothing was corrected" if state.is_open else _CLOSED
    actions.allow(["reset_bars"], "" if is_corrected else nothing)
    is_confirmed = entry is not None and entry.corrections.is_confirmed and not state.is_trying
    actions.allow(["bars_fit"], no_beat or ("You said so already" if is_confirmed else ""))
    no_doubt = "" if state.has_doubts else "No single bar is uncertain"
    actions.allow(["doubtful_bar"], reason or no_doubt)
    return not no_beat, no_beat or actions.tip("choose_meter")
