"""Finds a finished edit in its song: which spans it plays, in play order, and where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml_core.edits.found.changed import Change, find_change
from ml_core.edits.found.choosing import choose_lines
from ml_core.edits.found.course import Run, find_course
from ml_core.edits.found.either import Either, either_places
from ml_core.edits.found.frames import compared_frames
from ml_core.edits.found.heard import Floats, Heard, at_speed, hear
from ml_core.edits.found.lines import find_lines
from ml_core.edits.found.placing import (
    bridged,
    extended,
    only_sure,
    refined,
    with_joins,
    with_likeness,
)
from ml_core.edits.found.segments import Segment, merged
from ml_core.edits.found.speed import rough_speed, speed_left
from ml_core.progress import Progress

_NOISY_FROM = 0.03
"""Share that was found nowhere from which it is tried again as a noisy sound."""

_SPLINTER_S = 0.001
_ALIKE_BELOW = 0.8
"""Below this share it is asked whether the sound was shifted or stretched."""


@dataclass(frozen=True, slots=True)
class Found:
    """An edit found in its song, in seconds of the edit at the song's speed.

    Attributes:
        segments: all of the edit in play order, what is of something else too.
        either: places that could be others.
        speed: seconds of the song for each second of the edit.
        found_share: of what is heard of the edit, how much is of the song.
        change: how it differs where it is like the song without being the same sound.
        is_silent: nothing is heard of it at all.
    """

    segments: tuple[Segment, ...] = ()
    either: tuple[Either, ...] = ()
    speed: float = 1.0
    found_share: float = 0.0
    change: Change | None = None
    is_silent: bool = False


def find_edit(song: Heard, sound: Floats, progress: Progress) -> Found:
    """Look for an edit in its song.

    Args:
        song: as it is heard.
        sound: the edit, mono (n_samples,) at SOUND_HZ.

    Raises:
        Cancelled: if the person asked to stop.
    """
    edit = hear(sound, song.frame_s)
    if not edit.is_heard.any() or not song.is_heard.any():
        return Found(is_silent=True)
    found, runs = _search(song, edit, sound, False, progress.part(0.0, 0.7))
    if found.found_share < 1.0 - _NOISY_FROM:
        other, other_runs = _search(song, edit, sound, True, progress.part(0.7, 1.0))
        if other.found_share > found.found_share:
            found, runs = other, other_runs
    if found.found_share >= _ALIKE_BELOW:
        return found
    change = find_change(song, edit, runs)
    return Found(found.segments, found.either, found.speed, found.found_share, change)


def _search(
    song: Heard, edit: Heard, sound: Floats, is_noisy: bool, progress: Progress
) -> tuple[Found, list[Run]]:
    progress.report(0.0, "Looking for the edit in its song")
    frames = compared_frames(song, edit, is_noisy)
    course = find_course(*frames, song.frame_s, progress.part(0.0, 0.5))
    speed = rough_speed(edit.wave, song.wave, course, song.frame_s)
    runs = course
    if speed != 1.0:
        edit = hear(at_speed(sound, speed), song.frame_s)
        runs = _stretched(runs, speed, len(edit.log_mel))
    left = speed_left(edit.wave, song.wave, runs, song.frame_s)
    if left != 1.0:
        speed *= left
        edit = hear(at_speed(sound, speed), song.frame_s)
        runs = _stretched(runs, left, len(edit.log_mel))
    if speed != 1.0:
        frames = compared_frames(song, edit, is_noisy)
    chunks = find_lines(song, edit, frames, runs, progress.part(0.5, 0.8))
    one, other = edit.wave, song.wave
    segments = merged(choose_lines(one, other, chunks, progress.part(0.8, 1.0)))
    segments = merged(refined(one, other, segments))
    segments = with_joins(one, other, segments)
    segments = with_likeness(frames[1], frames[0], song.frame_s, segments)
    segments = merged(only_sure(segments))
    segments = extended(one, other, bridged(one, other, segments))
    segments = _within(segments, song.duration_s)
    either = either_places(one, other, chunks, segments)
    share = _found_share(edit, segments)
    return Found(tuple(segments), tuple(either), speed, share), course


def _stretched(runs: list[Run], speed: float, n_frames: int) -> list[Run]:
    """The runs in frames of the edit at another speed."""
    ends = [min(n_frames, round(run.end * speed)) for run in runs]
    ends[-1] = n_frames
    firsts = [0, *ends[:-1]]
    rows = zip(firsts, ends, runs, strict=True)
    return [Run(first, end, run.start, run.last) for first, end, run in rows if end > first]


def _within(segments: list[Segment], song_s: float) -> list[Segment]:
    """The segments, cut where their song begins and ends."""
    out: list[Segment] = []
    for one in segments:
        if one.offset is None:
            out.append(one)
            continue
        shift_s = one.song_s(0.0)
        start_s = min(max(one.start_s, -shift_s), one.end_s)
        end_s = max(min(one.end_s, song_s - shift_s), start_s)
        out += [
            Segment(one.start_s, start_s, None),
            Segment(start_s, end_s, one.offset, one.fit, one.steady, one.likeness),
            Segment(end_s, one.end_s, None),
        ]
    return merged([one for one in out if one.length_s > _SPLINTER_S])


def _found_share(edit: Heard, segments: list[Segment]) -> float:
    times = (np.arange(len(edit.is_heard)) + 0.5) * edit.frame_s
    is_found = np.zeros(len(times), bool)
    for one in segments:
        if one.offset is not None:
            is_found |= (times >= one.start_s) & (times < one.end_s)
    return float(is_found[edit.is_heard].mean()) if edit.is_heard.any() else 0.0
