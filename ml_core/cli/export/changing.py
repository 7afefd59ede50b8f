"""The verb change: an exported edit changed by hand, its joins moved or healed, as a new file."""

from __future__ import annotations

import argparse
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from ml_core import paths
from ml_core.cli.export.limits import ready_song
from ml_core.cli.export.recorded import song_of
from ml_core.cli.finding import find_again
from ml_core.cli.output import open_project, show, watch
from ml_core.domain.by_hand import CheckEditRequest
from ml_core.domain.edits import Edit, Limits
from ml_core.domain.files.exporting import EditToWrite, ExportRequest
from ml_core.errors import UserError
from ml_core.paths import printable_name
from ml_core.pipeline.hand_changes import read_kept
from ml_core.progress import silent
from ml_core.store.requests import song_ref, song_task
from ml_core.units import clock


def change(arguments: argparse.Namespace) -> None:
    """Change an exported edit by hand and write it; rules that it breaks are noted."""
    if not arguments.steps:
        raise UserError("Nothing is to be changed.", "Give --move-join, --heal, --cut, …")
    find_again(arguments)
    with open_project(arguments, write=False) as store, watch(arguments) as progress:
        # Only now: the graph needs what takes seconds to import.
        from ml_core.edits.by_hand import is_on_bar_lines
        from ml_core.edits.hand.changes import apply_changes
        from ml_core.edits.hand.joins import join_costs
        from ml_core.pipeline.exporting import check_edit, export
        from ml_core.pipeline.materials import graph

        before, name = read_kept(arguments.file), printable_name(arguments.file)
        entry = ready_song(song_of(store, name, before), name)
        before = replace(before, sha256=entry.song.sha256)
        limits = Limits.from_brief(store.settings.brief()).of_own_edit()
        task, cache = song_task(store, entry, limits), str(paths.cache_dir(store.project_dir))
        song = graph(cache, task, progress.part(0.0, 0.3))
        edit, said = apply_changes(song, before, arguments.steps)
        notes = []
        if not is_on_bar_lines(song, before):
            notes.append("All joins and ends of the edit were put on the song's bar lines.")
        elif edit.spans == before.spans:
            raise UserError(f"{name} was not changed: {' '.join(said)}")
        broken = check_edit(CheckEditRequest(cache, task, edit), silent())
        if broken:
            notes.append(f"Exported as it is: {broken}")
        ref = song_ref(entry)
        wanted = EditToWrite(ref, edit, Path(ref.path).stem)
        request = ExportRequest((wanted,), str(arguments.out), cache, arguments.format)
        result = export(request, progress.part(0.3, 1.0))
    if result.failed:
        raise UserError(result.failed[0][1])
    notes += [sentence for _, sentence in result.notes]
    data = {
        "song": ref.path,
        "file": result.files[0],
        "changes": said,
        "kept": edit.seconds,
        "duration_s": edit.duration_s,
        "joins": _joins(edit, [float(cost) for cost in join_costs(song, edit)]),
        "notes": notes,
    }
    lasts = f"{clock(edit.duration_s)}, was {clock(before.duration_s)}"
    show(arguments, data, [*said, *notes, f"{result.files[0]} ({lasts})"])


def _joins(edit: Edit, costs: list[float]) -> list[dict[str, float]]:
    return [
        {"source_from_s": left[1], "source_to_s": right[0], "cost": cost}
        for (left, right), cost in zip(pairwise(edit.seconds), costs, strict=True)
    ]
