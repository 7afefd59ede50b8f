"""Decoding: one file, one sequence of samples, however it is read.

Whoever asks for samples [a, b) gets those of a decode from the beginning. Uncompressed files and
FLAC are entered anywhere; of Vorbis 5 in 30 random entries gave wrong samples (libsndfile 1.2.2),
and MP3 counts differently once it is damaged, so those are decoded up to the place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
import soundfile
from numpy.typing import NDArray

from ml_core.audio_file import source_bytes
from ml_core.audio_file.channels import ogg_channel_order
from ml_core.domain.file_formats import READ_CONTAINERS, explain_unreadable
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

_SURE_TO_SEEK = frozenset(
    {"PCM_S8", "PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW"}
)
"""Codings whose samples lie where their number says. FLAC files name theirs PCM too."""

_LENGTH_UNKNOWN = 1 << 62
"""libsndfile gives 2^63 - 1 for streams that don't tell their length."""


@dataclass(frozen=True, slots=True)
class AudioHeader:
    """What a file says of itself before it is decoded.

    Attributes:
        sample_rate_hz, n_channels: of the file.
        n_samples: promised length in samples per channel; None where the file does not tell.
        file_format, subtype: libsndfile's names, for instance "WAV" and "PCM_24".
        is_cut_short: whether bytes are missing at the end.
    """

    sample_rate_hz: int
    n_channels: int
    n_samples: int | None
    file_format: str
    subtype: str
    is_cut_short: bool


class SongReader:
    """An open sound file, decoded in rising order.

    Attributes:
        header: what the file says of itself.
        position: the sample that the next `read_next` begins with.
        n_mended: how many values were no numbers and were replaced by silence so far.

    Raises:
        UserError: if the file can't be read as sound.
    """

    def __init__(self, path: str | Path) -> None:
        self._name = printable_name(path)
        self.handle = source_bytes.open_regular_file(path)
        try:
            self._open()
            self.header = self._read_header()
        except BaseException:
            self.handle.close()
            raise
        is_ogg = self.header.file_format == "OGG"
        self._order = ogg_channel_order(self.header.n_channels) if is_ogg else None
        self.n_mended = 0

    def __enter__(self) -> SongReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._sound.close()
        self.handle.close()

    def _open(self) -> None:
        """Begin to decode from the first sample."""
        self._bytes = source_bytes.SourceBytes(self.handle)
        self._sound = self._decoder()
        if self._sound.format == "MP3" and not source_bytes.mp3_tells_its_length(self.handle):
            self._sound.close()
            self._bytes = source_bytes.UnmeasuredMp3Bytes(self.handle)
            self._sound = self._decoder()
        # soundfile seeks to where it is after every read of a seekable file, which FLAC streams
        # of unknown length and Opus with more than two channels refuse.
        self._sound.seekable = lambda: False
        self.position = 0
        self._ended = False

    def _decoder(self) -> soundfile.SoundFile:
        self.handle.seek(0)
        try:
            sound = soundfile.SoundFile(self._bytes)
        except (soundfile.LibsndfileError, MemoryError, ValueError, TypeError):
            raise self._unreadable() from None
        if sound.format not in READ_CONTAINERS:
            sound.close()
            raise self._unreadable()
        return sound

    def _unreadable(self) -> UserError:
        if self._bytes.error is not None:
            return source_bytes.unreadable(self._name, self._bytes.error)
        self.handle.seek(0)
        return explain_unreadable(self._name, self.handle.read(16))

    def _read_header(self) -> AudioHeader:
        sound = self._sound
        low, high = SAMPLE_RATES_HZ
        if not 1 <= sound.channels <= MOST_CHANNELS:
            raise UserError(
                f"{self._name} has {sound.channels} channels; {MOST_CHANNELS} are the most.",
                "Save it with fewer channels and add the new file.",
            )
        if not low <= sound.samplerate <= high:
            raise UserError(
                f"{self._name} has a sample rate of {sound.samplerate} Hz.",
                "Save it at 44,100 Hz, for instance, and add the new file.",
            )
        is_unmeasured = isinstance(self._bytes, source_bytes.UnmeasuredMp3Bytes)
        return AudioHeader(
            sample_rate_hz=sound.samplerate,
            n_channels=sound.channels,
            n_samples=None if is_unmeasured or sound.frames > _LENGTH_UNKNOWN else sound.frames,
            file_format=sound.format,
            subtype=sound.subtype,
            is_cut_short=source_bytes.is_cut_short(self.handle, self._bytes.n_bytes),
        )

    def text(self, field: str) -> str:
        """A text of the container itself (WAV's INFO list, AIFF's NAME chunk); "" without one."""
        return str(getattr(self._sound, field, "") or "").strip()

    def read_next(self, n_samples: int) -> Audio:
        """The next samples, float32 (up to n_samples, n_channels); empty at the end.

        Raises:
            UserError: if the disk fails.
        """
        out = np.empty((n_samples, self.header.n_channels), np.float32)
        filled = 0
        while filled < n_samples and not self._ended:
            count = self._decode(out[filled:])
            self._ended = count == 0
            filled += count
        audio = out[:filled]
        if self._order is not None:
            audio = np.ascontiguousarray(audio[:, self._order])
        return self._mended(audio)

    def _decode(self, out: Audio) -> int:
        try:
            count = len(self._sound.read(out=out))
        except soundfile.LibsndfileError:
            # FLAC stops where it is damaged, after it has handed out what comes before.
            count = min(max(0, self._sound.tell() - self.position), len(out))
        if self._bytes.error is not None:
            raise source_bytes.unreadable(self._name, self._bytes.error)
        self.position += count
        return count

    def _mended(self, audio: Audio) -> Audio:
        """The audio with silence for NaN, infinity and absurd values."""
        if audio.size and not float(np.abs(audio).max()) <= LOUDEST:
            is_sound = np.abs(audio) <= LOUDEST
            self.n_mended += int(audio.size - np.count_nonzero(is_sound))
            audio = np.where(is_sound, audio, np.float32(0))
        return audio

    def go_to(self, sample: int) -> None:
        """Make `sample` the next one to be read; the file's end if it lies behind it."""
        if sample == self.position:
            return
        if not self._seek(sample) and sample < self.position:
            self._open()
        mended = self.n_mended
        while self.position < sample:
            if not len(self.read_next(min(BLOCK_SAMPLES, sample - self.position))):
                break
        self.n_mended = mended

    def _seek(self, sample: int) -> bool:
        """Enter the file at a sample, if that is sure to be right."""
        is_sure = self.header.subtype in _SURE_TO_SEEK and self.header.n_samples is not None
        if not is_sure or not 0 <= sample <= (self.header.n_samples or 0):
            return False
        try:
            self.position = self._sound.seek(sample)
        except soundfile.LibsndfileError:
            self._open()
            return False
        self._ended = False
        return True


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
) -> Iterator[Audio]:
    """Samples [start, stop) of a file in blocks, float32 (up to block_samples, n_channels).

    Ends early where the file ends. Values that are no numbers are silence.

    Raises:
        UserError: if the file can't be read as sound.
    """
    if block_samples < 1 or start < 0:
        raise ValueError("blocks have a length and begin at 0 or later")
    with SongReader(path) as reader:
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
