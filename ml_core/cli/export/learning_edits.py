"""The verb learn-edit: an edit that was made in another tool becomes the person's own."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ml_core.audio_file.tagging.own_edits import EDIT_SUFFIX
from ml_core.cli.export.finding_edits import Row, is_sound, learn_found
from ml_core.cli.export.limits import ready_song
from ml_core.cli.export.recorded import recorded_edit
from ml_core.cli.finding import find_again
from ml_core.cli.output import open_project, show_taken, watch
from ml_core.domain.edits import Edit, Limits
from ml_core.domain.ratings import changed_by_hand
from ml_core.domain.songs import SongEntry
from ml_core.errors import UserError
from ml_core.paths import printable_name
from ml_core.progress import Progress
from ml_core.store import Store
from ml_core.store.own_edits import keep_own_edit
from ml_core.store.requests import deliver_request
from ml_core.store.whereabouts import present_path
from ml_core.units import clock


@dataclass(frozen=True, slots=True)
class _Learned:
    """One file: the edit and what was proposed; or why it was not taken."""

    file: Path
    edit: Edit | None = None
    at_s: tuple[tuple[float, float], ...] = ()
    left_out: tuple[str, ...] = ()
    found_share: float = 0.0
    accepted: bool = False
    message: str = ""


def learn_edit(arguments: argparse.Namespace) -> None:
    """Take edits of a song, as sounds or from other tools; see `finding_edits` for sounds."""
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
    if not files:
        return []
    with open_project(arguments, write=not arguments.dry_run) as store, watch(arguments) as part:
        entry = ready_song(store.songs.find(arguments.song), arguments.song)
        learned = [_learn(store, entry, file, arguments.dry_run, part) for file in files]
    song = present_path(entry)
    return [
        Row(_json(song, one), _lines(one), one.edit is not None, one.message) for one in learned
    ]


def _learn(
    store: Store, entry: SongEntry, file: Path, is_dry: bool, progress: Progress
) -> _Learned:
    from ml_core.pipeline.hand_changes import with_fades_of
    from ml_core.pipeline.own_edits.reading import OwnEdit, read_own_edit

    try:
        if file.name.endswith(EDIT_SUFFIX):
            proposed, edit = _from_record(store, entry, file)
            own = OwnEdit(edit, _in_a_row(edit), ())
        else:
            own = read_own_edit(file, entry.song, [present_path(entry), *entry.song.paths])
            proposed = _proposed(store, entry, file, progress)
    except UserError as error:
        return _Learned(file, message=str(error))
    edit = with_fades_of(own.edit, proposed)
    read = _Learned(file, edit, own.at_s, own.left_out, own.found_share)
    if proposed.spans == edit.spans:
        return replace(read, message="It is what was proposed.")
    rating = changed_by_hand(proposed, edit)
    known = {(one.a.spans, one.b.spans) for one in store.ratings.by_hand()}
    if (rating.a.spans, rating.b.spans) in known:
        return replace(read, message="It counts already.")
    if not is_dry:
        store.ratings.add_all([rating])
        keep_own_edit(store, entry.song.sha256, proposed, edit)
    return replace(read, accepted=not is_dry)


def _from_record(store: Store, entry: SongEntry, file: Path) -> tuple[Edit, Edit]:
    from ml_core.pipeline.hand_changes import read_kept

    proposed, edit = recorded_edit(store, file), recorded_edit(store, file, read_kept)
    if edit.sha256 != entry.song.sha256:
        raise UserError(f"{printable_name(file)} is not of {entry.song.title}.")
    return proposed, edit


def _in_a_row(edit: Edit) -> tuple[tuple[float, float], ...]:
    ends = [*edit.join_samples, edit.n_samples]
    starts = [0, *edit.join_samples]
    rate = edit.sample_rate_hz
    return tuple((start / rate, end / rate) for start, end in zip(starts, ends, strict=True))


def _proposed(store: Store, entry: SongEntry, file: Path, progress: Progress) -> Edit:
    """What the record beside a project says was exported; else what is proposed for the song."""
    from ml_core.pipeline.exporting import deliver_song

    record = file.with_name(file.stem + EDIT_SUFFIX)
    if record.is_file():
        try:
            found = recorded_edit(store, record)
            if found.sha256 == entry.song.sha256:
                return found
        except UserError:
            pass  # Of another song, or damaged: what is proposed now stands in.
    limits = Limits.from_brief(store.settings.brief())
    return deliver_song(deliver_request(store, entry, limits, 0), progress)[0].edit


def _json(song: str, one: _Learned) -> dict[str, Any]:
    edit = one.edit
    return {
        "song": song,
        "edit": str(one.file.absolute()),
        "kept": [] if edit is None else edit.seconds,
        "at_s": [list(span) for span in one.at_s],
        "speed": 1.0,
        "unknown": [],
        "found_share": one.found_share,
        "certain": edit is not None and one.found_share >= 1.0,
        "accepted": one.accepted,
        "message": " ".join(filter(None, (one.message, *one.left_out))),
    }


def _lines(one: _Learned) -> list[str]:
    name = printable_name(one.file)
    if one.edit is None:
        return [f"not learned  {one.message}"]
    pieces = "1 piece" if len(one.edit.spans) == 1 else f"{len(one.edit.spans)} pieces"
    state = "counts as a rating" if one.accepted else one.message or "would count as a rating"
    lines = [f"{name} ({clock(one.edit.duration_s)}, {pieces}): {state}"]
    return lines + [f"  left out: {sentence}" for sentence in one.left_out]
