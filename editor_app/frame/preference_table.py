"""What can be switched on and off in the preferences: a row each.

A row is a property of `Settings`, its words and, where it is in a menu too, the action there.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Switch:
    """One row.

    Attributes:
        setting: the property of `Settings`.
        words: as the preferences call it.
        heading: under which it stands.
        tip: what it means, for a tooltip.
        action: id of the switch in a menu; empty for none.
    """

    setting: str
    words: str
    heading: str
    tip: str = ""
    action: str = ""


BY_ITSELF, RATING = "What starts by itself", "Rating"
SWITCHES = (
    Switch(
        "play_first_pair",
        "The first pair plays when you begin to rate",
        BY_ITSELF,
        action="play_first",
    ),
    Switch(
        "play_next_at_once",
        "The next pair plays after an answer",
        BY_ITSELF,
        action="play_next",
    ),
    Switch(
        "sound_after_export",
        "A sound tells that exporting has ended",
        BY_ITSELF,
        "Not while something plays",
    ),
    Switch(
        "listen_first",
        "An answer counts once both edits were heard",
        RATING,
        "Keys answer only after a moment of each edit",
        action="listen_first",
    ),
    Switch(
        "differences_only",
        "Only what differs is played",
        RATING,
        "The rest of both edits is passed over",
        action="differences_only",
    ),
    Switch(
        "waveforms_hidden",
        "Waveforms are hidden, for ears alone",
        RATING,
        action="hide_waveforms",
    ),
)
