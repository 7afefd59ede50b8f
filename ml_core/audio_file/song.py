"""From a file to a `Song`: one pass for its sound's identity, one for its samples."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml_core.audio_file.fingerprint import Fingerprinter
from ml_core.audio_file.reading import BLOCK_SAMPLES, AudioHeader, SongReader
from ml_core.audio_file.sound_identity import sound_sha256
from ml_core.audio_file.source_bytes import open_regular_file, unreadable
from ml_core.audio_file.tagging.tags import Tags, completed, embedded_tags, with_drawable_cover
from ml_core.domain.songs import SHORTEST_SONG_S, Song
from ml_core.errors import UserError
from ml_core.paths import printable_name
from ml_core.progress import Progress, silent
from ml_core.units import clock

SILENT = 1e-4
"""Peak to peak: digital silence with 16-bit dither stays within +-1 step, 6.1e-5 in all."""

SILENT_IN_FINE_STEPS = 1e-5
"""Of codings of 24 bits and more, whose own dither stays within 2.4e-7."""

_FINE_CODINGS = frozenset({"PCM_24", "PCM_32", "FLOAT", "DOUBLE"})

_SOUND_SHARE = 0.2
"""Of the work: hashing reads about 1 GB/s, decoding MP3 gives about 5 million samples/s."""

_LENGTH_TOLERANCE_S = 0.1
"""Decoders differ by up to four MP3 frames (26 ms each) at a stream's ends."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """What decoding a whole file told."""

    n_samples: int
    swing: float
    n_mended: int
    fingerprint: bytes


