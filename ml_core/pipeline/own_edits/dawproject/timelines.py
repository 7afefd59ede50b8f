"""The timelines of an arrangement: clips within clips, looped and warped, down to the sound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ml_core.domain.files.clips_read import MOST_CLIPS, ReadClip
from ml_core.pipeline.own_edits.dawproject.scope import (
    BEATS,
    FAR_S,
    SECONDS,
    Scope,
    warped_from_s,
)
from ml_core.pipeline.own_edits.dawproject.tracks import Tracks
from ml_core.pipeline.own_edits.file_names import file_of
from ml_core.pipeline.own_edits.levels import SILENT, gain_db_of

_MOST_DEPTH = 32
_EDGE_S = 1e-3
"""A piece that begins within it of its clip's start fades as the clip does."""

_TIMELINES = ("Lanes", "Clips", "Audio", "Warps", "Notes", "Video", "Points", "Markers", "ClipSlot")


@dataclass(frozen=True, slots=True)
class _Within:
    """What a timeline lies in: its time, its track, and the nearest clip that has a name."""

    scope: Scope
    track: str = ""
    name: str = ""
    depth: int = 0


@dataclass
class Timelines:
    """Reads the timelines of one project.

    Attributes:
        clips: those that are heard, once each time that they are.
        left_out: what is not, a sentence each.
        used_tracks: ids of those that something is heard of.
    """

    tracks: Tracks
    referred: dict[str, Any]
    clips: list[ReadClip] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    used_tracks: set[str] = field(default_factory=set)
    _n_steps: int = 0

    def read(self, arrangement: Any, scope: Scope) -> None:
        """Read all that an arrangement holds.

        Raises:
            ValueError: if it is nested too deep, or holds more than any edit.
        """
        self._read_all(arrangement, _Within(scope.told_in(arrangement.get("timeUnit"))))

    def _read_all(self, parent: Any, within: _Within) -> None:
        for node in parent:
            self._read(node, within)

    def _read(self, node: Any, within: _Within) -> None:
        if within.depth > _MOST_DEPTH:
            raise ValueError("it is nested too deep")
        scope = within.scope.told_in(node.get("timeUnit"))
        inner = replace(
            within,
            scope=scope,
            track=node.get("track") or within.track,
            depth=within.depth + 1,
        )
        if node.tag == "Lanes":
            self._read_all(node, inner)
        elif node.tag == "Clips":
            for clip in node.findall("./Clip"):
                self._read_clip(clip, inner)
        elif node.tag == "Audio":
            self._read_audio(node, within)
        elif node.tag == "Warps":
            self._read_warps(node, within)
        elif node.tag == "Points" and not within.name and _changes(node):
            name = self.tracks.name(inner.track)
            self._leave_out(f"The track {name} has a curve, which is not kept.")

    def _read_clip(self, clip: Any, within: _Within) -> None:
        self._step()
        name = clip.get("name") or within.name or "without a name"
        content = self._content(clip)
        why = self.tracks.why_unheard(within.track) or _why_not(clip, content)
        if why:
            self._leave_out(f"The clip {name} {why}.")
            return
        gain_db, note = _gain_of(content)
        if gain_db is None:
            self._leave_out(f"The clip {name} {SILENT}.")
            return
        if note:
            self._leave_out(f"The clip {name} {note}.")
        place = _Place.of(clip, within.scope)
        n_before, n_told, is_heard = len(self.clips), len(self.left_out), False
        for scope in _passes(clip, within.scope, place):
            self._step()
            if scope.is_heard:
                is_heard = True
                inner = replace(within, scope=scope, name=name, depth=within.depth + 1)
                self._read(content, inner)
        self.clips[n_before:] = place.faded(self.clips[n_before:], gain_db)
        if is_heard and n_before == len(self.clips) and n_told == len(self.left_out):
            self._leave_out(f"The clip {name} holds no audio that is heard.")

    def _content(self, clip: Any) -> Any:
        """What a clip plays: a timeline within it, or one that it names."""
        own = next((node for node in clip if node.tag in _TIMELINES), None)
        return own if own is not None else self.referred.get(clip.get("reference"))

    def _read_audio(self, audio: Any, within: _Within) -> None:
        scope = within.scope
        if scope.follows_tempo and audio.get("timeUnit") != SECONDS:
            self._leave_out(f"The clip {within.name} follows the tempo, so it may be stretched.")
        else:
            self._take(audio, within, scope.window[0] - scope.seconds(0.0))

    def _read_warps(self, warps: Any, within: _Within) -> None:
        audio = warps.find("./Audio")
        if audio is None or warps.get("contentTimeUnit", SECONDS) != SECONDS:
            if warps.find(".//Audio") is not None:
                self._leave_out(f"The clip {within.name} is warped in a way that can't be read.")
            return
        from_s = warped_from_s(warps, within.scope)
        if from_s is None:
            self._leave_out(f"The clip {within.name} is stretched or reversed.")
        else:
            self._take(audio, within, from_s)

    def _take(self, audio: Any, within: _Within, from_s: float) -> None:
        """Take a window of a file, as far as the file is told to last."""
        self._step()
        file = audio.find("./File")
        if file is None or not file.get("path"):
            self._leave_out(f"The clip {within.name} names no file.")
            return
        start_s, end_s = within.scope.window
        length_s = end_s - start_s
        if length_s >= FAR_S / 2:  # No clip around it says how long.
            length_s = float(audio.get("duration")) - from_s
        if length_s > 0.0:
            self.used_tracks.add(within.track)
            self.clips.append(ReadClip(file_of(file.get("path")), from_s, start_s, length_s))

    def _leave_out(self, sentence: str) -> None:
        self.left_out.append(sentence)
        self._step()

    def _step(self) -> None:
        self._n_steps += 1
        if self._n_steps > 3 * MOST_CLIPS or len(self.clips) > MOST_CLIPS:
            raise ValueError(f"it has more than {MOST_CLIPS} clips")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a clip is heard: (start, end) in seconds of the arrangement, and how it fades.

    Attributes:
        early_s: how much earlier than its own place it begins, to fade from the one before it.
    """

    start_s: float
    end_s: float
    early_s: float
    fade_in_s: float
    fade_out_s: float

    @classmethod
    def of(cls, clip: Any, scope: Scope) -> _Place:
        time = float(clip.get("time"))
        start_s, duration = scope.seconds(time), clip.get("duration")
        if duration is None and clip.get("playStop") is not None:
            duration = float(clip.get("playStop")) - float(clip.get("playStart", "0"))
        end_s = FAR_S if duration is None else scope.seconds(time + float(duration))
        told = scope.told_in(clip.get("fadeTimeUnit"))
        fade_in, fade_out = (float(clip.get(f"fade{side}Time", "0")) for side in ("In", "Out"))
        fade_in_s = told.seconds(told.own_time(start_s) + abs(fade_in)) - start_s
        fade_out_s = end_s - told.seconds(told.own_time(end_s) - abs(fade_out)) if fade_out else 0.0
        early_s = fade_in_s if fade_in < 0.0 else 0.0
        return cls(start_s - early_s, end_s, early_s, fade_in_s, fade_out_s)

    def faded(self, clips: list[ReadClip], gain_db: float) -> list[ReadClip]:
        """What was read of the clip, at its gain and with its fades."""
        made = []
        for one in clips:
            is_first = one.at_s <= self.start_s + _EDGE_S
            is_last = one.at_s + one.length_s >= self.end_s - _EDGE_S
            made.append(
                replace(
                    one,
                    gain_db=one.gain_db + gain_db,
                    fade_in_s=max(one.fade_in_s, self.fade_in_s if is_first else 0.0),
                    fade_out_s=max(one.fade_out_s, self.fade_out_s if is_last else 0.0),
                )
            )
        return made


def _passes(clip: Any, scope: Scope, place: _Place) -> Iterator[Scope]:
    """The clip's content, once for each time that it is heard in whole or in part."""
    unit = clip.get("contentTimeUnit") or scope.unit
    play = float(clip.get("playStart", "0"))
    at = scope.place(float(clip.get("time")), unit)
    content = replace(
        scope.within(place.start_s, place.end_s),
        unit=unit,
        zero=at - play,
        follows_tempo=clip.get("contentTimeUnit") == BEATS,
    )
    start, end = float(clip.get("loopStart", "0")), clip.get("loopEnd")
    if end is None or not start < float(end) or play >= float(end):
        yield content
        return
    first_s = place.start_s
    while True:
        next_at = at + float(end) - play
        next_s = content.tempo.to_seconds(next_at) if unit == BEATS else next_at
        yield replace(content, zero=at - play).within(first_s, next_s)
        if next_s >= min(place.end_s, content.window[1]) - 1e-6:
            return
        at, play, first_s = next_at, start, next_s


