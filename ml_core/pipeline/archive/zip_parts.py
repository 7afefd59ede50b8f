"""Where the parts of an archive lie in its file, found without trusting anything it says.

The standard library's zipfile reads the directory at the file's end. The heads of the parts are
read here: zipfile offers no way to read a file whose end was cut off, or to see that two parts lie
over each other.
"""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from ml_core.audio_file.identity import same_name_key
from ml_core.pipeline.archive.manifest import MOST_PARTS
from ml_core.pipeline.archive.names import is_allowed

# Source of all numbers here: PKWARE, "APPNOTE.TXT - .ZIP File Format Specification", 4.3 and 4.5.
_HEAD = struct.Struct("<4sHHHHHIIIHH")
_HEAD_MARK = b"PK\x03\x04"
_WIDE = struct.Struct("<HHQQ")
_END_BYTES, _LOCATOR_BYTES, _END_64_BYTES = 22, 20, 56
_UTF_8 = 0x800
_ALL_ONES = 0xFFFFFFFF
_SIZES_64 = 1  # Id of the extra field that holds sizes beyond 4 GB.
_MS_DOS_FOLDER = 0x10
_ENTRY_BYTES = 46 + 256  # A name has 206 bytes at most, and mostly half of that.


class ForeignPartError(ValueError):
    """The archive holds something that Tastecut never writes; its text names it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part's bytes.

    Attributes:
        start: where they begin in the file; -1 where the part's head is damaged or cut off.
        crc32: of the bytes, as the file says.
    """

    name: str
    start: int
    n_bytes: int
    crc32: int


def parts_by_directory(file: IO[bytes]) -> list[Part] | None:
    """All parts in the order in which they lie in the file; None if its directory is damaged.

    Raises:
        ForeignPartError: if the directory is whole, but holds what Tastecut never writes.
        OSError: if the file can't be read.
    """
    n_bytes = directory_bytes(file)
    if n_bytes is None or n_bytes > MOST_PARTS * _ENTRY_BYTES:
        return None
    try:
        directory = zipfile.ZipFile(file)
    except OSError:
        raise
    except Exception:  # A damaged directory makes zipfile raise nearly anything.
        return None
    entries = sorted(directory.infolist(), key=lambda entry: entry.header_offset)
    ends = [entry.header_offset for entry in entries[1:]] + [directory.start_dir] * bool(entries)
    names: set[str] = set()
    for entry in entries:
        _require_own(entry, names)
        names.add(same_name_key(entry.filename))
    return [_part_of(file, entry, end) for entry, end in zip(entries, ends, strict=True)]


def parts_by_heads(file: IO[bytes]) -> Iterator[Part]:
    """The parts one after another by their own heads, as far as these can be read.

    For a file whose directory is damaged or was cut off. What has a name that Tastecut does not
    give is passed over.
    """
    n_bytes, at = _size(file), 0
    for _ in range(MOST_PARTS):
        head = _head_at(file, at)
        if head is None:
            return
        is_whole = head.start + head.n_bytes <= n_bytes
        if is_allowed(head.name):
            yield head if is_whole else Part(head.name, -1, head.n_bytes, head.crc32)
        if not is_whole:
            return
        at = head.start + head.n_bytes


def directory_bytes(file: IO[bytes]) -> int | None:
    """How large an archive says that its directory is: zipfile reads any. None without an end."""
    n_bytes = _size(file)
    length = min(n_bytes, _END_BYTES + _LOCATOR_BYTES + _END_64_BYTES)
    file.seek(n_bytes - length)
    tail = file.read(length)
    end = tail[-_END_BYTES:]
    if len(end) < _END_BYTES or not end.startswith(b"PK\x05\x06"):
        return None
    (told,) = struct.unpack_from("<I", end, 12)
    before = tail[:-_END_BYTES]
    if before[-_LOCATOR_BYTES:].startswith(b"PK\x06\x07") and len(before) > _LOCATOR_BYTES:
        (told,) = struct.unpack_from("<Q", before, 40)
    return int(told)


def _require_own(entry: zipfile.ZipInfo, names: set[str]) -> None:
    """Raise ForeignPartError unless the entry is as Tastecut writes it."""
    name, mode = entry.orig_filename, entry.external_attr >> 16
    if name != entry.filename or not is_allowed(name):
        raise ForeignPartError(f"a part called {name[:80]!r}")
    if same_name_key(name) in names:
        raise ForeignPartError(f"two parts called {name!r}")
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG) or entry.external_attr & _MS_DOS_FOLDER:
        raise ForeignPartError(f"a link or folder called {name!r}")
    is_plain = entry.compress_type == zipfile.ZIP_STORED and not entry.flag_bits & ~_UTF_8
    if not is_plain or entry.compress_size != entry.file_size:
        raise ForeignPartError(f"a compressed part called {name!r}")


def _part_of(file: IO[bytes], entry: zipfile.ZipInfo, end: int) -> Part:
    smallest = _HEAD.size + len(entry.filename.encode("utf-8")) + entry.file_size
    if entry.header_offset < 0 or entry.header_offset + smallest > end:
        raise ForeignPartError(f"parts that lie over each other ({entry.filename!r})")
    head = _head_at(file, entry.header_offset)
    told = Part(entry.filename, -1 if head is None else head.start, entry.file_size, entry.CRC)
    if head != told or told.start + told.n_bytes > end:
        return Part(entry.filename, -1, entry.file_size, entry.CRC)
    return told


def _head_at(file: IO[bytes], at: int) -> Part | None:
    """The part whose head begins at a byte; None if there is no head as Tastecut writes it."""
    file.seek(at)
    fixed = file.read(_HEAD.size)
    if len(fixed) < _HEAD.size:
        return None
    mark, _, flags, method, _, _, crc32, stored, n_bytes, n_name, n_extra = _HEAD.unpack(fixed)
    name, extra = file.read(n_name), file.read(n_extra)
    if _ALL_ONES in (stored, n_bytes):
        n_bytes, stored = _wide_sizes(extra)
    is_ours = mark == _HEAD_MARK and not flags & ~_UTF_8 and method == zipfile.ZIP_STORED
    if not is_ours or stored != n_bytes or (len(name), len(extra)) != (n_name, n_extra):
        return None
    try:
        text = name.decode("utf-8" if flags & _UTF_8 else "ascii")
    except UnicodeDecodeError:
        return None
    return Part(text, at + _HEAD.size + n_name + n_extra, n_bytes, crc32)


def _wide_sizes(extra: bytes) -> tuple[int, int]:
    """Sizes beyond 4 GB; two that differ, and so fit nothing, where there are none."""
    if len(extra) < _WIDE.size:
        return 0, 1
    field, _, n_bytes, stored = _WIDE.unpack_from(extra)
    return (n_bytes, stored) if field == _SIZES_64 else (0, 1)


def _size(file: IO[bytes]) -> int:
    return file.seek(0, 2)