def read_song(
    path: str | Path, progress: Progress | None = None, shortest_s: float = SHORTEST_SONG_S
) -> Song:
    """Read a file as a song: its sound's identity, its recording's fingerprint, its tags.

    Memory stays bounded.

    Raises:
        UserError: if it is no sound, shorter than `shortest_s`, silent throughout, or changes
            while it is read.
        Cancelled: if the person asked to stop.
    """
    progress = progress or silent()
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - links stay as the person named them
    name = printable_name(absolute)
    with SongReader(absolute) as reader:
        before = os.fstat(reader.handle.fileno())
        header = reader.header
        tags = completed(embedded_tags(absolute), reader.text)
        heard = _decode_all(reader, progress.part(0.0, 1 - _SOUND_SHARE), name)
        left_out = _left_out_warnings(name, reader)
        sound = sound_sha256(absolute, progress.part(1 - _SOUND_SHARE, 1.0))
        after = os.fstat(reader.handle.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise UserError(
            f"{name} changed while it was read.", "Wait until it is written, then add it again."
        )
    _require_song(name, header, heard, shortest_s)
    return Song(
        sha256=sound,
        paths=(str(absolute),),
        sample_rate_hz=header.sample_rate_hz,
        n_samples=heard.n_samples,
        n_channels=header.n_channels,
        title=tags.title or printable_name(absolute.stem),
        artist=tags.artist,
        file_format=header.file_format,
        subtype=header.subtype,
        warnings=(*_warnings(name, header, heard), *left_out),
        sound=sound,
        fingerprint=heard.fingerprint,
        stamp=(after.st_size, after.st_mtime_ns),
    )


def _decode_all(reader: SongReader, progress: Progress, name: str) -> _Heard:
    header = reader.header
    low: NDArray[np.float32] | None = None
    high: NDArray[np.float32] | None = None
    total_bytes = max(1, os.fstat(reader.handle.fileno()).st_size)
    fingerprint = Fingerprinter(header.sample_rate_hz, header.n_channels)
    words = f"Reading {name}"
    while len(block := reader.read_next(BLOCK_SAMPLES)):
        fingerprint.add(block)
        # A row a channel: along the channels of (n, 2) numpy is a hundred times slower.
        rows = np.ascontiguousarray(block.T)
        block_low, block_high = rows.min(axis=1), rows.max(axis=1)
        low = block_low if low is None else np.minimum(low, block_low)
        high = block_high if high is None else np.maximum(high, block_high)
        done = (
            reader.position / header.n_samples
            if header.n_samples
            else reader.handle.tell() / total_bytes
        )
        progress.report(done, words)
    swing = 0.0 if low is None or high is None else float((high - low).max())
    return _Heard(reader.position, swing, reader.n_mended, fingerprint.finish())


def file_sha256(path: str | Path) -> str:
    """SHA-256 of a file's bytes: what songs were known by before their sound had an identity.

    Raises:
        UserError: if the file can't be read.
    """
    with open_regular_file(path) as handle:
        try:
            return hashlib.file_digest(handle, "sha256").hexdigest()  # type: ignore[arg-type]
        except OSError as error:
            raise unreadable(printable_name(path), error) from error


def read_tags(path: str | Path) -> Tags:
    """What a sound file says of its song, with a cover only where it can be drawn.

    Raises:
        UserError: if the file can't be read as sound.
    """
    with SongReader(path) as reader:
        return with_drawable_cover(completed(embedded_tags(path), reader.text))


def _require_song(name: str, header: AudioHeader, heard: _Heard, shortest_s: float) -> None:
    """Refuse what no edit can be made of."""
    if heard.n_samples == 0:
        raise UserError(f"{name} holds no sound.", "Copy it again from where it came.")
    duration_s = heard.n_samples / header.sample_rate_hz
    if duration_s < shortest_s <= (header.n_samples or 0) / header.sample_rate_hz:
        raise UserError(
            f"{name} is damaged or cut short: only {duration_s:.1f} s of it can be read.",
            "Copy it again from where it came.",
        )
    if duration_s < shortest_s:
        what = "a song" if shortest_s == SHORTEST_SONG_S else "it"
        raise UserError(
            f"{name} is {duration_s:.1f} s long; {what} needs at least {shortest_s:.0f} s.",
            "Choose a longer recording.",
        )
    if heard.swing <= (SILENT_IN_FINE_STEPS if header.subtype in _FINE_CODINGS else SILENT):
        raise UserError(f"{name} is silent from beginning to end.", "Choose a file with sound.")


def _warnings(name: str, header: AudioHeader, heard: _Heard) -> tuple[str, ...]:
    """What was mended, one sentence each."""
    found = []
    missing_s = ((header.n_samples or 0) - heard.n_samples) / header.sample_rate_hz
    if missing_s > _LENGTH_TOLERANCE_S:
        length = clock(missing_s) if missing_s >= 60 else f"{missing_s:.1f} s"
        found.append(
            f"{name} is damaged or cut short: {length} of it can't be read; the rest is used."
        )
    elif header.is_cut_short:
        found.append(f"{name} is cut short: its end is missing; the rest is used.")
    if heard.n_mended:
        values = "value was" if heard.n_mended == 1 else "values were"
        found.append(f"In {name} {heard.n_mended} {values} no sound; silence replaces them.")
    return tuple(found)


def _left_out_warnings(name: str, reader: SongReader) -> tuple[str, ...]:
    """What of a file is not in its song, one sentence each."""
    found = [
        f"{name} goes on with {unread.words}, which can't be read as one song with the rest: "
        f"{_extent(unread.duration_s, unread.n_bytes)} of it are left out."
        for unread in reader.unread
    ]
    if n_others := reader.n_other_streams:
        streams = "2 streams" if n_others == 1 else f"{n_others + 1} streams"
        found.append(f"{name} holds {streams} of sound; the first is the song.")
    if n_damaged := reader.n_damaged:
        pieces = "1 piece of the sound" if n_damaged == 1 else f"{n_damaged:,} pieces of the sound"
        found.append(f"{name} is damaged: {pieces} can't be decoded; the rest is used.")
    if n_stray := reader.count_stray_bytes():
        found.append(
            f"{_bytes_words(n_stray)} of {name} are neither sound nor a known tag; "
            "they are passed over."
        )
    return tuple(found)


def _extent(duration_s: float, n_bytes: int) -> str:
    """How much of a sound there is: its length where that is known."""
    if duration_s >= 60:
        return clock(duration_s)
    return f"{duration_s:.1f} s" if duration_s > 0 else _bytes_words(n_bytes)


def _bytes_words(count: int) -> str:
    return f"{count:,} bytes" if count != 1 else "1 byte"
