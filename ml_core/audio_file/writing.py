"""Encoding audio into files that appear complete or not at all."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from ml_core.audio_file.av_sound.encoder import AvEncoder
from ml_core.audio_file.reading import probe
from ml_core.audio_file.staging import StagedFile, cannot_write, staged_file
from ml_core.audio_file.steps import Steps
from ml_core.audio_file.tagging.broadcast import broadcast_chunks
from ml_core.audio_file.tagging.tag_writing import container_texts, id3_chunk, write_tags
from ml_core.audio_file.tagging.tags import Tags
from ml_core.audio_file.wav_chunks import append_chunks
from ml_core.domain.files.encodings import AS_THE_SONG, Encoding
from ml_core.domain.files.formats import WriteFormat, write_format
from ml_core.errors import UserError
from ml_core.paths import printable_name

Audio = NDArray[np.float32]

WRITE_SAMPLES = 65536
"""Most samples handed to libsndfile at once: one long write of Vorbis overflows the stack."""

LARGEST_CHUNK_BYTES = 0xFFFF_FFFF - 0x10_0000
"""Sound that fits a WAV or AIFF file: sizes have 32 bits; a megabyte is left for the rest."""

_BYTES = {"PCM_S8": 1, "PCM_U8": 1, "PCM_16": 2, "PCM_24": 3, "PCM_32": 4, "FLOAT": 4, "DOUBLE": 8}


class _Sink:
    """Where libsndfile writes; a disk that refuses is remembered, which libsndfile would not.

    The file is unbuffered: a buffer's late failure would strike in a seek, inside a callback.
    """

    def __init__(self, handle: io.FileIO) -> None:
        self._handle = handle
        self.error: OSError | None = None

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As `io.IOBase.seek`."""
        return self._handle.seek(offset, whence)

    def tell(self) -> int:
        """As `io.IOBase.tell`."""
        return self._handle.tell()

    def write(self, data: bytes) -> int:
        """Write all of the data; after a failure nothing more, until `check` tells of it.

        It claims success all the same: soundfile answers less with a bare assertion.
        """
        left = memoryview(data)
        try:
            while left and self.error is None:
                left = left[self._handle.write(left) :]
        except OSError as error:
            self.error = error
        return len(data)

    def check(self) -> None:
        """Raise what the disk refused, if it did."""
        if self.error is not None:
            raise self.error


def write_atomic(
    path: str | Path,
    blocks: Iterable[Audio],
    sample_rate_hz: int,
    n_channels: int,
    file_format: str,
    subtype: str | None = None,
    overwrite: bool = False,
    *,
    n_samples: int | None = None,
    tags: Tags | None = None,
) -> int:
    """Write audio so that the file appears complete or not at all; returns its samples.

    Args:
        path: of the file; its folder must exist.
        blocks: float32 (n, n_channels) each, of any length; may raise, which leaves nothing.
        sample_rate_hz, n_channels: of the blocks; the format must take them.
        file_format: a key of `domain.files.formats.WRITE_FORMATS`.
        subtype: libsndfile's coding; None takes the format's own.
        overwrite: whether a file of that name may be replaced.
        n_samples: how many will come, if known: a WAV of 4 GiB or more is then written as RF64.
        tags: to put into the file.

    Raises:
        UserError: if the name is taken, the format can't hold this, or the disk is full,
            read-only or failing.
    """
    with staged_file(path, overwrite) as staged:
        written = stage_audio(
            staged,
            blocks,
            sample_rate_hz,
            n_channels,
            file_format,
            subtype,
            n_samples=n_samples,
            tags=tags,
        )
        staged.commit()
    return written


def stage_audio(
    staged: StagedFile,
    blocks: Iterable[Audio],
    sample_rate_hz: int,
    n_channels: int,
    file_format: str,
    subtype: str | None = None,
    *,
    n_samples: int | None = None,
    tags: Tags | None = None,
    encoding: Encoding = AS_THE_SONG,
    steps: Steps | None = None,
) -> int:
    """As `write_atomic`, into a staged file that is yet to be committed.

    Args:
        encoding: quality and bit rate that are asked for; the rest of it is for the caller.
        steps: of the coding, where it is to be dithered or clipping to be counted.
    """
    form = write_format(file_format)
    coding = subtype or form.subtype
    name = printable_name(staged.target)
    _require_fitting(name, form, sample_rate_hz, n_channels)
    container = _container(name, form, coding, n_samples, n_channels)
    largest = _largest_samples(form, coding, n_channels) if container == form.container else None
    counted = _Counted(blocks, n_channels, largest, steps or Steps(coding))
    with staged.path.open("wb", buffering=0) as handle:
        sink = _Sink(handle)
        if muxer := _muxer(form):
            _encode_by_av(sink, counted, name, muxer, coding, sample_rate_hz, n_channels, encoding)
        else:
            level = encoding.compression_level(form, n_channels, sample_rate_hz)
            is_constant = form.variable_rate and encoding.kbps
            mode = ("CONSTANT" if is_constant else "VARIABLE") if form.variable_rate else None
            shape = (sample_rate_hz, n_channels)
            _encode(sink, counted, shape, container, coding, level, mode, tags)
        sink.check()
    if tags is not None:
        if container == form.container:
            write_tags(staged.path, form, tags)
        elif container == "RF64":  # mutagen knows none
            append_chunks(staged.path, id3_chunk(tags))
        if form.container == "WAV":
            said = broadcast_chunks(tags, coding, sample_rate_hz, n_channels)
            append_chunks(staged.path, said)
    _require_complete(staged, form, counted.n_samples)
    return counted.n_samples


