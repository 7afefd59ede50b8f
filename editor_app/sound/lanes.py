"""The lanes of a pair, A, B and the song, and the way from a place in one to that in another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from editor_app.sound.click_track import ClickedAudio, Clicks
from editor_app.sound.lane_map import LaneMap
from editor_app.sound.timeline import Audio
from ml_core.domain.edits import Edit
from ml_core.domain.playing import PreparedAudio, PreparedPair
from ml_core.edits.differing import differing
from ml_core.errors import UserError

SONG = "song"
EDITS = ("A", "B")

# A shorter loop is a tone, not a place to listen to.
SHORTEST_LOOP_S = 0.1


@dataclass(frozen=True, slots=True)
class Loop:
    """The half-open range [start, end) of a lane, repeated."""

    lane: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Lanes:
    """Audio of each lane with its map to the song.

    Attributes:
        audio: name to float32 (n_samples, 2), mapped from its file; the song's may have clicks.
        maps: name to the lane's map.
        joins: name to the centres of its joins, in samples.
        gain: one for all lanes, linear.
        sample_rate_hz: of all lanes.
        differing: of each of two edits the ranges, in samples of its lane, within which it must be
            heard to judge it against the other; all of it where they play the same.
    """

    audio: Mapping[str, Audio | ClickedAudio]
    maps: Mapping[str, LaneMap]
    joins: Mapping[str, tuple[int, ...]]
    gain: float
    sample_rate_hz: int
    differing: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)

    @classmethod
    def none(cls) -> Lanes:
        """No lanes at all."""
        return cls({}, {}, {}, 1.0, 1)

    @classmethod
    def of_pair(cls, pair: PreparedPair, edits: Sequence[Edit]) -> Lanes:
        """The song and its edits.

        Args:
            pair: what was made to be played.
            edits: what its edits were made from, in the same order.

        Raises:
            UserError: if a file is gone.
        """
        rate_hz = pair.song.sample_rate_hz
        prepared = {SONG: pair.song} | dict(zip(EDITS, pair.edits, strict=False))
        maps = {SONG: LaneMap.of_song(pair.song.n_samples, rate_hz)}
        for name, audio, edit in zip(EDITS, pair.edits, edits, strict=False):
            maps[name] = LaneMap.of_edit(edit, audio.n_samples, rate_hz)
        if len(edits) != len(pair.edits) or maps.keys() != prepared.keys():
            raise ValueError("a pair is played with the edits that it was made from")
        sounds: dict[str, Audio | ClickedAudio] = {
            name: _mapped(audio) for name, audio in prepared.items()
        }
        sounds[SONG] = ClickedAudio(_mapped(pair.song), rate_hz, pair.gain)
        return cls(
            audio=sounds,
            maps=maps,
            joins={name: audio.joins for name, audio in prepared.items()},
            gain=pair.gain,
            sample_rate_hz=rate_hz,
            differing=_differing(pair.edits, edits, rate_hz),
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self.audio)

    def __contains__(self, name: object) -> bool:
        return name in self.audio

    def __bool__(self) -> bool:
        return bool(self.audio)

    def n_samples(self, name: str) -> int:
        """Length of a lane; 0 if there is no such lane."""
        return len(self.audio[name]) if name in self.audio else 0

    def set_clicks(self, clicks: Clicks | None) -> None:
        """Have the song sound with clicks, or without."""
        song = self.audio.get(SONG)
        if isinstance(song, ClickedAudio):
            song.clicks = clicks

    def same_place(self, name: str, position: int, other: str) -> int:
        """Where another lane plays what a lane plays at a position, or the next kept place."""
        if name == other:
            return position
        return self.maps[other].from_song(self.maps[name].to_song(position))

    def loop(self, name: str, start: int, end: int) -> Loop | None:
        """A loop within a lane; None where it would be too short."""
        start, end = max(0, start), min(end, self.n_samples(name))
        return Loop(name, start, end) if self._is_long_enough(start, end) else None

    def ranges_of(self, loop: Loop | None) -> dict[str, tuple[int, int]]:
        """A loop's places of the song in each lane that has them."""
        if loop is None:
            return {}
        ranges = {loop.lane: (loop.start, loop.end)}
        for name in self.audio.keys() - {loop.lane}:
            start, end = (self.same_place(loop.lane, at, name) for at in (loop.start, loop.end))
            if self._is_long_enough(start, end):
                ranges[name] = (start, end)
        return ranges

    def _is_long_enough(self, start: int, end: int) -> bool:
        return end - start >= round(SHORTEST_LOOP_S * self.sample_rate_hz)


def _differing(
    prepared: Sequence[PreparedAudio], edits: Sequence[Edit], rate_hz: int
) -> dict[str, tuple[tuple[int, int], ...]]:
    """Of each of two edits where it differs from the other, in samples of its lane."""
    found = {}
    for name, audio, edit, other in zip(EDITS, prepared, edits, reversed(edits), strict=False):
        if len(edits) == len(EDITS):
            ratio = rate_hz / edit.sample_rate_hz
            spans = (
                (round(start * ratio), round(end * ratio)) for start, end in differing(edit, other)
            )
            found[name] = tuple((start, min(end, audio.n_samples)) for start, end in spans)
    return found


def _mapped(audio: PreparedAudio) -> Audio:
    """The samples of a prepared file, read as they are needed.

    Raises:
        UserError: if the file is gone or not whole.
    """
    path = Path(audio.file)
    try:
        if audio.n_samples == 0:
            return np.zeros((0, 2), np.float32)
        return np.memmap(path, np.float32, "r", shape=(audio.n_samples, 2))
    except (OSError, ValueError) as error:
        raise UserError(
            f"The sound of this pair can't be read: {path.name}.",
            "It is made again when you open the pair once more.",
        ) from error
