"""The verb export: edits of songs, as files."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ml_core import paths
from ml_core.cli.export.chosen_songs import Named, chosen_songs
from ml_core.cli.export.files import chosen_files
from ml_core.cli.export.limits import export_limits, ready_song, require_exact, song_path
from ml_core.cli.export.pool import run_jobs
from ml_core.cli.export.stems import ToldStems, found_stems
from ml_core.cli.export.telling import ExportLog, told_json, told_lines
from ml_core.cli.finding import find_again
from ml_core.cli.output import complain, complain_outdated, open_project, show_taken, watch
from ml_core.cli.presets.chosen import take_preset
from ml_core.domain.files.batch import Failed, SongJob, SongOutcome
from ml_core.domain.files.choices import FileChoices
from ml_core.domain.files.exporting import ExportRequest
from ml_core.domain.files.stems import StemsFound
from ml_core.errors import UserError
from ml_core.pipeline.written_before import outcome_before, records_before
from ml_core.progress import Progress
from ml_core.store import Store
from ml_core.store.requests import deliver_request


def export(arguments: argparse.Namespace) -> None:
    """Export the active policy's edits of the given songs."""
    take_preset(arguments)
    choices = chosen_files(arguments)
    if arguments.exact:
        require_exact(arguments)
    find_again(arguments)
    with open_project(arguments, write=False) as store, watch(arguments) as progress:
        complain_outdated(store)
        named = chosen_songs(store, arguments.songs, arguments.all)
        stems = found_stems(store, choices, (entry for _, entry in named), progress)
        # All at once: the window may change the project while edits are made.
        asked = [_asked(store, arguments, one, choices, stems) for one in named]
        told_stems = ToldStems(stems)
        outcomes = _outcomes(arguments, asked, progress)
    for outcome in outcomes:
        for result in outcome.results:
            told_stems.add(result)
    n_files, n_asked = sum(len(outcome.made) for outcome in outcomes), len(named)
    exact_s = arguments.duration if arguments.exact else None
    lines = told_lines(outcomes, told_stems, exact_s)
    data = told_json(outcomes, told_stems)
    failed = [one.message for outcome in outcomes for one in outcome.failed]
    first = failed[0] if failed else "Nothing was exported."
    nothing = f"None of {n_asked} songs was exported: {first}" if n_asked > 1 else first
    show_taken(arguments, data, lines, (n_files, max(n_files, n_asked)), nothing)


def _outcomes(
    arguments: argparse.Namespace, asked: Sequence[SongJob | SongOutcome], progress: Progress
) -> list[SongOutcome]:
    """What became of each song, in the order they were named in."""
    outcomes: dict[int, SongOutcome] = {}
    before = records_before(arguments.out) if arguments.resume else {}
    with ExportLog(arguments.log) as log:
        jobs: list[tuple[int, SongJob]] = []
        for index, one in enumerate(asked):
            made = outcome_before(one, before) if isinstance(one, SongJob) else one
            if made is None and isinstance(one, SongJob):
                jobs.append((index, one))
            elif made is not None:
                outcomes[index] = made
                log.add(made)
        try:
            for at, outcome in run_jobs([job for _, job in jobs], arguments.jobs, progress):
                outcomes[jobs[at][0]] = outcome
                log.add(outcome)
        except KeyboardInterrupt:
            complain(
                f"Stopped after {len(outcomes)} of {len(asked)} songs, each of them whole. "
                "Start it again with --resume to go on."
            )
            raise
    return [outcomes[index] for index in sorted(outcomes)]


def _asked(
    store: Store,
    arguments: argparse.Namespace,
    named: Named,
    choices: FileChoices,
    stems: StemsFound,
) -> SongJob | SongOutcome:
    """What is asked for a song that was named, or why it can't be."""
    text, entry = named
    path = song_path(entry, text)
    try:
        song = ready_song(entry, text)
        asked = deliver_request(store, song, export_limits(store, arguments, song), arguments.seed)
        cache = str(paths.cache_dir(store.project_dir))
        return SongJob(
            replace(asked, n_alternatives=arguments.alternatives),
            ExportRequest((), str(arguments.out), cache, arguments.format, choices),
            Path(asked.song.path).stem,
            stems.of(asked.song.path),
            song_s=song.song.duration_s,
        )
    except UserError as error:
        return SongOutcome(path, failed=(Failed.of(path, error),))
