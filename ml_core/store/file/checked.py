"""What was looked through whole, and is as it was left, need not be looked through again that day.

Opening looks at every page, row and line, which took seconds at 100,000 ratings. A digest of the
whole takes a tenth of that and finds any byte that changed. What is known of a file holds for that
very one: nobody who hands on a project's folder can foresee where it will lie on another disk.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ml_core.errors import UserError
from ml_core.own_files import PRIVATE_FILE, make_private_folder
from ml_core.paths import cache_dir, database_path, journal_path
from ml_core.store.sqlite import schema
from ml_core.untrusted_json import read_json

_DIGEST = "blake2b"

WORTH_BYTES = 4 * 1024 * 1024
"""Smaller databases, of some 2,500 ratings, are looked through in less than a tenth of a second."""


def today() -> str:
    """The day, UTC."""
    return datetime.now(UTC).date().isoformat()


def is_as_left(project_dir: Path, by_content: bool) -> bool:
    """Whether a project's files were looked through today, and nothing has changed them since.

    Args:
        project_dir: its folder.
        by_content: read them whole and compare their digests; otherwise their sizes and times tell.
    """
    known = _known(project_dir)
    try:
        if known is None or known["day"] != today() or _has_log(project_dir):
            return False
        now = [_place(file) for file in _files(project_dir)]
        if now != known["places"]:
            return False
        return not by_content or known["digests"] == _digests(project_dir)
    except (OSError, KeyError):
        return False


def note_left(project_dir: Path, day: str) -> None:
    """Keep what a project's files are, now that they are closed.

    Args:
        project_dir: its folder; this process is its writer.
        day: on which they were looked through.
    """
    with suppress(OSError):
        if _has_log(project_dir) or database_path(project_dir).stat().st_size < WORTH_BYTES:
            return
        places = [_place(file) for file in _files(project_dir)]
        known = _known(project_dir)
        if known is not None and (known.get("day"), known.get("places")) == (day, places):
            return
        said = {
            "version": schema.VERSION,
            "day": day,
            "places": places,
            "digests": _digests(project_dir),
        }
        make_private_folder(cache_dir(project_dir))
        file = _record(project_dir)
        partial = file.with_name(f".{file.name}.{os.getpid()}.partial")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            json.dump(said, out)
        partial.replace(file)


def _known(project_dir: Path) -> dict[str, Any] | None:
    with suppress(UserError):
        said = read_json(_record(project_dir))
        if isinstance(said, dict) and said.get("version") == schema.VERSION:
            return said
    return None


def _record(project_dir: Path) -> Path:
    return cache_dir(project_dir) / "looked-through.json"


def _files(project_dir: Path) -> tuple[Path, Path]:
    return database_path(project_dir), journal_path(project_dir)


def _has_log(project_dir: Path) -> bool:
    """Whether a kill, or somebody who reads it, has left commits outside the main file."""
    log = Path(f"{database_path(project_dir)}-wal")
    return log.exists() and log.stat().st_size > 0


def _place(file: Path) -> list[int]:
    status = file.lstat()
    return [status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns]


def _digests(project_dir: Path) -> list[str]:
    found = []
    for file in _files(project_dir):
        with file.open("rb") as content:
            found.append(hashlib.file_digest(content, _DIGEST).hexdigest())
    return found
