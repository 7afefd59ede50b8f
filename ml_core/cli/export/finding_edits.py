"""learn-edit with sound files: finished edits, found in their song and learned from."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ml_core.audio_file import read_song
from ml_core.audio_file.tagging.own_edits import EDIT_SUFFIX
from ml_core.cli.export.limits import ready_song
from ml_core.cli.output import open_project, watch
from ml_core.cli.songs import add_song
from ml_core.domain.files.found_edits import FindEditsRequest, FoundEdit
from ml_core.domain.files.found_words import notes, nothing_new, same_edit
from ml_core.domain.finished_edits import FinishedEdit
from ml_core.domain.songs import Song
from ml_core.paths import printable_name
from ml_core.store import Store
from ml_core.store.finished_edits import finished_edits, keep_finished_edit
from ml_core.store.teaching import edits_rated_by_hand
from ml_core.store.whereabouts import present_path
from ml_core.units import clock

_PROJECTS = (EDIT_SUFFIX, ".rpp", ".otio", ".dawproject")


@dataclass(frozen=True, slots=True)
class Row:
    """What is told of one file: as JSON, in lines, and why it does not count, if so."""

    data: dict[str, Any]
    lines: list[str]
    is_taken: bool
    message: str


def is_sound(file: Path) -> bool:
    """Whether a file is looked at as a sound, not as a project or the record of an export."""
    return not file.name.lower().endswith(_PROJECTS)


def learn_found(arguments: argparse.Namespace, files: Sequence[Path]) -> list[Row]:
    """Find sound files in the song and keep them, unless it is a dry run; in their order.

    Each is kept as soon as it is found, so that one may stop in between.

    Raises:
        UserError: if there is no such song, or it can't be read.
        Cancelled: if the person asked to stop.
    """
    from ml_core.pipeline.found_edits import each_found

    if not files:
        return []
    with _song(arguments) as (song, store), watch(arguments) as progress:
        request = FindEditsRequest(song, tuple(str(file.absolute()) for file in files))
        return [_row(arguments, song, store, one) for one in each_found(request, progress)]


@contextmanager
def _song(arguments: argparse.Namespace) -> Iterator[tuple[Song, Store | None]]:
    """The song that is named, with the store where it is in the library.

    One that is not is added first; in a dry run it is only read.
    """
    is_dry = arguments.dry_run
    with open_project(arguments, write=not is_dry) as store:
        entry = store.songs.find(arguments.song)
        if entry is None and Path(arguments.song).is_file():
            if is_dry:
                yield read_song(arguments.song), None
                return
            with watch(arguments) as progress:
                entry = add_song(store, arguments.song, progress)
        entry = ready_song(entry, arguments.song)
        path = present_path(entry)
        yield replace(entry.song, paths=(path, *entry.song.paths)), store


def _row(arguments: argparse.Namespace, song: Song, store: Store | None, found: FoundEdit) -> Row:
    message, accepted = found.refusal, False
    if not message:
        message, accepted = _kept(arguments, store, found)
    said = " ".join(filter(None, (message, *notes(found, song.duration_s))))
    data = {
        "song": song.path,
        "edit": found.file,
        "kept": found.kept_s,
        "at_s": [list(span) for span in found.at_s],
        "speed": found.speed,
        "unknown": [list(span) for span in found.unknown],
        "found_share": found.found_share,
        "certain": found.is_certain,
        "either": [
            {"at_s": list(e.at_s), "kept": list(e.song_s), "or": list(e.other_s)}
            for e in found.either
        ],
        "accepted": accepted,
        "message": said,
    }
    return Row(data, _lines(song, found, message, accepted), not found.refusal, said)


def _kept(arguments: argparse.Namespace, store: Store | None, found: FoundEdit) -> tuple[str, bool]:
    """Keep it where it says something new; why not, and whether it was."""
    edit = found.finished(Path(found.file).name, arguments.length_given, arguments.rough)
    reason = nothing_new(found, edit, [] if store is None else edits_rated_by_hand(store))
    if reason:
        return reason, False
    same = same_edit(edit, [] if store is None else finished_edits(store))
    if same is not None:
        return f"It is kept already, as number {same.id}.{_otherwise(same, edit)}", False
    if store is None or arguments.dry_run:
        return "", False
    keep_finished_edit(store, edit)
    return "", True


def _otherwise(kept: FinishedEdit, asked: FinishedEdit) -> str:
    """What differs of an edit that is kept already from what was asked now."""
    out = " It is left out." if kept.is_left_out else ""
    is_more = asked.is_length_given > kept.is_length_given or asked.is_rough > kept.is_rough
    drop = f"tastecut finished-edits --drop {kept.id}"
    return out + (f" Its kind stays as it was; to change it, drop it first: {drop}" * is_more)


def _lines(song: Song, found: FoundEdit, message: str, accepted: bool) -> list[str]:
    name = printable_name(found.file)
    if found.refusal:
        return [f"not learned  {found.refusal}"]
    pieces = "1 piece" if len(found.spans) == 1 else f"{len(found.spans)} pieces"
    state = "kept to learn from" if accepted else message or "would be kept to learn from"
    lines = [f"{name} ({clock(found.duration_s)}, {pieces}): {state}"]
    for (start, end), (first, last) in zip(found.at_s, found.kept_s, strict=True):
        lines.append(f"  {clock(start)} to {clock(end)} plays {clock(first)} to {clock(last)}")
    return lines + [f"  {note}" for note in notes(found, song.duration_s)]
