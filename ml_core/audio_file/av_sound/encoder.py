"""Sound encoded by FFmpeg's libraries through PyAV: AAC and ALAC in M4A, and Opus.

Opus so takes 40 % of the time that it takes through libsndfile at the same bit rate; MP3 through
libsndfile takes .95 of it at the same quality, and stays there (`bench_formats.py`).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.audio_file.av_sound.library import load_av
from ml_core.errors import UserError

_AAC_KBPS, _OPUS_KBPS = 128, 80
"""For each channel: at or above where listening tests end in "transparent"."""


class AvEncoder:
    """Writes blocks to an open file.

    Args:
        name: of the file, printable.
        sink: to write to: `write`, `seek`, `tell`; seekable where the container needs it.
        muxer: FFmpeg's name of the container, "ipod" or "opus".
        coding: "AAC", "PCM_16" or "PCM_24" (both as ALAC), or "OPUS".
        rate_hz, n_channels: of the blocks; one or two channels.
        kbps: bit rate; 0 for the coding's own.

    Raises:
        UserError: if av is missing, or it can't be encoded so.
    """

    def __init__(
        self,
        name: str,
        sink: Any,
        muxer: str,
        coding: str,
        rate_hz: int,
        n_channels: int,
        kbps: int,
    ) -> None:
        self._av = load_av(name)
        self._name, self._rate_hz, self._n_channels = name, rate_hz, n_channels
        codec, self._format = _CODECS[coding]
        layout = "mono" if n_channels == 1 else "stereo"
        # The edit list is told in the movie's time: a step of it must be a sample.
        options = {"movie_timescale": str(rate_hz)} if muxer == "ipod" else {}
        try:
            self._out = self._av.open(sink, "w", format=muxer, options=options)
            self._stream = self._out.add_stream(codec, rate=rate_hz, layout=layout)
            context = self._stream.codec_context
            context.format = self._format
            if coding in _DEFAULT_KBPS:
                context.bit_rate = 1000 * (kbps or _DEFAULT_KBPS[coding] * n_channels)
            context.open()
        except (self._av.FFmpegError, ValueError) as error:
            raise self._refused() from error
        self._fifo = self._av.AudioFifo()
        self._frame_samples = context.frame_size or 4096
        self._position = 0
        self._layout = layout

    def write(self, block: NDArray[Any]) -> None:
        """Encode a block (n, n_channels): float32, or whole numbers from the top bit down."""
        if not len(block):
            return
        is_planar = self._format.endswith("p")
        rows = np.ascontiguousarray(block.T) if is_planar else block.reshape(1, -1)
        frame = self._av.AudioFrame.from_ndarray(rows, format=self._format, layout=self._layout)
        frame.rate, frame.pts = self._rate_hz, self._position
        frame.time_base = Fraction(1, self._rate_hz)
        self._position += len(block)
        self._fifo.write(frame)
        self._encode_whole(partial=False)

    def _encode_whole(self, partial: bool) -> None:
        try:
            while (frame := self._fifo.read(self._frame_samples, partial=partial)) is not None:
                self._out.mux(self._stream.encode(frame))
        except self._av.FFmpegError as error:
            raise self._refused() from error

    def finish(self) -> None:
        """Encode what is left, and complete the container."""
        self._encode_whole(partial=True)
        try:
            self._out.mux(self._stream.encode(None))
            self._out.close()
        except self._av.FFmpegError as error:
            raise self._refused() from error

    def drop(self) -> None:
        """Let go of a file that will not be completed."""
        try:
            self._out.close()
        except (self._av.FFmpegError, OSError, ValueError):
            return

    def _refused(self) -> UserError:
        channels = "1 channel" if self._n_channels == 1 else f"{self._n_channels} channels"
        return UserError(
            f"{self._name} can't hold this sound ({self._rate_hz} Hz, {channels}).",
            "Choose WAV or FLAC.",
        )


_CODECS = {
    "AAC": ("aac", "fltp"),
    "PCM_16": ("alac", "s16p"),
    "PCM_24": ("alac", "s32p"),
    "OPUS": ("libopus", "flt"),
}
_DEFAULT_KBPS = {"AAC": _AAC_KBPS, "OPUS": _OPUS_KBPS}
