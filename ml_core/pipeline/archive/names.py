"""What the parts of an archive may be called; a part with any other name is never written."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from ml_core.audio_file.identity import same_name_key
from ml_core.export.names import safe_stem, shortened

MANIFEST = "manifest.json"
DATABASE = "tastecut.sqlite3"
MODELS, ANALYSES, SONGS = "models/", "cache/", "songs/"

_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.safetensors")
_ANALYSIS = re.compile(r"[0-9a-f]{64}(\.[0-9a-f]{16})?\.analysis\.npz")

_LONGEST_NAME_BYTES = 200
"""Of a song's file: room is left for a number, and for what other programs add to names."""
_LONGEST_ENDING = 8


def is_model(file_name: str) -> bool:
    """Whether a file in the folder of models is one."""
    return _MODEL.fullmatch(file_name) is not None


def is_allowed(name: str) -> bool:
    """Whether Tastecut gives a part this name: the four kinds that there are, and nothing else.

    So no name leads out of the folder, and none means something of its own on any system.
    """
    if name in (MANIFEST, DATABASE):
        return True
    folder, slash, file_name = name.partition("/")
    if folder + slash == MODELS:
        return is_model(file_name)
    if folder + slash == ANALYSES:
        return _ANALYSIS.fullmatch(file_name) is not None
    return folder + slash == SONGS and song_file_name(file_name) == file_name


def song_file_name(name: str) -> str:
    """A song's file name as every system takes it; the same again for what this gave."""
    while (plain := _plain(name)) != name:
        name = plain
    return name


def _plain(name: str) -> str:
    whole = safe_stem(name)
    ending = Path(whole).suffix
    if not ending.isascii() or len(ending) > _LONGEST_ENDING:
        ending = ""
    stem = shortened(whole.removesuffix(ending), _LONGEST_NAME_BYTES)
    return f"{stem or 'Song'}{ending}"


def free_song_name(name: str, taken: Collection[str]) -> str:
    """A name that none of the `taken` keys (`same_name_key`) has: "Song.wav", "Song 2.wav", ..."""
    plain = song_file_name(name)
    path, number = Path(plain), 2
    while same_name_key(plain) in taken:
        plain = song_file_name(f"{path.stem} {number}{path.suffix}")
        number += 1
    return plain