def _why_not(clip: Any, content: Any) -> str:
    if clip.get("enable") == "false":
        return "is switched off"
    if content is None or content.tag in ("Notes", "Video", "Markers", "Points"):
        return "holds no audio"
    return "is at another pitch" if any(map(float, _values(content, "transpose"))) else ""


def _gain_of(content: Any) -> tuple[float | None, str]:
    """(a clip's gain in dB, None for silence; what of it is not kept)."""
    values = set(_values(content, "gain"))
    if not values:
        return 0.0, ""
    if len(values) > 1:
        return 0.0, "has a volume curve, which is not kept"
    unit = next(_points(content, "gain")).get("unit", "linear")
    value = float(values.pop())
    return gain_db_of(10.0 ** (value / 20.0) if unit == "decibel" else value), ""


def _values(content: Any, expression: str) -> Iterator[str]:
    for points in _points(content, expression):
        yield from (str(one.get("value", "0")) for one in points.findall("./RealPoint"))


def _points(content: Any, expression: str) -> Iterator[Any]:
    for points in content.findall("./Points"):
        target = points.find("./Target")
        if target is not None and target.get("expression") == expression:
            yield points


def _changes(points: Any) -> bool:
    """Whether a curve of a track is more than one value."""
    return len({one.get("value") for one in points if one.tag.endswith("Point")}) > 1
