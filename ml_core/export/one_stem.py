"""One edit in several formats has one name: NAME.wav, NAME.mp3, and one NAME.edit.json."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from ml_core.audio_file import staged_file
from ml_core.audio_file.tagging.own_edits import edit_json_path
from ml_core.domain.files.formats import WRITE_FORMATS
from ml_core.errors import UserError
from ml_core.export.names import safe_stem
from ml_core.untrusted_json import read_json

FILES = "files"
"""Of a record: by the name of each file that it is of, what is so of that file alone."""

_OF_THE_EDIT = (
    "sha256",
    "sample_rate_hz",
    "kept_samples",
    "proposed_samples",
    "fades_samples",
    "tails_samples",
    "fade_in_samples",
    "fade_out_samples",
    "gains_db",
    "stretch",
    "out_samples",
    "joins",
)
_OF_A_FILE = ("gain_db", "loudness", "made_for", "made_of")


def share_stem(path: Path, stem: str) -> Path:
    """Give a file that was written the name of the same edit in another format, where one is there.

    Its record goes into the one of that edit. Where anything stands against it, both keep the
    names that they have.

    Args:
        path: of the audio, its record beside it.
        stem: the name before it was made safe and free.

    Returns:
        Where the audio lies now.
    """
    own = _record(edit_json_path(path))
    for name in _names_before(safe_stem(stem), path.stem):
        target = path.with_name(name + path.suffix)
        record_path = edit_json_path(target)
        record = _record(record_path)
        if record is None or own is None or not _is_same(record, own):
            continue
        others = [file for file in _files_of(record_path) if file != target]
        if others and _moved(path, target):
            files = record.get(FILES) or {others[0].name: _of_a_file(record)}
            _write(record_path, {**record, FILES: {**files, target.name: _of_a_file(own)}})
            with suppress(OSError):
                edit_json_path(path).unlink()
            return target
    return path


def jobs_of(record: Any) -> list[tuple[Any, Any]]:
    """(made_for, made_of) of each file that a record is of, as it says them.

    Raises:
        AttributeError, KeyError, TypeError: if it is no record of a job.
    """
    files = record.get(FILES)
    entries = [record] if not isinstance(files, dict) else list(files.values())
    return [(one["made_for"], one["made_of"]) for one in entries if "made_for" in one]


def is_shared(path: Path) -> bool:
    """Whether the record beside a file is of other files too, one of which is there."""
    record_path = edit_json_path(path)
    record = _record(record_path)
    files = None if record is None else record.get(FILES)
    others = {file.name for file in _files_of(record_path)} - {path.name}
    return isinstance(files, dict) and bool(others & set(files))


def _files_of(record_path: Path) -> list[Path]:
    """The audio files beside a record that are of its name and not empty."""
    endings = dict.fromkeys(form.extension for form in WRITE_FORMATS.values())
    stem = record_path.name.removesuffix(edit_json_path(Path("x")).name.removeprefix("x"))
    files = [record_path.with_name(stem + ending) for ending in endings]
    return [file for file in files if file.is_file() and file.stat().st_size]


def _names_before(base: str, own: str) -> Iterator[str]:
    """The names that were tried before the one that was free: "NAME", "NAME 2", ..."""
    for number in count(1):
        name = base if number == 1 else f"{base} {number}"
        if name == own or not own.startswith(base) or len(name) > len(own):
            return
        yield name


def _is_same(record: dict[str, Any], own: dict[str, Any]) -> bool:
    return all(record.get(name) == own.get(name) for name in _OF_THE_EDIT)


def _of_a_file(record: dict[str, Any]) -> dict[str, Any]:
    return {name: record[name] for name in _OF_A_FILE if name in record}


def _record(path: Path) -> dict[str, Any] | None:
    try:
        found = read_json(path)
    except UserError:
        return None
    return found if isinstance(found, dict) else None


def _moved(path: Path, target: Path) -> bool:
    """Move a file to a name that nothing has; false where something has it."""
    try:
        target.open("x").close()  # Only one can: a name that is there is never replaced.
    except OSError:
        return False
    try:
        path.replace(target)
    except OSError:
        with suppress(OSError):
            target.unlink()
        return False
    return True


def _write(path: Path, record: dict[str, Any]) -> None:
    with staged_file(path, overwrite=True) as staged:
        staged.path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        staged.commit()
