"""ID3v2, read and written: MP3, WAV, AIFF."""

from __future__ import annotations

from collections.abc import Collection
from copy import copy
from typing import Any

import mutagen
import mutagen.id3

from ml_core.audio_file.tagging.blocked import NEVER_TAKEN, is_false_when_cut
from ml_core.audio_file.tagging.building import TagBuilder, clean
from ml_core.audio_file.tagging.fields import (
    ADDRESS,
    ADDRESSES,
    BY_ID3,
    FIELDS,
    ID3_ALSO,
    IN_WORDS,
    TOTALS,
)
from ml_core.audio_file.tagging.old_texts import mended
from ml_core.audio_file.tagging.own_edits import MARK, MARKED
from ml_core.audio_file.tagging.records import Tags

_mutagen: Any = mutagen
"""Its annotations cover less than half of it."""

SYSTEM = "ID3"
_LATIN_1 = 0
"""ID3's number of the coding whose name old programs put on any (ID3v2.4, section 4)."""

_UTF_8 = 3
_OWN = frozenset({"GEOB", "PRIV", "POPM", "PCNT", "PCST", "OWNE", "COMR", "USER", "TIPL", "TMCL"})
PEOPLE = frozenset({"TIPL", "TMCL"})
"""Lists of (role, name)."""

_REMARKS = {"COMM": "comment", "USLT": "lyrics"}
_FRAME_OF = {address: frame_id for frame_id, address in ADDRESSES.items()}
_LARGEST_OBJECT_BYTES = 1 << 24


def from_id3(tags: Any) -> Tags:
    """What ID3 says; mutagen has brought older versions to 2.4."""
    found = TagBuilder()
    frames = [frame for frame in tags.values() if frame.FrameID not in NEVER_TAKEN]
    _mend([frame for frame in frames if isinstance(getattr(frame, "encoding", None), int)])
    for frame in sorted(frames, key=lambda frame: frame.FrameID in ("TXXX", "WXXX")):
        _take(found, frame)
    for frame in tags.getall("APIC"):
        found.picture(frame.data, int(frame.type), frame.desc, frame.mime)
    return found.made()


def _take(found: TagBuilder, frame: Any) -> None:
    frame_id = frame.FrameID
    if frame_id in _REMARKS:
        texts = [frame.text] if isinstance(frame.text, str) else frame.text
        for text in texts:
            found.remark(_REMARKS[frame_id], frame.lang, frame.desc, text)  # type: ignore[arg-type]
    elif frame_id == "TXXX":
        found.put_custom(frame.desc, frame.text)
    elif frame_id == "TCON":
        found.put("genre", frame.genres)
    elif frame_id in BY_ID3:
        found.put(BY_ID3[frame_id], frame.text)
    elif frame_id in ADDRESSES:
        found.address(frame_id, frame.url)
    elif frame_id == "WXXX":
        found.put_custom(f"{ADDRESS}{frame.desc}", [frame.url])
    elif frame_id in _OWN:
        _keep(found, frame)


def _keep(found: TagBuilder, frame: Any) -> None:
    """Take up a frame that is of ID3 alone, unless it holds places, loudness or the like."""
    names = [str(getattr(frame, name, "")) for name in ("owner", "desc", "filename")]
    data = getattr(frame, "data", b"")
    if any(map(is_false_when_cut, names)) or len(data) > _LARGEST_OBJECT_BYTES:
        return
    found.keep(SYSTEM, frame.HashKey, frame)


def _mend(frames: Collection[Any]) -> None:
    """Put the texts of frames right that claim to be ISO 8859-1; they are looked at together."""
    claiming = [frame for frame in frames if frame.encoding == _LATIN_1]
    names = ("text", "desc")
    places = [(one, name) for one in claiming for name in names if hasattr(one, name)]
    texts = [_listed(getattr(frame, name)) for frame, name in places]
    right = iter(mended([text for each in texts for text in each]))
    for (frame, name), each in zip(places, texts, strict=True):
        better = [next(right) for _ in each]
        setattr(frame, name, better if isinstance(getattr(frame, name), list) else better[0])


