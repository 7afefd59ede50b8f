"""OpenTimelineIO's JSON: the clips of all tracks, read as JSON without the library's plug-ins.

Compositions lie in each other: a stack's children sound together, a track's after each other. Each
may be trimmed by a range in its own time. All times are turned into seconds where they stand, so
that rates may differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ml_core.domain.files.clips_read import MOST_CLIPS, ReadClip, ReadProject
from ml_core.pipeline.own_edits.file_names import file_of
from ml_core.untrusted_json import parse_json

_EVEN = 1e-9
_LEAST_S = 1e-9
_Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a composition's own time lies: its second 0 at `zero_s`, heard within `window`."""

    zero_s: float
    window: tuple[float, float]


@dataclass
class _Reading:
    """What was found so far.

    Attributes:
        kind: of the tracks that are read; empty for all.
    """

    kind: str
    clips: list[ReadClip] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def leave_out(self, sentence: str) -> None:
        self.left_out.append(sentence)
        self._check()

    def take(self, clip: ReadClip) -> None:
        self.clips.append(clip)
        self._check()

    def _check(self) -> None:
        if len(self.clips) + len(self.left_out) > MOST_CLIPS:
            raise ValueError(f"it has more than {MOST_CLIPS} clips")


def read_otio(data: bytes) -> ReadProject:
    """The clips of a timeline; those that are stretched, reversed or without a file are named.

    Raises:
        ValueError: if it is no timeline.
    """
    try:
        root = parse_json(data)
    except ValueError as error:
        words = str(error)
        raise ValueError(
            words if words[:3] == "it " else f"its JSON is damaged: {words}"
        ) from error
    if not _is(root, "Timeline"):
        raise ValueError("it holds no timeline")
    stack = root.get("tracks")
    if not _is(stack, "Stack"):
        raise ValueError("its timeline has no tracks")
    kinds = {str(one.get("kind", "")) for one in _list(stack, "children") if _is(one, "Track")}
    # A film's song stands on its tracks of pictures and of sound.
    reading = _Reading("Audio" if "Audio" in kinds else "")
    _read_stack(reading, stack, _Place(0.0, (-1e7, 1e7)))
    return ReadProject(tuple(reading.clips), tuple(reading.left_out))


def _read_item(reading: _Reading, item: Any, at_s: float, window: tuple[float, float]) -> None:
    """What an item that begins at a place holds, as far as it lies in the window."""
    if not _is(item, "Clip", "Track", "Stack"):
        return
    what = f"The {'clip' if _is(item, 'Clip') else str(item['OTIO_SCHEMA']).split('.')[0].lower()}"
    why = _why_not(reading, item)
    if why:
        reading.leave_out(f"{what} {_name(item)} {why}.")
        return
    start_s, length_s = _range(item)
    window = (max(window[0], at_s), min(window[1], at_s + length_s))
    if window[1] - window[0] <= _LEAST_S:
        return
    if _is(item, "Clip"):
        _take_clip(reading, item, start_s, at_s, window)
        return
    place = _Place(at_s - start_s, window)
    (_read_stack if _is(item, "Stack") else _read_track)(reading, item, place)


def _read_stack(reading: _Reading, stack: _Item, place: _Place) -> None:
    for item in _list(stack, "children"):
        _read_item(reading, item, place.zero_s, place.window)


def _read_track(reading: _Reading, track: _Item, place: _Place) -> None:
    at_s, items = place.zero_s, _list(track, "children")
    for k, item in enumerate(items):
        if _is(item, "Transition"):
            continue  # It fades over the items beside it and takes no place.
        before, n_before = len(reading.clips), len(reading.left_out)
        length_s = _range(item)[1] if _is(item, "Clip", "Gap", "Track", "Stack") else 0.0
        _read_item(reading, item, at_s, place.window)
        if len(reading.clips) == before + 1 and len(reading.left_out) == n_before:
            clip = reading.clips[-1]
            reading.clips[-1] = _faded(clip, items, k)
        at_s += length_s


