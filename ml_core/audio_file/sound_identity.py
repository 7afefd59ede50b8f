"""What a song is known by: a digest of its sound, which no tag, cover or container changes.

Of lossless codings the decoded samples are counted, so that the same samples in WAV, AIFF and FLAC
have one identity. Of lossy ones the coded frames are, since decoders of two versions or platforms
round differently. Each digest begins with the name and version of this scheme: should it ever
change, no old identity can be taken for a new one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from ml_core.audio_file.source_bytes import SourceBytes, open_regular_file, unreadable
from ml_core.audio_file.streams.byte_span import ByteSpan
from ml_core.audio_file.streams.chunks import Chunk, chunks, is_chunked, mp4_boxes
from ml_core.audio_file.streams.mpeg_frames import mpeg_frames
from ml_core.audio_file.streams.ogg_packets import ogg_pages
from ml_core.audio_file.streams.ogg_sound import OggSound
from ml_core.audio_file.streams.outer_tags import without_outer_tags
from ml_core.paths import printable_name
from ml_core.progress import Progress, silent

_SCHEME = "tastecut sound 1"
"""Changes with what the digest is made of."""

_BLOCK_SAMPLES = 65536
_BYTES_AT_ONCE = 1 << 18

_INTEGERS = frozenset(
    {"PCM_S8", "PCM_U8", "PCM_16", "PCM_24", "PCM_32", "ULAW", "ALAW"}
    | {"ALAC_16", "ALAC_20", "ALAC_24", "ALAC_32"}
)
_SAMPLE_TYPES = {
    **dict.fromkeys(_INTEGERS, ("int32", "<i4")),
    "FLOAT": ("float32", "<f4"),
    "DOUBLE": ("float64", "<f8"),
}
"""libsndfile's lossless codings: the type that holds all of a sample, and how it is counted.
Integers fill the 32 bits from the top, so that 16 bits are the same in a file of 24."""

_SOUND_CHUNKS = frozenset({b"data", b"SSND"})
_MPEG_IN_WAV = frozenset({0x50, 0x55})
"""WAV's format tags of MPEG layers I and II, and of layer III (RFC 2361)."""

_W64_BYTES = {"PCM_U8": 1, "PCM_16": 2, "PCM_24": 3, "PCM_32": 4, "FLOAT": 4, "DOUBLE": 8}
_ANY_NUMBER = 1 << 62

Check = Callable[[int], None]


def sound_sha256(path: str | Path, progress: Progress | None = None) -> str:
    """The identity of a file's sound: 64 hex digits of SHA-256.

    Counted are, behind the name of the scheme,

    - of lossless codings: sample rate, channels, and the decoded samples as little-endian int32
      from the top bit down, float32 or float64;
    - of MPEG audio: every whole frame but those that hold a Xing, Info or VBRI header; of these
      only how many samples they tell decoders to leave out before and behind the sound;
    - of Vorbis, Opus, Speex and FLAC in Ogg: every packet but comments and pictures, and the place
      in samples at which each stream says that it ends;
    - of other codings in WAV, AIFF, CAF and MP4 (ADPCM, AAC): the bytes of the sound chunk;
    - of what can't be taken apart so: all bytes between the tags before and behind.

    A damaged file has the identity of what can be read of it.

    Raises:
        UserError: if the file can't be read.
        Cancelled: if the person asked to stop.
    """
    name = printable_name(path)
    with open_regular_file(path) as handle:
        return sound_sha256_of(handle, name, progress)


def sound_sha256_of(handle: IO[bytes], name: str, progress: Progress | None = None) -> str:
    """As `sound_sha256`, of an open file; it is left at any place.

    Args:
        handle: open for reading, seekable, binary.
        name: the file's, printable.
    """
    progress = progress or silent()
    size = max(1, handle.seek(0, 2))
    words = f"Reading {name}"

    def check(place: int) -> None:
        progress.report(place / size, words)

    try:
        return _identity(handle, ByteSpan(handle, 0, size), check)
    except OSError as error:
        raise unreadable(name, error) from error


def _identity(handle: IO[bytes], whole: ByteSpan, check: Check) -> str:
    span = whole if is_chunked(whole.at(0, 16)) else without_outer_tags(whole)
    head = span.at(span.start, 16)
    found = None
    if is_chunked(head):
        found = _of_samples(handle, span, check) or _of_chunks(span, check)
    elif head[:4] in (b"fLaC", b".snd"):
        found = _of_samples(handle, span, check)
    elif head[:4] == b"OggS":
        found = _of_ogg(span, check)
    elif head[4:8] == b"ftyp":
        boxes = [box for box in mp4_boxes(span) if box.name == b"mdat"]
        found = _of_bytes(span, boxes, "mp4", check) if boxes else None
    else:
        found = _of_mpeg(span, check)
    return found or _of_bytes(span, [Chunk(b"", span.start, span.stop)], "bytes", check)


def _digest(kind: str) -> hashlib._Hash:
    return hashlib.sha256(f"{_SCHEME}\n{kind}\n".encode())


