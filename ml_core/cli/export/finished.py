"""The verb finished-edits: which edits of one's own are learned from, left out, or dropped."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

from ml_core.cli.argument_types import count
from ml_core.cli.output import open_project, show
from ml_core.domain.finished_edits import FinishedEdit
from ml_core.domain.songs import SongEntry
from ml_core.errors import UserError
from ml_core.foreign_text import shown_text
from ml_core.store import Store
from ml_core.store.finished_edits import (
    drop_finished_edit,
    finished_edits,
    keep_finished_edit,
)
from ml_core.store.whereabouts import present_path
from ml_core.units import clock


def add_finished_options(verb: argparse.ArgumentParser) -> None:
    """What is changed, by the edits' numbers."""
    verb.set_defaults(run=finished)
    what = verb.add_mutually_exclusive_group()
    for option, words in (
        ("--leave-out", "learn nothing more from these"),
        ("--bring-back", "learn from these again"),
        ("--drop", "forget these"),
    ):
        what.add_argument(option, nargs="+", type=count, metavar="N", help=words)


def finished(arguments: argparse.Namespace) -> None:
    """Change what was asked, then list all finished edits."""
    out, back, drop = arguments.leave_out, arguments.bring_back, arguments.drop
    is_change = bool(out or back or drop)
    with open_project(arguments, write=is_change) as store:
        known = {edit.id: edit for edit in finished_edits(store)}
        for number in [*(out or ()), *(back or ()), *(drop or ())]:
            if number not in known:
                raise UserError(
                    f"There is no finished edit {number}.", "See: tastecut finished-edits"
                )
        for number in (*(out or ()), *(back or ())):
            keep_finished_edit(store, replace(known[number], is_left_out=bool(out)))
        for number in drop or ():
            drop_finished_edit(store, number)
        rows = [_row(store, edit) for edit in finished_edits(store)]
    lines = [_line(edit, entry) for edit, entry in rows]
    empty = ["No finished edits yet. Find one with: tastecut learn-edit SONG EDIT"]
    show(arguments, {"finished_edits": [_json(*row) for row in rows]}, lines or empty)


def _row(store: Store, edit: FinishedEdit) -> tuple[FinishedEdit, SongEntry | None]:
    return edit, store.songs.find(edit.sha256)


def _json(edit: FinishedEdit, entry: SongEntry | None) -> dict[str, Any]:
    return {
        "id": edit.id,
        "name": edit.name,
        "song": None if entry is None else present_path(entry),
        "sha256": edit.sha256 if entry is None else entry.song.identity,
        "kept": edit.seconds,
        "length_given": edit.is_length_given,
        "rough": edit.is_rough,
        "left_out": edit.is_left_out,
        "message": _message(edit, entry),
    }


def _message(edit: FinishedEdit, entry: SongEntry | None) -> str:
    if entry is None:
        return "Its song was removed: nothing is learned from it until the song is added again."
    if edit.is_left_out:
        return "Left out: nothing is learned from it."
    return ""


def _line(edit: FinishedEdit, entry: SongEntry | None) -> str:
    song = "a removed song" if entry is None else shown_text(entry.song.title)
    kinds = ((edit.is_length_given, "length given"), (edit.is_rough, "rough"))
    kind = ", ".join(word for is_so, word in kinds if is_so)
    line = f"{edit.id:4}  {clock(edit.duration_s):>7}  {shown_text(edit.name)} of {song}"
    line = f"{line} ({kind})" if kind else line
    message = _message(edit, entry)
    return f"{line}: {message}" if message else line
