"""What is loaded to be played, which lane sounds, and where each lane's play head is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from editor_app.sound.lanes import EDITS, SONG, Lanes, Loop
from editor_app.sound.playback import Playback

# By lane, ranges [start, end) that alone are played, in order.
Windows = Mapping[str, Sequence[tuple[int, int]]]


class PlayHeads:
    """The part of the player that only tells; the player alone moves the heads.

    Positions are samples of a lane at the rate that the lanes were made for.

    Attributes:
        loaded: what there is to play.
        followed: the run of sound whose place the heads show; None while they rest.
        lane: the lane that sounds, or would.
        rest: where its head is while nothing sounds.
        loop: what is looped.
        windows: what alone is played of each lane; empty where all is.
    """

    def __init__(self) -> None:
        self.unload()

    def unload(self) -> None:
        """Let go of all lanes."""
        self.loaded = Lanes.none()
        self.followed: Playback | None = None
        self.lane, self.rest = SONG, 0
        self.loop: Loop | None = None
        self.windows: Windows = {}
        self._heard: dict[str, int] = {}

    def load(self, lanes: Lanes) -> None:
        """Take lanes in place of others; the first edit's start is chosen, else the song's."""
        self.unload()
        self.loaded = lanes
        self.lane = EDITS[0] if EDITS[0] in lanes else SONG

    def exchange(self, lanes: Lanes) -> None:
        """Take lanes of the same rate; heads stay, and a loop stays as far from its lane's end."""
        if self.loop is not None:
            lane, end = self.loop.lane, self.loop.end
            end += lanes.n_samples(lane) - self.n_samples(lane)
            self.loop = lanes.loop(lane, self.loop.start, end)
        self.loaded = lanes

    def within(self, lane: str, position: int) -> int:
        """The position, or the nearest that the lane has; a loop's start where it is over."""
        loop = self.loaded.ranges_of(self.loop).get(lane)
        if loop is not None and position >= loop[1]:
            return loop[0]
        return min(max(0, position), self.n_samples(lane))

    @property
    def lanes(self) -> tuple[str, ...]:
        """Names of the lanes there are."""
        return tuple(self.loaded)

    def n_samples(self, lane: str | None = None) -> int:
        """Length of a lane; 0 if there is no such lane."""
        return self.loaded.n_samples(lane or self.lane)

    def joins(self, lane: str | None = None) -> tuple[int, ...]:
        """Centres of a lane's joins."""
        return self.loaded.joins.get(lane or self.lane, ())

    def position(self, lane: str | None = None) -> int:
        """Where a lane's play head is; for a silent one, where switching would enter it."""
        if not self.loaded:
            return 0
        sounding, position = self.lane, self.rest
        if self.followed is not None:
            shown = self.followed.shown
            clip = self.followed.timeline.clip_at(shown)
            sounding = clip.lane
            position = min(clip.position(shown), self.loaded.n_samples(sounding))
        return self.loaded.same_place(sounding, position, lane or self.lane)

    def to_song(self, position: int, lane: str | None = None) -> int:
        """The song's sample that a position of a lane plays."""
        return self.loaded.same_place(lane or self.lane, position, SONG)

    def from_song(self, place: int, lane: str | None = None) -> int:
        """The lane's position of a place of the song, or of the nearest kept one after it."""
        return self.loaded.same_place(SONG, place, lane or self.lane)

    def heard_s(self, lane: str) -> float:
        """Seconds of a lane that have really sounded since it was loaded.

        Of a pair's edits only what differs between them counts, as `Lanes.differing` says.
        """
        return self._heard.get(lane, 0) / self.loaded.sample_rate_hz

    def count_heard(self, lane: str, n_samples: int) -> None:
        """So much more of a lane has really sounded."""
        self._heard[lane] = self._heard.get(lane, 0) + n_samples

    def first_position(self) -> int:
        """Where playing the chosen lane begins."""
        windows = self.windows.get(self.lane)
        return windows[0][0] if windows else 0

    def last_position(self) -> int:
        """Where playing the chosen lane comes to its end."""
        windows = self.windows.get(self.lane)
        return windows[-1][1] if windows else self.n_samples()

    def samples(self, seconds: float) -> int:
        """A duration in samples of the lanes."""
        return round(seconds * self.loaded.sample_rate_hz)
