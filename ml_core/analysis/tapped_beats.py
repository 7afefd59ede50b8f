"""Beats from taps: a few taps tell tempo and phase, the sound tells where beats lie exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.analysis.bars.grid import sounding_range_s
from ml_core.analysis.beats.activation import beat_activation, beat_log_odds
from ml_core.analysis.beats.tracking import SNAP_S, find_beats, snap_to_onsets
from ml_core.analysis.spectra.reading import FRAME_HZ, Spectra

Floats = NDArray[np.float64]

# The song may be so much slower or faster than it was tapped. Its tempo may change elsewhere, and
# no hand is quite even.
TEMPO_SLACK = 0.08
# Taps lie around the beat by some 30 ms: at 120 bpm their phases agree by .93 (0 chance, 1 equal),
# at 200 bpm by .82.
LEAST_AGREEMENT = 0.75
# A tap this near to a beat that was found (a share of a beat) means this very beat.
SAME_BEAT = 0.2


def tapped_beats(taps_s: Floats, spectra: Spectra, quantities: NDArray[np.float32]) -> Floats:
    """Seconds of the beats of the whole song, rising.

    Beats are searched near the tapped tempo, and all of them moved to the taps' phase where this
    is another one (the offbeat, say). Where the taps follow no steady beat they are taken
    themselves, each put on its onset, and the search stands only before and after them.

    Args:
        taps_s: (n_taps,), rising, at least four.
        spectra: of the song.
        quantities: (n_frames, 15), see `onsets.onset_quantities`.
    """
    beat_s = float(np.median(np.diff(taps_s)))
    bpm = 60.0 / beat_s
    activation = beat_activation(beat_log_odds(quantities))
    frames = find_beats(activation, bpm * (1 - TEMPO_SLACK), bpm * (1 + TEMPO_SLACK))
    first_s, end_s = sounding_range_s(spectra.rms)
    if len(frames) < 2:
        return _within(snap_to_onsets(taps_s * FRAME_HZ, spectra.flux), first_s, end_s)
    found_s = frames / FRAME_HZ
    phase, agreement = _phase(taps_s, found_s)
    if agreement >= LEAST_AGREEMENT:
        if abs(phase) > SAME_BEAT:
            index = np.arange(len(found_s))
            found_s = np.interp(index[:-1] + phase % 1.0, index, found_s)
        beats_s = snap_to_onsets(found_s * FRAME_HZ, spectra.flux)
    else:
        tapped_s = snap_to_onsets(taps_s * FRAME_HZ, spectra.flux)
        around_s = snap_to_onsets(frames, spectra.flux)
        reach_s = 0.6 * beat_s
        before = around_s[around_s < tapped_s[0] - reach_s]
        after = around_s[around_s > tapped_s[-1] + reach_s]
        beats_s = np.concatenate([before, tapped_s, after])
    return _within(beats_s, first_s, end_s)


def _phase(taps_s: Floats, beats_s: Floats) -> tuple[float, float]:
    """Mean place of the taps between beats, -.5 to .5, and how much they agree on it, 0..1."""
    index = np.arange(len(beats_s), dtype=np.float64)
    inside = taps_s[(taps_s >= beats_s[0]) & (taps_s <= beats_s[-1])]
    if not len(inside):
        return 0.0, 0.0
    turns = np.exp(2j * np.pi * np.interp(inside, beats_s, index))
    mean = complex(turns.mean())
    return float(np.angle(mean) / (2 * np.pi)), abs(mean)


def _within(beats_s: Floats, first_s: float, end_s: float) -> Floats:
    """Those that sound, each one later than the one before."""
    inside = beats_s[(beats_s >= max(0.0, first_s - SNAP_S)) & (beats_s < end_s)]
    rises: Floats = inside[np.append(True, np.diff(inside) > SNAP_S)] if len(inside) else inside
    return rises
