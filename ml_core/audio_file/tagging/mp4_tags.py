"""MP4's atoms of tags, read and written, as iTunes has them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import mutagen
import mutagen.mp4

from ml_core.audio_file.tagging.blocked import NEVER_TAKEN_MP4
from ml_core.audio_file.tagging.building import TagBuilder
from ml_core.audio_file.tagging.fields import BY_MP4, FIELDS, IN_WORDS, TOTALS
from ml_core.audio_file.tagging.id3_tags import credited
from ml_core.audio_file.tagging.old_texts import decoded
from ml_core.audio_file.tagging.own_edits import MARK, MARKED
from ml_core.audio_file.tagging.records import FRONT_COVER, Tags

_mutagen: Any = mutagen
"""Its annotations cover less than half of it."""

SYSTEM = "MP4"
_FREE, _MEAN = "----:", "com.apple.iTunes"
_PAIRS = {"trkn": "track", "disk": "disc"}
_FLAGS, _NUMBERS = {"cpil": "compilation"}, {"tmpo": "bpm", "©mvi": "movement_number"}
HELD_PICTURES = frozenset({"image/jpeg", "image/png"})


def from_mp4(tags: Any) -> Tags:
    """What MP4's atoms say."""
    found = TagBuilder()
    for name, values in tags.items():
        if name in NEVER_TAKEN_MP4 or name == "covr":
            continue
        if name in _PAIRS:
            found.put(_PAIRS[name], [f"{at}/{total}" if total else f"{at}" for at, total in values])
        elif name in _FLAGS:
            found.put(_FLAGS[name], ["1"] if values else [])
        elif name in _NUMBERS:
            found.put(_NUMBERS[name], values)
        elif name in BY_MP4:
            found.put(BY_MP4[name], values)
        elif name.startswith(_FREE):
            found.put_custom(name.split(":", 2)[2], decoded([bytes(value) for value in values]))
        else:
            found.keep(SYSTEM, name, values)
    for picture in tags.get("covr", ()):
        found.picture(bytes(picture), FRONT_COVER)
    return found.made()


def to_mp4(target: Any, tags: Tags) -> None:
    """Put tags among those of a file; fields they hold replace the file's own."""
    totals = {name for names in TOTALS.values() for name in names}
    for name, values in tags.texts.items():
        if name in BY_MP4.values():
            target[FIELDS[name].mp4] = list(values)
        elif not (_put_number(target, tags, name, values) or name.casefold() in totals):
            plain = FIELDS[name].vorbis.upper() if name in FIELDS else name
            _free(target, IN_WORDS.get(plain.casefold(), plain), values)
    for remark in tags.remarks:
        words = f":{remark.description}" if remark.description else ""
        _free(target, f"{remark.field.upper()}{words}", (remark.text,))
    if people := credited(tags):
        _free(target, "PERFORMER", people)
    for (system, name), value in tags.own.items():
        if system == SYSTEM:
            target[name] = value
    if tags.is_edit:
        _free(target, MARK, (MARKED,))
    kinds = {"image/jpeg": 13, "image/png": 14}  # MP4Cover.FORMAT_JPEG and FORMAT_PNG
    held = [one for one in tags.all_pictures if one.mime in HELD_PICTURES]
    if held:
        target["covr"] = [_mutagen.mp4.MP4Cover(one.data, kinds[one.mime]) for one in held]


def _put_number(target: Any, tags: Tags, name: str, values: tuple[str, ...]) -> bool:
    """Put a field that MP4 has as a number; whether it could be."""
    with suppress(ValueError):
        for atom, field in _PAIRS.items():
            if name == field:
                number, _, total = values[0].partition("/")
                target[atom] = [(_short(number), _short(total or _total(tags, field) or "0"))]
                return True
        for atom, field in _NUMBERS.items():
            if name == field:
                target[atom] = [_short(values[0])]
                return True
        if name == "compilation" and values[0] in ("0", "1"):
            target["cpil"] = values[0] == "1"
            return True
    return False


def _total(tags: Tags, field: str) -> str:
    by_name = {name.casefold(): values[0] for name, values in tags.texts.items()}
    return next((by_name[name] for name in TOTALS[field] if name in by_name), "")


def _short(text: str) -> int:
    """A whole number of 16 bits.

    Raises:
        ValueError: if it is none.
    """
    number = int(text)
    if not 0 <= number < 1 << 15:
        raise ValueError(f"{number} has more than 16 bits")
    return number


def _free(target: Any, name: str, values: tuple[str, ...]) -> None:
    key = f"{_FREE}{_MEAN}:{name}"
    data = [_mutagen.mp4.MP4FreeForm(value.encode("utf-8")) for value in values]
    target[key] = [*target.get(key, ()), *data]
