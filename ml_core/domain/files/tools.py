"""Which other tools an edit can be written for, and what that adds beside its file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ml_core.errors import UserError


@dataclass(frozen=True, slots=True)
class Tool:
    """One row of the table.

    Attributes:
        name: as the command takes it.
        words: as the window lists it.
        ending: of the file's name, behind the edit's own; empty where nothing stands beside it.
        has_tracks: whether it has a second track, for what clips can't say of the joins.
    """

    name: str
    words: str
    ending: str
    has_tracks: bool = False


MARKERS = "cue"

TOOLS = {
    tool.name: tool
    for tool in (
        Tool("dawproject", "DAWproject (Bitwig, Cubase, Studio One)", ".dawproject", True),
        Tool("reaper", "REAPER project", ".rpp", True),
        Tool("audacity", "Audacity labels", ".labels.txt"),
        Tool("otio", "OpenTimelineIO", ".otio", True),
        Tool("edl", "CMX 3600 edit list", ".edl"),
        Tool(MARKERS, "Markers in the WAV itself", ""),
    )
}


def chosen_tools(text: str) -> tuple[str, ...]:
    """Tools named in a comma list, each once.

    Raises:
        UserError: if one is unknown.
    """
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in TOOLS]
    if unknown or not names:
        raise UserError(
            f"No other tool is called {unknown[0] if unknown else text!r}.",
            f"There are {', '.join(TOOLS)}.",
        )
    return tuple(dict.fromkeys(names))


def refuse_what_tools_cannot_say(tools: Sequence[str], file_format: str, exact: bool) -> None:
    """Say beforehand what would not come out.

    Raises:
        UserError: for markers in another format than WAV, or clips of a stretched edit.
    """
    if MARKERS in tools and file_format != "wav":
        raise UserError(
            f"Markers can be put into WAV files, not into {file_format.upper()}.",
            "Export as WAV, or leave out cue.",
        )
    if exact and tools:
        raise UserError(
            "Other tools can't be told how an exact length was stretched.",
            "Leave out --exact or --daw.",
        )
