"""What is loaded to be played, which lane sounds, and where each lane's play head is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from editor_app.sound.device import SoundDevice
from editor_app.sound.lanes import SONG, Lanes, Loop
from editor_app.sound.playback import Playback
from ml_core.errors import UserError

# By lane, ranges [start, end) that alone are played, in order.
Windows = Mapping[str, Sequence[tuple[int, int]]]


class PlayHeads(QObject):
    """The part of the player that only tells; `Player` adds what moves.

    Attributes:
        device: opens, chooses and reconnects the sound device.

    Signals:
        moved: play heads have moved; some 30 times a second while playing.
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
        self.device = device if device is not None else SoundDevice(self)
        self._playback: Playback | None = None
        self._is_playing = False
        self._forget_lanes()

    def _forget_lanes(self) -> None:
        self._lanes = Lanes.none()
        self._lane, self._position = SONG, 0
        self._loop: Loop | None = None
        self._windows: Windows = {}
        self._heard: dict[str, int] = {}

    @property
    def available(self) -> bool:
        """Whether there is a device to play to."""
        return self.device.stream is not None

    @property
    def error(self) -> UserError | None:
        """Why there is no sound; None while there is, or before a device was asked for."""
        return self.device.error

    @property
    def sample_rate_hz(self) -> int:
        """The rate that lanes must be made for."""
        return self.device.sample_rate_hz

    @property
    def lane(self) -> str:
        """The lane that sounds, or would."""
        return self._lane

    @property
    def lanes(self) -> tuple[str, ...]:
        """Names of the lanes there are."""
        return tuple(self._lanes)

    def n_samples(self, lane: str | None = None) -> int:
        """Length of a lane; 0 if there is no such lane."""
        return self._lanes.n_samples(lane or self._lane)

    def joins(self, lane: str | None = None) -> tuple[int, ...]:
        """Centres of a lane's joins."""
        return self._lanes.joins.get(lane or self._lane, ())

    def position(self, lane: str | None = None) -> int:
        """Where a lane's play head is; for a silent one, where switching would enter it."""
        if not self._lanes:
            return 0
        sounding, position = self._lane, self._position
        if self._is_playing and self._playback is not None:
            shown = self._playback.shown
            clip = self._playback.timeline.clip_at(shown)
            sounding = clip.lane
            position = min(clip.position(shown), self._lanes.n_samples(sounding))
        return self._lanes.same_place(sounding, position, lane or self._lane)

    def to_song(self, position: int, lane: str | None = None) -> int:
        """The song's sample that a position of a lane plays."""
        return self._lanes.same_place(lane or self._lane, position, SONG)

    def from_song(self, place: int, lane: str | None = None) -> int:
        """The lane's position of a place of the song, or of the nearest kept one after it."""
        return self._lanes.same_place(SONG, place, lane or self._lane)

    def heard_s(self, lane: str) -> float:
        """Seconds of a lane that have really sounded since it was loaded."""
        return self._heard.get(lane, 0) / self._lanes.sample_rate_hz

    @property
    def is_playing(self) -> bool:
        """Whether it plays."""
        return self._is_playing

    @property
    def windows(self) -> Windows:
        """What alone is played of each lane; empty where all is."""
        return self._windows

    def first_position(self) -> int:
        """Where playing the chosen lane begins."""
        windows = self._windows.get(self._lane)
        return windows[0][0] if windows else 0

    def last_position(self) -> int:
        """Where playing the chosen lane comes to its end."""
        windows = self._windows.get(self._lane)
        return windows[-1][1] if windows else self.n_samples()

    @property
    def loop(self) -> Loop | None:
        """What is looped."""
        return self._loop

    def _set_playing(self, is_playing: bool) -> None:
        if self._is_playing != is_playing:
            self._is_playing = is_playing
            self.playing_changed.emit(is_playing)

    def _samples(self, seconds: float) -> int:
        return round(seconds * self._lanes.sample_rate_hz)
