"""The grid of beats and bars that all else hangs on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from ml_core.analysis.bars.finding import BarPath
from ml_core.analysis.bars.segments import closing_edge
from ml_core.analysis.spectra.reading import FRAME_HZ

Floats = NDArray[np.float64]

# Below this a song counts as silent: the beats of its lead-in and fade-out are left out.
SILENT_DB = -60.0
# The fallback's "bars": long enough for a phrase, short enough for many places to cut.
FREE_BAR_S = 2.0
FREE_BAR_SHORTEST_S = 1.4
FREE_BAR_LONGEST_S = 2.8
FREE_METER = 4
# The fallback looks for edges every 20 ms and hears pauses over a fifth of a second.
_FREE_STEP_HZ = 50
_PAUSE_FRAMES = 20
# A rise of so many dB out of a pause is worth a bar that is half its usual length off.
_RISE_DB = 12.0
_LENGTH_PRICE = 4.0
# An edge goes to the steepest rise this near to it, if it is one: so much within 20 ms.
_SNAP_FRAMES = 14
_LEAST_RISE_DB = 6.0


@dataclass(frozen=True, slots=True)
class Grid:
    """Beats and bars in seconds.

    Attributes:
        beats_s: float64 (n_beats,), rising.
        bar_start_beats: int64 (n_bars,), each bar's first beat.
        bar_edges_s: float64 (n_bars + 1,), rising.
        meter: most frequent number of beats a bar.
        has_beat: false for the fallback.
    """

    beats_s: Floats
    bar_start_beats: NDArray[np.int64]
    bar_edges_s: Floats
    meter: int
    has_beat: bool

    @property
    def tempo_bpm(self) -> float:
        """From the median distance of beats."""
        return float(60.0 / np.median(np.diff(closing_edge(self.beats_s))))


def sounding_range_s(rms: NDArray[np.float32]) -> tuple[float, float]:
    """Where the song first and last rises above silence, in seconds."""
    loud = np.flatnonzero(rms > 10 ** (SILENT_DB / 20))
    if not len(loud):
        return 0.0, 0.0
    return float(loud[0] / FRAME_HZ), float((loud[-1] + 1) / FRAME_HZ)


def grid_from_bars(beats_s: Floats, bars: BarPath, duration_s: float) -> Grid | None:
    """Whole bars only: what is left over at either end is a pick-up or a tail.

    Returns:
        None where there is not one whole bar.
    """
    starts = np.flatnonzero(bars.position == 0)
    if not len(starts):
        return None
    edges = beats_s[starts]
    closing = closing_edge(beats_s)
    last_meter = int(bars.meter[starts[-1]])
    last_is_whole = len(beats_s) - starts[-1] >= last_meter
    if last_is_whole:
        edges = np.append(edges, min(closing[starts[-1] + last_meter], duration_s))
    else:
        starts = starts[:-1]
    if len(starts) < 1 or edges[-1] <= edges[-2]:
        return None
    meter = int(np.bincount(bars.meter[starts]).argmax())
    return Grid(beats_s, starts.astype(np.int64), edges, meter, True)


def free_grid(rms: NDArray[np.float32], duration_s: float) -> Grid:
    """For sound without a beat: "bars" of about 2 s that start where sound rises from a pause.

    Dynamic programming over all times 20 ms apart: the rise at each edge against how far each
    bar is from 2 s. In silence the bars are 2 s long.
    """
    level_db = 20 * np.log10(np.maximum(rms.astype(np.float64), 1e-4))
    smooth = uniform_filter1d(level_db, _PAUSE_FRAMES)
    after = np.roll(smooth, -_PAUSE_FRAMES // 2)
    before = np.roll(smooth, _PAUSE_FRAMES // 2)
    # Soft, so that of two loud starts the greater rise, at its very moment, still counts more.
    rise = 1.0 - np.exp(-np.maximum(after - before, 0.0) / _RISE_DB)
    rise[:_PAUSE_FRAMES] = 0.0
    rise[-_PAUSE_FRAMES:] = 0.0
    gain = rise[:: FRAME_HZ // _FREE_STEP_HZ]
    n_steps = max(2, min(len(gain), int(duration_s * _FREE_STEP_HZ)))
    edges = _on_onsets(_best_edges(gain[:n_steps]) / _FREE_STEP_HZ, level_db)
    edges[-1] = min(edges[-1], duration_s)
    beats = np.interp(
        np.arange((len(edges) - 1) * FREE_METER) / FREE_METER, np.arange(len(edges)), edges
    )
    starts = np.arange(len(edges) - 1, dtype=np.int64) * FREE_METER
    return Grid(beats, starts, edges, FREE_METER, False)


def _on_onsets(edges_s: Floats, level_db: Floats) -> Floats:
    """Each edge right where the sound rises, if it rises near it; the search blurs it by 0.1 s."""
    rise = np.zeros(len(level_db))
    rise[1:-1] = level_db[2:] - level_db[:-2]
    moved = edges_s.copy()
    for index in range(1, len(edges_s)):
        centre = round(edges_s[index] * FRAME_HZ)
        first, end = max(1, centre - _SNAP_FRAMES), min(len(rise), centre + _SNAP_FRAMES + 1)
        if first < end:
            steepest = first + int(rise[first:end].argmax())
            if rise[steepest] >= _LEAST_RISE_DB:
                moved[index] = steepest / FRAME_HZ
    return moved


def _best_edges(gain: Floats) -> Floats:
    """Steps of the edges from 0 on, float64 rising, at least two."""
    n = len(gain)
    shortest = round(FREE_BAR_SHORTEST_S * _FREE_STEP_HZ)
    longest = round(FREE_BAR_LONGEST_S * _FREE_STEP_HZ)
    lengths = np.arange(shortest, longest + 1)
    price = _LENGTH_PRICE * np.square(lengths / (FREE_BAR_S * _FREE_STEP_HZ) - 1)
    best = np.full(n, -np.inf)
    came_from = np.zeros(n, np.int64)
    best[0] = 0.0
    for step in range(shortest, n):
        usable = lengths[lengths <= step]
        scores = best[step - usable] - price[: len(usable)]
        k = int(scores.argmax())
        best[step] = scores[k] + gain[step]
        came_from[step] = step - usable[k]
    # The last edge leaves at most one bar as a tail; among those the best mean per bar.
    tail = np.arange(max(0, n - shortest), n)
    end = int(tail[best[tail].argmax()]) if np.isfinite(best[tail]).any() else 0
    edges = [end]
    while edges[-1] > 0:
        edges.append(int(came_from[edges[-1]]))
    return np.array(edges[::-1] if len(edges) > 1 else [0, n], np.float64)