def _faded(clip: ReadClip, items: list[Any], k: int) -> ReadClip:
    """A track's k-th item with the fades that transitions beside it make."""
    if k > 0 and _is(items[k - 1], "Transition"):
        over_s = _transition_s(items[k - 1])
        is_cross = k > 1 and not _is(items[k - 2], "Gap")
        clip = replace(clip, cross_s=over_s) if is_cross else replace(clip, fade_in_s=over_s)
    is_last = k + 2 >= len(items) or _is(items[k + 2], "Gap")
    if k + 1 < len(items) and _is(items[k + 1], "Transition") and is_last:
        clip = replace(clip, fade_out_s=_transition_s(items[k + 1]))
    return clip


def _transition_s(transition: _Item) -> float:
    return max(0.0, _seconds(transition["in_offset"]) + _seconds(transition["out_offset"]))


def _take_clip(
    reading: _Reading, clip: _Item, start_s: float, at_s: float, window: tuple[float, float]
) -> None:
    media = _media(clip)
    file = file_of(str(media["target_url"]), is_url=True)
    available = media.get("available_range")
    if isinstance(available, Mapping):
        start_s -= _seconds(available["start_time"])
    reading.take(ReadClip(file, start_s + window[0] - at_s, window[0], window[1] - window[0]))


def _is(data: Any, *kinds: str) -> bool:
    return isinstance(data, Mapping) and str(data.get("OTIO_SCHEMA", "")).split(".")[0] in kinds


def _list(data: _Item, name: str) -> list[Any]:
    found = data.get(name, [])
    if not isinstance(found, list):
        raise ValueError(f"{name} is no list")
    return found


def _name(data: _Item) -> str:
    return str(data.get("name") or "without a name")


def _seconds(time: Any) -> float:
    value, rate = time["value"], time["rate"]
    if isinstance(value, bool) or isinstance(rate, bool) or not rate > 0:
        raise ValueError("a time is no time")
    return float(value) / float(rate)


def _range(item: _Item) -> tuple[float, float]:
    """(where in its own time an item begins, how long it is) in seconds.

    Raises:
        ValueError: if it says neither itself nor by what it holds.
    """
    found = item.get("source_range")
    if found is None and _is(item, "Clip"):
        found = _media(item).get("available_range")
        if found is None and not isinstance(_media(item).get("target_url"), str):
            return 0.0, 0.0  # It names no file, and takes no place that is known.
    try:
        if found is not None:
            start_s, length_s = _seconds(found["start_time"]), _seconds(found["duration"])
        elif _is(item, "Track", "Stack"):
            lengths = [_range(one)[1] for one in _sounding(item)]
            start_s = 0.0
            length_s = sum(lengths) if _is(item, "Track") else max(lengths, default=0.0)
        else:
            raise ValueError("an item has no length")
    except (KeyError, TypeError) as error:
        raise ValueError("an item has no length") from error
    if not 0.0 <= length_s < 1e7:
        raise ValueError("an item's length is none")
    return start_s, length_s


def _sounding(composition: _Item) -> Iterator[_Item]:
    """A composition's children that take a place."""
    for item in _list(composition, "children"):
        if _is(item, "Clip", "Gap", "Track", "Stack"):
            yield item


def _media(item: _Item) -> _Item:
    media = item.get("media_reference")
    if media is None:  # Clip.2 keeps several by name.
        references = item.get("media_references")
        key = item.get("active_media_reference_key", "DEFAULT_MEDIA")
        media = references.get(key) if isinstance(references, Mapping) else None
    return media if isinstance(media, Mapping) else {}


def _is_warped(item: _Item) -> bool:
    """Whether an effect changes its time; a warp by 1 does not."""
    for effect in _list(item, "effects"):
        if _is(effect, "FreezeFrame", "TimeEffect"):
            return True
        if _is(effect, "LinearTimeWarp") and abs(float(effect["time_scalar"]) - 1.0) > _EVEN:
            return True
    return False


def _why_not(reading: _Reading, item: _Item) -> str:
    if item.get("enabled", True) is False:
        return "is switched off"
    if _is_warped(item):
        return "is stretched or reversed"
    if _is(item, "Track"):
        kind = str(item.get("kind", ""))
        return "is of pictures" if reading.kind and kind != reading.kind else ""
    return _why_no_file(_media(item)) if _is(item, "Clip") else ""


def _why_no_file(media: _Item) -> str:
    if _is(media, "MissingReference"):
        return "names a file that is missing there"
    if _is(media, "GeneratorReference"):
        return "is made by a generator"
    return "" if isinstance(media.get("target_url"), str) else "names no file"
