"""Bar lines that a person moved, and stretches of a song with a tempo or meter of their own.

A line that is moved takes the beats of the bar before it along, evenly. The later ones follow: all
of them by as much, or where a later line was set by hand, those up to it by less and less. So it is
with markers in the programs that musicians know. A line that is moved alone takes only the beats of
the bars on both sides along.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.corrections import TEMPO_RANGE_BPM, CorrectionRefused

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# A line is meant that is at most so much of a beat away.
SAME_LINE_BEATS = 0.5


@dataclass(frozen=True, slots=True)
class Bars:
    """A grid on its way from step to step.

    Attributes:
        beats_s: (n_beats,), rising.
        position: int64 (n_beats,), 0 at the first beat of a bar.
        meter: int64 (n_beats,), beats of the bar that the beat is in.
    """

    beats_s: Floats
    position: Ints
    meter: Ints

    @property
    def lines(self) -> Ints:
        """Indices of the beats that start bars."""
        return np.flatnonzero(self.position == 0)

    def part(self, kept: NDArray[np.bool_] | slice) -> Bars:
        """Some of the beats."""
        return Bars(self.beats_s[kept], self.position[kept], self.meter[kept])


def moved(
    bars: Bars,
    from_s: float,
    to_s: float,
    anchors_s: Floats,
    *,
    later_follow: bool,
    duration_s: float,
) -> Bars:
    """The grid with one bar line elsewhere.

    Args:
        from_s, to_s: where the line is and where it goes.
        anchors_s: lines that were set by hand, rising.
        later_follow: whether later lines move too, up to the next anchor.
        duration_s: of the song.

    Raises:
        CorrectionRefused: if there is no line, or it would cross another one.
    """
    beats_s, lines = bars.beats_s, bars.lines
    line = _line_at(bars, from_s)
    at = int(np.searchsorted(lines, line))
    before = int(lines[at - 1]) if at > 0 else None
    after = int(lines[at + 1]) if at + 1 < len(lines) else None
    fixed = beats_s[line]
    known, wanted = [fixed], [to_s]
    if before is not None:
        known.insert(0, beats_s[before])
        wanted.insert(0, beats_s[before])
    if later_follow:
        later = anchors_s[anchors_s > fixed + _beat_s(bars) / 2]
        stays = float(later[0]) if len(later) else None
    else:
        stays = None if after is None else float(beats_s[after])
    if stays is not None:
        known.append(stays)
        wanted.append(stays)
    _require_room(bars, (before, line, after), to_s, stays)
    made_s = np.interp(beats_s, known, wanted)
    outside_before, outside_after = beats_s < known[0], beats_s > known[-1]
    made_s[outside_before] = beats_s[outside_before] + wanted[0] - known[0]
    made_s[outside_after] = beats_s[outside_after] + wanted[-1] - known[-1]
    made = Bars(made_s, bars.position, bars.meter)
    return made.part((made_s >= 0) & (made_s < duration_s))


def stretch_of(bars: Bars, start_s: float, end_s: float) -> tuple[int, int]:
    """First beat of a stretch and the one after its last, from bar line to bar line.

    Raises:
        CorrectionRefused: if there is no whole bar in it.
    """
    lines = bars.lines
    if not len(lines):
        raise CorrectionRefused("There is no bar line.", "Tap the beat first.")
    lines_s = bars.beats_s[lines]
    first = int(lines[np.abs(lines_s - start_s).argmin()])
    # The song's last bar ends where no beat starts another.
    is_last = end_s > lines_s[-1] + _beat_s(bars) / 2
    end = len(bars.beats_s) if is_last else int(lines[np.abs(lines_s - end_s).argmin()])
    if end <= first:
        raise CorrectionRefused("There is no whole bar in that stretch.", "Take more of the song.")
    return first, end


def with_stretch(bars: Bars, first: int, end: int, beats_s: Floats, meter: int) -> Bars:
    """The grid with other beats in a stretch, counted from its first on.

    Args:
        first, end: of the beats that are replaced, see `stretch_of`.
        beats_s: instead of them.
        meter: beats a bar; 0 for the most frequent one of the stretch.
    """
    meter = meter or int(np.bincount(bars.meter[first:end]).argmax())
    counted = np.arange(len(beats_s), dtype=np.int64) % meter
    inside = Bars(beats_s, counted, np.full(len(beats_s), meter, np.int64))
    parts = bars.part(slice(0, first)), inside, bars.part(slice(end, None))
    return Bars(
        np.concatenate([part.beats_s for part in parts]),
        np.concatenate([part.position for part in parts]),
        np.concatenate([part.meter for part in parts]),
    )


def even_beats(start_s: float, end_s: float, beat_s: float) -> Floats:
    """Beats at one distance, the last at least half of it before the end."""
    return np.arange(start_s, end_s - beat_s / 2, beat_s)


def fitted_in(found_s: Floats, start_s: float, end_s: float, beat_s: float) -> Floats:
    """Found beats of a stretch, its start the first; even ones where too few were found."""
    even = even_beats(start_s, end_s, beat_s)
    inside = found_s[(found_s > start_s + beat_s / 2) & (found_s < end_s - beat_s / 2)]
    return np.append(start_s, inside) if len(inside) > len(even) / 2 else even


def _line_at(bars: Bars, at_s: float) -> int:
    lines = bars.lines
    nearest = lines[np.abs(bars.beats_s[lines] - at_s).argmin()] if len(lines) else None
    if nearest is None or abs(bars.beats_s[nearest] - at_s) > SAME_LINE_BEATS * _beat_s(bars):
        raise CorrectionRefused("No bar starts there.", "Choose a bar line.")
    return int(nearest)


def _beat_s(bars: Bars) -> float:
    return float(np.median(np.diff(bars.beats_s))) if len(bars.beats_s) > 1 else 1.0


def _require_room(
    bars: Bars, around: tuple[int | None, int, int | None], to_s: float, stays_s: float | None
) -> None:
    """Refuse a place so near to a line that stays that beats between could not be counted."""
    before, line, _ = around
    closest_s = 60.0 / TEMPO_RANGE_BPM[1]
    is_crossed = before is not None and (to_s < bars.beats_s[before] + closest_s * (line - before))
    if stays_s is not None:
        n_beats = max(1, int(np.searchsorted(bars.beats_s, stays_s - 1e-6)) - line)
        is_crossed = is_crossed or to_s > stays_s - closest_s * n_beats
    if is_crossed or to_s < 0:
        raise CorrectionRefused(
            "The line can't lie so near to the next one.", "Move it between its neighbours."
        )
