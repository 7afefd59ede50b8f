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

from ml_core.audio_file.av_sound.identity import av_identity
from ml_core.audio_file.parts.layout import find_layout
from ml_core.audio_file.parts.records import ByteRanges, Part
from ml_core.audio_file.source_bytes import SourceBytes, open_regular_file, unreadable
from ml_core.audio_file.streams.byte_span import ByteSpan
from ml_core.audio_file.streams.chunks import Chunk, chunks, is_chunked
from ml_core.audio_file.streams.mpeg_frames import mpeg_frames
from ml_core.audio_file.streams.ogg_packets import ogg_pages
from ml_core.audio_file.streams.ogg_sound import OggSound
from ml_core.audio_file.streams.outer_tags import without_outer_tags
from ml_core.paths import printable_name
from ml_core.progress import Progress, silent

_SCHEME = "tastecut sound 1"
"""Changes with what the digest is made of."""

_BLOCK_VALUES = 1 << 17
"""Samples of all channels decoded at a time: a hostile file has a thousand channels."""

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

_OGG, _FLAC, _CHUNKED, _MPEG = "Ogg", "FLAC", "chunks", "MPEG"

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
    - of what FFmpeg's libraries read (M4A, WMA, WavPack, films), by the first sound in it: of
      lossless codings the samples as above, of others every coded frame and the length told;
    - of other codings in WAV, AIFF and CAF (ADPCM): the bytes of the sound chunk;
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
        return _identity(handle, ByteSpan(handle, 0, size), name, check)
    except OSError as error:
        raise unreadable(name, error) from error


def _identity(handle: IO[bytes], whole: ByteSpan, name: str, check: Check) -> str:
    parts = find_layout(handle, whole.stop).parts
    if parts and parts[0].demuxer:
        return av_identity(handle, parts[0], name, _digest, check)
    kinds = [_kind(whole, part) for part in parts]
    span = whole if is_chunked(whole.at(0, 16)) else without_outer_tags(whole)
    head = span.at(span.start, 16)
    is_ogg = head[:4] == b"OggS"
    # A chain of Ogg streams, and MP3 streams put together, are walked as a whole.
    is_chain = is_ogg or (bool(kinds) and kinds[0] == _MPEG)
    if len(set(kinds)) > 1 or (len(parts) > 1 and not is_chain):
        return _of_parts(handle, whole, list(zip(kinds, parts, strict=True)), check)
    found = None
    if is_chunked(head) or head[:4] in (b"fLaC", b".snd"):
        found = _of_lossless(handle, span, check)
    elif is_ogg:
        found = _of_ogg(span, check)
    elif parts and kinds[0] != _MPEG:  # behind bytes that are neither tag nor sound
        found = _of_part(handle, whole, kinds[0], parts[0], check)
    else:
        found = _of_mpeg(span, check)
    return found or _of_bytes(span, [Chunk(b"", span.start, span.stop)], "bytes", check)


def _kind(whole: ByteSpan, part: Part) -> str:
    """What a stream's first bytes say that it is."""
    head = whole.at(part.ranges.bounds[0], 16)
    if head[:4] == b"OggS":
        return _OGG
    if head[:4] == b"fLaC":
        return _FLAC
    return _CHUNKED if is_chunked(head) else _MPEG


def _digest(kind: str) -> hashlib._Hash:
    return hashlib.sha256(f"{_SCHEME}\n{kind}\n".encode())


def _of_parts(
    handle: IO[bytes], whole: ByteSpan, parts: list[tuple[str, Part]], check: Check
) -> str:
    """By the identity of each file that stands behind another."""
    digest = _digest("parts")
    for kind, part in parts:
        digest.update(_of_part(handle, whole, kind, part, check).encode())
    return digest.hexdigest()


def _of_part(handle: IO[bytes], whole: ByteSpan, kind: str, part: Part, check: Check) -> str:
    span = whole.part(*part.ranges.bounds)
    if kind in (_FLAC, _CHUNKED):
        found = _of_samples(SourceBytes(handle, part.ranges), _sample_bytes(span), check)
    else:
        found = _of_ogg(span, check) if kind == _OGG else _of_mpeg(span, check)
    ranges = [Chunk(b"", start, stop) for start, stop in part.ranges]
    return found or _of_bytes(whole, ranges, "bytes", check)


def _of_lossless(handle: IO[bytes], span: ByteSpan, check: Check) -> str | None:
    source = SourceBytes(handle, ByteRanges([(span.start, span.stop)]))
    samples = _of_samples(source, _sample_bytes(span), check)
    if samples is None and is_chunked(span.at(span.start, 16)):
        return _of_chunks(span, check)
    return samples


def _of_samples(source: SourceBytes, most: int, check: Check) -> str | None:
    """By decoded samples; None where the coding is not lossless or can't be opened.

    Args:
        source: of the file.
        most: bytes of samples that there are at most.
        check: told the place that was reached.
    """
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
        block = np.empty((max(1, _BLOCK_VALUES // sound.channels), sound.channels), sample_type)
        position, most_samples = 0, _ANY_NUMBER
        if sound.format == "W64" and sound.subtype in _W64_BYTES:
            most_samples = most // (_W64_BYTES[sound.subtype] * sound.channels)
        while count := _decode(sound, block[: most_samples - position], position):
            if source.error is not None:
                raise source.error
            digest.update(np.ascontiguousarray(block[:count], counted_as).data)
            position += count
            check(source.tell())
        if source.error is not None:
            raise source.error
    return digest.hexdigest()


def _sample_bytes(span: ByteSpan) -> int:
    """Bytes of W64's samples: libsndfile 1.2.2 plays the chunks behind them too."""
    lengths = (one.stop - one.start for one in chunks(span) if one.name == b"data")
    return next(lengths, _ANY_NUMBER)


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
