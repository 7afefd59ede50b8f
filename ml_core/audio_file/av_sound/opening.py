"""A file opened by FFmpeg's libraries: its first sound, or one sentence why there is none."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from typing import IO, Any

from ml_core.audio_file.av_sound.library import load_av
from ml_core.audio_file.av_sound.mp4_boxes import Mp4Sound, mp4_sound
from ml_core.audio_file.parts.records import Part
from ml_core.audio_file.source_bytes import SourceBytes, unreadable
from ml_core.audio_file.streams.byte_span import ByteSpan
from ml_core.domain.files.demuxers import WORDS
from ml_core.domain.files.formats import CONVERT
from ml_core.errors import UserError

_PCM = frozenset(
    f"pcm_{kind}{bits}{order}"
    for kind, bits, order in product("sf", (16, 24, 32, 64), ("le", "be"))
)
LOSSLESS = _PCM | {"alac", "flac", "wavpack", "wmalossless", "pcm_u8", "pcm_s8"}
"""FFmpeg's codecs whose samples come back as they were."""

_MPEG = frozenset({"aac", "mp1", "mp1float", "mp2", "mp2float", "mp3", "mp3float"})
_LOSSY = _MPEG | {"ac3", "eac3", "opus", "vorbis", "wmav1", "wmav2", "wmapro"}
CODECS = LOSSLESS | _LOSSY | {"pcm_alaw", "pcm_mulaw"}
"""All that are decoded: each further one is code over untrusted bytes."""

_ASF_LOCKS = (
    bytes.fromhex("fbb31122 23bdd211 b4b700a0 c955fc6e"),
    bytes.fromhex("14e68a29 2226174c b935dae0 7ee9289c"),
    bytes.fromhex("b4ff1122 23bdd211 b4b700a0 c955fc6e"),
)
"""Content Encryption, its extended kind and its older one (ASF 01.20.03, 3.14 and 3.15)."""

_ASF_HEADER_BYTES = 1 << 18

_PROBED = {"probesize": "1000000", "analyzeduration": "2000000"}


class AvBytes:
    """A file's bytes as PyAV asks for them; a read that fails is remembered in `error`."""

    def __init__(self, handle: IO[bytes], part: Part) -> None:
        self._source = SourceBytes(handle, part.ranges)

    @property
    def error(self) -> OSError | None:
        """What the disk refused."""
        return self._source.error

    def read(self, n_bytes: int) -> bytes:
        """As `io.RawIOBase.read`."""
        buffer = bytearray(n_bytes)
        return bytes(buffer[: self._source.readinto(memoryview(buffer))])

    def seek(self, offset: int, whence: int = 0) -> int:
        """As `io.RawIOBase.seek`; FFmpeg asks for the size by a number of its own."""
        return self._source.seek(offset, whence)

    def tell(self) -> int:
        """As `io.RawIOBase.tell`."""
        return self._source.tell()


@dataclass(slots=True)
class Opened:
    """A file whose first sound can be decoded.

    Attributes:
        av: PyAV.
        source, container, stream: of the file.
        told: what an MP4 says of its length.
        n_others: how many further streams of sound there are.
        n_bits: of WavPack's samples as its first block tells them; 0 of others.
    """

    av: Any
    source: AvBytes
    container: Any
    stream: Any
    told: Mp4Sound
    n_others: int
    n_bits: int

    @property
    def codec(self) -> str:
        """FFmpeg's name of the sound's codec."""
        return str(self.stream.codec_context.codec.name)


def open_sound(handle: IO[bytes], part: Part, name: str) -> Opened:
    """The first sound in a file of a kind that `demuxer_for` names.

    Raises:
        UserError: if av is missing, the disk fails, the file is damaged, locked, without sound or
            of a coding that is not decoded.
    """
    av = load_av(name)
    told = _told(handle, part, name)
    source = AvBytes(handle, part)
    options = {**_PROBED, "codec_whitelist": ",".join(sorted(CODECS))}
    try:
        container = av.open(
            source, "r", format=part.demuxer, options=options, metadata_errors="replace"
        )
    except (av.FFmpegError, ValueError, MemoryError) as error:
        if source.error is not None:
            raise unreadable(name, source.error) from error
        raise damaged(name, part) from error
    try:
        return _first_sound(av, source, container, told, name)
    except BaseException:
        container.close()
        raise


def damaged(name: str, part: Part) -> UserError:
    """What to tell of a file that can't be taken apart."""
    return UserError(
        f"{name} is {WORDS[part.demuxer]} that is damaged and can't be opened.",
        "Copy it again from where it came, or convert it to WAV.",
    )


def _first_sound(av: Any, source: AvBytes, container: Any, told: Mp4Sound, name: str) -> Opened:
    found = list(container.streams.audio)
    if not found:
        raise UserError(f"{name} holds no sound.", "Choose a file with sound.")
    stream = found[0]
    context = stream.codec_context
    if context is None or context.codec.name not in CODECS:
        coding = "sound of an unknown coding" if context is None else f"{context.codec.name} sound"
        raise UserError(f"{name} holds {coding}; Tastecut can't read that yet.", CONVERT)
    context.thread_count = 1
    for other in container.streams:
        if other.index != stream.index:
            with suppress(AttributeError):  # only PyAV 17 and later skip what nobody wants
                other.discard = type(other.discard)["all"]
    return Opened(av, source, container, stream, told, len(found) - 1, _wavpack_bits(source))


def _wavpack_bits(source: AvBytes) -> int:
    """Of the first block (WavPack 4 and 5 file format, WavpackHeader); the place is put back."""
    place = source.tell()
    source.seek(0)
    head = source.read(28)
    source.seek(place)
    return 8 * ((head[24] & 3) + 1) if head[:4] == b"wvpk" and len(head) == 28 else 0


def _told(handle: IO[bytes], part: Part, name: str) -> Mp4Sound:
    """What an MP4 says of itself.

    Raises:
        UserError: if the file is locked, or the disk fails.
    """
    span = ByteSpan(handle, *part.ranges.bounds)
    try:
        told = mp4_sound(span) if part.demuxer == "mov" else Mp4Sound()
        head = span.at(span.start, _ASF_HEADER_BYTES) if part.demuxer == "asf" else b""
    except OSError as error:
        raise unreadable(name, error) from error
    if told.is_locked or any(lock in head for lock in _ASF_LOCKS):
        raise UserError(
            f"{name} is protected against copying, so no other program can read its sound.",
            "Choose a file without protection.",
        )
    return told
