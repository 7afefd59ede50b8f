"""Plays a pair of edits and their song, and switches between them at the same place of the song."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from editor_app.sound.click_track import Clicks
from editor_app.sound.device import SoundDevice
from editor_app.sound.lanes import EDITS, SONG, Lanes
from editor_app.sound.play_heads import PlayHeads, Windows
from editor_app.sound.playback import Playback
from editor_app.sound.timeline import Clip, Timeline
from ml_core.domain.edits import Edit
from ml_core.domain.playing import PreparedPair

# Lane and position that would sound, to those that shall.
Move = Callable[[str, int], tuple[str, int]]

# Short enough to feel instant, long enough not to click (20 ms, recipes section 3).
FADE_S = 0.020
# Some 30 times a second: a play head that moves by at most a pixel or two.
TICK_MS = 33
# What closing waits for the last fade to be heard.
CLOSE_WAIT_S = 0.3
# A safe first volume: -6 dB of what the gain of the pair gives.
FIRST_VOLUME = 0.7


class Player(PlayHeads):
    """Three lanes, "A", "B" and "song"; one of them sounds.

    Positions are samples of a lane at `sample_rate_hz`. Without a device all calls are harmless:
    lanes and positions can be chosen, nothing sounds, `error` says why.
    """

    def __init__(self, parent: QObject | None = None, device: SoundDevice | None = None) -> None:
        super().__init__(parent, device)
        self.device.closing.connect(self._let_go)
        self._volume = FIRST_VOLUME
        self._fading: list[Playback] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        # Fills between other events, so that a key never waits for more than one piece.
        self._filler = QTimer(self)
        self._filler.setInterval(0)
        self._filler.timeout.connect(self._fill)

    # Lanes

    def load(self, pair: PreparedPair, edits: Sequence[Edit] = ()) -> bool:
        """Take a new pair, or a song without edits; its start is chosen. What sounded fades out.

        Args:
            pair: what the device is to play.
            edits: what its edits were made from, for the way between lanes.

        Returns:
            False if the pair was made for another rate and must be made again.

        Raises:
            UserError: if a file is gone.
        """
        if pair.song.sample_rate_hz != self.sample_rate_hz:
            return False
        lanes = Lanes.of_pair(pair, edits)
        self.unload()
        self._lanes = lanes
        self._lane = EDITS[0] if EDITS[0] in lanes else SONG
        self.lane_changed.emit(self._lane)
        self.moved.emit()
        return True

    def unload(self) -> None:
        """Let go of all lanes; what sounds fades out."""
        self._fade_out()
        if self._playback is not None:
            self._fading.append(self._playback)
            self._playback = None
        self._forget_lanes()
        self._set_playing(False)

    def close(self) -> None:
        """Fade out and give the device back."""
        self.unload()
        until_s = time.monotonic() + CLOSE_WAIT_S
        while self._fading and time.monotonic() < until_s:
            time.sleep(0.01)
            self._tend_fading()
        self.device.close()

    # Transport

    @property
    def volume(self) -> float:
        """0..1; its square is the factor on the pair's gain."""
        return self._volume

    @volume.setter
    def volume(self, volume: float) -> None:
        self._volume = min(1.0, max(0.0, volume))
        if self._is_playing:
            self._rewrite(lambda lane, position: (lane, position), is_jump=False)

    @Slot()
    def play(self) -> None:
        """Play from where the head is; from the start if it is at the end."""
        if not self._can_play or self._is_playing:
            return
        if self._position >= self.last_position():
            self._position = self.first_position()
        self._set_playing(True)
        if self._playback is not None:  # still fading out
            self._rewrite(lambda *_: (self._lane, self._position))
        else:
            self._start()

    @Slot()
    def pause(self) -> None:
        """Fall silent with a fade; the head stays."""
        if self._is_playing:
            self._fade_out()
            self._set_playing(False)
            self.moved.emit()

    @Slot()
    def toggle(self) -> None:
        """Play or pause."""
        if self._is_playing:
            self.pause()
        else:
            self.play()

    @Slot()
    def stop(self) -> None:
        """Fall silent with a fade; the head returns to the start."""
        self.pause()
        self._position = 0
        self.moved.emit()

    def seek(self, position: int, lane: str | None = None) -> None:
        """Go to a position of a lane; of another lane than the one that sounds, switch to it."""
        target = lane or self._lane
        if target in self._lanes:
            position = min(max(0, position), self.n_samples(target))
            self._go(target, lambda *_: (target, position))

    def seek_song(self, place: int) -> None:
        """Go to a place of the song in the lane that sounds, or the nearest kept one after it."""
        if self._lanes:
            self.seek(self.from_song(place))

    def switch(self, lane: str) -> None:
        """Hear another lane at the same place of the song, or the nearest kept one after it."""
        if lane in self._lanes and lane != self._lane:
            same_place = self._lanes.same_place
            self._go(lane, lambda now, position: (lane, same_place(now, position, lane)))

    def set_clicks(self, clicks: Clicks | None) -> None:
        """Hear the song with clicks, or without; at once if it plays."""
        self._lanes.set_clicks(clicks)
        if self._is_playing:
            self._rewrite(lambda lane, position: (lane, position), is_jump=False)

    def set_loop(self, span: tuple[int, int] | None, lane: str | None = None) -> None:
        """Repeat a range [start, end) of a lane, or no longer.

        In another lane the same places of the song are repeated, if it has them. A head outside
        the range goes to its start.
        """
        self._loop = None if span is None else self._lanes.loop(lane or self._lane, *span)
        here = self._lanes.ranges_of(self._loop).get(self._lane)
        if here is not None and not here[0] <= self.position() < here[1]:
            self.seek(here[0])
        else:
            self._plan_again()

    def set_windows(self, windows: Windows) -> None:
        """Play these ranges of each lane alone, in order; none to play all again.

        A head that is in none of them goes to the start of the next one.
        """
        self._windows = windows
        here, position = windows.get(self._lane, ()), self.position()
        if not here or any(start <= position < end for start, end in here):
            self._plan_again()
        else:
            self.seek(next((start for start, _ in here if start > position), here[0][0]))

    # Inside

    def _start(self) -> None:
        """Start a new run of sound at the chosen position."""
        stream = self.device.stream
        assert stream is not None
        fade = self._samples(FADE_S)
        timeline = Timeline(self._lanes.audio, fade)
        self._set_ranges(timeline)
        first_fade = fade if self._position else 0
        timeline.change(Clip(0, self._lane, self._position, self._amplitude, first_fade))
        try:
            self._playback = Playback(stream, timeline)
        except RuntimeError:  # the device has stopped taking orders
            self.device.lose()
            return
        self._timer.start()
        self._filler.start()

    def _go(self, lane: str, move: Move) -> None:
        """Change lane or position, while playing or not."""
        is_other = lane != self._lane
        if self._is_playing:
            self._rewrite(move)
        else:
            _, self._position = move(self._lane, self._position)
        self._lane = lane
        if is_other:
            self.lane_changed.emit(lane)
        self.moved.emit()

    def _rewrite(self, move: Move, is_jump: bool = True) -> None:
        """Have the future play something else; `is_jump`: heads move at once."""
        playback = self._playback
        if playback is None:
            return
        fade, timeline = self._samples(FADE_S), playback.timeline

        def plan(at: int) -> None:
            now = timeline.clip_at(at)
            lane, position = move(now.lane, now.position(at))
            timeline.change(Clip(at, lane, position, self._amplitude, fade))

        self._set_ranges(timeline)
        playback.change(plan, is_jump)
        self._filler.start()

    def _plan_again(self) -> None:
        """What is repeated or left out has changed, and what sounds now stays as it is."""
        if self._is_playing and self._playback is not None:
            self._set_ranges(self._playback.timeline)
            self._playback.change(self._playback.timeline.plan_again, is_jump=False)
            self._filler.start()

    def _set_ranges(self, timeline: Timeline) -> None:
        timeline.loops = self._lanes.ranges_of(self._loop)
        timeline.windows = self._windows

    def _fade_out(self) -> None:
        """Silence the future; the position becomes what sounds last."""
        playback = self._playback
        if playback is not None and self._is_playing:
            fade = self._samples(FADE_S)
            playback.change(lambda at: playback.timeline.fade_out(at, fade))
            self._position = playback.timeline.clips[-1].start

    @Slot()
    def _tick(self) -> None:
        self._tend_fading()
        if self._playback is not None:
            self._tend(self._playback)
        if self._is_playing:
            self.moved.emit()
        elif not self._fading and self._playback is None:
            self._timer.stop()

    def _tend(self, playback: Playback) -> None:
        for lane, n in playback.newly_heard().items():
            self._heard[lane] = self._heard.get(lane, 0) + n
        playback.tick()
        if playback.is_stuck:
            self.device.lose()
        elif playback.is_over:
            self._finish(playback)
        else:
            self._filler.start()

    @Slot()
    def _fill(self) -> None:
        if self._playback is None or not self._playback.fill():
            self._filler.stop()

    def _finish(self, playback: Playback) -> None:
        """All has been heard: the lane's end, or the fade after a pause."""
        playback.end()
        self._playback = None
        if self._is_playing:
            self._position = playback.timeline.clips[-1].start
            self._set_playing(False)
            self.moved.emit()
            self.ended.emit(self._lane)

    def _tend_fading(self) -> None:
        for playback in [one for one in self._fading if one.is_over]:
            playback.end()
            self._fading.remove(playback)

    @Slot()
    def _let_go(self) -> None:
        """The device closes: fall silent, heads stay where they are."""
        self._position = self.position()
        self._playback = None
        self._fading = []
        self._timer.stop()
        self._filler.stop()
        self._set_playing(False)

    @property
    def _can_play(self) -> bool:
        is_made_for_it = self._lanes.sample_rate_hz == self.sample_rate_hz
        return self.available and bool(self._lanes) and is_made_for_it

    @property
    def _amplitude(self) -> float:
        return self._lanes.gain * self._volume**2
