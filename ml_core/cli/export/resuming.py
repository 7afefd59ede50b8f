"""What an earlier export has written already, so that it need not be made again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ml_core.audio_file.tagging.own_edits import EDIT_SUFFIX
from ml_core.domain.files.batch import SongJob, SongOutcome
from ml_core.domain.files.formats import WRITE_FORMATS
from ml_core.errors import UserError
from ml_core.untrusted_json import read_json


def written_before(folder: Path) -> Mapping[str, list[str]]:
    """The audio files in a folder by the key of the job that made them, see `SongJob.key`.

    Its record names the job last of all, once stems and files for other tools are there too.
    """
    found: dict[str, list[str]] = {}
    records = sorted(folder.glob(f"*{EDIT_SUFFIX}"), key=lambda path: path.stat().st_mtime_ns)
    for record_path in records:
        try:
            record = read_json(record_path)
        except UserError:
            continue  # Not one of ours, or no longer.
        made_for = record.get("made_for") if isinstance(record, dict) else None
        stem = record_path.name.removesuffix(EDIT_SUFFIX)
        files = [folder / f"{stem}{form.extension}" for form in WRITE_FORMATS.values()]
        there = [str(file.absolute()) for file in files if file.is_file()]
        if isinstance(made_for, str) and there:
            found.setdefault(made_for, []).append(there[0])
    return found


def outcome_before(job: SongJob, before: Mapping[str, list[str]]) -> SongOutcome | None:
    """What an earlier export made of a job; None where it is not all there."""
    files = before.get(job.key, [])
    if len(files) < job.deliver.n_alternatives:
        return None
    kept = files[: job.deliver.n_alternatives]
    return SongOutcome(job.deliver.song.path, tuple((file, None) for file in kept))
