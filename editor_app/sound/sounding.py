"""What the device is given: the run of sound that plays, and earlier ones that fade out."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from editor_app.sound.click_track import ClickedAudio
from editor_app.sound.device import SoundDevice
from editor_app.sound.play_heads import PlayHeads
from editor_app.sound.playback import Playback
from editor_app.sound.timeline import Audio, Clip, Timeline

# Takes the lane and position that would sound, and gives those that shall sound instead.
Move = Callable[[str, int], tuple[str, int]]

# Short enough to feel instant, long enough not to click: over 20 ms no switch that was captured had
# a jump in it.
FADE_S = 0.020
# At most some 30 times a second, and no more often than a head comes to its next pixel: a head that
# does not move costs as much as one that does. Buffers and what was heard need ten times a second.
TICK_MS, LONGEST_TICK_MS = 33, 100
# What closing waits for the last fade to be heard.
CLOSE_WAIT_S = 0.3
# A safe first volume: -6 dB of what the gain of the pair gives.
FIRST_VOLUME = 0.7


class Sounding(QObject):
    """One run of sound at a time. It is kept filled ahead of the device, and told when it is over.

    Args:
        device: takes the sound.
        heads: say what is loaded and where it begins; what was heard is counted there.

    Attributes:
        playback: the run that sounds or fades out after a pause; None without one.
        volume: 0..1; its square is the factor on the pair's gain.
    """

    ticked = Signal()
    """10 to 30 times a second while anything sounds, see `pace`."""

    over = Signal(object)
    """All of the run was heard, the lane's end or a fade; the lane's sample at which it ended."""

    def __init__(self, device: SoundDevice, heads: PlayHeads, parent: QObject) -> None:
        super().__init__(parent)
        self._device, self._heads = device, heads
        self.playback: Playback | None = None
        self.volume = FIRST_VOLUME
        self._fading: list[Playback] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        # Fills between other events, so that a key never waits for more than one piece.
        self._filler = QTimer(self)
        self._filler.setInterval(0)
        self._filler.timeout.connect(self._fill)

    def pace(self, pixel_s: float) -> None:
        """Tick as often as a head comes to another pixel, which takes `pixel_s` seconds."""
        tick_ms = min(max(TICK_MS, int(1000 * pixel_s)), LONGEST_TICK_MS)
        if tick_ms != self._timer.interval():
            self._timer.setInterval(tick_ms)

    def start(self) -> None:
        """Start a new run where the chosen lane's head rests."""
        stream, heads = self._device.stream, self._heads
        assert stream is not None
        fade = heads.samples(FADE_S)
        timeline = Timeline(heads.loaded.audio, fade)
        self._set_ranges(timeline)
        first_fade = fade if heads.rest else 0
        timeline.change(Clip(0, heads.lane, heads.rest, self._amplitude, first_fade))
        try:
            self.playback = Playback(stream, timeline)
        except RuntimeError:  # the device has stopped taking orders
            self._device.lose()
            return
        self._timer.start()
        self._filler.start()

    def rewrite(self, move: Move, is_jump: bool = True) -> None:
        """Have something else sound from the margin on; with `is_jump` the heads move at once."""
        playback = self.playback
        if playback is None:
            return
        fade, timeline = self._heads.samples(FADE_S), playback.timeline

        def plan(at: int) -> None:
            now = timeline.clip_at(at)
            lane, position = move(now.lane, now.position(at))
            timeline.change(Clip(at, lane, position, self._amplitude, fade))

        self._set_ranges(timeline)
        playback.change(plan, is_jump)
        self._filler.start()

    def exchange(self, lanes: Mapping[str, Audio | ClickedAudio]) -> None:
        """Take other lanes; what sounds stays as it is until it is rewritten."""
        if self.playback is not None:
            self.playback.timeline.exchange(lanes)

    def plan_again(self) -> None:
        """Plan the future again, since loops or windows have changed; what sounds goes on."""
        if self.playback is not None:
            self._set_ranges(self.playback.timeline)
            self.playback.change(self.playback.timeline.plan_again, is_jump=False)
            self._filler.start()

    def fade_out(self) -> None:
        """Silence the future; the head rests at what sounds last."""
        playback = self.playback
        if playback is not None:
            fade = self._heads.samples(FADE_S)
            playback.change(lambda at: playback.timeline.fade_out(at, fade))
            self._heads.rest = playback.timeline.clips[-1].start

    def leave(self) -> None:
        """Let the run fade out beside what may come next."""
        if self.playback is not None:
            self._fading.append(self.playback)
            self.playback = None

    def wait(self) -> None:
        """Return once the last fade was heard."""
        until_s = time.monotonic() + CLOSE_WAIT_S
        while self._fading and time.monotonic() < until_s:
            time.sleep(0.01)
            self._tend_fading()

    def drop(self) -> None:
        """Forget all runs: the device closes."""
        self.playback = None
        self._fading = []
        self._timer.stop()
        self._filler.stop()

    def _set_ranges(self, timeline: Timeline) -> None:
        timeline.loops = self._heads.loaded.ranges_of(self._heads.loop)
        timeline.windows = self._heads.windows

    @Slot()
    def _tick(self) -> None:
        self._tend_fading()
        if self.playback is not None:
            self._tend(self.playback)
        self.ticked.emit()
        if not self._fading and self.playback is None:
            self._timer.stop()

    def _tend(self, playback: Playback) -> None:
        for lane, n in playback.newly_heard(self._heads.loaded.differing).items():
            self._heads.count_heard(lane, n)
        playback.tick()
        if playback.is_over:
            playback.end()
            self.playback = None
            self.over.emit(playback.timeline.clips[-1].start)
        else:
            self._filler.start()

    @Slot()
    def _fill(self) -> None:
        if self.playback is None or not self.playback.fill():
            self._filler.stop()

    def _tend_fading(self) -> None:
        for playback in [one for one in self._fading if one.is_over]:
            playback.end()
            self._fading.remove(playback)

    @property
    def _amplitude(self) -> float:
        return self._heads.loaded.gain * self.volume**2
