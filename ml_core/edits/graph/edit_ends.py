"""Where an edit of a song may begin and end, and how: never in the middle of a note, if it can be.

The song's own beginning and ending are always clean. Elsewhere an edit begins cleanly where nothing
sounds on over the cut and a section begins. It may take a sung pick-up along, up to a beat of it,
or leave one out at its end. It ends cleanly where a section ends or a rest follows. Where the music
would have gone on, it fades over its last bar instead of breaking off.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.songs import EIGHTHS, SongAnalysis
from ml_core.edits.joins.cost import LEAD_S
from ml_core.edits.joins.tails import TAIL_S, excerpt_between, excerpt_residue, level
from ml_core.edits.joins.voice_cost import voice_costs
from ml_core.edits.silence.units import silent_bars

Floats = NDArray[np.float64]
Samples = NDArray[np.int64]

START_FADE_S = 0.005
"""An edit that starts within the song rises over 5 ms: no click, and the onset comes later."""

SHORTEST_END_FADE_S = 0.3
LONGEST_END_FADE_S = 4.0
"""An edit that ends within the song fades over its last beat where a rest follows, else over its
last bar, within these."""

REST_DB = 6.0
"""A rest follows where the beat after a bar line is so much softer than the beat before it."""

PICK_UP_GAIN = 0.3
"""A start or an end moves before its bar line only where that saves so much of the voice's cost: a
sixth of what cutting into a word costs."""

NOT_A_SECTION_COST = 0.1
SOUNDING_COST = 0.15
"""Costs, in units of the join cost, of beginning or ending within a section, and of beginning in
the middle of a sound. They are low, so that the edits that a taste is learned from stay varied. A
scripted rater whose taste depends on the song, six seeds: .71 of held-out pairs told, .72 without
these costs, .67 with three and seven times as much; the seeds spread by .05."""

MOST_VOICE_COST = 0.7
"""Vetoed where the voice costs more: a third of what cutting the surest note within a phrase costs.
Measured on eight sung songs, starts that lie in a note: .09 of 54 with this, .17 of 52 with 1, .07
of 44 with .5. With .5 a third fewer bars are left to start with."""


@dataclass(frozen=True, eq=False)
class EditEnds:
    """Beginnings and endings of a song's edits, one for each bar.

    Attributes:
        start_samples: int64 (n_bars,), where an edit that starts with each bar begins.
        end_samples: int64 (n_bars,), where an edit that ends with each bar ends.
        fade_out_samples: int64 (n_bars,), over which it fades there.
        start_cost, end_cost: float64 (n_bars,), 0 for the song's own.
        start_cuts, end_cuts: bool (n_bars,), where a sung note or phrase would surely be cut.
    """

    start_samples: Samples
    end_samples: Samples
    fade_out_samples: Samples
    start_cost: Floats
    end_cost: Floats
    start_cuts: NDArray[np.bool_]
    end_cuts: NDArray[np.bool_]


def edit_ends(analysis: SongAnalysis, edges: Samples, slid_edges: Samples) -> EditEnds:
    """Work out a song's beginnings and endings.

    Args:
        analysis: of the song, its bars as units of edits.
        edges: int64 (n_bars + 1,), from 0 to the song's end.
        slid_edges: int64 (n_bars + 1, n_slides), see `EditGraph`.
    """
    rate, n = analysis.sample_rate_hz, analysis.n_bars
    lead = round(LEAD_S * rate)
    slid_edges = slid_edges[:, : EIGHTHS + 1]
    voice = voice_costs(analysis, slid_edges - lead)
    # Of equal places the latest is taken: a pick-up is no longer than it must be.
    best = voice.argmin(axis=1)
    lines = np.arange(n + 1)
    slide = np.where(voice[:, 0] - voice[lines, best] >= PICK_UP_GAIN, best, 0)
    places = np.maximum(slid_edges[lines, slide] - lead, 0)
    starts, ends = places[:-1].copy(), places[1:].copy()
    starts[0], ends[-1] = 0, edges[-1]

    begins = np.zeros(n + 1, np.bool_)
    begins[[section.start_bar for section in analysis.sections]] = True
    within = NOT_A_SECTION_COST * ~begins
    cut_voice = voice[lines, slide]
    start_voice, end_voice = cut_voice[:-1].copy(), cut_voice[1:].copy()
    start_cost = start_voice + within[:-1] + SOUNDING_COST * _sounding_share(analysis, starts)
    rests = _rest_follows(analysis)
    end_cost = end_voice + np.where(rests, 0.0, within[1:])
    start_voice[0] = end_voice[-1] = start_cost[0] = end_cost[-1] = 0.0
    fades = _fades(analysis, edges, rests)
    # Beside a silence the music begins and ends by itself, as at the song's own ends.
    silent = silent_bars(analysis)
    after, before = np.flatnonzero(silent[:-1]) + 1, np.flatnonzero(silent[1:])
    starts[after], ends[before] = edges[after], edges[before + 1]
    start_voice[after] = end_voice[before] = start_cost[after] = end_cost[before] = 0.0
    fades[before] = round(SHORTEST_END_FADE_S * analysis.sample_rate_hz)
    return EditEnds(
        start_samples=starts,
        end_samples=ends,
        fade_out_samples=fades,
        start_cost=start_cost,
        end_cost=end_cost,
        start_cuts=start_voice > MOST_VOICE_COST,
        end_cuts=end_voice > MOST_VOICE_COST,
    )


def _rest_follows(analysis: SongAnalysis) -> NDArray[np.bool_]:
    """Bars, (n_bars,), after which the music rests for a beat."""
    levels = np.nan_to_num(analysis.edge_levels_db[1:].astype(np.float64))
    return np.asarray(levels[:, 0] - levels[:, 1] >= REST_DB)


def _fades(analysis: SongAnalysis, edges: Samples, rests: NDArray[np.bool_]) -> Samples:
    """Fades at the ends of edits that end with each bar, in samples; none at the song's own end."""
    beat_s = 60.0 / max(analysis.tempo_bpm, 1.0)
    bar_s = np.diff(edges) / analysis.sample_rate_hz
    fade_s = np.where(rests, beat_s, np.maximum(bar_s, beat_s))
    fade_s = np.clip(fade_s, SHORTEST_END_FADE_S, LONGEST_END_FADE_S)
    fades: Samples = np.rint(fade_s * analysis.sample_rate_hz).astype(np.int64)
    fades[-1] = 0
    return fades


def _sounding_share(analysis: SongAnalysis, places: Samples) -> Floats:
    """How far each place lies in the middle of a sound, 0..1; (n,).

    It is the mean of two levels, each against that of what is heard after the place. One is of what
    rang before and never grows, the other of the tenth of a second before. Both are told from the
    kept excerpt of the song.
    """
    shares = np.zeros(len(places))
    for k, place in enumerate(places.tolist()):
        residue = excerpt_residue(analysis, place)
        heard = level(excerpt_between(analysis, place, 0.0, TAIL_S))
        if residue is None or heard == 0:
            continue
        before_it = level(excerpt_between(analysis, place, -TAIL_S / 2, 0.0))
        shares[k] = 0.5 * (min(1.0, level(residue) / heard) + min(1.0, before_it / heard))
    return shares
