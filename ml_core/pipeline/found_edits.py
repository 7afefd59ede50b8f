"""Finished edits, found in their song: from sound files to spans."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from ml_core.audio_file.tagging.own_edits import edit_json_path
from ml_core.domain.files.found_edits import (
    SAME_S,
    EitherPlace,
    FindEditsRequest,
    FoundEdit,
    Seconds,
)
from ml_core.domain.songs import Song
from ml_core.edits.found.finding import Found, find_edit
from ml_core.edits.found.heard import frame_length_s, hear, read_sound
from ml_core.edits.found.segments import Segment
from ml_core.edits.found.verdict import is_certain, misfit
from ml_core.errors import UserError
from ml_core.paths import printable_name
from ml_core.pipeline.hand_changes import read_exported
from ml_core.pipeline.reading.limited_reading import OF_EDITS, LimitedReader
from ml_core.progress import Progress

_SHORTEST_S = 0.05
"""Shorter spans are splinters beside a join."""

_CLEARLY_LONGER = 1.05
_WHOLE_SONG = 0.95
_SONG_SHARE = 0.1
"""Of the work on one edit; the song is read once for all."""


def find_edits(request: FindEditsRequest, progress: Progress) -> list[FoundEdit]:
    """Where each file is found in the song; a partial result tells which file is `done`.

    Raises:
        UserError: if the song can't be read.
        Cancelled: if the person asked to stop.
    """
    return list(each_found(request, progress))


def each_found(request: FindEditsRequest, progress: Progress) -> Iterator[FoundEdit]:
    """As `find_edits`, one after the other, so that what was found before a stop is kept."""
    song = request.song
    n = len(request.files)
    progress.report(0.0, "Listening to the song")
    heard = hear(read_sound(song.path), frame_length_s(song.duration_s))
    with LimitedReader(OF_EDITS) as reader:
        for index, file in enumerate(request.files):
            start, end = (_SONG_SHARE + (1 - _SONG_SHARE) * k / n for k in (index, index + 1))
            part = progress.part(start, end)
            name = printable_name(file)
            part.report(0.0, f"Reading {name}")
            try:
                reader.read(Path(file), part.part(0.0, 0.3))
                sound = read_sound(file)
            except UserError as error:
                yield _refused(song, file, str(error))
                continue
            found = find_edit(heard, sound, part.part(0.3, 1.0))
            yield _told(song, file, found)
            part.report(1.0, "", {"done": file})


def _refused(song: Song, file: str, why: str, found: Found | None = None) -> FoundEdit:
    share = 0.0 if found is None else found.found_share
    return FoundEdit(
        file, song.sha256, song.sample_rate_hz, song.n_samples, found_share=share, refusal=why
    )


def _told(song: Song, file: str, found: Found) -> FoundEdit:
    """What was found, as a record in the song's samples and the edit's seconds."""
    name = printable_name(file)
    why = misfit(found)
    if why:
        return _refused(song, file, f"{name} can't be used: {why}.", found)
    segments = [one for one in found.segments if one.length_s >= _SHORTEST_S]
    known = [one for one in segments if one.offset is not None]
    pairs = [(one, _span(song, one)) for one in known]
    pairs = [(one, span) for one, span in pairs if span[0] < span[1]]
    duration_s = found.segments[-1].end_s / found.speed
    if _seems_original(song, [span for _, span in pairs], duration_s):
        return _refused(
            song,
            file,
            f"{name} is longer than {song.title} and holds all of it: it may be the original. "
            "Give the longer one as the song.",
            found,
        )
    return FoundEdit(
        file,
        song.sha256,
        song.sample_rate_hz,
        song.n_samples,
        tuple(span for _, span in pairs),
        tuple(_in_edit(one.start_s, one.end_s, found.speed) for one, _ in pairs),
        found.speed,
        tuple(
            _in_edit(one.start_s, one.end_s, found.speed) for one in segments if one.offset is None
        ),
        _either(song, known, found),
        duration_s,
        found.found_share,
        is_certain(found),
        is_exported=_is_exported(song, Path(file), duration_s),
    )


def _is_exported(song: Song, file: Path, duration_s: float) -> bool:
    """Whether a record beside the file says that it was exported of the song, and lasts as long.

    Places are not compared: where the music repeats, others may have been found.
    """
    record = edit_json_path(file)
    try:
        edit = read_exported(record) if record.is_file() else None
    except UserError:  # Damaged, or another's file of that name.
        return False
    if edit is None or edit.sha256 not in (song.sha256, song.sound):
        return False
    return abs(edit.duration_s - duration_s) <= SAME_S


def _span(song: Song, one: Segment) -> tuple[int, int]:
    rate = song.sample_rate_hz
    start, end = (round(one.song_s(at) * rate) for at in (one.start_s, one.end_s))
    return max(0, start), min(song.n_samples, end)


def _in_edit(start_s: float, end_s: float, speed: float) -> Seconds:
    return round(start_s / speed, 6), round(end_s / speed, 6)


def _either(song: Song, known: list[Segment], found: Found) -> tuple[EitherPlace, ...]:
    told = []
    for place in found.either:
        middle = (place.start_s + place.end_s) / 2
        own = next((one for one in known if one.start_s <= middle < one.end_s), None)
        other = Segment(place.start_s, place.end_s, place.offset)
        if own is None:
            continue
        start_s, end_s = other.song_s(place.start_s), other.song_s(place.end_s)
        if start_s < 0.0 or end_s > song.duration_s:
            continue
        at_s = _in_edit(place.start_s, place.end_s, found.speed)
        own_s = own.song_s(place.start_s), own.song_s(place.end_s)
        told.append(EitherPlace(at_s, own_s, (start_s, end_s)))
    return tuple(told)


def _seems_original(song: Song, spans: list[tuple[int, int]], duration_s: float) -> bool:
    """Whether the two were exchanged: all of the "song" comes, in order, in something longer."""
    in_order = all(a[1] <= b[0] + song.sample_rate_hz for a, b in pairwise(spans))
    kept = sum(end - start for start, end in spans)
    is_whole = kept >= _WHOLE_SONG * song.n_samples
    return in_order and is_whole and duration_s > _CLEARLY_LONGER * song.duration_s
