"""The list of contents at an archive's head: every part with its size and SHA-256."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ml_core import __version__
from ml_core.audio_file.identity import same_name_key
from ml_core.domain.checked import require, require_sha256
from ml_core.pipeline.archive.names import DATABASE, MANIFEST, is_allowed
from ml_core.untrusted_json import parse_json

FORMAT = 1
"""Of the archive. A file with a higher one is refused; older ones are read for ever."""

MOST_PARTS = 50_000
"""Of a library of fifteen thousand songs."""
LARGEST_MANIFEST_BYTES = 32 * 1024**2
"""A part takes about 200 bytes, or 400 where a song has the longest of names."""

_LARGEST_PART_BYTES = 1 << 50


class NewerArchiveError(ValueError):
    """The archive has a format that this version does not know."""


@dataclass(frozen=True, slots=True)
class ListedPart:
    """One part as the manifest lists it."""

    name: str
    n_bytes: int
    sha256: str

    def __post_init__(self) -> None:
        require(is_allowed(self.name) and self.name != MANIFEST, f"a part {self.name!r}")
        require(type(self.n_bytes) is int, "a size is a whole number")
        require(0 <= self.n_bytes <= _LARGEST_PART_BYTES, "a size that a disk could hold")
        require_sha256(self.sha256)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds.

    Attributes:
        parts: in the order in which they lie in the file; the database is the first.
    """

    parts: tuple[ListedPart, ...]

    def __post_init__(self) -> None:
        require(len(self.parts) <= MOST_PARTS, "too many parts")
        keys = {same_name_key(part.name) for part in self.parts}
        require(len(keys) == len(self.parts), "two parts of one name")
        require(bool(self.parts) and self.parts[0].name == DATABASE, "a database comes first")

    def to_bytes(self) -> bytes:
        """The manifest as it is written."""
        data = {
            "format": FORMAT,
            "app": f"Tastecut {__version__}",
            "parts": [asdict(part) for part in self.parts],
        }
        return json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8")


def read_manifest(data: bytes) -> Manifest:
    """The manifest that `to_bytes` wrote, by this or an older version.

    Raises:
        NewerArchiveError: if a newer version wrote it.
        ValueError: if it is no manifest.
    """
    whole = parse_json(data)
    require(isinstance(whole, Mapping), "an object")
    number = whole.get("format")
    require(type(number) is int and number >= 1, "a format number")
    if number > FORMAT:
        raise NewerArchiveError("a newer format")
    parts = whole.get("parts")
    require(isinstance(parts, list), "a list of parts")
    return Manifest(tuple(_part(part) for part in parts))


def _part(data: Any) -> ListedPart:
    require(isinstance(data, Mapping), "a part is an object")
    name, sha256 = data.get("name"), data.get("sha256")
    require(isinstance(name, str) and isinstance(sha256, str), "a part has a name and a hash")
    return ListedPart(name, data.get("n_bytes"), sha256)
