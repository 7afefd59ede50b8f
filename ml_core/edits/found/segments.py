"""Segments of an edit: each plays one line of its song, or something else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ml_core.edits.found.heard import WAVE_HZ

_SAME_LINE_S = 0.004


@dataclass(frozen=True, slots=True)
class Segment:
    """Seconds [start_s, end_s) of an edit at its song's speed.

    Attributes:
        offset: samples at WAVE_HZ, with fraction, from a place in the edit to what it plays in the
            song; None where it plays something else.
        fit: the median correlation of windows, 1 for the same sound.
        steady: share of windows whose own best lag is that of the segment.
        likeness: of its frames to the song's, 1 for the same sound.
    """

    start_s: float
    end_s: float
    offset: float | None
    fit: float = 0.0
    steady: float = 0.0
    likeness: float = 0.0

    @property
    def length_s(self) -> float:
        """How long it lasts."""
        return self.end_s - self.start_s

    def song_s(self, edit_s: float) -> float:
        """What of the song a second of the edit plays."""
        return edit_s + (self.offset or 0.0) / WAVE_HZ


def merged(segments: Sequence[Segment]) -> list[Segment]:
    """The segments with neighbours of one line joined; the longer one's line stays."""
    out: list[Segment] = []
    for one in segments:
        if not out or not _is_same_line(out[-1], one):
            out.append(one)
            continue
        last = out[-1]
        longer = last if last.length_s >= one.length_s else one
        out[-1] = replace(longer, start_s=last.start_s, end_s=one.end_s)
    return out


def _is_same_line(a: Segment, b: Segment) -> bool:
    if a.offset is None or b.offset is None:
        return a.offset is b.offset
    return abs(a.offset - b.offset) < _SAME_LINE_S * WAVE_HZ
