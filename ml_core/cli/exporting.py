"""The verbs about edits as files: export, audit."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ml_core import paths
from ml_core.cli.finding import find_again
from ml_core.cli.output import complain_outdated, open_project, show, show_taken, watch
from ml_core.cli.parser import NOT_BUILT_FORMATS
from ml_core.domain.edits import Limits
from ml_core.domain.requests import Delivered, DeliverRequest, EditToWrite, ExportRequest
from ml_core.domain.songs import SongEntry
from ml_core.errors import UserError
from ml_core.store import Store
from ml_core.store.requests import deliver_request
from ml_core.store.whereabouts import present_path
from ml_core.units import clock

LEAST_TOLD_S = 0.5
"""Silence kept in an edit is told from half a second on: less is what a join moves."""


def export(arguments: argparse.Namespace) -> None:
    """Export the active policy's edits of the given songs."""
    if arguments.daw is not None:
        raise UserError(f"--daw {arguments.daw} is not built yet.", "Leave it out.")
    if arguments.format in NOT_BUILT_FORMATS:
        raise UserError(f"--format {arguments.format} is not built yet.", "Use wav, flac or mp3.")
    from ml_core.pipeline.exporting import deliver_song
    from ml_core.pipeline.exporting import export as write_edits
    from ml_core.training.wishes.why import why_line

    find_again(arguments)
    failed: list[tuple[str, str]] = []
    files: list[tuple[str, Delivered]] = []
    notes: list[tuple[str, str]] = []
    with open_project(arguments, write=False) as store, watch(arguments) as progress:
        cache = str(paths.cache_dir(store.project_dir))
        complain_outdated(store)
        # All at once: the window may change the project while edits are made.
        asked = [(text, _asked(store, arguments, text)) for text in arguments.songs]
        for index, (text, request) in enumerate(asked):
            part = progress.part(index / len(asked), (index + 1) / len(asked))
            try:
                if isinstance(request, UserError):
                    raise request
                made = deliver_song(request, part.part(0.0, 0.3))[0]
            except UserError as error:
                failed.append((song_path(store.songs.find(text), text), str(error)))
                continue
            result = write_edits(
                ExportRequest(
                    (EditToWrite(request.song, made.edit, Path(request.song.path).stem),),
                    str(arguments.out),
                    cache,
                    arguments.format,
                ),
                part.part(0.3, 1.0),
            )
            files += [(file, made) for file in result.files]
            failed += result.failed
            notes += result.notes
    lines = []
    for file, made in files:
        facts = (clock(made.edit.duration_s), _joins(made.edit.n_joins), made.match)
        lines.append(f"{file} ({', '.join(filter(None, facts))})")
        if made.reasons:
            lines.append(f"  why: {why_line(made.reasons)}")
    lines += [f"  note: {sentence}" for _, sentence in notes]
    lines += [f"not exported  {message}" for _, message in failed]
    if failed:
        lines.append(f"{len(files)} of {len(asked)} songs are exported, {len(failed)} not.")
    data = {
        "files": [file for file, _ in files],
        "why": [
            {
                "file": file,
                "match": made.match,
                "reasons": [asdict(reason) for reason in made.reasons],
            }
            for file, made in files
        ],
        "failed": [{"song": song, "message": message} for song, message in failed],
        "notes": [{"file": file, "message": sentence} for file, sentence in notes],
    }
    first = failed[0][1] if failed else "Nothing was exported."
    nothing = f"None of {len(asked)} songs was exported: {first}" if len(asked) > 1 else first
    show_taken(arguments, data, lines, (len(files), len(asked)), nothing)


def _asked(store: Store, arguments: argparse.Namespace, text: str) -> DeliverRequest | UserError:
    """What is asked for a song that was named, or why it can't be."""
    try:
        song = ready_song(store.songs.find(text), text)
        limits = export_limits(store, arguments, song)
        return deliver_request(store, song, limits, arguments.seed)
    except UserError as error:
        return error


def _joins(n_joins: int) -> str:
    return "1 join" if n_joins == 1 else f"{n_joins} joins"


def song_path(entry: SongEntry | None, text: str) -> str:
    """Absolute path of a song that was named, as far as it is known."""
    return str(Path(text).absolute()) if entry is None else present_path(entry)


