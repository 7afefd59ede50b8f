"""A click on each beat, mixed into the song while it is read: to hear whether bars fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Audio = NDArray[np.float32]
Ints = NDArray[np.int64]

BEAT_HZ, BAR_HZ = 1000.0, 1600.0
CLICK_S = 0.03
# A click falls to a thousandth within its length, so that its start is what one hears.
_FALL = 6.9
# Of full scale, as heard at full volume. The song is turned down so that both don't clip.
BEAT_LEVEL, BAR_LEVEL = 0.22, 0.36
SONG_SHARE = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Clicks:
    """Where clicks begin, in samples of what is played.

    Attributes:
        at: int64 (n_beats,), rising.
        is_bar: bool (n_beats,), whether a bar starts: the click is higher and louder.
    """

    at: Ints
    is_bar: NDArray[np.bool_]

    @classmethod
    def on(cls, beats: Ints, bar_starts: Ints, ratio: float = 1.0) -> Clicks:
        """Clicks on beats.

        Args:
            beats: samples of the source, rising.
            bar_starts: those of them where bars start.
            ratio: samples played for one of the source.
        """
        at = np.round(beats * ratio).astype(np.int64)
        return cls(at, np.isin(beats, bar_starts))


class ClickedAudio:
    """A lane that is read in pieces, as an array is, with clicks where there are some.

    Args:
        audio: float32 (n_samples, 2), read in place.
        sample_rate_hz: of the audio.
        gain: that the lane is played with; clicks are as loud in every song.
    """

    def __init__(self, audio: Audio, sample_rate_hz: int, gain: float) -> None:
        self._audio = audio
        self._sounds = [
            _click(hertz, level / max(gain, 1e-6), sample_rate_hz)
            for hertz, level in ((BEAT_HZ, BEAT_LEVEL), (BAR_HZ, BAR_LEVEL))
        ]
        self.clicks: Clicks | None = None

    def __len__(self) -> int:
        return len(self._audio)

    def __getitem__(self, span: slice) -> Audio:
        """The samples of a span, float32 (n, 2)."""
        piece = self._audio[span]
        if self.clicks is None:
            return piece
        start, stop, _ = span.indices(len(self._audio))
        mixed = piece * np.float32(SONG_SHARE)
        at, length = self.clicks.at, len(self._sounds[0])
        first, last = np.searchsorted(at, (start - length + 1, stop))
        for index in range(first, last):
            begin = int(at[index])
            sound = self._sounds[int(self.clicks.is_bar[index])]
            left, right = max(start, begin), min(stop, begin + length)
            mixed[left - start : right - start] += sound[left - begin : right - begin, None]
        return mixed


def _click(hertz: float, level: float, sample_rate_hz: int) -> NDArray[np.float32]:
    """A short tone that begins at once and dies away, float32 (n,)."""
    n = round(CLICK_S * sample_rate_hz)
    time = np.arange(n) / sample_rate_hz
    # A cosine: the first sample is the loudest, so that nobody hears the click late.
    tone = np.cos(2 * np.pi * hertz * time) * np.exp(-_FALL * np.arange(n) / n)
    made: NDArray[np.float32] = (level * tone).astype(np.float32)
    return made
