"""OpenTimelineIO's JSON: the clips of all tracks, read as JSON without the library's plug-ins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlparse

from ml_core.domain.files.clips_read import MOST_CLIPS, ReadClip, ReadProject
from ml_core.untrusted_json import parse_json


def read_otio(data: bytes) -> ReadProject:
    """The clips of a timeline; those with effects, and what is nested, are named.

    Raises:
        ValueError: if it is no timeline.
    """
    root = parse_json(data)
    if not _is(root, "Timeline"):
        raise ValueError("it holds no timeline")
    stack = root.get("tracks")
    if not _is(stack, "Stack"):
        raise ValueError("its timeline has no tracks")
    clips: list[ReadClip] = []
    left_out: list[str] = []
    for track in _list(stack, "children"):
        if not _is(track, "Track") or track.get("enabled", True) is False:
            left_out.append(f"The track {_name(track)} is switched off or no track.")
            continue
        if _is_warped(track):
            left_out.append(f"The track {_name(track)} is stretched or reversed.")
            continue
        at_s = 0.0
        for item in _list(track, "children"):
            if _is(item, "Transition"):
                continue  # It fades over the items beside it and takes no place.
            length_s = _length_s(item)
            if _is(item, "Clip"):
                why = _why_not(item)
                if why:
                    left_out.append(f"The clip {_name(item)} {why}.")
                elif length_s > 0.0:
                    clips.append(_clip(item, at_s, length_s))
            elif not _is(item, "Gap"):
                left_out.append(f"{_name(item)} is nested and was not looked into.")
            at_s += length_s
            if len(clips) + len(left_out) > MOST_CLIPS:
                raise ValueError(f"it has more than {MOST_CLIPS} clips")
    return ReadProject(tuple(clips), tuple(left_out))


def _is(data: Any, kind: str) -> bool:
    return isinstance(data, Mapping) and str(data.get("OTIO_SCHEMA", "")).split(".")[0] == kind


def _list(data: Mapping[str, Any], name: str) -> list[Any]:
    found = data.get(name, [])
    if not isinstance(found, list):
        raise ValueError(f"{name} is no list")
    return found


def _name(data: Any) -> str:
    name = data.get("name") if isinstance(data, Mapping) else None
    return str(name or "without a name")


def _seconds(time: Any) -> float:
    value, rate = time["value"], time["rate"]
    if isinstance(value, bool) or isinstance(rate, bool) or not rate > 0:
        raise ValueError("a time is no time")
    return float(value) / float(rate)


def _length_s(item: Any) -> float:
    try:
        length_s = _seconds(item["source_range"]["duration"])
    except (KeyError, TypeError) as error:
        raise ValueError("an item has no length") from error
    if not 0.0 <= length_s < 1e7:
        raise ValueError("an item's length is none")
    return length_s


def _media(item: Mapping[str, Any]) -> Mapping[str, Any]:
    media = item.get("media_reference")
    if media is None:  # Clip.2 keeps several by name.
        references = item.get("media_references")
        key = item.get("active_media_reference_key", "DEFAULT_MEDIA")
        media = references.get(key) if isinstance(references, Mapping) else None
    return media if isinstance(media, Mapping) else {}


def _is_warped(item: Mapping[str, Any]) -> bool:
    kinds = ("LinearTimeWarp", "FreezeFrame", "TimeEffect")
    return any(_is(effect, kind) for effect in _list(item, "effects") for kind in kinds)


def _why_not(item: Mapping[str, Any]) -> str:
    if item.get("enabled", True) is False:
        return "is switched off"
    if _is_warped(item):
        return "is stretched or reversed"
    return "" if isinstance(_media(item).get("target_url"), str) else "names no file"


def _clip(item: Mapping[str, Any], at_s: float, length_s: float) -> ReadClip:
    media = _media(item)
    url = str(media["target_url"])
    parsed = urlparse(url)
    file = unquote(parsed.path) if parsed.scheme == "file" else unquote(url)
    from_s = _seconds(item["source_range"]["start_time"])
    available = media.get("available_range")
    if isinstance(available, Mapping):
        from_s -= _seconds(available["start_time"])
    return ReadClip(file, from_s, at_s, length_s)
