"""Rows read straight from the pages of a SQLite file, for when SQLite itself refuses it.

Source of the method: "Database File Format", sections 1.5 (b-tree pages), 1.6 (overflow pages),
2.1 (record format) and 4.1 (write-ahead log), sqlite.org/fileformat2.html.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

Value = int | float | str | bytes | None
Pages = dict[int, bytes]
"""Page content by page number, which counts from 1."""

_DEFAULT_PAGE_BYTES = 4096  # SQLite's default since 3.12; ours are made with it.
_TABLE_LEAF = 0x0D
_FILE_HEADER_BYTES = 100
_LOG_HEADER_BYTES = 32
_FRAME_HEADER_BYTES = 24
_INTEGER_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


def records_in(database: bytes, log: bytes = b"") -> Iterator[tuple[int, list[Value]]]:
    """Every (row id, record) in leaf pages of tables, damaged or freed pages included.

    What comes out may be anything: the caller must be able to tell a true row by itself.

    Args:
        database: content of the main file.
        log: content of its write-ahead log, of which every frame is read, committed or not.
    """
    page_bytes = _page_bytes(database)
    pages = {
        number: database[start : start + page_bytes]
        for number, start in enumerate(range(0, len(database), page_bytes), start=1)
    }
    for number, page in pages.items():
        yield from _rows(page, _FILE_HEADER_BYTES if number == 1 else 0, pages)
    frame_bytes = _FRAME_HEADER_BYTES + page_bytes
    for start in range(_LOG_HEADER_BYTES, len(log) - frame_bytes + 1, frame_bytes):
        (number,) = struct.unpack_from(">I", log, start)
        pages[number] = log[start + _FRAME_HEADER_BYTES : start + frame_bytes]
        yield from _rows(pages[number], _FILE_HEADER_BYTES if number == 1 else 0, pages)


def _page_bytes(database: bytes) -> int:
    if len(database) < _FILE_HEADER_BYTES or not database.startswith(b"SQLite format 3\0"):
        return _DEFAULT_PAGE_BYTES
    (size,) = struct.unpack_from(">H", database, 16)
    size = 65536 if size == 1 else size
    return size if size >= 512 and size & (size - 1) == 0 else _DEFAULT_PAGE_BYTES


def _rows(page: bytes, offset: int, pages: Pages) -> Iterator[tuple[int, list[Value]]]:
    if len(page) < offset + 8 or page[offset] != _TABLE_LEAF:
        return
    (n_cells,) = struct.unpack_from(">H", page, offset + 3)
    for index in range(n_cells):
        try:
            (cell,) = struct.unpack_from(">H", page, offset + 8 + 2 * index)
            size, start = _varint(page, cell)
            row_id, start = _varint(page, start)
            yield row_id, _record(_payload(page, start, size, pages))
        except (IndexError, KeyError, ValueError, struct.error):
            continue


def _payload(page: bytes, start: int, size: int, pages: Pages) -> bytes:
    """A cell's payload, gathered from overflow pages where it is too long for its page."""
    usable = len(page)
    if size <= usable - 35:
        return page[start : start + size]
    smallest = (usable - 12) * 32 // 255 - 23
    local = smallest + (size - smallest) % (usable - 4)
    if local > usable - 35:
        local = smallest
    payload = page[start : start + local]
    (following,) = struct.unpack_from(">I", page, start + local)
    while following and len(payload) < size:
        overflow = pages[following]
        (following,) = struct.unpack_from(">I", overflow, 0)
        payload += overflow[4 : 4 + size - len(payload)]
    return payload


def _record(payload: bytes) -> list[Value]:
    header_end, position = _varint(payload, 0)
    body, values = header_end, list[Value]()
    while position < header_end:
        kind, position = _varint(payload, position)
        value, body = _value(payload, kind, body)
        values.append(value)
    return values


def _value(payload: bytes, kind: int, start: int) -> tuple[Value, int]:
    if kind in _INTEGER_BYTES:
        end = start + _INTEGER_BYTES[kind]
        return int.from_bytes(_slice(payload, start, end), "big", signed=True), end
    if kind == 7:
        return float(struct.unpack(">d", _slice(payload, start, start + 8))[0]), start + 8
    if kind >= 12:
        end = start + (kind - 12) // 2
        content = _slice(payload, start, end)
        return (content.decode("utf-8") if kind % 2 else content), end
    constants: dict[int, Value] = {0: None, 8: 0, 9: 1}
    return constants[kind], start


def _slice(payload: bytes, start: int, end: int) -> bytes:
    if end > len(payload):
        raise ValueError("the record ends early")
    return payload[start:end]


def _varint(content: bytes, start: int) -> tuple[int, int]:
    """A variable-length integer and where it ends."""
    value = 0
    for index in range(8):
        byte = content[start + index]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, start + index + 1
    value = value << 8 | content[start + 8]
    return value - (1 << 64) if value >= 1 << 63 else value, start + 9
