"""Names for exported files: usable on every system, and never one that is taken."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from ml_core.audio_file.identity import same_name_key
from ml_core.audio_file.staging import cannot_write, reserve
from ml_core.audio_file.tagging.own_edits import EDIT_SUFFIX, edit_json_path
from ml_core.domain.files.formats import write_format
from ml_core.errors import UserError
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
    return next(_free_targets(Path(out_dir), stem, file_format))


@contextmanager
def reserved_target(out_dir: str | Path, stem: str, file_format: str) -> Iterator[Path]:
    """As `free_target`, for this caller alone: two exports at once get two names.

    A hidden file that only one can make stands for the name while the export is being written.

    Raises:
        UserError: if the format can't be written, or the folder can't be.
    """
    folder = make_folder(Path(out_dir))
    for target in _free_targets(folder, stem, file_format):
        digest = hashlib.sha256(same_name_key(target.stem).encode("utf-8", "replace")).hexdigest()
        try:
            mark = reserve(folder, digest)
        except OSError as error:
            raise cannot_write(target, error) from error
        if mark is None:
            continue
        try:
            # The one before may have finished since the folder was looked through.
            if _is_free(target, _names_in(folder)):
                yield target
                return
        finally:
            with suppress(OSError):
                mark.unlink()
    raise AssertionError("counting never ends")


def _free_targets(folder: Path, stem: str, file_format: str) -> Iterator[Path]:
    """Every free path, nearest to the name first."""
    extension = write_format(file_format).extension
    taken = _names_in(folder)
    base = safe_stem(stem)
    for number in count(1):
        mark = "" if number == 1 else f" {number}"
        name = shortened(base, LONGEST_NAME_BYTES - len(mark) - len(EDIT_SUFFIX)) + mark
        if _is_free(folder / (name + extension), taken):
            yield folder / (name + extension)


def _is_free(target: Path, taken: set[str]) -> bool:
    own = {same_name_key(target.name), same_name_key(edit_json_path(target).name)}
    return not own & taken


def _names_in(folder: Path) -> set[str]:
    with suppress(OSError):  # Not there yet, or not to be listed: writing to it will tell.
        return {same_name_key(path.name) for path in folder.iterdir()}
    return set()


def make_folder(folder: Path) -> Path:
    """Make a folder for exports if need be; returns it.

    Raises:
        UserError: if it can't be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"The folder {printable_name(folder)} can't be made ({error.strerror or error}).",
            "Choose another folder.",
        ) from error
    return folder


def shortened(stem: str, most_bytes: int) -> str:
    """The stem without the end that goes beyond `most_bytes` of UTF-8; no character is halved."""
    return stem.encode("utf-8")[:most_bytes].decode("utf-8", "ignore").rstrip(". ")
