"""One song of an export from its choice to its files, for the command and for its processes."""

from __future__ import annotations

import time
from dataclasses import replace

from ml_core.domain.files.batch import Failed, SongJob, SongOutcome
from ml_core.domain.files.exporting import EditToWrite, ExportResult
from ml_core.domain.requests import Delivered
from ml_core.errors import UserError
from ml_core.paths import printable_name
from ml_core.pipeline import exporting
from ml_core.progress import Progress

_CHOICE_SHARE = 0.3
"""Of the time, that choosing the edits takes."""


def export_song(job: SongJob, progress: Progress) -> SongOutcome:
    """Choose a song's edits and write each; what can't be done is named.

    The same in this process and in another: a job holds all that it needs.
    """
    began_s, song = time.monotonic(), job.deliver.song
    try:
        found = exporting.deliver_song(job.deliver, progress.part(0.0, _CHOICE_SHARE))
    except UserError as error:
        failed = (Failed.of(song.path, error),)
        return SongOutcome(song.path, failed=failed, seconds=time.monotonic() - began_s)
    made: list[tuple[str, Delivered | None]] = []
    results: list[ExportResult] = []
    for k, one in enumerate(found):
        wanted = EditToWrite(
            song,
            one.edit,
            f"{job.stem} (alternative {k + 1})" if k else job.stem,
            exact_s=song.limits.exact_s,
            stems=job.stems,
            made_for=job.key,
            made_of=(k + 1, len(found)),
        )
        begin, end = (
            _CHOICE_SHARE + (1.0 - _CHOICE_SHARE) * step / len(found) for step in (k, k + 1)
        )
        written = exporting.export(replace(job.export, edits=(wanted,)), progress.part(begin, end))
        results.append(written)
        made += [(file, one) for file in written.files]
    n_asked = job.deliver.n_alternatives
    if len(found) < n_asked and made:
        only = "only one edit" if len(found) == 1 else f"only {len(found)} edits"
        name = printable_name(song.path)
        sentence = f"{name} has {only} that keep the rules; {n_asked} were asked for."
        sentence = sentence.replace("edit that keep", "edit that keeps")
        results[0] = replace(results[0], notes=((made[0][0], sentence), *results[0].notes))
    refused = tuple(Failed(path, words) for result in results for path, words in result.failed)
    return SongOutcome(song.path, tuple(made), refused, tuple(results), time.monotonic() - began_s)
