"""What the overview and the lanes of a pair show, worked out once: times, words, waveforms."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.edits import Edit, Span
from ml_core.domain.playing import PreparedAudio, PreparedPair, SongLayout
from ml_core.edits.peaks import Pyramid, load_pyramid, pyramid
from ml_core.units import clock

# What only one edit keeps for less than this is how its join was placed, not a choice.
SHORTEST_DIFFERENCE_S = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Wave:
    """A waveform to draw.

    Attributes:
        peaks: pyramid of what is heard, the channels over each other.
        samples: float32 (n_samples, 2) mapped from its file, read when zoomed in; None if gone.
        sample_rate_hz: of both.
    """

    peaks: Pyramid
    samples: NDArray[np.float32] | None
    sample_rate_hz: int

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.peaks.n_samples / self.sample_rate_hz

    @property
    def peak(self) -> float:
        """Largest absolute value of the mixture."""
        level = self.peaks.levels[-1]
        return float(np.abs(level[:, :2]).max()) if len(level) else 0.0

    def columns(self, start_s: float, stop_s: float, n_columns: int) -> NDArray[np.float32]:
        """Smallest, largest and root mean square of each column, float32 (n_columns, 3)."""
        rate_hz = self.sample_rate_hz
        return self.peaks.columns(start_s * rate_hz, stop_s * rate_hz, n_columns, self.samples)


@dataclass(frozen=True, slots=True)
class Difference:
    """A stretch of the song that only one edit keeps, in seconds of the song."""

    start_s: float
    end_s: float
    lane: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A kept span, in seconds of the lane, and what it is called.

    Attributes:
        parts: "Part 1" or "Parts 1, 2".
        bars: "bars 13-28", counted from 1; empty where there are none.
    """

    start_s: float
    end_s: float
    parts: str
    bars: str


@dataclass(frozen=True, slots=True)
class Join:
    """A join, in seconds of the lane, and all about it."""

    at_s: float
    tooltip: str


@dataclass(frozen=True, slots=True, eq=False)
class SongPicture:
    """The whole song.

    Attributes:
        sections: (start, end, label) in seconds.
        kept: lane to its kept spans in seconds of the song.
    """

    wave: Wave
    duration_s: float
    sections: tuple[tuple[float, float, str], ...]
    kept: Mapping[str, tuple[tuple[float, float], ...]]
    differences: tuple[Difference, ...]
    peak: float


@dataclass(frozen=True, slots=True, eq=False)
class LanePicture:
    """An edit on its own time scale.

    Attributes:
        bar_lines_s: seconds of the lane where bars begin.
        is_phrase: which of `bar_lines_s` are drawn stronger, every fourth bar.
        differences_s: what only this edit has, in seconds of the lane.
        peak: what fills the lane's height; one for both lanes and the song.
    """

    name: str
    wave: Wave
    duration_s: float
    segments: tuple[Segment, ...]
    joins: tuple[Join, ...]
    bar_lines_s: NDArray[np.float64]
    is_phrase: NDArray[np.bool_]
    differences_s: tuple[tuple[float, float], ...]
    peak: float


@dataclass(frozen=True, slots=True, eq=False)
class PairPicture:
    """A song and its two edits."""

    song: SongPicture
    lanes: Mapping[str, LanePicture]
    differences: tuple[Difference, ...]


def pair_picture(pair: PreparedPair, a: Edit, b: Edit) -> PairPicture:
    """The picture of a pair; reads its peaks files, or the audio where they are missing."""
    layout = pair.layout
    song_wave = wave_of(pair.song)
    found = differences(a, b)
    song = SongPicture(
        wave=song_wave,
        duration_s=layout.n_samples / layout.sample_rate_hz,
        sections=_sections_s(layout),
        kept={"A": _spans_s(a), "B": _spans_s(b)},
        differences=found,
        peak=song_wave.peak,
    )
    lanes = {
        name: lane_picture(name, layout, audio, edit, song_wave.peak, found)
        for name, audio, edit in zip("AB", pair.edits, (a, b), strict=True)
    }
    return PairPicture(song, lanes, found)


def lane_picture(
    name: str,
    layout: SongLayout,
    audio: PreparedAudio | None,
    edit: Edit,
    peak: float,
    found: Sequence[Difference] = (),
    wave: Wave | None = None,
) -> LanePicture:
    """The picture of one edit.

    Args:
        name: of the lane.
        layout: of the song.
        audio: the edit as it was made; None where it is not yet, and `wave` is shown.
        edit: of the song.
        peak: largest level of the song.
        found: as from `differences`.
        wave: shown in place of the edit's own.
    """
    if wave is None:
        wave = wave_of(audio or PreparedAudio("", 0, edit.sample_rate_hz))
    segments = tuple(_segments(layout, edit))
    lines_s, is_phrase = _bar_lines(layout, edit)
    own = [(d.start_s, d.end_s) for d in found if d.lane == name]
    return LanePicture(
        name=name,
        wave=wave,
        duration_s=edit.duration_s,
        segments=segments,
        joins=tuple(_joins(layout, edit)),
        bar_lines_s=lines_s,
        is_phrase=is_phrase,
        differences_s=tuple(itertools.chain.from_iterable(_in_lane(edit, *span) for span in own)),
        peak=peak,
    )