def ready_song(entry: SongEntry | None, text: str) -> SongEntry:
    """The analysed song that `text` names.

    Raises:
        UserError: if there is none, or it can't be used.
    """
    if entry is None:
        raise UserError(f"{text} is not among your songs.", "Add it first: tastecut add PATH")
    if entry.status != "ready":
        why = entry.message or "It has not been analysed yet."
        raise UserError(f"{entry.song.title} can't be used. {why}")
    return entry


def export_limits(store: Store, arguments: argparse.Namespace, entry: SongEntry) -> Limits:
    """Hard limits from the options; without a length, those of the brief."""
    limits = Limits.from_brief(store.settings.brief())
    song_s = entry.song.duration_s
    if arguments.keep is not None:
        limits = Limits(None, None, *arguments.keep)
    if arguments.duration is not None:
        wished_s = arguments.duration
        if not 0 < wished_s <= song_s:
            raise UserError(
                f"{entry.song.title} lasts {clock(song_s)}, so no edit of it can last "
                f"{clock(wished_s)}.",
                "Ask for a shorter edit.",
            )
        limits = Limits.lasting(wished_s, *(arguments.keep or (0.0, 1.0)))
    for start_s, _ in [*arguments.lock, *arguments.forbid]:
        if start_s >= song_s:
            raise UserError(
                f"{entry.song.title} ends at {clock(song_s)}, before {clock(start_s)}.",
                "Give a span within the song.",
            )
    return replace(
        limits,
        keep_intro=arguments.keep_intro,
        keep_ending=arguments.keep_ending,
        locked=tuple((start, min(end, song_s)) for start, end in arguments.lock),
        forbidden=tuple((start, min(end, song_s)) for start, end in arguments.forbid),
    )


def audit(arguments: argparse.Namespace) -> None:
    """Say how much each join stands out against the song's own bar lines."""
    from ml_core.pipeline.auditing import (
        audit_file,
        project_library,
        report_json,
        summary_json,
    )

    reports = []
    library = project_library(arguments.project)
    with watch(arguments) as progress:
        for index, file in enumerate(arguments.files):
            part = progress.part(index / len(arguments.files), (index + 1) / len(arguments.files))
            reports.append(audit_file(file, arguments.project, part, library))
    summary = summary_json(reports)
    edits = [
        {"file": str(file.absolute()), **report_json(*report)}
        for file, report in zip(arguments.files, reports, strict=True)
    ]
    show(arguments, {"edits": edits, "summary": summary}, _audit_lines(edits, summary))


def _audit_lines(edits: Sequence[Mapping[str, Any]], summary: Mapping[str, Any]) -> list[str]:
    lines = []
    for edit in edits:
        lines.append(Path(edit["file"]).name + ("" if edit["joins"] else ": no joins"))
        for number, join in enumerate(edit["joins"], start=1):
            state = "stands out" if join["stands_out"] else "blends in"
            reason = f" ({join['reason']})" if join["stands_out"] else ""
            if join["silent"]:
                state, reason = "lies in silence", ""
            lines.append(f"  join {number} at {clock(join['out_s'])}: {state}{reason}")
        if edit["kept_silence_s"] >= LEAST_TOLD_S:
            lines.append(f"  keeps {clock(edit['kept_silence_s'])} of silence that is no music")
    share, control = summary["share_standing_out"], summary["control_share"]
    if summary["n_silent_joins"]:
        n_silent = summary["n_silent_joins"]
        lie = (
            "1 join lies in silence and is"
            if n_silent == 1
            else f"{n_silent} joins lie in silence and are"
        )
        lines.append(f"{lie} not counted.")
    if share is None:
        return [*lines, "No joins to audit."]
    return [*lines, joins_line(summary["n_joins"], share, control)]


def joins_line(n_joins: int, share: float, control_share: float) -> str:
    """How many of some joins stand out, and the control beside them."""
    n_out = round(share * n_joins)
    if n_joins == 1:
        joins = "The join stands out" if n_out else "The join does not stand out"
    elif n_out == 0:
        joins = f"None of the {n_joins} joins stands out"
    else:
        verb = "stands" if n_out == 1 else "stand"
        joins = f"{n_out} of {n_joins} joins {verb} out ({100 * share:.0f} %)"
    return f"{joins}; of the songs' own bar lines {100 * control_share:.0f} % do."
