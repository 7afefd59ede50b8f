"""Decoding: one file, one sequence of samples, however it is read.

Whoever asks for samples [a, b) gets those of a decode from the beginning. Uncompressed files and
FLAC are entered anywhere. Vorbis and MP3 are decoded up to the place: of Vorbis 5 in 30 random
entries gave wrong samples (libsndfile 1.2.2), and MP3 counts differently once it is damaged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.audio_file import source_bytes
from ml_core.audio_file.channels import ogg_channel_order
from ml_core.audio_file.decoders import choose_parts, open_decoder
from ml_core.audio_file.flac_end import stray_flac_bytes
from ml_core.closing import Closing
from ml_core.domain.files.formats import explain_unreadable
from ml_core.errors import UserError
from ml_core.paths import printable_name

Audio = NDArray[np.float32]

BLOCK_SAMPLES = 65536
"""Samples decoded at a time: half a megabyte of stereo; larger blocks were no faster."""

MOST_CHANNELS = 64
SAMPLE_RATES_HZ = (8_000, 384_000)

LOUDEST = 1e6
"""Above 120 dB over full scale a value is no sound (nor NaN or infinity); silence replaces it.
Squares of what remains are far from overflowing float32."""


@dataclass(frozen=True, slots=True)
class AudioHeader:
    """What a file says of itself before it is decoded.

    Attributes:
        sample_rate_hz, n_channels: of the file.
        n_samples: promised length in samples per channel; None where the file does not tell.
        file_format, subtype: libsndfile's names, for instance "WAV" and "PCM_24".
        is_cut_short: whether bytes are missing at the end.
        channel_mask: the channels' loudspeakers as WAVE numbers them; 0 for the usual ones.
    """

    sample_rate_hz: int
    n_channels: int
    n_samples: int | None
    file_format: str
    subtype: str
    is_cut_short: bool
    channel_mask: int = 0


class SongReader(Closing):
    """An open sound file, decoded in rising order.

    Streams that stand one behind another (chained Ogg, MP3 files put together) sound as one.

    Args:
        path: of the file.
        is_wide: whether samples come as float64, which holds whole numbers of 32 bits and more.

    Attributes:
        header: what the file says of itself.
        n_mended: how many values were no numbers and were replaced by silence so far.
        unread: sound in the file that is left out.

    Raises:
        UserError: if the file can't be read as sound.
    """

    def __init__(self, path: str | Path, is_wide: bool = False) -> None:
        self._is_wide = is_wide
        self._kind: Any = np.float64 if is_wide else np.float32
        self._name = printable_name(path)
        self.handle = source_bytes.open_regular_file(path)
        try:
            self._chosen = choose_parts(self.handle, self._name)
            self.unread = self._chosen.unread
            self._open_part(0)
            self.header = self._read_header()
        except BaseException:
            self.handle.close()
            raise
        is_ogg = self.header.file_format == "OGG"
        self._order = ogg_channel_order(self.header.n_channels) if is_ogg else None
        self.n_mended = 0

    def close(self) -> None:
        """Let go of the file."""
        self._decoder.close()
        self.handle.close()

    def _open_part(self, index: int, position: int = 0) -> None:
        """Begin to decode a part, whose first sample is the song's sample `position`."""
        try:
            self._decoder = open_decoder(
                self.handle, self._chosen.parts[index], self._name, self._is_wide
            )
        except ValueError:  # it was changed since it was opened before
            raise explain_unreadable(self._name, self._chosen.layout.head) from None
        self._part, self._part_start = index, position
        self._ended = False

    @property
    def position(self) -> int:
        """The sample that the next `read_next` begins with."""
        return self._part_start + self._decoder.position

    def _read_header(self) -> AudioHeader:
        decoder = self._decoder
        low, high = SAMPLE_RATES_HZ
        if not 1 <= decoder.n_channels <= MOST_CHANNELS:
            raise UserError(
                f"{self._name} has {decoder.n_channels} channels; {MOST_CHANNELS} are the most.",
                "Save it with fewer channels and add the new file.",
            )
        if not low <= decoder.sample_rate_hz <= high:
            raise UserError(
                f"{self._name} has a sample rate of {decoder.sample_rate_hz} Hz.",
                "Save it at 44,100 Hz, for instance, and add the new file.",
            )
        told = [n for n in self._chosen.lengths if n is not None]
        return AudioHeader(
            sample_rate_hz=decoder.sample_rate_hz,
            n_channels=decoder.n_channels,
            n_samples=sum(told) if len(told) == len(self._chosen.lengths) else None,
            file_format=decoder.file_format,
            subtype=decoder.subtype,
            is_cut_short=self._chosen.layout.is_cut_short,
            channel_mask=self._chosen.layout.channel_mask or decoder.channel_mask,
        )

    def count_stray_bytes(self) -> int:
        """How many bytes of the file are neither sound nor a tag.

        Raises:
            UserError: if the disk fails.
        """
        count = self._chosen.layout.n_stray_bytes
        try:
            if self.header.file_format == "FLAC":
                plain = [part for part in self._chosen.parts if len(part.ranges) == 1]
                count += sum(stray_flac_bytes(self.handle, part) for part in plain)
        except OSError as error:
            raise source_bytes.unreadable(self._name, error) from error
        return count

    @property
    def n_other_streams(self) -> int:
        """Streams of sound that lie beside the song in a file of several, as in films."""
        return self._decoder.n_others

    @property
    def n_damaged(self) -> int:
        """Pieces of coded sound that could not be decoded so far."""
        return self._decoder.n_damaged

    def text(self, field: str) -> str:
        """A text of the container itself (WAV's INFO list, AIFF's NAME chunk); "" without one."""
        return str(getattr(self._decoder.sound, field, "") or "").strip()

    def read_next(self, n_samples: int) -> Audio:
        """The next samples, float32 (up to n_samples, n_channels); empty at the end.

        They are float64 where the reader is wide.

        Raises:
            UserError: if the disk fails.
        """
        out = np.empty((n_samples, self.header.n_channels), self._kind)
        filled = 0
        while filled < n_samples and not self._ended:
            count = self._decoder.read_into(out[filled:])
            if count == 0:
                self._open_next_part()
            filled += count
        audio = out[:filled]
        if self._order is not None:
            audio = np.ascontiguousarray(audio[:, self._order])
        return self._mended(audio)

    def _open_next_part(self) -> None:
        self._ended = self._part + 1 == len(self._chosen.parts)
        if not self._ended:
            position = self.position
            self._decoder.close()
            self._open_part(self._part + 1, position)

    def _mended(self, audio: Audio) -> Audio:
        """The audio with silence for NaN, infinity and absurd values."""
        # Two looks and no copy: a value that is no number fails either.
        if audio.size and not (audio.max() <= LOUDEST and audio.min() >= -LOUDEST):
            is_sound = np.abs(audio) <= LOUDEST
            self.n_mended += int(audio.size - np.count_nonzero(is_sound))
            audio = np.where(is_sound, audio, self._kind(0))
        return audio

    def go_to(self, sample: int) -> None:
        """Make `sample` the next one to be read; the file's end if it lies behind it."""
        if sample == self.position:
            return
        if not self._seek(sample) and sample < self.position:
            self._restart()
        mended = self.n_mended
        while self.position < sample:
            if not len(self.read_next(min(BLOCK_SAMPLES, sample - self.position))):
                break
        self.n_mended = mended

    def _restart(self) -> None:
        self._decoder.close()
        self._open_part(0)

    def _seek(self, sample: int) -> bool:
        """Enter the part that is being decoded at a sample, if that is sure to be right.

        How long a part is that another follows is known only once it was decoded.
        """
        if sample < self._part_start:
            self._restart()
        before, within = self._decoder.position, sample - self._part_start
        is_last = self._part + 1 == len(self._chosen.parts)
        if within > before and not is_last:
            return False
        is_there = self._decoder.seek(within)
        if self._decoder.position != before:
            self._ended = False
        return is_there


