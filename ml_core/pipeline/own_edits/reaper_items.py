"""What REAPER's lines say of tracks, items and takes, as they come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ml_core.domain.files.clips_read import MOST_CLIPS

_MOST_DEPTH = 64
_LINES = frozenset((
    "POSITION", "LENGTH", "LOOP", "FADEIN", "FADEOUT", "MUTE", "NAME", "VOLPAN", "TAKEVOLPAN",
    "SOFFS", "PLAYRATE", "CHANMODE",
))  # fmt: skip
_SECTION_LINES = frozenset(("STARTPOS", "LENGTH", "MODE"))
"""What is read of an item and its takes, and of a source that is a part of another one."""

_EXTRAS = {
    "VOLENV": ("a volume curve", "is"),
    "PANENV": ("a curve of its place", "is"),
    "MUTEENV": ("a curve that mutes it", "is"),
    "PITCHENV": ("a pitch curve", "is"),
}
"""Blocks within an item that change its sound."""

_TRACK_EXTRAS = {
    "VOLENV2": ("a volume curve", "is"),
    "MUTEENV": ("a curve that mutes it", "is"),
}
_CHAINS = frozenset(("TAKEFX", "FXCHAIN"))
_PLUGINS = frozenset(["VST", "AU", "JS", "DX", "LV2", "CLAP", "CONTAINER", "VIDEO_EFFECT"])
_EFFECTS = ("effects", "are")


@dataclass
class Take:
    """A version of an item: a file and how it is played.

    Attributes:
        values: the rest of each line by its first word.
        section: of a source that is a part of another one, likewise.
        extras: what changes its sound and is not read: (words, verb).
    """

    is_first: bool
    is_active: bool = False
    values: dict[str, list[str]] = field(default_factory=dict)
    section: dict[str, list[str]] = field(default_factory=dict)
    is_section: bool = False
    file: str = ""
    stretch_markers: list[list[str]] = field(default_factory=list)
    extras: set[tuple[str, str]] = field(default_factory=set)

    def number(self, name: str, default: float = 0.0, at: int = 0) -> float:
        """A line's number at a place; the default where it has none."""
        return _number(self.values, name, default, at)

    def section_number(self, name: str) -> float:
        """A number of its source's part; 0 where it has none."""
        return _number(self.section, name, 0.0, 0)

    @property
    def name(self) -> str:
        """As the person called it."""
        return next(iter(self.values.get("NAME", [])), "")

    @property
    def volume(self) -> float:
        """Its own factor, beside the item's; below 0 its phase is turned round."""
        return self.number("VOLPAN", 1.0, 2) if self.is_first else self.number("TAKEVOLPAN", 1.0, 1)

    @property
    def pan(self) -> float:
        """Its place from left to right, -1..1."""
        return self.number("VOLPAN", 0.0, 1) if self.is_first else self.number("TAKEVOLPAN")


@dataclass
class Item:
    """An item of a track, with all its takes.

    Attributes:
        track: its number, from 0; -1 outside of any.
    """

    track: int
    takes: list[Take]

    @property
    def heard(self) -> Take:
        """The take that plays."""
        return next((take for take in self.takes if take.is_active), self.takes[0])

    def number(self, name: str, default: float = 0.0, at: int = 0) -> float:
        """A number that is the item's own: it stands with its first take."""
        return self.takes[0].number(name, default, at)


@dataclass
class _Track:
    """A track: whether it is muted or heard alone, by itself or by a folder that it lies in."""

    folders: tuple[int, ...]
    name: str = ""
    is_muted: bool = False
    is_solo: bool = False
    volume: float = 1.0
    extras: set[tuple[str, str]] = field(default_factory=set)


