"""Where a place of the song lies in an edit of it, and the other way round."""

from __future__ import annotations

from collections.abc import Sequence

from ml_core.domain.edits import Edit

# Where an edit has nothing left at or after a place, its last seconds are heard instead: as long
# as the run-up that joins get, so that one hears how the edit ends.
LAST_SECONDS = 4.0


class LaneMap:
    """Positions of one lane against those of the song, both in samples at the device's rate.

    Args:
        spans: [start, end) of the song that the lane plays, in play order; need not be whole
            samples where the source has another rate.
        n_samples: of the lane.
        sample_rate_hz: of both.
    """

    def __init__(
        self, spans: Sequence[tuple[float, float]], n_samples: int, sample_rate_hz: int
    ) -> None:
        self.n_samples, self._sample_rate_hz = n_samples, sample_rate_hz
        position = 0.0
        self._pieces: list[tuple[float, float, float]] = []
        for start, end in spans:
            self._pieces.append((position, start, end))
            position += end - start

    @classmethod
    def of_song(cls, n_samples: int, sample_rate_hz: int) -> LaneMap:
        """The map of the song itself."""
        return cls([(0.0, float(n_samples))], n_samples, sample_rate_hz)

    @classmethod
    def of_edit(cls, edit: Edit, n_samples: int, sample_rate_hz: int) -> LaneMap:
        """The map of an edit that was rendered to `n_samples` at `sample_rate_hz`."""
        ratio = sample_rate_hz / edit.sample_rate_hz
        spans = [(start * ratio, end * ratio) for start, end in edit.spans]
        return cls(spans, n_samples, sample_rate_hz)

    def to_song(self, position: int) -> float:
        """The song's place that sounds at a position of the lane."""
        place = self._pieces[0][1]
        for lane_start, start, end in self._pieces:
            if position < lane_start:
                break
            place = min(start + position - lane_start, end)
        return place

    def from_song(self, place: float) -> int:
        """The lane's position of a place of the song, or of the nearest kept place after it.

        Where nothing is kept at or after the place: `LAST_SECONDS` before the lane's end.
        """
        after: tuple[float, float] | None = None
        for lane_start, start, end in self._pieces:
            if start <= place < end:
                return self._within(lane_start + place - start)
            if start > place and (after is None or start < after[0]):
                after = (start, lane_start)
        if after is not None:
            return self._within(after[1])
        return self._within(self.n_samples - LAST_SECONDS * self._sample_rate_hz)

    def _within(self, position: float) -> int:
        return min(max(round(position), 0), self.n_samples)
