"""The verb learn-edit: an edit that was made in another tool becomes the person's own."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ml_core.cli.export.finding_edits import Row, is_sound, learn_found
from ml_core.cli.export.limits import ready_song
from ml_core.cli.finding import find_again
from ml_core.cli.output import open_project, show_taken, watch
from ml_core.domain.edits import Edit
from ml_core.domain.files.own_edits import OwnEditRead
from ml_core.domain.ratings import changed_by_hand
from ml_core.paths import printable_name
from ml_core.store import Store
from ml_core.store.own_edits import keep_read, own_edit_request
from ml_core.store.whereabouts import present_path
from ml_core.units import clock

_NO_RATING = "It is cut as was proposed: its gains and fades are kept, and it is no rating."

_OF_SOUNDS = "--rough and --length-given say nothing of it: it counts as one rating."


@dataclass(frozen=True, slots=True)
class _Learned:
    """One file as it was read, and whether it counts."""

    read: OwnEditRead
    accepted: bool = False
    message: str = ""

    @property
    def edit(self) -> Edit | None:
        return self.read.edit


def learn_edit(arguments: argparse.Namespace) -> None:
    """Take edits of a song, as sounds (see `finding_edits`) or from other tools."""
    find_again(arguments)
    sounds = [file for file in arguments.edits if is_sound(file)]
    projects = [file for file in arguments.edits if not is_sound(file)]
    found = iter(learn_found(arguments, sounds))
    read = iter(_learn_projects(arguments, projects))
    rows = [next(found if is_sound(file) else read) for file in arguments.edits]
    data = {"edits": [row.data for row in rows]}
    lines = [line for row in rows for line in row.lines]
    n_taken = sum(row.is_taken for row in rows)
    first = next((row.message for row in rows if not row.is_taken), "Nothing was learned.")
    show_taken(arguments, data, lines, (n_taken, len(rows)), first)


def _learn_projects(arguments: argparse.Namespace, files: Sequence[Path]) -> list[Row]:
    """Take edits of a song from other tools, each as one rating against what was proposed."""
    from ml_core.pipeline.own_edits.taking import read_own_edits

    if not files:
        return []
    with open_project(arguments, write=not arguments.dry_run) as store, watch(arguments) as part:
        entry = ready_song(store.songs.find(arguments.song), arguments.song)
        asked = [own_edit_request(store, entry, str(file)) for file in files]
        read = read_own_edits(asked, part)
        learned = [_learn(store, one, arguments.dry_run) for one in read]
    if arguments.rough or arguments.length_given:
        learned = [_with_note(one) for one in learned]
    song = present_path(entry)
    return [
        Row(_json(song, one), _lines(one), one.edit is not None, one.message) for one in learned
    ]


def _with_note(one: _Learned) -> _Learned:
    """That what is asked of sounds says nothing of a project that counts."""
    message = f"{one.message} {_OF_SOUNDS}".strip()
    return replace(one, message=message) if one.accepted else one


def _learn(store: Store, read: OwnEditRead, is_dry: bool) -> _Learned:
    if read.edit is None or read.proposed is None:
        return _Learned(read, message=read.refusal)
    if not read.is_other:
        return _Learned(read, message="It is what was proposed.")
    if not read.is_news:
        if not is_dry:
            keep_read(store, read)
        return _Learned(read, message=_NO_RATING)
    rating = changed_by_hand(read.proposed, read.edit)
    known = {(one.a.spans, one.b.spans) for one in store.ratings.by_hand()}
    if (rating.a.spans, rating.b.spans) in known:
        return _Learned(read, message="It counts already.")
    if is_dry:
        return _Learned(read)
    store.ratings.add_all([rating])
    took_place = keep_read(store, read)
    message = "It stands in the place of the edit that was your own before." if took_place else ""
    return _Learned(read, True, message)


def _json(song: str, one: _Learned) -> dict[str, Any]:
    read, edit = one.read, one.edit
    return {
        "song": song,
        "edit": str(Path(read.file).absolute()),
        "kept": [] if edit is None else edit.seconds,
        "at_s": [list(span) for span in read.at_s],
        "speed": 1.0,
        "unknown": [],
        "found_share": read.found_share,
        "certain": edit is not None and read.found_share >= 1.0,
        "accepted": one.accepted,
        "message": " ".join(filter(None, (one.message, *read.left_out))),
    }


def _lines(one: _Learned) -> list[str]:
    name = printable_name(one.read.file)
    if one.edit is None:
        return [f"not learned  {one.message}"]
    pieces = "1 piece" if len(one.edit.spans) == 1 else f"{len(one.edit.spans)} pieces"
    state = "counts as a rating" if one.accepted else one.message or "would count as a rating"
    lines = [f"{name} ({clock(one.edit.duration_s)}, {pieces}): {state}"]
    if one.accepted and one.message:
        lines.append(f"  {one.message}")
    return lines + [f"  left out: {sentence}" for sentence in one.read.left_out]