class _SpanBytes(SourceBytes):
    """What libsndfile needs of a part of a file; tags before and behind stay unseen."""

    def __init__(self, handle: IO[bytes], span: ByteSpan) -> None:
        super().__init__(handle)
        self._start, self._stop = span.start, span.stop
        handle.seek(span.start)

    def seek(self, offset: int, whence: int = 0) -> int:
        """As in `SourceBytes`, within the part."""
        base = {0: self._start, 1: self._handle.tell(), 2: self._stop}[whence]
        place = super().seek(max(self._start, base + offset))
        return place if place < 0 else place - self._start

    def tell(self) -> int:
        """As in `SourceBytes`, within the part."""
        return super().tell() - self._start

    def readinto(self, buffer: memoryview) -> int:
        """As in `SourceBytes`, up to the part's end."""
        left = max(0, self._stop - self._handle.tell())
        return super().readinto(memoryview(buffer)[:left])


def _of_samples(handle: IO[bytes], span: ByteSpan, check: Check) -> str | None:
    """By decoded samples; None where the coding is not lossless or can't be opened."""
    source = _SpanBytes(handle, span)
    try:
        sound = soundfile.SoundFile(source)
    except (soundfile.LibsndfileError, MemoryError, ValueError, TypeError):
        if source.error is not None:
            raise source.error from None
        return None
    with sound:
        if sound.subtype not in _SAMPLE_TYPES:
            return None
        sample_type, counted_as = _SAMPLE_TYPES[sound.subtype]
        digest = _digest(f"{sample_type} {sound.samplerate} Hz {sound.channels} channels")
        # soundfile seeks to where it is after every read of a seekable file, which FLAC streams of
        # unknown length refuse.
        sound.seekable = lambda: False
        block = np.empty((_BLOCK_SAMPLES, sound.channels), sample_type)
        position, most = 0, _most_samples(span, sound)
        while count := _decode(sound, block[: most - position], position):
            if source.error is not None:
                raise source.error
            digest.update(np.ascontiguousarray(block[:count], counted_as).data)
            position += count
            check(handle.tell())
        if source.error is not None:
            raise source.error
    return digest.hexdigest()


def _most_samples(span: ByteSpan, sound: soundfile.SoundFile) -> int:
    """How many samples there are at most; of W64 libsndfile 1.2.2 plays the chunks behind too."""
    width = _W64_BYTES.get(sound.subtype)
    if sound.format != "W64" or width is None:
        return _ANY_NUMBER
    lengths = (one.stop - one.start for one in chunks(span) if one.name == b"data")
    return int(next(lengths, _ANY_NUMBER) // (width * sound.channels))


def _decode(sound: soundfile.SoundFile, block: NDArray[Any], position: int) -> int:
    """Fill the block; returns how many samples came. A damaged FLAC ends where it is damaged."""
    try:
        return len(sound.read(out=block))
    except soundfile.LibsndfileError:
        return int(min(max(0, sound.tell() - position), len(block)))


def _of_chunks(span: ByteSpan, check: Check) -> str | None:
    """By the content of the chunk of sound; None without one."""
    found = list(chunks(span))
    sound = [chunk for chunk in found if _holds_sound(span, chunk)]
    if not sound:
        return None
    forms = [span.at(one.start, min(16, one.stop - one.start)) for one in found]
    form = next((f for f, one in zip(forms, found, strict=True) if one.name == b"fmt "), b"")
    if int.from_bytes(form[:2], "little") in _MPEG_IN_WAV:
        frames = _of_mpeg(span.part(sound[0].start, sound[0].stop), check)
        if frames is not None:
            return frames
    return _of_bytes(span, sound, f"coded {form.hex()}", check)


def _holds_sound(span: ByteSpan, chunk: Chunk) -> bool:
    is_movie = chunk.name == b"LIST" and span.at(chunk.start, 4) == b"movi"  # of AVI
    return chunk.name in _SOUND_CHUNKS or is_movie


def _of_mpeg(span: ByteSpan, check: Check) -> str | None:
    """By frames; None where there are none."""
    digest = _digest("mpeg")
    n_frames = 0
    for frame in mpeg_frames(span):
        if not frame.is_info:
            digest.update(frame.data)
            n_frames += 1
        elif frame.gapless_samples != (0, 0):
            digest.update(b"gapless %d %d\n" % frame.gapless_samples)
        if n_frames % 256 == 0:
            check(frame.place)
    return digest.hexdigest() if n_frames else None


def _of_ogg(span: ByteSpan, check: Check) -> str | None:
    """By packets; None where no stream of sound is found."""
    streams = OggSound()
    for number, page in enumerate(ogg_pages(span)):
        streams.add(page)
        if number % 64 == 0:
            check(page.place)
    if not (found := streams.digests()):
        return None
    digest = _digest("ogg")
    for one in found:
        digest.update(one)
    return digest.hexdigest()


def _of_bytes(span: ByteSpan, parts: list[Chunk], kind: str, check: Check) -> str:
    digest = _digest(kind)
    for part in parts:
        for place in range(part.start, part.stop, _BYTES_AT_ONCE):
            check(place)
            digest.update(span.at(place, min(_BYTES_AT_ONCE, part.stop - place)))
    return digest.hexdigest()