class Reading:
    """What was read so far, line by line."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self._tracks: list[_Track] = []
        self._folders: list[int] = []
        self._stack: list[str] = []

    def take(self, name: str, rest: list[str]) -> None:
        """Take a line.

        Raises:
            ValueError: if its blocks don't fit into each other, or there are too many items.
        """
        if name.startswith("<"):
            self._open(name[1:], rest)
        elif name == ">":
            if not self._stack:
                raise ValueError("it ends too often")
            self._stack.pop()
        elif name == "ACT" and rest[:1] == ["0"] and self._stack:
            self._take_back(self._stack[-1])
        elif "ITEM" in self._stack and self.items:
            self._of_item(self.items[-1], name, rest)
        elif self._stack[-1:] == ["TRACK"] and self._tracks:
            self._of_track(self._tracks[-1], name, rest)

    def why_unheard(self, item: Item) -> str:
        """Why its track lets an item not be heard; empty where it does."""
        if item.track < 0:
            return ""
        track = self._tracks[item.track]
        around = [track, *(self._tracks[k] for k in track.folders)]
        if any(one.is_muted for one in around):
            return "is muted"
        if any(one.is_solo for one in self._tracks) and not self._is_among_solo(item.track):
            return "is not heard, since another track is soloed"
        return ""

    def track_notes(self) -> Iterator[str]:
        """What of tracks that are heard is not taken over, a sentence each."""
        used = {item.track for item in self.items if item.track >= 0}
        for k in sorted(used):
            track = self._tracks[k]
            name = track.name or f"{k + 1}"
            if track.volume != 1.0:
                yield f"The volume of the track {name} is not kept."
            for words, verb in sorted(track.extras):
                yield f"The track {name} has {words}, which {verb} not kept."

    def _is_among_solo(self, k: int) -> bool:
        folders = self._tracks[k].folders
        within = any(one.is_solo and k in one.folders for one in self._tracks)
        return within or any(self._tracks[at].is_solo for at in (k, *folders))

    def _open(self, kind: str, rest: list[str]) -> None:
        self._stack.append(kind)
        if len(self._stack) > _MOST_DEPTH:
            raise ValueError("it is nested too deep")
        if "ITEM" in self._stack[:-1] and self.items:
            take = self.items[-1].takes[-1]
            if kind == "SOURCE" and rest[:1] == ["SECTION"]:
                take.is_section = True
            self._note(kind, _EXTRAS, take.extras)
        elif kind == "ITEM":
            track = len(self._tracks) - 1 if "TRACK" in self._stack else -1
            self.items.append(Item(track, [Take(is_first=True)]))
            if len(self.items) > MOST_CLIPS:
                raise ValueError(f"it has more than {MOST_CLIPS} items")
        elif kind == "TRACK":
            self._tracks.append(_Track(tuple(self._folders)))
        elif "TRACK" in self._stack[:-1] and self._tracks:
            self._note(kind, _TRACK_EXTRAS, self._tracks[-1].extras)

    def _note(
        self, kind: str, known: dict[str, tuple[str, str]], extras: set[tuple[str, str]]
    ) -> None:
        """Note a block that changes the sound: a curve, or a plug-in in a chain of them."""
        if kind in known:
            extras.add(known[kind])
        elif kind in _PLUGINS and not _CHAINS.isdisjoint(self._stack):
            extras.add(_EFFECTS)

    def _take_back(self, kind: str) -> None:
        """A curve that is there is not in use."""
        if "ITEM" in self._stack and self.items:
            self.items[-1].takes[-1].extras.discard(_EXTRAS.get(kind, ("", "")))
        elif self._tracks:
            self._tracks[-1].extras.discard(_TRACK_EXTRAS.get(kind, ("", "")))

    def _of_item(self, item: Item, name: str, rest: list[str]) -> None:
        take = item.takes[-1]
        if self._stack[-1] == "SOURCE":
            if name == "FILE" and rest:
                take.file = rest[0]
            elif take.is_section and name in _SECTION_LINES:
                take.section.setdefault(name, rest)
        elif self._stack[-1] == "ITEM":
            if name == "TAKE":
                item.takes.append(Take(is_first=False, is_active="SEL" in rest))
                if len(item.takes) > MOST_CLIPS:
                    raise ValueError("it has more takes than anyone made")
            elif name == "SM":
                take.stretch_markers.append(rest)
                if len(take.stretch_markers) > MOST_CLIPS:
                    raise ValueError("it has more stretch markers than anyone set")
            elif name in _LINES:
                take.values[name] = rest

    def _of_track(self, track: _Track, name: str, rest: list[str]) -> None:
        if name == "NAME" and rest:
            track.name = rest[0]
        elif name == "MUTESOLO":
            track.is_muted = rest[:1] == ["1"]
            track.is_solo = rest[1:2] not in ([], ["0"])
        elif name == "VOLPAN" and rest:
            track.volume = float(rest[0])
        elif name == "ISBUS" and len(rest) > 1:
            self._go_deeper(int(rest[1]))

    def _go_deeper(self, step: int) -> None:
        """A folder begins with this track, or one or more end with it."""
        if step == 1:
            self._folders.append(len(self._tracks) - 1)
            if len(self._folders) > _MOST_DEPTH:
                raise ValueError("it is nested too deep")
        elif step < 0:
            del self._folders[max(0, len(self._folders) + step) :]


def _number(values: dict[str, list[str]], name: str, default: float, at: int) -> float:
    words = values.get(name, [])
    return float(words[at]) if len(words) > at else default
