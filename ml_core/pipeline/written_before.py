"""What an earlier export has written already, so that it need not be made again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ml_core.audio_file.tagging.own_edits import EDIT_SUFFIX
from ml_core.domain.files.batch import SongJob, SongOutcome, WrittenRequest
from ml_core.domain.files.formats import write_format
from ml_core.errors import UserError
from ml_core.export.belonging import is_whole
from ml_core.export.one_stem import jobs_of
from ml_core.progress import Progress
from ml_core.untrusted_json import read_json

Record = tuple[Path, Mapping[str, Any]]

Before = Mapping[str, Mapping[tuple[int, int], list[Record]]]
"""By the key of a job: records, each with its path, by which of how many edits each is of."""


def records_before(folder: Path) -> Before:
    """The records in a folder by the job that they were written for, see `SongJob.key`."""
    found: dict[str, dict[tuple[int, int], list[Record]]] = {}
    for record_path in sorted(folder.glob(f"*{EDIT_SUFFIX}")):
        try:
            record = read_json(record_path)
            jobs = [(key, (int(which), int(n))) for key, (which, n) in jobs_of(record)]
        except (UserError, AttributeError, KeyError, TypeError, ValueError, OverflowError):
            continue  # Not one of ours, or of no job.
        for made_for, place in jobs:
            if isinstance(made_for, str):
                found.setdefault(made_for, {}).setdefault(place, []).append((record_path, record))
    return found


def files_before(key: str, file_format: str, before: Before) -> tuple[str, ...]:
    """The files of a job's edits, in order; none where one of them is not there whole.

    Whole: of the format that was asked for, as long as its record says, with its stems and other
    tools' files beside it.
    """
    records = before.get(key, {})
    extension = write_format(file_format).extension
    for n in sorted({n for _, n in records}):
        if not 0 < n <= len(records) or any((k, n) not in records for k in range(1, n + 1)):
            continue
        files = [_whole(records[k, n], extension) for k in range(1, n + 1)]
        if all(files):
            return tuple(str(file.absolute()) for file in files if file is not None)
    return ()


def outcome_before(job: SongJob, before: Before) -> SongOutcome | None:
    """What an earlier export made of a job; None where it is not all there."""
    files = files_before(job.key, job.export.file_format, before)
    made = tuple((file, None) for file in files)
    return SongOutcome(job.deliver.song.path, made) if made else None


def find_written(request: WrittenRequest, progress: Progress) -> list[tuple[str, ...]]:
    """The files of each job of a batch that an earlier run has written whole; none of others."""
    before = records_before(Path(request.out_dir))
    found = []
    for index, key in enumerate(request.keys):
        progress.report(index / len(request.keys), "Looking for what was written")
        found.append(files_before(key, request.file_format, before))
    return found


def _whole(records: Iterable[Record], extension: str) -> Path | None:
    """The first of the files that is there whole."""
    for record_path, record in records:
        stem = record_path.name.removesuffix(EDIT_SUFFIX)
        file = record_path.with_name(stem + extension)
        if file.is_file() and is_whole(file, record):
            return file
    return None
