"""The first sound of a file as samples: what FFmpeg's decoders give, from the true start on."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ml_core.audio_file.av_sound.opening import LOSSLESS, Opened, damaged, open_sound
from ml_core.audio_file.parts.records import Part
from ml_core.audio_file.source_bytes import unreadable
from ml_core.domain.files.demuxers import FILE_FORMATS

Audio = NDArray[np.float32]

_MOST_DAMAGED = 10_000
"""Packets in a row that can't be decoded: behind them the rest is given up."""

_FRONT = ("FL", "FR", "FC", "LFE", "BL", "BR", "FLC", "FRC", "BC", "SL", "SR")
_SPEAKERS = (*_FRONT, "TC", "TFL", "TFC", "TFR", "TBL", "TBC", "TBR")
"""FFmpeg's names of loudspeakers, in the order of the bits of a WAVE channel mask."""

_SCALES = {"u8": 2.0**7, "s16": 2.0**15, "s32": 2.0**31, "s64": 2.0**63}


class AvDecoder:
    """One stream, being decoded; as `decoders.Decoder`, for what libsndfile does not read.

    Attributes:
        sample_rate_hz, n_channels: of the decoded sound (of HE-AAC not what its header says).
        file_format, subtype: as `Song` keeps them, for instance "MP4" and "AAC" or "PCM_24".
        n_samples: promised length per channel; None where the file does not tell it exactly.
        channel_mask: the loudspeakers as WAVE numbers them; 0 for mono and stereo.
        n_others: further streams of sound, which are left out.
        n_damaged: packets that could not be decoded so far.
        position: the sample that the next read begins with.

    Raises:
        UserError: as `opening.open_sound`.
    """

    def __init__(self, handle: IO[bytes], part: Part, name: str, is_wide: bool = False) -> None:
        self._float: Any = np.float64 if is_wide else np.float32
        self._handle, self.part, self._name = handle, part, name
        self.n_damaged = 0
        self._open()
        self.file_format = FILE_FORMATS[part.demuxer]
        self.subtype = _subtype(self._opened, self._kind)
        self.n_others = self._opened.n_others
        self.sound = _Texts(self._opened)

    def _open(self) -> None:
        self._opened = open_sound(self._handle, self.part, self._name)
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
        """Decode up to the first frame, which alone tells rate and channels for sure."""
        self.position = 0
        self._frames = self._decoded()
        first = next(self._frames, None)
        if first is None:
            self._require_disk()
            raise damaged(self._name, self.part)
        self._kind = first.format.name.removesuffix("p")
        self.sample_rate_hz = int(first.sample_rate)
        self.n_channels = len(first.layout.channels)
        self.channel_mask = _mask(first)
        self._first_pts = first.pts
        told = self._opened.told.length_s
        self.n_samples: int | None = self._counted_length() if told is None else None
        if told is not None:
            length, per_s = told
            self.n_samples = (2 * length * self.sample_rate_hz + per_s) // (2 * per_s)
        self._pending = self._samples(first)

    def _counted_length(self) -> int | None:
        """WavPack counts its samples; other containers tell milliseconds or less."""
        stream = self._opened.stream
        is_counted = stream.time_base == Fraction(1, self.sample_rate_hz)
        return stream.duration if self.part.demuxer == "wv" and is_counted else None

    def _decoded(self) -> Iterator[Any]:
        """Frames in order; packets that can't be decoded are passed over."""
        opened, in_a_row = self._opened, 0
        packets = opened.container.demux(opened.stream)
        while in_a_row < _MOST_DAMAGED:
            try:
                packet = next(packets)
                yield from packet.decode()
                in_a_row = 0
            except StopIteration:
                return
            except opened.av.EOFError:
                return
            except opened.av.FFmpegError:
                if opened.source.error is not None:
                    return
                self.n_damaged += 1
                in_a_row += 1

    def _samples(self, frame: Any) -> Audio:
        """A frame as (n, n_channels) floats; empty if it is of another rate or layout."""
        kind = frame.format.name.removesuffix("p")
        is_same = frame.sample_rate == self.sample_rate_hz
        if not is_same or len(frame.layout.channels) != self.n_channels or kind != self._kind:
            self.n_damaged += 1
            return np.zeros((0, self.n_channels), self._float)
        plain = frame.to_ndarray()
        rows = plain.T if frame.format.is_planar else plain.reshape(-1, self.n_channels)
        if kind == "u8":
            rows = rows.astype(self._float) - self._float(128)
        scale = _SCALES.get(kind)
        if scale is None:
            return np.ascontiguousarray(rows, self._float)
        # Powers of two: the same samples as libsndfile's, whichever precision the division has.
        return np.ascontiguousarray(rows.astype(self._float) * self._float(1 / scale))

    def _require_disk(self) -> None:
        if self._opened.source.error is not None:
            raise unreadable(self._name, self._opened.source.error)

    def close(self) -> None:
        """Let go of the decoder; the file stays open."""
        self._frames = iter(())
        self._opened.container.close()

    def read_into(self, out: Audio) -> int:
        """Decode as much as fits; returns the number of samples per channel, 0 at the end.

        Raises:
            UserError: if the disk fails.
        """
        wanted = len(out)
        if self.n_samples is not None:
            wanted = min(wanted, self.n_samples - self.position)
        filled = 0
        while filled < wanted:
            if not len(self._pending):
                frame = next(self._frames, None)
                if frame is None:
                    break
                self._pending = self._samples(frame)
                continue
            piece = self._pending[: wanted - filled]
            out[filled : filled + len(piece)] = piece
            self._pending = self._pending[len(piece) :]
            filled += len(piece)
        self._require_disk()
        self.position += filled
        return filled

    def seek(self, sample: int) -> bool:
        """Enter the stream at a sample, if that is sure to be right; else it may begin anew.

        Lossy codings are decoded from the beginning: what they give depends on what came before.
        """
        stream = self._opened.stream
        is_counted = stream.time_base == Fraction(1, self.sample_rate_hz)
        if self._opened.codec not in LOSSLESS or not is_counted or self._first_pts != 0:
            return False
        if self.n_samples is None or not 0 <= sample < self.n_samples:
            return False
        if self.position <= sample <= self.position + 4 * self.sample_rate_hz:
            return False
        try:
            self._opened.container.seek(sample, stream=stream)
            self._frames = self._decoded()
            for frame in self._frames:
                if frame.pts is None or frame.pts > sample:
                    break
                if sample < frame.pts + frame.samples:
                    self._pending = self._samples(frame)[sample - frame.pts :]
                    self.position = sample
                    return True
        except self._opened.av.FFmpegError:
            pass
        self.close()
        self._open()
        return False


