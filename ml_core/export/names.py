"""Names for exported files: usable on every system, and never one that is taken."""

from __future__ import annotations

import os
import unicodedata
from contextlib import suppress
from itertools import count
from pathlib import Path

from ml_core.audio_file.identity import same_name_key
from ml_core.audio_file.own_edits import EDIT_SUFFIX
from ml_core.domain.file_formats import write_format
from ml_core.paths import printable_name

LONGEST_NAME_BYTES = 255
"""Of a file name on ext4, APFS and NTFS (there in UTF-16 units, which are fewer)."""

_FORBIDDEN = frozenset('<>:"/\\|?*')
_RESERVED = frozenset({"con", "prn", "aux", "nul"})
_RESERVED_PORTS = ("com", "lpt")
# Windows: "Naming Files, Paths, and Namespaces".


def safe_stem(text: str) -> str:
    """A file name's stem that every system takes, as close to the text as can be."""
    visible = printable_name(text) if os.sep not in text else text
    plain = "".join(
        "_"
        if char in _FORBIDDEN
        or not char.isprintable()
        or char == "\N{REPLACEMENT CHARACTER}"
        or unicodedata.category(char) == "Cs"
        else char
        for char in visible
    )
    stem = plain.strip().lstrip(".").rstrip(". ")
    first = stem.split(".")[0].lower().rstrip()
    if first in _RESERVED or (first[:3] in _RESERVED_PORTS and first[3:].isdigit()):
        stem = f"_{stem}"
    return stem or "Edit"


def free_target(out_dir: str | Path, stem: str, file_format: str) -> Path:
    """A path in the folder that no file has, nor its `.edit.json`: "NAME.wav", "NAME 2.wav", ...

    Names that differ in letter case alone count as taken: on many disks they are one file. Long
    names are shortened so that every name beside them fits too.

    Raises:
        UserError: if the format can't be written.
    """
    folder = Path(out_dir)
    extension = write_format(file_format).extension
    taken: set[str] = set()
    with suppress(OSError):  # Not there yet, or not to be listed: writing to it will tell.
        taken = {same_name_key(path.name) for path in folder.iterdir()}
    base = safe_stem(stem)
    for number in count(1):
        mark = "" if number == 1 else f" {number}"
        name = shortened(base, LONGEST_NAME_BYTES - len(mark) - len(EDIT_SUFFIX)) + mark
        if not {same_name_key(name + end) for end in (extension, EDIT_SUFFIX)} & taken:
            return folder / (name + extension)
    raise AssertionError("counting never ends")


def shortened(stem: str, most_bytes: int) -> str:
    """The stem without the end that goes beyond `most_bytes` of UTF-8; no character is halved."""
    return stem.encode("utf-8")[:most_bytes].decode("utf-8", "ignore").rstrip(". ")
