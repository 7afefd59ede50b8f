"""libsndfile on one stream of a file, and which of a file's streams make up its song."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import IO

import numpy as np
import soundfile
from numpy.typing import NDArray

from ml_core.audio_file.av_sound.decoder import AvDecoder
from ml_core.audio_file.parts import ByteRanges, Layout, Part, Unread, find_layout
from ml_core.audio_file.source_bytes import SourceBytes, UnmeasuredMp3Bytes, unreadable
from ml_core.domain.files.formats import READ_CONTAINERS, explain_unreadable
from ml_core.domain.files.unreadable import HEAD_BYTES

Audio = NDArray[np.float32]

_SURE_TO_SEEK = frozenset(
    {"PCM_S8", "PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW"}
)
"""Codings whose samples lie where their number says. FLAC files name theirs PCM too."""

_LENGTH_UNKNOWN = 1 << 62
"""libsndfile gives 2^63 - 1 for streams that don't tell their length."""


class Decoder:
    """One stream, being decoded.

    Attributes:
        sample_rate_hz, n_channels, file_format, subtype: as libsndfile tells them.
        n_samples: promised length per channel; None where the stream does not tell.
        position: the sample that the next read begins with.

    Raises:
        UserError: if the disk fails.
        ValueError: if libsndfile can't open the stream.
    """

    channel_mask = n_others = n_damaged = 0
    """As `AvDecoder` has them; libsndfile tells nothing of the kind."""

    def __init__(self, handle: IO[bytes], part: Part, name: str) -> None:
        self._name = name
        self.part = part
        kind = UnmeasuredMp3Bytes if part.is_unmeasured_mp3 else SourceBytes
        self._bytes = kind(handle, part.ranges)
        self.sound = self._opened()
        self.sample_rate_hz: int = self.sound.samplerate
        self.n_channels: int = self.sound.channels
        self.file_format: str = self.sound.format
        self.subtype: str = self.sound.subtype
        is_told = not part.is_unmeasured_mp3 and self.sound.frames <= _LENGTH_UNKNOWN
        self.n_samples: int | None = self.sound.frames if is_told else None
        self.position = 0

    def _opened(self) -> soundfile.SoundFile:
        try:
            sound = soundfile.SoundFile(self._bytes)
        except (soundfile.LibsndfileError, MemoryError, ValueError, TypeError) as error:
            self._require_disk()
            raise ValueError("no sound that libsndfile reads") from error
        if sound.format not in READ_CONTAINERS:
            sound.close()
            raise ValueError("a kind of file that no music comes in")
        # soundfile seeks to where it is after every read of a seekable file, which FLAC streams
        # of unknown length and Opus with more than two channels refuse.
        sound.seekable = lambda: False
        return sound

    def _require_disk(self) -> None:
        if self._bytes.error is not None:
            raise unreadable(self._name, self._bytes.error)

    def close(self) -> None:
        """Let go of the decoder; the file stays open."""
        self.sound.close()

    def read_into(self, out: Audio) -> int:
        """Decode as much as fits; returns the number of samples per channel, 0 at the end.

        Raises:
            UserError: if the disk fails.
        """
        try:
            count = len(self.sound.read(out=out))
        except soundfile.LibsndfileError:
            # FLAC stops where it is damaged, after it has handed out what comes before.
            count = min(max(0, self.sound.tell() - self.position), len(out))
        self._require_disk()
        self.position += count
        return count

    def seek(self, sample: int) -> bool:
        """Enter the stream at a sample, if that is sure to be right; else it may begin anew."""
        if self.subtype not in _SURE_TO_SEEK or not 0 <= sample <= (self.n_samples or 0):
            return False
        try:
            self.position = self.sound.seek(sample)
        except soundfile.LibsndfileError:
            self.sound.close()
            self._bytes.seek(0)
            self.sound = self._opened()
            self.position = 0
            return False
        return True


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of a file is its song.

    Attributes:
        parts: in order, all of one sample rate and number of channels.
        lengths: promised samples of each; None where a part does not tell.
        unread: sound that is left out.
        layout: all that was found.
    """

    parts: tuple[Part, ...]
    lengths: tuple[int | None, ...]
    unread: tuple[Unread, ...]
    layout: Layout


_KEPT_FROM_BYTES = 1 << 22
_MOST_KEPT = 32
_MOST_KEPT_PIECES = 10_000
_kept: OrderedDict[tuple[int, ...], Chosen] = OrderedDict()
_keeping = Lock()


def open_decoder(
    handle: IO[bytes], part: Part, name: str, is_wide: bool = False
) -> Decoder | AvDecoder:
    """What decodes a part; `is_wide` for blocks of float64.

    Raises:
        UserError: if the disk fails, or FFmpeg's libraries are needed and can't read it.
        ValueError: if libsndfile can't.
    """
    if part.demuxer:
        return AvDecoder(handle, part, name, is_wide)
    return Decoder(handle, part, name)


def choose_parts(handle: IO[bytes], name: str) -> Chosen:
    """The streams of a file that can be read as one song.

    A file of 46 MB takes a tenth of a second, and is opened again for every piece that is read:
    what was found in large files is kept, as long as they do not change.

    Raises:
        UserError: if none can be read, or the disk fails.
    """
    status = os.fstat(handle.fileno())
    key = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    with _keeping:
        kept = _kept.get(key)
    if kept is not None:
        return kept
    chosen = _chosen_parts(handle, status.st_size, name)
    n_pieces = sum(len(part.ranges) for part in chosen.parts)
    if status.st_size >= _KEPT_FROM_BYTES and n_pieces <= _MOST_KEPT_PIECES:
        with _keeping:
            _kept[key] = chosen
            while len(_kept) > _MOST_KEPT:
                _kept.popitem(last=False)
    return chosen


def _chosen_parts(handle: IO[bytes], n_bytes: int, name: str) -> Chosen:
    """Of streams that differ in sample rate or channels, those that last longest together."""
    try:
        layout = find_layout(handle, n_bytes)
    except OSError as error:
        raise unreadable(name, error) from error
    parts = layout.parts
    if not parts and not layout.coding:
        # What is not known here is left to libsndfile: MP3 of a free bit rate, for instance.
        parts = [Part(ByteRanges([(0, n_bytes)]))]
    tried = [(part, _tried(handle, part, name)) for part in parts]
    opened = [(part, found) for part, found in tried if found is not None]
    if not opened:
        handle.seek(0)
        raise explain_unreadable(name, layout.head or handle.read(HEAD_BYTES), layout.coding)
    kind = _longest_kind([found for _, found in opened])
    unread = list(layout.unread)
    for part, found in tried:
        if found is None:
            unread.append(Unread("sound that is damaged", part.ranges.n_bytes, part.duration_s))
        elif found.kind != kind:
            words = _other_kind(kind, found)
            unread.append(Unread(words, part.ranges.n_bytes, found.duration_s))
    same = [(found.part, found.n_samples) for _, found in opened if found.kind == kind]
    return Chosen(tuple(part for part, _ in same), tuple(n for _, n in same), tuple(unread), layout)


@dataclass(frozen=True, slots=True)
class _Found:
    """What opening a part told."""

    part: Part
    kind: tuple[int, int]
    n_samples: int | None
    duration_s: float


def _tried(handle: IO[bytes], part: Part, name: str) -> _Found | None:
    try:
        decoder = open_decoder(handle, part, name)
    except ValueError:
        return None
    decoder.close()
    if decoder.file_format == "MP3" and not part.duration_s:  # not measured by its frames
        part = Part(part.ranges, is_unmeasured_mp3=True)
        decoder.n_samples = None
    seconds = part.duration_s or (decoder.n_samples or 0) / decoder.sample_rate_hz
    kind = (decoder.sample_rate_hz, decoder.n_channels)
    return _Found(part, kind, decoder.n_samples, seconds)


def _longest_kind(found: Sequence[_Found]) -> tuple[int, int]:
    seconds: dict[tuple[int, int], float] = {}
    for one in found:
        seconds[one.kind] = seconds.get(one.kind, 0.0) + one.duration_s
    return max(seconds, key=lambda kind: seconds[kind])


def _other_kind(kind: tuple[int, int], other: _Found) -> str:
    """How sound differs from the rest, in words."""
    rate_hz, n_channels = other.kind
    if rate_hz != kind[0]:
        return f"sound at {rate_hz:,} instead of {kind[0]:,} Hz"
    return "mono sound" if n_channels == 1 else f"sound of {n_channels} channels"
