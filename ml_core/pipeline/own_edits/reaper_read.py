"""REAPER's project files: items with the take that is heard, and tracks with what mutes them.

After REAPER's own files, which are lines of words in blocks `<NAME … >`. All places are seconds,
whatever the tempo.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import islice

from ml_core.domain.files.clips_read import ReadClip, ReadProject
from ml_core.pipeline.own_edits.levels import SILENT, gain_db_of
from ml_core.pipeline.own_edits.reaper_items import Item, Reading, Take

_WORD = re.compile(r'"([^"]*)"|\'([^\']*)\'|`([^`]*)`|(\S+)')
MOST_LINES = 500_000
"""States of plug-ins are most of them."""

_MOST_WORDS = 4096
"""Of a line: some thousand stretch markers. What follows is a plug-in's."""

_REVERSED = 2
"""Bit of a section's MODE."""

_EVEN_S = 1e-6


def read_reaper(text: str) -> ReadProject:
    """The clips of a project; muted, stretched and reversed ones are named.

    Raises:
        ValueError: if it is no such project.
    """
    if not text.lstrip().startswith("<REAPER_PROJECT"):
        raise ValueError("it does not begin as one")
    if text.count("\n") > MOST_LINES:
        raise ValueError("it has more lines than any edit")
    reading = Reading()
    for line in io.StringIO(text):
        words = list(islice(_words(line), _MOST_WORDS))
        if words:
            reading.take(words[0], words[1:])
    clips, left_out = [], list(reading.track_notes())
    for item in reading.items:
        why = reading.why_unheard(item) or _why_not(item)
        if why:
            left_out.append(f"{_title(item)} {why}.")
        else:
            clips.append(_clip(item))
            left_out += [f"{_title(item)} {note}." for note in _notes(item)]
    return ReadProject(tuple(clips), tuple(left_out))


def _words(line: str) -> Iterator[str]:
    for found in _WORD.finditer(line):
        yield next(group for group in found.groups() if group is not None)


def _title(item: Item) -> str:
    return f"The item {item.heard.name or item.heard.file or 'without a name'}"


def _why_not(item: Item) -> str:
    take = item.heard
    rate, pitch = take.number("PLAYRATE", 1.0), take.number("PLAYRATE", 0.0, 2)
    mode = int(take.section_number("MODE"))
    for is_so, words in (
        (item.number("MUTE") > 0.0, "is muted"),
        (not take.file, "has no audio file"),
        (abs(rate - 1.0) > 1e-9 or pitch != 0.0, "is stretched or at another pitch"),
        (not _is_even(take), "has stretch markers"),
        (mode & _REVERSED != 0, "is reversed"),
        (item.number("LENGTH") <= 0.0, "is empty"),
        (_gain_db(item) is None, SILENT),
    ):
        if is_so:
            return words
    return ""


def _is_even(take: Take) -> bool:
    """Whether stretch markers, if there are any, leave the sound as it is.

    Each is (where in the item, where in the source, ...), parted by plus signs.
    """
    for line in take.stretch_markers:
        marker: list[str] = []
        for word in [*line, "+"]:
            if word != "+":
                marker.append(word)
            elif len(marker) >= 2:
                if abs(float(marker[0]) - float(marker[1])) > _EVEN_S:
                    return False
                marker = []
    return True


def _gain_db(item: Item) -> float | None:
    return gain_db_of(item.number("VOLPAN", 1.0) * item.heard.volume)


def _notes(item: Item) -> Iterator[str]:
    """What of an item that is a piece is not taken over."""
    take = item.heard
    if take.volume < 0.0 or item.number("VOLPAN", 1.0) < 0.0:
        yield "has its phase turned round there, which is not kept"
    if take.number("CHANMODE") > 0.0:
        yield "plays other channels there than the song has, which is not kept"
    if take.pan != 0.0:
        yield "is panned, which is not kept"
    yield from (f"has {words}, which {verb} not kept" for words, verb in sorted(take.extras))


def _clip(item: Item) -> ReadClip:
    take, length_s = item.heard, item.number("LENGTH")
    begin_s, loop_s = take.number("SOFFS"), None
    start_s, section_s = take.section_number("STARTPOS"), take.section_number("LENGTH")
    if take.is_section:
        begin_s += start_s
    if item.number("LOOP") > 0.0:
        loop_s = (start_s, start_s + section_s) if take.is_section and section_s > 0 else (0.0, 0.0)
    elif take.is_section and section_s > 0.0:
        length_s = max(1e-9, min(length_s, start_s + section_s - begin_s))
    gain_db = _gain_db(item)
    return ReadClip(
        take.file,
        begin_s,
        item.number("POSITION"),
        length_s,
        gain_db=0.0 if gain_db is None else gain_db,
        fade_in_s=_fade_s(item, "FADEIN"),
        fade_out_s=_fade_s(item, "FADEOUT"),
        loop_s=loop_s,
    )


def _fade_s(item: Item, name: str) -> float:
    """The fade that is heard: where there is one of overlapping items, that, else the item's."""
    overlapping_s = item.number(name, 0.0, 2)
    return max(0.0, overlapping_s if overlapping_s > 0.0 else item.number(name, 0.0, 1))
