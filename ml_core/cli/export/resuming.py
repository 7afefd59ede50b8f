"""What an earlier export has written already, so that it need not be made again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ml_core.audio_file.tagging.own_edits import EDIT_SUFFIX
from ml_core.domain.files.batch import SongJob, SongOutcome
from ml_core.domain.files.tools import TOOLS
from ml_core.errors import UserError
from ml_core.export.one_stem import made_entries
from ml_core.untrusted_json import read_json

Before = Mapping[str, Mapping[tuple[int, int], Path]]
"""By the key of a job: its files by which of how many edits each is."""


def written_before(folder: Path) -> Before:
    """The audio files in a folder by the job that made them, see `SongJob.key`.

    A record names its job last of all, once stems and files for other tools are there too.
    """
    found: dict[str, dict[tuple[int, int], Path]] = {}
    for record_path in sorted(folder.glob(f"*{EDIT_SUFFIX}")):
        try:
            for made_for, (which, n), file in made_entries(record_path, read_json(record_path)):
                place = int(which), int(n)
                if isinstance(made_for, str):
                    found.setdefault(made_for, {}).setdefault(place, file.absolute())
        except (UserError, AttributeError, KeyError, TypeError, ValueError, OverflowError):
            continue  # Not one of ours, or of no job.
    return found


def outcome_before(job: SongJob, before: Before) -> SongOutcome | None:
    """What an earlier export made of a job; None where it is not all there."""
    files = before.get(job.key, {})
    counts = {n for _, n in files}
    whole = [
        [files[k, n] for k in range(1, n + 1)]
        for n in counts
        if 0 < n <= len(files) and all((k, n) in files for k in range(1, n + 1))
    ]
    endings = [TOOLS[name].ending for name in job.export.choices.tool_names]
    for made in whole:
        others = [file.with_name(file.stem + end) for file in made for end in endings if end]
        if all(other.is_file() for other in others):
            return SongOutcome(job.deliver.song.path, tuple((str(file), None) for file in made))
    return None
