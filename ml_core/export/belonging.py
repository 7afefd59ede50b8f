"""What belongs to an exported edit: its record, its stems and what other tools read of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from ml_core.audio_file import SongReader, resampled_length, staged_file
from ml_core.audio_file.tagging.own_edits import edit_json_path
from ml_core.domain.files.exporting import ExportResult
from ml_core.domain.files.formats import WRITE_FORMATS
from ml_core.errors import UserError
from ml_core.export.one_stem import is_shared
from ml_core.export.tools.writing import RESIDUES_FOLDER
from ml_core.untrusted_json import read_json

_LOSSY_TOLERANCE_S = 0.2
"""Encoders add and drop up to some frames of 26 ms at an end."""

_DEEPEST = 2
"""What belongs to an edit lies beside it, or in one folder beside it."""


def mark_whole(
    audio_path: Path, made_for: str, made_of: tuple[int, int], others: Iterable[str]
) -> None:
    """Note in an edit's record which job it is part of, once all that belongs to it is written.

    Args:
        audio_path: the edit's file.
        made_for: the key of the job, see `SongJob.key`.
        made_of: (which of the job's edits it is, how many there are), counted from 1.
        others: paths of its stems and of other tools' files.
    """
    residues = _residues_folder(audio_path)
    found = [Path(one) for one in others] + sorted(residues.glob("*"))
    names = [path.relative_to(audio_path.parent).as_posix() for path in found]
    record_path = edit_json_path(audio_path)
    noted = {"made_for": made_for, "made_of": list(made_of), "beside": names}
    with staged_file(record_path, overwrite=True) as staged:
        text = json.dumps({**read_json(record_path), **noted}, indent=1) + "\n"
        staged.path.write_text(text, encoding="utf-8")
        staged.commit()


def remove_written(results: Sequence[ExportResult]) -> None:
    """Remove what an export that was stopped in the middle had written of a song.

    Only for files that this export has just made itself: none of them had a name before.
    """
    for result in results:
        for file in result.files:
            if is_shared(Path(file)):
                continue  # What lies beside it is of the same edit in another format.
            residues = _residues_folder(Path(file))
            with suppress(OSError):
                shutil.rmtree(residues)
            _remove(edit_json_path(Path(file)))
        for file in (*result.files, *(file for _, file in result.others)):
            _remove(Path(file))
        for stem in result.stems:
            _remove(Path(stem.file))


def is_whole(audio_path: Path, record: Mapping[str, Any]) -> bool:
    """Whether an edit's file lasts as its record says, and all that was written beside it is there.

    The end is decoded: what a header promises is not in a file that was cut.

    Args:
        audio_path: the edit's file.
        record: of it, which anyone may have changed.
    """
    try:
        names = record.get("beside", [])
        if not isinstance(names, list) or not all(_is_there(audio_path.parent, n) for n in names):
            return False
        return _lasts(audio_path, _n_samples(record), int(record["sample_rate_hz"]))
    except (UserError, KeyError, TypeError, ValueError, ArithmeticError, OSError):
        return False


def _residues_folder(audio_path: Path) -> Path:
    return audio_path.with_name(audio_path.stem + RESIDUES_FOLDER)


def _remove(file: Path) -> None:
    with suppress(OSError):  # What can't be removed is whole: only its song is not.
        file.unlink()


def _is_there(folder: Path, name: object) -> bool:
    parts = PurePosixPath(str(name)).parts
    if not 1 <= len(parts) <= _DEEPEST or ".." in parts or PurePosixPath(str(name)).is_absolute():
        return False
    file = folder.joinpath(*parts)
    return file.is_file() and file.stat().st_size > 0


def _n_samples(record: Mapping[str, Any]) -> int:
    """Of the edit as it was written, at its song's rate: what is kept may have been changed."""
    if "out_samples" in record:
        return int(record["out_samples"])
    spans = record.get("proposed_samples", record["kept_samples"])
    return sum(int(end) - int(start) for start, end in spans)


def _lasts(audio_path: Path, n_samples: int, rate_hz: int) -> bool:
    form = next(one for one in WRITE_FORMATS.values() if one.extension == audio_path.suffix.lower())
    with SongReader(audio_path) as reader:
        header = reader.header
        if header.is_cut_short:
            return False
        wanted = resampled_length(n_samples, rate_hz, header.sample_rate_hz)
        around = 0 if form.is_lossless else round(_LOSSY_TOLERANCE_S * header.sample_rate_hz)
        # A lossless file may be a sample off where its rate was changed.
        around = max(around, int(header.sample_rate_hz != rate_hz))
        reader.go_to(max(0, wanted - around - 1))
        reader.read_next(2 * around + 2)
        return abs(reader.position - wanted) <= around and reader.n_damaged == 0
