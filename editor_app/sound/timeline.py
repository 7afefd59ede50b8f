"""What is to be heard when: clips of lanes on one line of time, joined by crossfades.

Pure data and arithmetic; `playback` writes what it renders to where the device reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from editor_app.sound.click_track import ClickedAudio

Audio = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Clip:
    """From `at` on, a lane sounds from `start`, until the next clip takes over.

    Attributes:
        at: sample on the timeline.
        lane: name of the lane.
        start: sample of the lane that sounds at `at`.
        gain: linear.
        fade: samples in which this clip takes over from what went before.
        is_silent: nothing sounds, the position rests at `start`.
        sound: of a lane that was exchanged since; None for that of the lane.
    """

    at: int
    lane: str
    start: int
    gain: float
    fade: int
    is_silent: bool = False
    sound: Audio | ClickedAudio | None = field(default=None, compare=False, repr=False)

    def position(self, at: int) -> int:
        """The lane's position at a sample of the timeline."""
        return self.start if self.is_silent else self.start + at - self.at


class Timeline:
    """The clips of one run of sound.

    Args:
        lanes: name to float32 (n_samples, 2), read in place.
        loop_fade: samples of crossfade where a loop turns back, or something is left out.

    Attributes:
        loops: by lane, the range that is repeated.
        windows: by lane, the ranges that alone are played, in order; none for the whole lane.
    """

    def __init__(self, lanes: Mapping[str, Audio | ClickedAudio], loop_fade: int) -> None:
        self._lanes, self._loop_fade = lanes, loop_fade
        self.loops: Mapping[str, tuple[int, int]] = {}
        self.windows: Mapping[str, Sequence[tuple[int, int]]] = {}
        self.clips: tuple[Clip, ...] = ()

    def change(self, clip: Clip) -> None:
        """Have a clip take over; what was planned for after its start is dropped."""
        self.clips = (*(c for c in self.clips if c.at < clip.at), clip)

    def exchange(self, lanes: Mapping[str, Audio | ClickedAudio]) -> None:
        """Take other lanes for all clips to come; those that are planned sound as they did."""
        self.clips = tuple(
            clip if clip.sound is not None else replace(clip, sound=self._lanes[clip.lane])
            for clip in self.clips
        )
        self._lanes = lanes

    def fade_out(self, at: int, fade: int) -> None:
        """Fall silent from `at` on; the position rests where it is then."""
        now = self.clip_at(at)
        position = min(now.position(at), len(self._sound_of(now)))
        self.change(Clip(at, now.lane, position, now.gain, fade, is_silent=True))

    def plan_again(self, at: int) -> None:
        """Drop what was planned for after `at`, for instance where loops have changed."""
        self.clips = (self.clips[0], *(c for c in self.clips[1:] if c.at < at))

    def forget(self, before: int) -> None:
        """Drop clips that are over at `before`."""
        keep = 0
        for index, clip in enumerate(self.clips):
            if clip.at + clip.fade <= before:
                keep = index
        self.clips = self.clips[keep:]

    def clip_at(self, at: int) -> Clip:
        """The clip that sounds, or takes over, at a sample of the timeline."""
        self._extend(at + 1)
        found = self.clips[0]
        for clip in self.clips:
            if clip.at <= at:
                found = clip
        return found

    def silent_from(self) -> int | None:
        """From when on nothing sounds any more; None while no end is planned."""
        last = self.clips[-1]
        return last.at + last.fade if last.is_silent else None

    def heard_samples(
        self, start: int, stop: int, within: Mapping[str, Sequence[tuple[int, int]]] | None = None
    ) -> dict[str, int]:
        """How many samples of each lane sound in [start, stop); turned down to nothing none does.

        Args:
            start, stop: samples of the timeline.
            within: by lane, the ranges of it that alone are counted; all of a lane without any.
        """
        self._extend(stop)
        heard: dict[str, int] = {}
        ends = [clip.at for clip in self.clips[1:]] + [stop]
        for clip, end in zip(self.clips, ends, strict=True):
            first, last = max(clip.at, start), min(end, stop)
            if first < last and not clip.is_silent and clip.gain > 0:
                whole = ((clip.position(first), clip.position(last)),)
                ranges = (within or {}).get(clip.lane, whole)
                n = sum(_shared(whole[0], one) for one in ranges)
                heard[clip.lane] = heard.get(clip.lane, 0) + n
        return heard

    def render(self, start: int, stop: int) -> Audio:
        """The sound of [start, stop) on the timeline, float32 (stop - start, 2)."""
        self._extend(stop)
        out = np.zeros((stop - start, 2), np.float32)
        clips = self.clips
        for index, clip in enumerate(clips):
            follower = clips[index + 1] if index + 1 < len(clips) else None
            end = stop if follower is None else min(stop, follower.at + follower.fade)
            self._lay(out, start, clip, end)
        return out

    def _lay(self, out: Audio, start: int, clip: Clip, stop: int) -> None:
        """Mix one clip over what lies in `out` already, which begins at `start`."""
        first = max(start, clip.at)
        if first >= stop:
            return
        sound = self._sound(clip, first, stop)
        n_fade = min(stop, clip.at + clip.fade) - first
        target = out[first - start : stop - start]
        if n_fade > 0:
            steps = np.arange(first - clip.at, first - clip.at + n_fade, dtype=np.float32)
            share = ((steps + 0.5) / clip.fade)[:, None]
            sound[:n_fade] *= share
            sound[:n_fade] += target[:n_fade] * (1 - share)
        target[:] = sound

    def _sound(self, clip: Clip, first: int, stop: int) -> Audio:
        sound = np.zeros((stop - first, 2), np.float32)
        if not clip.is_silent:
            position = clip.position(first)
            piece = self._sound_of(clip)[position : position + len(sound)]
            np.multiply(piece, np.float32(clip.gain), out=sound[: len(piece)])
        return sound

    def _sound_of(self, clip: Clip) -> Audio | ClickedAudio:
        return self._lanes[clip.lane] if clip.sound is None else clip.sound

    def _extend(self, stop: int) -> None:
        """Plan the turns of loops, what is left out and the end, as far as before `stop`."""
        while not self.clips[-1].is_silent:
            turn = self._turn(self.clips[-1])
            if turn.at >= stop:
                return
            self.clips = (*self.clips, turn)

    def _turn(self, clip: Clip) -> Clip:
        """What comes after a clip that nothing interrupts."""
        loop = self.loops.get(clip.lane)
        if loop is not None and clip.start < loop[1]:
            at = clip.at + loop[1] - clip.start
            return Clip(at, clip.lane, loop[0], clip.gain, self._loop_fade)
        windows = self.windows.get(clip.lane, ())
        for index, (_, stop) in enumerate(windows):
            if clip.start < stop:
                at, is_last = clip.at + stop - clip.start, index + 1 == len(windows)
                start = stop if is_last else windows[index + 1][0]
                return Clip(at, clip.lane, start, clip.gain, self._loop_fade, is_last)
        end = len(self._lanes[clip.lane])
        at = clip.at + max(0, end - clip.start)
        return Clip(at, clip.lane, end, clip.gain, 0, is_silent=True)


def _shared(one: tuple[int, int], other: tuple[int, int]) -> int:
    """Samples that two ranges share."""
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))
