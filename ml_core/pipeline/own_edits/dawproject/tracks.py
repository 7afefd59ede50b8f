"""Which tracks of a DAWproject are heard: muted and soloed ones, also by the groups they lie in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_MOST_DEPTH = 32


@dataclass(frozen=True, slots=True)
class Track:
    """A track with the groups around it, the nearest last.

    Attributes:
        is_muted, is_solo: of itself, whatever the groups around it are.
        volume: its fader's factor; 1 for none.
    """

    name: str
    groups: tuple[str, ...]
    is_muted: bool
    is_solo: bool
    volume: float


class Tracks:
    """All tracks by their ids.

    Raises:
        ValueError: if they lie too deep in each other.
    """

    def __init__(self, root: Any) -> None:
        self._tracks: dict[str, Track] = {}
        structure = root.find("./Structure")
        if structure is not None:
            self._read(structure, ())
        self._soloed = {key for key, track in self._tracks.items() if track.is_solo}
        self._around_solo = {
            group for key in self._soloed for group in self._tracks[key].groups
        } | self._soloed

    def why_unheard(self, key: str) -> str:
        """Why a track's clips are not heard; empty where they are."""
        track = self._tracks.get(key)
        if track is None:
            return ""
        if track.is_muted or any(self._tracks[group].is_muted for group in track.groups):
            return "is muted"
        is_with_solo = key in self._around_solo or not self._soloed.isdisjoint(track.groups)
        return (
            "is not heard, since another track is soloed"
            if self._soloed - {key} and (not is_with_solo)
            else ""
        )

    def name(self, key: str) -> str:
        """As the person called it."""
        track = self._tracks.get(key)
        return track.name if track is not None else "without a name"

    def notes(self, used: set[str]) -> Iterator[str]:
        """What of tracks that are heard is not taken over, a sentence each."""
        for key, track in self._tracks.items():
            if key in used and abs(track.volume - 1.0) > 1e-6:
                yield f"The volume of the track {track.name} is not kept."

    def _read(self, parent: Any, groups: tuple[str, ...]) -> None:
        if len(groups) > _MOST_DEPTH:
            raise ValueError("it is nested too deep")
        for number, node in enumerate(parent.findall("./Track")):
            key = node.get("id") or f"{'/'.join(groups)}/{number}"
            channel = node.find("./Channel")
            has_channel = channel is not None
            self._tracks[key] = Track(
                node.get("name") or "without a name",
                groups,
                is_muted=has_channel and _value(channel, "Mute") == "true",
                is_solo=has_channel and channel.get("solo") == "true",
                volume=_volume(channel) if has_channel else 1.0,
            )
            self._read(node, (*groups, key))


def _value(channel: Any, name: str) -> str:
    found = channel.find(f"./{name}")
    return "" if found is None else str(found.get("value", ""))


def _volume(channel: Any) -> float:
    found = channel.find("./Volume")
    if found is None or found.get("unit", "linear") not in ("linear", "decibel"):
        return 1.0
    value = float(found.get("value", "nan"))
    return 10.0 ** (value / 20.0) if found.get("unit") == "decibel" else value
