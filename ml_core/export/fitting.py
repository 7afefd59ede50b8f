"""An edit's sound fitted to its file: rate, channels, depth, and what is over full scale."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from ml_core.audio_file import AudioHeader, mix_channels, resample_blocks
from ml_core.audio_file.steps import Steps
from ml_core.domain.edits import Edit
from ml_core.domain.files.encodings import Encoding
from ml_core.domain.files.formats import WriteFormat

Audio = NDArray[np.float32]

_WHOLE = {"PCM_S8": 8, "PCM_U8": 8, "PCM_16": 16, "PCM_24": 24, "PCM_32": 32}
_FLOAT = {"FLOAT": 32, "DOUBLE": 64}
_WIDE = frozenset({"PCM_32", "DOUBLE"})
"""Codings of more bits than float32 has."""

_KEPT_BITS = 24
"""Of whole numbers, where sound is float32 on its way: it has no finer steps at full scale."""

_HEADROOM_STEPS = 4
"""Below full scale: dither reaches one step and a half."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What a file's sound will be.

    Attributes:
        rate_hz, n_channels: of the file.
        coding: libsndfile's name.
        is_lossless: whether the format gives samples back as they were written.
        source: what the song says of itself.
        is_asked: whether the person chose the depth.
    """

    rate_hz: int
    n_channels: int
    coding: str
    is_lossless: bool
    source: AudioHeader
    is_asked: bool

    def converted(self, audio: Iterable[Audio]) -> Iterator[Audio]:
        """Blocks of the song's rate and channels at the file's."""
        if self.n_channels != self.source.n_channels:
            mask = self.source.channel_mask
            audio = (mix_channels(block, self.n_channels, mask) for block in audio)
        return resample_blocks(audio, self.source.sample_rate_hz, self.rate_hz, self.n_channels)

    @property
    def is_wide(self) -> bool:
        """Whether samples have more bits than float32 holds, which the file may keep."""
        shape = (self.source.sample_rate_hz, self.source.n_channels)
        is_same = shape == (self.rate_hz, self.n_channels)
        return self.is_lossless and is_same and self.source.subtype in _WIDE

    @property
    def may_be_over(self) -> bool:
        """Whether samples may lie over full scale where the file can't hold that."""
        if not self.is_lossless:
            return self.source.subtype in _FLOAT
        is_moved = self.rate_hz != self.source.sample_rate_hz
        return self.coding not in _FLOAT and (self.source.subtype not in _WHOLE or is_moved)

    @property
    def is_coarser(self) -> bool:
        """Whether the depth falls: what is no whole number has more than any coding of them."""
        bits = _WHOLE.get(self.coding)
        return self.is_lossless and bits is not None and bits < _WHOLE.get(self.source.subtype, 99)

    def steps(self, edit: Edit, is_moved: bool = False, of: str = "") -> Steps:
        """The coding's steps, dithered where the depth falls: the same for the same edit.

        Args:
            is_moved: whether a gain or a stretch moves all samples between the steps, as another
                rate or number of channels does.
            of: a stem's name: each has noise of its own, so that sums have no more than its power.
        """
        seed = int(edit.sha256[:15], 16) ^ edit.n_samples ^ crc32(of.encode("utf-8", "replace"))
        shape = (self.source.sample_rate_hz, self.source.n_channels)
        is_between = is_moved or self.is_coarser or shape != (self.rate_hz, self.n_channels)
        return Steps(self.coding if self.is_lossless else "", seed if is_between else None)

    def gain(self, rendered: Callable[[], Iterable[Audio]]) -> float:
        """What the whole edit is multiplied by so that nothing is over full scale; 1 mostly.

        Args:
            rendered: gives the converted edit once more: it is only read where it may be over.
        """
        if not self.may_be_over:
            return 1.0
        peak = max((float(np.abs(block).max()) for block in rendered() if block.size), default=0.0)
        if peak <= 1.0:
            return 1.0
        bits = _WHOLE.get(self.coding, 16) if self.is_lossless else 16
        return float((1.0 - _HEADROOM_STEPS / 2 ** (min(bits, 24) - 1)) / peak)

    def said(self, name: str, gain: float, n_clipped: int, is_wide: bool) -> Iterator[str]:
        """Sentences on what differs from the song's own samples, beside what was asked.

        Args:
            name: of the song's file, printable.
            is_wide: whether sound was float64 on its way.
        """
        source = self.source.subtype
        bits = _WHOLE.get(self.coding) or _FLOAT.get(self.coding, 0)
        has = _WHOLE.get(source) or _FLOAT.get(source, 0)
        keeps = bits if is_wide else min(bits, _KEPT_BITS)
        is_fine = source in _WIDE or (source == "FLOAT" and self.coding in _WHOLE)
        is_lost = is_fine and keeps < has
        if self.is_lossless and is_lost and not self.is_asked:
            yield f"{name} has samples of {has} bits; {keeps} of them are kept."
        if gain != 1.0:
            yield (
                f"{name} goes over full scale: its edit is {-gain_db(gain):.2f} dB quieter, "
                "so that nothing is cut off."
            )
        if n_clipped:
            values = "1 sample was" if n_clipped == 1 else f"{n_clipped:,} samples were"
            yield f"At the joins {values} over full scale and cut off there."


def fit(form: WriteFormat, source: AudioHeader, encoding: Encoding) -> Fit:
    """What a song's sound becomes in a format: as it is, unless the format or a person says else.

    MP3, Opus and AAC take the nearest rate they know, lossy formats a stereo mix of more channels.

    Raises:
        UserError: if the format can't do what is asked.
    """
    encoding.require_possible(form)
    rate = encoding.rate_hz or _nearest_rate(form, source.sample_rate_hz)
    most = source.n_channels if form.is_lossless else min(source.n_channels, form.most_channels)
    return Fit(
        rate,
        encoding.n_channels or most,
        encoding.coding(form, source.subtype),
        form.is_lossless,
        source,
        bool(encoding.depth),
    )


def _nearest_rate(form: WriteFormat, rate: int) -> int:
    if not form.rates_hz or rate in form.rates_hz:
        return rate
    same_family = [known for known in form.rates_hz if rate % known == 0 and known >= 44_100]
    higher = [known for known in form.rates_hz if known > rate]
    return max(same_family) if same_family else min(higher, default=max(form.rates_hz))


def gain_db(gain: float) -> float:
    """A factor in decibels."""
    return 20 * math.log10(gain)


def with_gain(audio: Iterable[Audio], gain: float) -> Iterable[Audio]:
    """Blocks multiplied; untouched, bit by bit, by 1."""
    return audio if gain == 1.0 else (block * np.float32(gain) for block in audio)