def wave_of(audio: PreparedAudio) -> Wave:
    """The waveform of prepared audio."""
    samples: NDArray[np.float32] | None = None
    if audio.n_samples and Path(audio.file).is_file():
        samples = np.memmap(audio.file, np.float32, "r", shape=(audio.n_samples, 2))
    peaks = load_pyramid(audio.peaks_file) if audio.peaks_file else None
    if peaks is None:
        peaks = pyramid(samples if samples is not None else np.zeros(0, np.float32))
    return Wave(peaks, samples, audio.sample_rate_hz)


def differences(a: Edit, b: Edit) -> tuple[Difference, ...]:
    """What only one of two edits of a song keeps, in order of the song."""
    edges = sorted({at for edit in (a, b) for span in edit.spans for at in span})
    found: list[Difference] = []
    for start, end in itertools.pairwise(edges):
        keepers = [name for name, edit in (("A", a), ("B", b)) if _keeps(edit, start)]
        if len(keepers) == 1:
            _append(found, start / a.sample_rate_hz, end / a.sample_rate_hz, keepers[0])
    return tuple(d for d in found if d.end_s - d.start_s >= SHORTEST_DIFFERENCE_S)


def _append(found: list[Difference], start_s: float, end_s: float, lane: str) -> None:
    last = found[-1] if found else None
    if last is not None and last.lane == lane and last.end_s == start_s:
        found[-1] = Difference(last.start_s, end_s, lane)
    else:
        found.append(Difference(start_s, end_s, lane))


def _keeps(edit: Edit, sample: int) -> bool:
    return any(start <= sample < end for start, end in edit.spans)


def _spans_s(edit: Edit) -> tuple[tuple[float, float], ...]:
    return tuple((start, end) for start, end in edit.seconds)


def _sections_s(layout: SongLayout) -> tuple[tuple[float, float, str], ...]:
    """Sections that reach over the pick-up and the tail."""
    rate_hz, last = layout.sample_rate_hz, len(layout.sections) - 1
    return tuple(
        (
            0.0 if index == 0 else start / rate_hz,
            (layout.n_samples if index == last else end) / rate_hz,
            label,
        )
        for index, (start, end, label) in enumerate(layout.sections)
    )


def _in_lane(edit: Edit, start_s: float, end_s: float) -> list[tuple[float, float]]:
    """Where the lane plays a stretch of the song, in seconds of the lane."""
    pieces, position_s = [], 0.0
    for span_start_s, span_end_s in edit.seconds:
        first, last = max(start_s, span_start_s), min(end_s, span_end_s)
        if first < last:
            shift_s = position_s - span_start_s
            pieces.append((first + shift_s, last + shift_s))
        position_s += span_end_s - span_start_s
    return pieces


def _segments(layout: SongLayout, edit: Edit) -> list[Segment]:
    segments, position_s = [], 0.0
    for span in edit.spans:
        length_s = (span[1] - span[0]) / edit.sample_rate_hz
        end_s = position_s + length_s
        segments.append(Segment(position_s, end_s, _parts(layout, span), _bars(layout, span)))
        position_s = end_s
    return segments


def _parts(layout: SongLayout, span: Span) -> str:
    """The sections that a span holds more of than a moment."""
    moment = SHORTEST_DIFFERENCE_S * layout.sample_rate_hz
    # Sections end at bar lines, and joins slide off them.
    first, last = layout.meant_span(span)
    labels = [
        label
        for start, end, label in layout.sections
        if min(end, last) - max(start, first) > moment
    ]
    distinct = list(dict.fromkeys(labels))
    if not distinct:
        return ""
    return ("Part " if len(distinct) == 1 else "Parts ") + ", ".join(distinct)


def _bars(layout: SongLayout, span: Span) -> str:
    first, last = (layout.nearest_edge(at) for at in span)
    if last <= first:
        return ""
    return f"bar {last}" if last == first + 1 else f"bars {first + 1}\N{EN DASH}{last}"


def _bar_lines(layout: SongLayout, edit: Edit) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Seconds of the lane where bars begin, and which of them begin four bars of the song."""
    edges_s = np.asarray(layout.bar_edges_samples, np.float64) / layout.sample_rate_hz
    lines: list[NDArray[np.float64]] = []
    phrases: list[NDArray[np.bool_]] = []
    position_s = 0.0
    for start_s, end_s in edit.seconds:
        inside = np.flatnonzero((edges_s > start_s) & (edges_s < end_s))
        lines.append(edges_s[inside] - start_s + position_s)
        phrases.append(inside % 4 == 0)
        position_s += end_s - start_s
    return np.concatenate(lines), np.concatenate(phrases)


def _joins(layout: SongLayout, edit: Edit) -> list[Join]:
    joins = []
    for index, at in enumerate(edit.join_samples):
        at_s = at / edit.sample_rate_hz
        left = layout.nearest_edge(edit.spans[index][1])
        entered = layout.nearest_edge(edit.spans[index + 1][0]) + 1
        words = f"Join {index + 1} of {edit.n_joins}, at {clock(at_s)}"
        joins.append(Join(at_s, f"{words}: from bar {left} to bar {entered}"))
    return joins