class _Counted:
    """Blocks on their way to an encoder: checked, counted, on the coding's steps.

    Attributes:
        n_samples: that passed so far.
    """

    def __init__(
        self, blocks: Iterable[Audio], n_channels: int, largest: int | None, steps: Steps
    ) -> None:
        self._blocks, self._n_channels, self._largest = blocks, n_channels, largest
        self._steps = steps
        self.n_samples = 0

    def __iter__(self) -> Iterator[NDArray[Any]]:
        for block in self._blocks:
            if block.ndim != 2 or block.shape[1] != self._n_channels:
                raise ValueError(f"a block must be (n, {self._n_channels}), not {block.shape}")
            self.n_samples += len(block)
            if self._largest is not None and self.n_samples > self._largest:
                raise UserError("The edit is too long for one file.", "Choose FLAC.")
            for start in range(0, len(block), WRITE_SAMPLES):
                yield self._steps.fitted(block[start : start + WRITE_SAMPLES])


def _muxer(form: WriteFormat) -> str:
    """FFmpeg's container where PyAV writes the format: always, or because it is quicker (Opus)."""
    if form.muxer or form.name != "opus":
        return form.muxer
    return "opus" if find_spec("av") is not None else ""


def _encode_by_av(
    sink: _Sink,
    blocks: Iterable[NDArray[Any]],
    name: str,
    muxer: str,
    coding: str,
    sample_rate_hz: int,
    n_channels: int,
    encoding: Encoding,
) -> None:
    encoder = AvEncoder(name, sink, muxer, coding, sample_rate_hz, n_channels, encoding.kbps)
    try:
        for block in blocks:
            encoder.write(block)
            sink.check()
        encoder.finish()
    except BaseException:
        encoder.drop()
        sink.check()
        raise


def _encode(
    sink: _Sink,
    blocks: Iterable[NDArray[Any]],
    shape: tuple[int, int],
    container: str,
    coding: str,
    level: float | None,
    mode: str | None,
    tags: Tags | None,
) -> None:
    sample_rate_hz, n_channels = shape
    try:
        with soundfile.SoundFile(
            sink,
            "w",
            sample_rate_hz,
            n_channels,
            coding,
            format=container,
            compression_level=level,
            bitrate_mode=mode,
        ) as sound:
            if tags is not None and container in ("WAV", "RF64"):
                for field_name, text in container_texts(tags).items():
                    setattr(sound, field_name, text)
            for block in blocks:
                sound.write(block)
                sink.check()
    except soundfile.LibsndfileError as error:
        if sink.error is not None:
            raise sink.error from error
        raise UserError(
            f"{container} can't hold this sound ({sample_rate_hz} Hz, {n_channels} channels).",
            "Choose WAV or FLAC.",
        ) from error


def _require_fitting(name: str, form: WriteFormat, sample_rate_hz: int, n_channels: int) -> None:
    kind = form.name.upper()
    if n_channels > form.most_channels:
        raise UserError(
            f"{name} can't have {n_channels} channels: {kind} holds at most {form.most_channels}.",
            "Choose WAV.",
        )
    if form.rates_hz and sample_rate_hz not in form.rates_hz:
        raise UserError(f"{name} can't have a rate of {sample_rate_hz} Hz.", "Choose WAV or FLAC.")


def _largest_samples(form: WriteFormat, coding: str, n_channels: int) -> int | None:
    """How many samples a file of 32-bit sizes can hold; None where there is no such bound."""
    if not form.has_32_bit_sizes:
        return None
    return LARGEST_CHUNK_BYTES // (_BYTES.get(coding, 1) * n_channels)


def _container(
    name: str, form: WriteFormat, coding: str, n_samples: int | None, n_channels: int
) -> str:
    """The container for libsndfile: the larger one where the usual one would not hold it all."""
    largest = _largest_samples(form, coding, n_channels)
    if n_samples is None or largest is None or n_samples <= largest:
        return form.container
    if form.larger_container:
        return form.larger_container
    kind = form.name.upper()
    raise UserError(f"{name} would be larger than 4 GB, which {kind} can't be.", "Choose FLAC.")


def _require_complete(staged: StagedFile, form: WriteFormat, written: int) -> None:
    """Open what was written and compare its length; what differs never gets its name."""
    try:
        if form.container == "FLAC":  # one stream, that need not be looked for: a sixth of the time
            with staged.path.open("rb") as handle:
                found: int | None = soundfile.info(handle).frames
        else:
            found = probe(staged.path).n_samples
    except (UserError, soundfile.LibsndfileError) as error:
        raise cannot_write(staged.target, OSError(5, "it came out damaged")) from error
    if found != written:
        raise cannot_write(staged.target, OSError(5, "it came out incomplete"))
