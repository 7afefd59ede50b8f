"""The last touch: exact lines, joins to 2 ms, and what is too little alike to be claimed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ml_core.edits.found.heard import WAVE_HZ, Floats
from ml_core.edits.found.lags import find_lag, piece
from ml_core.edits.found.misfit import FOREIGN_MISFIT, misfit
from ml_core.edits.found.segments import Segment, merged

_STEP = WAVE_HZ // 500
_AROUND = np.hanning(15)[1:-1]
_REACH_S = 0.06
_LEAST_S = 0.02
_AS_GOOD = 0.05
_WINDOW_S = 0.5
_REACH_SAMPLES = 40
_STEADY_SAMPLES = 8.0
_LEVEL_S = 0.05
_QUIET_DB = 40.0
LONG_S = 4.0
_LIKE = 0.6
_AS_ALIKE = 0.75
_FLOOR_DB = 4.0
_SOFT_DB = 30.0
_LONGEST_BRIDGE_S = 15.0


def refined(edit: Floats, song: Floats, segments: Sequence[Segment]) -> list[Segment]:
    """Each segment with its line to a fraction of a sample and how well it fits."""
    return [one if one.offset is None else _fitted(edit, song, one) for one in segments]


def _fitted(edit: Floats, song: Floats, one: Segment) -> Segment:
    assert one.offset is not None
    size = round(min(_WINDOW_S, max(0.08, 0.6 * one.length_s)) * WAVE_HZ)
    start, end = one.start_s * WAVE_HZ, max(one.start_s * WAVE_HZ, one.end_s * WAVE_HZ - size)
    offset = round(one.offset)
    n = int(np.clip(2.0 * one.length_s, 3, 25))
    windows = (
        find_lag(edit, song, int(at), int(at) + offset, size, _REACH_SAMPLES)
        for at in np.linspace(start, end, n)
    )
    rows = [(lag.samples, lag.fit) for lag in windows if lag is not None]
    if not rows:
        return one
    lags, fits = np.array(rows).T
    lag = float(np.median(lags[fits >= np.median(fits)]))
    steady = float(np.mean(np.abs(lags - lag) < _STEADY_SAMPLES))
    return replace(one, offset=offset + lag, fit=float(np.median(fits)), steady=steady)


def with_joins(edit: Floats, song: Floats, segments: Sequence[Segment]) -> list[Segment]:
    """Each border where the misfits of both sides together are least, to 2 ms."""
    out = list(segments)
    for k in range(len(out) - 1):
        left, right = out[k], out[k + 1]
        at = right.start_s
        low = max(at - _REACH_S, left.start_s + _LEAST_S)
        high = min(at + _REACH_S, right.end_s - _LEAST_S)
        moments = range(round(low * WAVE_HZ), round(high * WAVE_HZ), _STEP)
        if high - low < _LEAST_S or not moments:
            continue
        before, after = (_costs(edit, song, side, moments) for side in (left, right))
        total = np.append(0.0, before.cumsum()) + np.append(after[::-1].cumsum()[::-1], 0.0)
        least = np.flatnonzero(total <= total.min() + _AS_GOOD)
        # Where both sides are alike any place will do: the nearest one.
        places = low + least * _STEP / WAVE_HZ
        join = float(places[np.abs(places - at).argmin()])
        out[k], out[k + 1] = replace(left, end_s=join), replace(right, start_s=join)
    return out


def _costs(edit: Floats, song: Floats, side: Segment, moments: range) -> NDArray[np.float64]:
    if side.offset is None:
        return np.full(len(moments), FOREIGN_MISFIT)
    return misfit(edit, song, side.offset, moments, _AROUND)


def with_likeness(
    edit_frames: Floats, song_frames: Floats, frame_s: float, segments: Sequence[Segment]
) -> list[Segment]:
    """The segments with how alike their frames are, (n_frames, k) of each sound."""
    return [
        one
        if one.offset is None
        else replace(one, likeness=_likeness(edit_frames, song_frames, frame_s, one))
        for one in segments
    ]


def _likeness(edit: Floats, song: Floats, frame_s: float, one: Segment) -> float:
    first, end = (round(at / frame_s) for at in (one.start_s, one.end_s))
    shift = round((one.offset or 0.0) / WAVE_HZ / frame_s)
    first = max(first, -shift)
    end = max(first, min(end, len(edit), len(song) - shift))
    own, other = edit[first:end], song[first + shift : end + shift]
    most = float(np.sqrt(np.square(own).sum() * np.square(other).sum()))
    return float((own * other).sum()) / (most + 1e-9)


def only_sure(segments: Sequence[Segment]) -> list[Segment]:
    """The segments; what fits too badly, or at no steady lag, is something else.

    So is a short one that sounds less alike than the long ones do: two songs of one synthesizer
    share waveforms for a chord's length.
    """
    long = [one for one in segments if one.offset is not None and one.length_s >= LONG_S]
    least = _LIKE
    if long:
        values = np.repeat([x.likeness for x in long], [round(10 * x.length_s) for x in long])
        least = _AS_ALIKE * float(np.median(values))
    return [one if _is_sure(one, least) else replace(one, offset=None) for one in segments]


def _is_sure(one: Segment, least_likeness: float) -> bool:
    if one.length_s < LONG_S and one.likeness < least_likeness:
        return False
    if one.length_s < 1.0:
        return one.fit >= 0.45 and one.steady >= 0.6
    return (one.fit >= 0.3 and one.steady >= 0.5) or (one.fit >= 0.2 and one.steady >= 0.8)


def bridged(edit: Floats, song: Floats, segments: Sequence[Segment]) -> list[Segment]:
    """Gaps between two segments of one line are of it where both sounds are quiet, or rise and
    fall together: silence and very soft passages agree in no waveform.
    """
    out = list(segments)
    quiet = float(np.quantile(_levels(edit), 0.95)) - _QUIET_DB if len(edit) else 0.0
    for k in range(1, len(out) - 1):
        left, gap, right = out[k - 1 : k + 2]
        if gap.offset is not None or gap.length_s > _LONGEST_BRIDGE_S:
            continue
        if len(merged([left, replace(right, start_s=left.end_s)])) > 1:
            continue
        first, end = round(gap.start_s * WAVE_HZ), round(gap.end_s * WAVE_HZ)
        place = round(left.song_s(gap.start_s) * WAVE_HZ)
        own = _levels(edit[first:end])
        other = _levels(piece(song, place, place + end - first))
        n = min(len(own), len(other))
        is_quiet = n < 3 or float(own.mean()) < quiet
        if is_quiet or float(np.corrcoef(own[:n], other[:n])[0, 1]) > 0.5:
            out[k] = replace(gap, offset=left.offset, fit=min(left.fit, right.fit))
    return merged(out)


def extended(edit: Floats, song: Floats, segments: Sequence[Segment]) -> list[Segment]:
    """Segments go on into what is something else while their line is nearly silent in the song,
    and the edit no louder than its own floor: how songs begin and end, with noise or reverb.
    """
    if not len(edit) or not len(song):
        return list(segments)
    own, other = _levels(edit), _levels(song)
    if not len(own) or not len(other):
        return list(segments)
    floor = max(np.quantile(own, 0.95) - _QUIET_DB, np.quantile(own, 0.05) + _FLOOR_DB)
    is_floor = own < floor
    is_soft = other < np.quantile(other, 0.95) - _SOFT_DB
    out = list(segments)
    for k, gap in enumerate(segments):
        if gap.offset is not None:
            continue
        start_s, end_s = gap.start_s, gap.end_s
        if k > 0:
            start_s = _end_of_quiet(out[k - 1], start_s, end_s, 1, is_floor, is_soft)
            out[k - 1] = replace(out[k - 1], end_s=start_s)
        if k + 1 < len(out):
            end_s = _end_of_quiet(out[k + 1], end_s, start_s, -1, is_floor, is_soft)
            out[k + 1] = replace(out[k + 1], start_s=end_s)
        out[k] = replace(gap, start_s=start_s, end_s=end_s)
    return merged([one for one in out if one.length_s > _LEAST_S])


def _end_of_quiet(
    side: Segment,
    from_s: float,
    to_s: float,
    direction: int,
    is_floor: NDArray[np.bool_],
    is_soft: NDArray[np.bool_],
) -> float:
    """How far from a border of a gap, towards its other end, a side's line is quiet."""
    at_s = from_s
    while (to_s - at_s) * direction > 1e-9:
        middle_s = at_s + 0.5 * direction * _LEVEL_S
        own, other = int(middle_s / _LEVEL_S), int(np.floor(side.song_s(middle_s) / _LEVEL_S))
        if not 0 <= other < len(is_soft) or not is_soft[other]:
            break
        if not is_floor[min(own, len(is_floor) - 1)]:
            break
        at_s += direction * _LEVEL_S
    return min(at_s, to_s) if direction > 0 else max(at_s, to_s)


def _levels(sound: Floats) -> NDArray[np.float64]:
    """Level of each 50 ms in dB."""
    size = round(_LEVEL_S * WAVE_HZ)
    n = len(sound) // size
    power = np.square(sound[: n * size].reshape(n, size), dtype=np.float64).mean(1)
    levels: NDArray[np.float64] = 10.0 * np.log10(power + 1e-9)
    return levels
