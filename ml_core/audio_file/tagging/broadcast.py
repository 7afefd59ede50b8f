"""What Broadcast Wave files say beside their tags: the chunks bext and iXML.

bext: EBU Tech 3285 (version 2), its coding history EBU R 98. iXML: the "iXML Specification" 3.01
(ixml.info). What a cut makes false is left out: the numbers that name this very recording, its
loudness, places within it. What can be put right is: where in the day it begins, how it is coded.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ml_core.audio_file.streams.byte_span import ByteSpan
from ml_core.audio_file.streams.chunks import chunks
from ml_core.audio_file.tagging.ixml import ixml_of_edit, true_ixml
from ml_core.audio_file.tagging.own_edits import WAV_SOFTWARE
from ml_core.audio_file.wav_chunks import chunk

if TYPE_CHECKING:
    from ml_core.audio_file.tagging.records import Tags

_BEXT = struct.Struct("<256s32s32s10s8sQH")
_BEXT_BYTES = 602
"""Of all that stands before the coding history."""

_VERSION = 1
"""Without the loudness that version 2 adds, which is that of the whole recording."""

_LARGEST_BYTES = 1 << 20
_LARGEST_PLACE = (1 << 64) - 1
_BITS = {"PCM_U8": 8, "PCM_16": 16, "PCM_24": 24, "PCM_32": 32, "FLOAT": 32, "DOUBLE": 64}
_MODES = {1: "M=mono,", 2: "M=stereo,"}


@dataclass(frozen=True, slots=True)
class Broadcast:
    """What stays true of a recording when it is cut, as the bytes that the file has.

    Attributes:
        has_bext: whether there is such a chunk.
        description, originator: what it is, and who made it.
        origination: date and time at which the recording began, ten and eight characters.
        time_reference: samples from midnight to the first one.
        history: lines on how it was coded, the oldest first.
        ixml: the whole document; empty where there is none.
    """

    has_bext: bool = False
    description: bytes = b""
    originator: bytes = b""
    origination: tuple[bytes, bytes] = (b"", b"")
    time_reference: int = 0
    history: bytes = b""
    ixml: bytes = b""

    def of_edit(self, first_sample: int, from_hz: int, to_hz: int) -> Broadcast:
        """What it says of an edit that begins with a sample of the recording.

        Args:
            first_sample: of the recording, which is the edit's first.
            from_hz, to_hz: rates of the recording and of the edit's file.
        """
        at = min((self.time_reference + first_sample) * to_hz // from_hz, _LARGEST_PLACE)
        return replace(
            self,
            time_reference=at if self.has_bext else 0,
            ixml=ixml_of_edit(self.ixml, first_sample, from_hz, to_hz),
        )


def broadcast_of(path: Path) -> Broadcast | None:
    """What a WAV, RF64 or W64 file says of its broadcast; None where it has neither chunk.

    Raises:
        OSError: if the file can't be read.
    """
    found: dict[bytes, bytes] = {}
    with path.open("rb") as handle:
        span = ByteSpan(handle, 0, path.stat().st_size)
        if span.at(0, 4) == b"RIFX":  # Its numbers begin with their highest byte.
            return None
        for one in chunks(span):
            size = one.stop - one.start
            if one.name in (b"bext", b"iXML") and size <= _LARGEST_BYTES:
                found.setdefault(one.name, span.at(one.start, size))
    bext, ixml = found.get(b"bext", b""), true_ixml(found.get(b"iXML", b""))
    if len(bext) < _BEXT_BYTES:
        return Broadcast(ixml=ixml) if ixml else None
    description, originator, _, day, hour, at, _ = _BEXT.unpack_from(bext)
    texts = [text.split(b"\0")[0] for text in (description, originator, day, hour)]
    history = bext[_BEXT_BYTES:].rstrip(b"\0")
    return Broadcast(True, texts[0], texts[1], (texts[2], texts[3]), at, history, ixml)


def broadcast_chunks(tags: Tags, coding: str, sample_rate_hz: int, n_channels: int) -> bytes:
    """The chunks for a file of these tags; empty where they say nothing of a broadcast.

    Args:
        coding: libsndfile's name of the file's.
        sample_rate_hz, n_channels: of the file.
    """
    said = tags.broadcast
    return b"" if said is None else b"".join(_chunks(said, coding, sample_rate_hz, n_channels))


def _chunks(said: Broadcast, coding: str, rate_hz: int, n_channels: int) -> Iterator[bytes]:
    bits = _BITS.get(coding, 16)
    if said.has_bext:
        head = _BEXT.pack(
            said.description,
            said.originator,
            b"",  # The recording's own number (USID), which no edit may bear.
            *said.origination,
            said.time_reference,
            _VERSION,
        )
        mode = _MODES.get(n_channels, "")
        line = f"A=PCM,F={rate_hz},W={bits},{mode}T={WAV_SOFTWARE}\r\n".encode("ascii")
        before = said.history and said.history.rstrip(b"\r\n") + b"\r\n"
        yield chunk(b"bext", head.ljust(_BEXT_BYTES, b"\0") + before + line)
    if said.ixml:
        yield chunk(b"iXML", true_ixml(said.ixml, bits, n_channels))