def probe(path: str | Path) -> AudioHeader:
    """What a file says of itself, without decoding it.

    Raises:
        UserError: if the file can't be read as sound.
    """
    with SongReader(path) as reader:
        return reader.header


def blocks(
    path: str | Path,
    block_samples: int = BLOCK_SAMPLES,
    start: int = 0,
    stop: int | None = None,
    is_wide: bool = False,
) -> Iterator[Audio]:
    """Samples [start, stop) of a file in blocks, float32 (up to block_samples, n_channels).

    Ends early where the file ends. Values that are no numbers are silence. `is_wide` gives float64.

    Raises:
        UserError: if the file can't be read as sound.
    """
    if block_samples < 1 or start < 0:
        raise ValueError("blocks have a length and begin at 0 or later")
    with SongReader(path, is_wide) as reader:
        reader.go_to(start)
        while reader.position >= start:
            wanted = block_samples
            if stop is not None:
                wanted = min(wanted, stop - reader.position)
            if wanted <= 0:
                return
            audio = reader.read_next(wanted)
            if not len(audio):
                return
            yield audio


def read(path: str | Path, start: int = 0, stop: int | None = None) -> Audio:
    """Samples [start, stop) of a file, float32 (n_samples, n_channels).

    Raises:
        UserError: if the file can't be read as sound.
    """
    parts = list(blocks(path, start=start, stop=stop))
    return np.concatenate(parts) if parts else np.zeros((0, probe(path).n_channels), np.float32)
