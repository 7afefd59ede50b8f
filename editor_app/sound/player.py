"""Plays a pair of edits and their song, and switches between them at the same place of the song."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from editor_app.sound.background import InThread
from editor_app.sound.click_track import Clicks
from editor_app.sound.device import SoundDevice
from editor_app.sound.lanes import Lanes
from editor_app.sound.play_heads import PlayHeads, Windows
from editor_app.sound.play_on import PlayOn
from editor_app.sound.sounding import Move, Sounding
from ml_core.domain.edits import Edit
from ml_core.domain.playing import PreparedPair
from ml_core.errors import UserError


class Player(QObject):
    """Three lanes, "A", "B" and "song"; one of them sounds.

    Positions are samples of a lane at `sample_rate_hz`. Without a device all calls are harmless:
    lanes and positions can be chosen, nothing sounds, `error` says why. What played when a device
    went, or was to play since, plays from the same place once sound is back.

    Attributes:
        device: opens and chooses the sound device, and looks for it when it is gone.
        heads: what is loaded, and where each lane's play head is.

    Signals:
        moved: play heads have moved; 10 to 30 times a second while playing, see `show_pixels_of`.
        playing_changed: whether it plays.
        lane_changed: name of the lane that sounds, or would.
        ended: name of the lane that has come to its end.
    """

    moved = Signal()
    playing_changed = Signal(bool)
    lane_changed = Signal(str)
    ended = Signal(str)

    def __init__(self, parent: QObject | None = None, device: SoundDevice | None = None) -> None:
        super().__init__(parent)
        self.device = device or SoundDevice(self, run=InThread("sound-device"))
        self.heads = PlayHeads()
        self._is_playing = False
        self._play_on = PlayOn()
        self._sounding = Sounding(self.device, self.heads, self)
        self._sounding.ticked.connect(self._on_tick)
        self._sounding.over.connect(self._on_over)
        self.device.closing.connect(self._let_go)
        self.device.changed.connect(self._on_device)

    @property
    def available(self) -> bool:
        """Whether there is sound, as far as is known: before a device was looked for, there is."""
        return self.device.error is None

    @property
    def error(self) -> UserError | None:
        """Why there is no sound; None while there is, or before a device was looked for."""
        return self.device.error

    @property
    def sample_rate_hz(self) -> int:
        """The rate that lanes must be made for."""
        return self.device.sample_rate_hz

    @property
    def fits_device(self) -> bool:
        """Whether something is loaded, and made for the device's rate."""
        loaded = self.heads.loaded
        return bool(loaded) and loaded.sample_rate_hz == self.sample_rate_hz

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
        self.heads.load(lanes)
        place = self._play_on.on_load(pair, edits)
        if place is not None:
            self.heads.lane, at_s = place
            self.heads.rest = min(self.heads.samples(at_s), self.heads.n_samples())
        self.lane_changed.emit(self.heads.lane)
        self.moved.emit()
        self._go_on()
        return True

    def exchange(self, pair: PreparedPair, edits: Sequence[Edit], by: int = 0) -> None:
        """Take another edit of the song; what plays goes on in it, `by` samples further.

        Raises:
            UserError: if a file is gone.
        """
        lanes = Lanes.of_pair(pair, edits)
        self._sounding.exchange(lanes.audio)
        self.heads.exchange(lanes)
        self._go(self.heads.lane, lambda lane, at: (lane, self.heads.within(lane, at + by)))

    def show_pixels_of(self, pixel_s: float) -> None:
        """Tell `moved` as often as a head moves by a pixel, 10 to 30 times a second.

        It holds for what is loaded now; what is loaded next is told of 30 times a second.

        Args:
            pixel_s: seconds of sound that lie on one pixel where heads are shown.
        """
        self._sounding.pace(pixel_s)

    def unload(self) -> None:
        """Let go of all lanes; what sounds fades out."""
        self._sounding.pace(0.0)
        if self._is_playing:
            self._sounding.fade_out()
        self._sounding.leave()
        self.heads.unload()
        self._play_on.on_unload()
        self._set_playing(False)

    def close(self) -> None:
        """Fade out and give the device back."""
        self.unload()
        self._sounding.wait()
        self.device.close()

    # Transport

    @property
    def is_playing(self) -> bool:
        """Whether it plays."""
        return self._is_playing

    @property
    def volume(self) -> float:
        """0..1; its square is the factor on the pair's gain."""
        return self._sounding.volume

    @volume.setter
    def volume(self, volume: float) -> None:
        self._sounding.volume = min(1.0, max(0.0, volume))
        if self._is_playing:
            self._sounding.rewrite(lambda lane, position: (lane, position), is_jump=False)

    @Slot()
    def play(self) -> None:
        """Play from where the head is; from the start if it is at the end.

        Where there is no sound, a device is looked for at once.
        """
        if self._is_playing or not self.heads.loaded:
            return
        self._play_on.is_wanted = not self._can_play
        if self._play_on.is_wanted:
            self.device.try_again()
            return
        heads = self.heads
        if heads.rest >= heads.last_position():
            heads.rest = heads.first_position()
        self._set_playing(True)
        if self._sounding.playback is not None:  # still fading out
            self._sounding.rewrite(lambda *_: (heads.lane, heads.rest))
        else:
            self._sounding.start()
            heads.followed = self._sounding.playback

    @Slot()
    def pause(self) -> None:
        """Fall silent with a fade; the head stays."""
        self._play_on.is_wanted = False
        if self._is_playing:
            self._sounding.fade_out()
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
        self.heads.rest = 0
        self.moved.emit()

    def seek(self, position: int, lane: str | None = None) -> None:
        """Go to a position of a lane; of another lane than the one that sounds, switch to it."""
        target = lane or self.heads.lane
        if target in self.heads.loaded:
            position = min(max(0, position), self.heads.n_samples(target))
            self._go(target, lambda *_: (target, position))

    def seek_song(self, place: int) -> None:
        """Go to a place of the song in the lane that sounds, or the nearest kept one after it."""
        if self.heads.loaded:
            self.seek(self.heads.from_song(place))

    def switch(self, lane: str) -> None:
        """Hear another lane at the same place of the song, or the nearest kept one after it."""
        if lane in self.heads.loaded and lane != self.heads.lane:
            same_place = self.heads.loaded.same_place
            self._go(lane, lambda now, position: (lane, same_place(now, position, lane)))

    def set_clicks(self, clicks: Clicks | None) -> None:
        """Hear the song with clicks, or without; at once if it plays."""
        self.heads.loaded.set_clicks(clicks)
        if self._is_playing:
            self._sounding.rewrite(lambda lane, position: (lane, position), is_jump=False)

    def set_loop(self, span: tuple[int, int] | None, lane: str | None = None) -> None:
        """Repeat a range [start, end) of a lane; None repeats nothing.

        In another lane the same places of the song are repeated, if it has them. A head outside
        the range goes to its start.
        """
        heads = self.heads
        heads.loop = None if span is None else heads.loaded.loop(lane or heads.lane, *span)
        here = heads.loaded.ranges_of(heads.loop).get(heads.lane)
        if here is not None and not here[0] <= heads.position() < here[1]:
            self.seek(here[0])
        elif self._is_playing:
            self._sounding.plan_again()

    def set_windows(self, windows: Windows) -> None:
        """Play these ranges of each lane alone, in order; none to play all again.

        A head that is in none of them goes to the start of the next one.
        """
        self.heads.windows = windows
        here, position = windows.get(self.heads.lane, ()), self.heads.position()
        if here and not any(start <= position < end for start, end in here):
            self.seek(next((start for start, _ in here if start > position), here[0][0]))
        elif self._is_playing:
            self._sounding.plan_again()

    # Inside

    def _go(self, lane: str, move: Move) -> None:
        """Change lane or position, while playing or not."""
        heads = self.heads
        is_other = lane != heads.lane
        if self._is_playing:
            self._sounding.rewrite(move)
        else:
            _, heads.rest = move(heads.lane, heads.rest)
        heads.lane = lane
        if is_other:
            self.lane_changed.emit(lane)
        self.moved.emit()

    @Slot()
    def _on_tick(self) -> None:
        if self._is_playing:
            self.moved.emit()

    @Slot(object)
    def _on_over(self, position: int) -> None:
        """All has been heard: the lane's end, or the fade after a pause."""
        if self._is_playing:
            self.heads.rest = position
            self._set_playing(False)
            self.moved.emit()
            self.ended.emit(self.heads.lane)

    @Slot()
    def _let_go(self) -> None:
        """The device closes: fall silent, heads stay where they are."""
        if self._is_playing:
            self._play_on.is_wanted = True
            self.heads.rest = self.heads.position()
        self._sounding.drop()
        self._set_playing(False)

    @Slot()
    def _on_device(self) -> None:
        """Go on where there is sound again; what was made for another rate has to be made anew."""
        if self.device.stream is not None and self.heads.loaded and not self.fits_device:
            self._play_on.keep_place(
                self.heads.lane, self.heads.position() / self.heads.loaded.sample_rate_hz
            )
        else:
            self._go_on()

    def _go_on(self) -> None:
        if self._play_on.is_wanted and self._can_play:
            self.play()

    def _set_playing(self, is_playing: bool) -> None:
        if self._is_playing != is_playing:
            self._is_playing = is_playing
            self.heads.followed = self._sounding.playback if is_playing else None
            self.playing_changed.emit(is_playing)

    @property
    def _can_play(self) -> bool:
        return self.device.stream is not None and self.fits_device