class _Texts:
    """Texts of the container itself, under libsndfile's names of them."""

    def __init__(self, opened: Opened) -> None:
        said = {**opened.stream.metadata, **opened.container.metadata}
        texts = {key.lower(): str(text) for key, text in said.items()}
        for field in ("title", "artist", "album", "genre", "comment", "date", "copyright"):
            setattr(self, field, texts.get(field, ""))


def _mask(frame: Any) -> int:
    names = [channel.name for channel in frame.layout.channels]
    if len(names) <= 2 or not set(names) <= set(_SPEAKERS):
        return 0
    return sum(1 << _SPEAKERS.index(name) for name in set(names))


def _subtype(opened: Opened, kind: str) -> str:
    """The coding as libsndfile would name the samples; lossy ones by their own name."""
    codec = opened.codec
    if codec not in LOSSLESS:
        return codec.removesuffix("float").upper()
    if kind in ("flt", "dbl"):
        return {"flt": "FLOAT", "dbl": "DOUBLE"}[kind]
    return f"PCM_{_bits(opened, codec, kind)}" if kind != "u8" else "PCM_U8"


def _bits(opened: Opened, codec: str, kind: str) -> int:
    """Bits of a sample, 16, 24 or 32."""
    if kind == "s16":
        return 16
    said = bytes(opened.stream.codec_context.extradata or b"")
    bits = 24 if "24" in codec else 32
    if codec == "alac" and len(said) > 17:
        bits = said[17]
    elif codec == "flac" and len(said) > 13:
        bits = ((said[12] & 1) << 4 | said[13] >> 4) + 1
    elif codec == "wavpack":
        bits = opened.n_bits
    return 32 if bits > 24 else 24 if bits > 16 else 16
