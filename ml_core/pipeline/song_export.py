"""One song of an export, from its choice to its files: the window and the command do this."""

from __future__ import annotations

import time
from dataclasses import replace

from ml_core.domain.by_hand import CheckEditRequest
from ml_core.domain.edits import Candidate, Origin
from ml_core.domain.files.batch import Failed, SongJob, SongOutcome
from ml_core.domain.files.exporting import EditToWrite, ExportResult
from ml_core.domain.requests import Delivered
from ml_core.errors import UserError
from ml_core.export.belonging import remove_written
from ml_core.paths import printable_name
from ml_core.pipeline import exporting
from ml_core.progress import Progress

_CHOICE_SHARE = 0.3
"""Of the time, that choosing the edits takes."""


def export_song(job: SongJob, progress: Progress) -> SongOutcome:
    """Choose a song's edits and write each; what can't be done is named.

    The same in this process and in another: a job holds all that it needs. Where it is stopped in
    the middle, nothing of the song stays.
    """
    began_s, song = time.monotonic(), job.deliver.song
    try:
        found, broken = _edits(job, progress.part(0.0, _CHOICE_SHARE))
    except UserError as error:
        failed = (Failed.of(song.path, error),)
        return SongOutcome(song.path, failed=failed, seconds=time.monotonic() - began_s)
    results: list[ExportResult] = []
    made: list[tuple[str, Delivered | None]] = []
    try:
        for k, one in enumerate(found):
            begin, end = (
                _CHOICE_SHARE + (1.0 - _CHOICE_SHARE) * step / len(found) for step in (k, k + 1)
            )
            request = replace(job.export, edits=(_to_write(job, found, k, bool(broken)),))
            written = exporting.export(request, progress.part(begin, end))
            results.append(_with_note(job, written, broken))
            made += [(file, one) for file in written.files]
    except BaseException:
        remove_written(results)
        raise
    too_few = _too_few(job, len(found))
    if too_few and made:
        results[0] = replace(results[0], notes=((made[0][0], too_few), *results[0].notes))
    refused = tuple(Failed(path, words) for result in results for path, words in result.failed)
    return SongOutcome(song.path, tuple(made), refused, tuple(results), time.monotonic() - began_s)


def _too_few(job: SongJob, n_found: int) -> str:
    """That there are fewer edits than were asked for; empty where there are not."""
    n_asked = job.deliver.n_alternatives
    if n_found >= n_asked or job.own is not None or job.chosen is not None:
        return ""
    name = printable_name(job.deliver.song.path)
    only = "only one edit that keeps" if n_found == 1 else f"only {n_found} edits that keep"
    return f"{name} has {only} the rules; {n_asked} were asked for."


def _edits(job: SongJob, progress: Progress) -> tuple[list[Delivered], str]:
    """The edits that are to be written, and which rule the person's own one breaks."""
    if job.own is not None:
        request = CheckEditRequest(job.deliver.cache_dir, job.deliver.song, job.own)
        own = Delivered(Candidate(job.own, Origin("person")), 0.0, 0.0, 0.0)
        return [own], exporting.check_edit(request, progress)
    found = exporting.deliver_song(job.deliver, progress)
    return found if job.chosen is None else [found[min(job.chosen, len(found) - 1)]], ""


def _to_write(job: SongJob, found: list[Delivered], k: int, is_as_it_is: bool) -> EditToWrite:
    song = job.deliver.song
    return EditToWrite(
        song,
        found[k].edit,
        f"{job.stem} (alternative {k + 1})" if k else job.stem,
        # As it is: not stretched either, since its length may be what breaks a rule.
        exact_s=None if is_as_it_is else song.limits.exact_s,
        stems=job.stems,
        made_for=job.key,
        made_of=(k + 1, len(found)),
    )


def _with_note(job: SongJob, written: ExportResult, broken: str) -> ExportResult:
    """A rule that an own edit breaks is noted: either might be what the person forgot."""
    if not broken:
        return written
    note = f"{printable_name(job.stem)}, your own edit, was exported as it is: {broken}"
    return replace(written, notes=(*((file, note) for file in written.files), *written.notes))
