"""REAPER's project files: items and their sources, read line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ml_core.domain.files.clips_read import MOST_CLIPS, ReadClip, ReadProject

_MOST_DEPTH = 64
_WORD = re.compile(r'"([^"]*)"|\'([^\']*)\'|`([^`]*)`|(\S+)')
_SECTION = "SECTION"
_REVERSED = 2
"""Bit of a section's MODE."""


@dataclass
class _Item:
    place: int
    values: dict[str, list[str]] = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)
    section: dict[str, list[str]] = field(default_factory=dict)
    file: str = ""
    n_takes: int = 1

    def number(self, name: str, default: float = 0.0, at: int = 0) -> float:
        words = self.values.get(name, [])
        return float(words[at]) if len(words) > at else default


class _Reading:
    """What was read so far, line by line."""

    def __init__(self) -> None:
        self.items: list[_Item] = []
        self.muted_tracks: set[int] = set()
        self._stack: list[str] = []
        self._n_tracks = 0

    def take(self, name: str, rest: list[str]) -> None:
        """Take a line."""
        if name.startswith("<"):
            self._open(name[1:], rest)
        elif name == ">":
            if not self._stack:
                raise ValueError("it ends too often")
            self._stack.pop()
        elif "ITEM" in self._stack and self.items:
            _take(self.items[-1], self._stack, name, rest)
        elif name == "MUTESOLO" and rest[:1] == ["1"]:
            self.muted_tracks.add(self._n_tracks)

    def _open(self, kind: str, rest: list[str]) -> None:
        self._stack.append(kind)
        if len(self._stack) > _MOST_DEPTH:
            raise ValueError("it is nested too deep")
        self._n_tracks += kind == "TRACK"
        if kind == "ITEM":
            self.items.append(_Item(self._n_tracks))
            if len(self.items) > MOST_CLIPS:
                raise ValueError(f"it has more than {MOST_CLIPS} items")
        elif kind == "SOURCE" and self.items and "ITEM" in self._stack:
            self.items[-1].kinds.append(rest[0] if rest else "")


def read_reaper(text: str) -> ReadProject:
    """The clips of a project; muted, stretched and reversed ones are named.

    Raises:
        ValueError: if it is no such project.
    """
    if not text.lstrip().startswith("<REAPER_PROJECT"):
        raise ValueError("it does not begin as one")
    reading = _Reading()
    for line in text.split("\n"):
        words = list(_words(line))
        if words:
            reading.take(words[0], words[1:])
    clips, left_out = [], []
    for item in reading.items:
        why = _why_not(item, item.place in reading.muted_tracks)
        if why:
            left_out.append(f"{_title(item)} {why}.")
        else:
            clips.append(_clip(item))
    return ReadProject(tuple(clips), tuple(left_out))


def _words(line: str) -> Iterator[str]:
    for found in _WORD.finditer(line):
        yield next(group for group in found.groups() if group is not None)


def _take(item: _Item, stack: list[str], name: str, rest: list[str]) -> None:
    if stack[-1] == "SOURCE":
        if name == "FILE" and rest:
            item.file = rest[0]
        elif _SECTION in item.kinds:
            item.section[name] = rest
    elif stack[-1] == "ITEM":
        if name == "TAKE":
            item.n_takes += 1
        elif item.n_takes == 1:
            item.values[name] = rest


def _title(item: _Item) -> str:
    name = item.values.get("NAME", [""])[0] if item.values.get("NAME") else ""
    return f"The item {name or item.file or 'without a name'}"


def _why_not(item: _Item, is_muted: bool) -> str:
    rate, pitch = item.number("PLAYRATE", 1.0), item.number("PLAYRATE", 0.0, 2)
    mode = item.section.get("MODE") or ["0"]
    for is_so, words in (
        (is_muted or item.values.get("MUTE", ["0"])[:1] == ["1"], "is muted"),
        (not item.file, "has no audio file"),
        (item.n_takes > 1, "has several takes: leave one"),
        (abs(rate - 1.0) > 1e-9 or pitch != 0.0, "is stretched or at another pitch"),
        ("SM" in item.values, "has stretch markers"),
        (int(float(mode[0])) & _REVERSED != 0, "is reversed"),
        (item.number("LENGTH") <= 0.0, "is empty"),
    ):
        if is_so:
            return words
    return ""


def _clip(item: _Item) -> ReadClip:
    start = item.section.get("STARTPOS", ["0"])
    begin_s = item.number("SOFFS") + float(start[0] if start else 0.0)
    return ReadClip(item.file, begin_s, item.number("POSITION"), item.number("LENGTH"))
