"""Files as other tools name them, and whether one is a song's."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath, PureWindowsPath
from urllib.parse import unquote, urlparse

from ml_core.audio_file.identity import same_name_key


def file_of(told: str, is_url: bool = False) -> str:
    """The path that a tool tells of a file, which may be an URL.

    Args:
        told: by the tool.
        is_url: whether it is one also without a scheme, as OpenTimelineIO has it.
    """
    try:
        parsed = urlparse(told)
    except ValueError:
        return told
    if parsed.scheme == "file":
        return unquote(parsed.path)
    return unquote(told) if is_url else told


def shown_name(path: str) -> str:
    """A file's own name, whichever system wrote its path."""
    return PureWindowsPath(path).name if "\\" in path else PurePosixPath(path).name


def name_key(path: str) -> str:
    """A file's own name as it is compared: systems differ in letter case and accents."""
    return same_name_key(shown_name(path))


def is_of(file: str, song_paths: Iterable[str]) -> bool:
    """Whether a clip's file is the song's: by its name, unless another file lies at its path.

    A copy is as large: some tools put what they use into a folder of their own.
    """
    paths = list(song_paths)
    if name_key(file) not in {name_key(one) for one in paths}:
        return False
    path = Path(file)
    try:
        if not (path.is_absolute() and path.is_file()):
            return True
        there = [Path(one) for one in paths if Path(one).is_file()]
        if not there:
            return True
        size = path.stat().st_size
        return any(path.samefile(one) or one.stat().st_size == size for one in there)
    except (OSError, ValueError):
        return True
