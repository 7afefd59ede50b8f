"""The grid that a person's corrections make of the one found, and the analysis that follows.

Nothing is decoded anew but what a step asks for. Doubling and halving keep every bar line they can.
A shift moves bars alone. A meter has its bars found again on the same beats. Taps give the tempo
and the phase of a new search for beats.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ml_core.analysis import by_hand
from ml_core.analysis.analyse import FEWEST_BEATS, describe
from ml_core.analysis.bars.finding import METERS, BarPath, BarPrices, find_bars
from ml_core.analysis.bars.grid import Grid, grid_from_bars
from ml_core.analysis.bars.score import bar_score_features, bar_start_score, beat_pattern
from ml_core.analysis.bars.segments import closing_edge
from ml_core.analysis.beats.onsets import onset_quantities
from ml_core.analysis.beats.tracking import snap_to_onsets
from ml_core.analysis.by_hand import Bars
from ml_core.analysis.spectra.reading import FRAME_HZ, Spectra
from ml_core.analysis.tapped_beats import tapped_beats
from ml_core.analysis.version import corrected_version
from ml_core.domain.corrections import TEMPO_RANGE_BPM, CorrectionRefused, Corrections, Step
from ml_core.domain.songs import Song, SongAnalysis

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SLOWEST_BPM, FASTEST_BPM = TEMPO_RANGE_BPM
# So many beats of a tempo that was typed lead the search for the others.
_LEADING_BEATS = 8


class _Sound:
    """What steps listen to; worked out only where a step asks for it."""

    def __init__(self, spectra: Spectra) -> None:
        self.spectra = spectra

    @cached_property
    def quantities(self) -> NDArray[np.float32]:
        """See `onsets.onset_quantities`."""
        return onset_quantities(self.spectra)

    def bar_start_score(self, beats_s: Floats) -> Floats:
        """Log-odds that a bar starts with each beat."""
        return bar_start_score(bar_score_features(self.spectra, self.quantities, beats_s))

    def bars_on(self, beats_s: Floats, meter: int | None = None) -> Bars:
        """The best bars on beats, on request of one meter alone."""
        prices = None
        if meter is not None:
            prices = BarPrices(meter=tuple(0.0 if m == meter else np.inf for m in METERS))
        pattern = beat_pattern(self.spectra, beats_s)
        path = find_bars(self.bar_start_score(beats_s), pattern, prices)
        return Bars(beats_s, path.position, path.meter)


def corrected(base: SongAnalysis, spectra: Spectra, corrections: Corrections) -> SongAnalysis:
    """The analysis on the corrected grid; the found one itself where no step was made.

    Args:
        base: as found, without corrections.
        spectra: of the same song.
        corrections: of a person, who is right: the result is sure and warns of nothing.

    Raises:
        CorrectionRefused: if a step makes no sense for this song.
    """
    if not corrections.steps:
        return base
    grid = corrected_grid(base, spectra, corrections)
    song = Song(base.sha256, (), base.sample_rate_hz, base.n_samples, 1)
    made = describe(song, spectra, grid, 1.0, ())
    return replace(made, version=corrected_version(corrections.key), voice=base.voice)


def corrected_grid(base: SongAnalysis, spectra: Spectra, corrections: Corrections) -> Grid:
    """Beats and bars after all steps.

    Raises:
        CorrectionRefused: if a step makes no sense for this song.
    """
    sound = _Sound(spectra)
    has_beat, bars = base.has_beat, _bars_of(base)
    for at, step in enumerate(corrections.steps):
        if not has_beat and step.kind != "tap":
            raise CorrectionRefused("No steady beat was found in this song.", "Tap the beat first.")
        if step.places:
            anchors = Corrections(corrections.steps[:at]).anchors
            bars = _by_hand(bars, step, anchors, sound, base.sample_rate_hz)
        else:
            bars, has_beat = _after(bars, step, sound, base.sample_rate_hz), True
    grid = grid_from_bars(bars.beats_s, BarPath(bars.position, bars.meter, 0.0), spectra.duration_s)
    if grid is None:
        raise CorrectionRefused("Not one whole bar would be left.", "Take the correction back.")
    return grid


def _after(bars: Bars, step: Step, sound: _Sound, sample_rate_hz: int) -> Bars:
    match step.kind:
        case "double":
            _require_tempo(2 * _tempo_bpm(bars.beats_s))
            return _doubled(bars, sound.spectra)
        case "halve":
            _require_tempo(_tempo_bpm(bars.beats_s) / 2)
            return _halved(bars, sound.bar_start_score(bars.beats_s))
        case "shift":
            return _shifted(bars, step.value)
        case "meter":
            return sound.bars_on(bars.beats_s, step.value)
        case "tap":
            taps_s = np.array(step.taps, np.float64) / sample_rate_hz
            _require_tempo(_tempo_bpm(taps_s))
            beats_s = tapped_beats(taps_s, sound.spectra, sound.quantities)
            if len(beats_s) < FEWEST_BEATS:
                raise CorrectionRefused(
                    "There are too few beats for bars.", "Tap the beat once more."
                )
            return sound.bars_on(beats_s)
        case _:
            raise ValueError(f"{step.kind} has places")


def _by_hand(
    bars: Bars, step: Step, anchors: tuple[int, ...], sound: _Sound, sample_rate_hz: int
) -> Bars:
    """After a line was moved, or a stretch got a tempo or meter of its own."""
    start_s, end_s = (place / sample_rate_hz for place in step.places)
    if step.kind != "stretch":
        return by_hand.moved(
            bars,
            start_s,
            end_s,
            np.array(anchors, np.float64) / sample_rate_hz,
            later_follow=step.kind == "move",
            duration_s=sound.spectra.duration_s,
        )
    first, end = by_hand.stretch_of(bars, start_s, end_s)
    beats_s = bars.beats_s[first:end]
    if step.taps or step.bpm:
        closing_s = closing_edge(bars.beats_s)[end]
        taps_s = np.array(step.taps, np.float64) / sample_rate_hz
        if not step.taps:
            taps_s = beats_s[0] + np.arange(_LEADING_BEATS) * 60.0 / step.bpm
        _require_tempo(_tempo_bpm(taps_s))
        found_s = tapped_beats(taps_s, sound.spectra, sound.quantities)
        beat_s = 60.0 / _tempo_bpm(taps_s)
        beats_s = by_hand.fitted_in(found_s, float(beats_s[0]), float(closing_s), beat_s)
    return by_hand.with_stretch(bars, first, end, beats_s, step.value)


def _tempo_bpm(beats_s: Floats) -> float:
    return float(60.0 / np.median(np.diff(beats_s)))


def _require_tempo(bpm: float) -> None:
    if not SLOWEST_BPM <= bpm <= FASTEST_BPM:
        raise CorrectionRefused(
            f"A tempo of {bpm:.0f} beats a minute can't be counted.",
            f"It has to be between {SLOWEST_BPM:.0f} and {FASTEST_BPM:.0f}.",
        )


def _bars_of(analysis: SongAnalysis) -> Bars:
    """Bar positions of all beats; before the first bar and in the last one they count on."""
    beats_s = analysis.beat_samples / analysis.sample_rate_hz
    starts = analysis.bar_start_beats
    lengths = np.append(np.diff(starts), analysis.meter)
    beats = np.arange(len(beats_s))
    bar = np.searchsorted(starts, beats, side="right") - 1
    meter = lengths[np.maximum(bar, 0)]
    position = beats - starts[np.maximum(bar, 0)]
    # Within the song's bars a long one may stand where the bars slipped; outside they go on.
    outside = (bar < 0) | (bar == len(starts) - 1)
    position[outside] %= meter[outside]
    return Bars(beats_s, position.astype(np.int64), meter.astype(np.int64))


def _doubled(bars: Bars, spectra: Spectra) -> Bars:
    """A beat more in the middle of each, put on its onset; bars get half as long."""
    edges_s = closing_edge(bars.beats_s)
    middles = snap_to_onsets((edges_s[1:] + edges_s[:-1]) / 2 * FRAME_HZ, spectra.flux)
    beats_s = np.column_stack([bars.beats_s, middles]).ravel()
    position = np.column_stack([2 * bars.position, 2 * bars.position + 1]).ravel()
    meter = np.repeat(bars.meter, 2)
    inside = beats_s < spectra.duration_s
    return Bars(beats_s[inside], (position % meter)[inside], meter[inside])


def _halved(bars: Bars, score: Floats) -> Bars:
    """Every second beat, so that bar lines stay; bars get twice as long.

    Two bars become one. Which of two neighbours starts it is heard, once for each run of bars of
    one length, since the counting starts anew where bars slipped.
    """
    starts = np.flatnonzero(bars.position == 0)
    if not len(starts):
        keep = np.arange(0, len(bars.beats_s), 2)
        return Bars(bars.beats_s[keep], bars.position[keep] // 2, bars.meter[keep])
    lengths = bars.meter[starts]
    is_regular = np.diff(starts) == lengths[:-1]
    breaks = np.flatnonzero(~is_regular | (lengths[1:] != lengths[:-1])) + 1
    first_bars = np.concatenate([[0], breaks])
    ends = np.append(starts[breaks], len(bars.beats_s))
    kept: list[Ints] = []
    positions: list[Ints] = []
    begin = 0
    for run, (first, end) in enumerate(zip(first_bars, ends, strict=True)):
        last = first_bars[run + 1] if run + 1 < len(first_bars) else len(starts)
        ours = starts[first:last]
        meter = int(lengths[first])
        even, odd = score[ours[::2]], score[ours[1::2]]
        anchor = int(ours[1]) if len(odd) and odd.mean() > even.mean() else int(ours[0])
        chosen = np.arange(begin + (anchor - begin) % 2, end)[::2]
        kept.append(chosen)
        positions.append((chosen - anchor) // 2 % meter)
        begin = int(end)
    beats = np.concatenate(kept)
    # Where one run ends right before the next begins, two beats would be neighbours: the earlier
    # one goes.
    apart = np.append(np.diff(beats) > 1, True)
    beats, position = beats[apart], np.concatenate(positions)[apart]
    return Bars(bars.beats_s[beats], position, bars.meter[beats])


def _shifted(bars: Bars, n: int) -> Bars:
    """Bars that start `n` beats later; at the ends they count on."""
    source = np.arange(len(bars.beats_s)) - n
    inside = np.clip(source, 0, len(source) - 1)
    meter = bars.meter[inside]
    position = np.where(
        source == inside, bars.position[inside], (bars.position[inside] + source - inside) % meter
    )
    return Bars(bars.beats_s, position, meter)