def _listed(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def credited(tags: Tags) -> tuple[str, ...]:
    """Who did what, "name (role)", from ID3's lists of people: as other systems say it."""
    people = [
        clean([name, role])
        for (system, _), frame in tags.own.items()
        if system == SYSTEM and frame.FrameID in PEOPLE
        for role, name in (pair for pair in frame.people if len(pair) == 2)
    ]
    return tuple(f"{one[0]} ({one[1]})" for one in people if len(one) == 2)


def to_id3(target: Any, tags: Tags) -> None:
    """Put tags among those of a file; fields they hold replace the file's own."""
    texts = _with_totals(dict(tags.texts))
    for name, values in texts.items():
        _put(target, tags, name, values)
    for remark in tags.remarks:
        made = getattr(_mutagen.id3, FIELDS[remark.field].id3)
        text = [remark.text] if remark.field == "comment" else remark.text
        lang = remark.language or "und"
        frame = made(encoding=_UTF_8, lang=lang, desc=remark.description, text=text)
        while frame.HashKey in target:  # Two of one name would be one.
            frame.desc += " "
        target.add(frame)
    for (system, _), frame in tags.own.items():
        if system == SYSTEM:
            target.add(copy(frame))
    if tags.is_edit:
        target.add(_mutagen.id3.TXXX(encoding=_UTF_8, desc=MARK, text=[MARKED]))
    if tags.all_pictures:
        target.delall("APIC")
    for picture in tags.all_pictures:
        frame = _mutagen.id3.APIC(
            encoding=_UTF_8,
            mime=picture.mime,
            type=picture.kind,
            desc=picture.description,
            data=picture.data,
        )
        while frame.HashKey in target:
            frame.desc += " "
        target.add(frame)


def _put(target: Any, tags: Tags, name: str, values: tuple[str, ...]) -> None:
    plain = name.casefold()
    frame_id = FIELDS[name].id3 if name in FIELDS else ID3_ALSO.get(plain, "")
    taken = {FIELDS[one].id3 for one in tags.texts if one in FIELDS}
    if name not in FIELDS and frame_id in taken:
        frame_id = ""
    if frame_id in _REMARKS:
        language = tags.languages.get(name, "und")
        text = list(values) if frame_id == "COMM" else "\n\n".join(values)
        made = getattr(_mutagen.id3, frame_id)
        target.add(made(encoding=_UTF_8, lang=language, desc="", text=text))
    elif plain in _FRAME_OF:
        target.add(getattr(_mutagen.id3, _FRAME_OF[plain])(url=values[0]))
    elif plain.startswith(ADDRESS):
        desc = name[len(ADDRESS) :]
        target.add(_mutagen.id3.WXXX(encoding=_UTF_8, desc=desc, url=values[0]))
    elif frame_id and _can_say(frame_id, values):
        target.add(getattr(_mutagen.id3, frame_id)(encoding=_UTF_8, text=list(values)))
    else:
        custom = FIELDS[name].vorbis.upper() if name in FIELDS else IN_WORDS.get(plain, name)
        target.add(_mutagen.id3.TXXX(encoding=_UTF_8, desc=custom, text=list(values)))


def _can_say(frame_id: str, values: tuple[str, ...]) -> bool:
    """Whether a frame takes these texts: some are of dates or numbers alone."""
    if frame_id in ("TDRC", "TDOR", "TDRL"):
        return all(str(_mutagen.id3.ID3TimeStamp(value)) == value for value in values)
    return frame_id not in ("TCMP", "TBPM", "MVIN") or all(
        value.replace("/", "").replace(".", "").isdigit() for value in values
    )


def _with_totals(texts: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Texts with how many tracks there are behind the track's number, where ID3 looks for it."""
    by_name = {name.casefold(): name for name in texts}
    for field, names in TOTALS.items():
        total = next((by_name[name] for name in names if name in by_name), "")
        number = texts.get(field, ("",))
        if total and number[0].isdigit() and texts[total][0].isdigit():
            texts[field] = (f"{number[0]}/{texts.pop(total)[0]}", *number[1:])
    return texts
