"""A song's clips, however they lie in a project, as the pieces of one edit in a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ml_core.domain.edits import Edit
from ml_core.domain.files.clips_read import MOST_CLIPS, ReadClip
from ml_core.domain.songs import Song

LEAST_REST_S = 0.05
"""Rests that are told: an edit has none, its pieces follow each other."""

CUT_FADE_S = 0.01
"""Where pieces meet without a fade of their own: short enough to be no choice.

What is shorter is no piece. Fades that are no longer are what tools put everywhere."""

_STEP_S = 1e-6
_GAIN_DIGITS = 4


@dataclass(frozen=True, slots=True)
class _Heard:
    """A clip or the part of one that is heard alone; `over_s` is what it had in common with the
    one before.
    """

    clip: ReadClip
    over_s: float = 0.0


@dataclass
class _Row:
    """The pieces so far.

    Attributes:
        spans: of the song, in samples.
        places: (start, end) of each in the project's seconds.
        gains_db: of each.
        fades_s: of each join.
        told: what is not as it was in the project, a sentence each.
    """

    spans: list[tuple[int, int]] = field(default_factory=list)
    places: list[tuple[float, float]] = field(default_factory=list)
    gains_db: list[float] = field(default_factory=list)
    fades_s: list[float] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Pieces:
    """The edit that clips make; None where none of them is long enough.

    Attributes:
        at_s: where in the project each piece begins and ends.
        told: what is not as it was there, a sentence each.
    """

    edit: Edit | None
    at_s: tuple[tuple[float, float], ...]
    told: tuple[str, ...]


def pieces_of(clips: Iterable[ReadClip], song: Song) -> Pieces:
    """One edit of clips that are all of the song, in the order in which they are heard.

    Gains and fades are taken over as far as an edit has them: a gain for each piece, a fade where
    pieces overlap, and fades at both ends.

    Raises:
        ValueError: if they repeat more often than any edit does.
    """
    duration_s = song.n_samples / song.sample_rate_hz
    single = [one for clip in clips for one in _passes(clip, duration_s)]
    if len(single) > MOST_CLIPS:
        raise ValueError("it repeats its sound too often for an edit")
    single.sort(key=lambda clip: (clip.at_s, clip.from_s))
    row, rate = _Row(), song.sample_rate_hz
    heard = _one_at_a_time(single, row.told)
    used = [one for one in heard if _add(row, one, song)]
    if not row.spans:
        return Pieces(None, (), tuple(row.told))
    fades = tuple(2 * round(fade_s * rate / 2) for fade_s in row.fades_s)
    fade_in = _end_fade(used[0].clip.fade_in_s, rate)
    fade_out = _end_fade(used[-1].clip.fade_out_s, rate)
    _tell_inner_fades(used, row.told)
    edit = Edit(
        song.sha256,
        rate,
        tuple(row.spans),
        fades,
        tuple(row.gains_db),
        fade_in=fade_in,
        fade_out=fade_out,
    )
    return Pieces(edit, tuple(row.places), tuple(row.told))


def _passes(clip: ReadClip, duration_s: float) -> Iterator[ReadClip]:
    """A clip that repeats as one after the other, each a single pass; else the clip itself."""
    if clip.loop_s is None:
        yield clip
        return
    start_s, end_s = clip.loop_s[0], clip.loop_s[1] or duration_s
    if not 0.0 <= start_s < end_s:
        raise ValueError("it repeats what is empty")
    if clip.length_s / (end_s - start_s) > MOST_CLIPS:
        raise ValueError("it repeats its sound too often for an edit")
    if 0.0 <= clip.from_s < end_s and clip.from_s + clip.length_s <= end_s + LEAST_REST_S:
        yield replace(clip, loop_s=None)  # It ends with the file, which may be told differently.
        return
    from_s, done_s = clip.from_s, 0.0
    if from_s >= end_s or from_s < 0.0:
        from_s = start_s + (from_s - start_s) % (end_s - start_s)
    while done_s < clip.length_s - _STEP_S:
        length_s = min(end_s - from_s, clip.length_s - done_s)
        is_first, is_last = done_s == 0.0, done_s + length_s >= clip.length_s - _STEP_S
        if length_s > 0.0:
            yield replace(
                clip,
                from_s=from_s,
                at_s=clip.at_s + done_s,
                length_s=length_s,
                fade_in_s=clip.fade_in_s if is_first else 0.0,
                cross_s=clip.cross_s if is_first else 0.0,
                fade_out_s=clip.fade_out_s if is_last else 0.0,
                loop_s=None,
            )
        done_s += length_s
        from_s = start_s


def _one_at_a_time(clips: Sequence[ReadClip], told: list[str]) -> list[_Heard]:
    """What is heard of each: where two overlap they meet in the middle."""
    heard: list[_Heard] = []
    for whole in clips:
        clip, over_s = whole, 0.0
        if heard:
            before = heard[-1].clip
            over_s = max(0.0, before.at_s + before.length_s - clip.at_s)
            if over_s >= clip.length_s:
                told.append(f"The piece at {clip.at_s:.2f} s lies under another one.")
                continue
            if over_s > _STEP_S:
                half_s = min(over_s / 2, before.length_s - _STEP_S)
                shorter = replace(before, length_s=before.length_s - half_s)
                heard[-1] = replace(heard[-1], clip=shorter)
                late_s = over_s - half_s
                clip = replace(
                    clip,
                    at_s=clip.at_s + late_s,
                    from_s=clip.from_s + late_s,
                    length_s=clip.length_s - late_s,
                )
        heard.append(_Heard(clip, over_s))
    return heard


def _add(row: _Row, one: _Heard, song: Song) -> bool:
    """Add a piece to those before it; whether anything of it is heard."""
    clip, rate = one.clip, song.sample_rate_hz
    start = max(0, round(clip.from_s * rate))
    end = min(song.n_samples, round((clip.from_s + clip.length_s) * rate))
    if end - start < 2 * round(CUT_FADE_S * rate / 2):
        row.told.append(
            f"A piece of {1000 * clip.length_s:.0f} ms at {clip.at_s:.2f} s is too short."
        )
        return False
    if (end - start) / rate < clip.length_s - CUT_FADE_S:
        row.told.append(f"What the piece at {clip.at_s:.2f} s has beyond the song is left out.")
    begin_s = clip.at_s + max(0.0, start / rate - clip.from_s)
    place = (begin_s, begin_s + (end - start) / rate)
    gain_db = round(clip.gain_db, _GAIN_DIGITS) + 0.0  # No -0.0.
    if row.spans:
        rest_s = begin_s - row.places[-1][1]
        if rest_s > LEAST_REST_S:
            row.told.append(f"A rest of {rest_s:.1f} s at {row.places[-1][1]:.1f} s is not kept.")
        # Cut and not moved: the music goes on. A place told in beats may be a sample off.
        step = start - row.spans[-1][1]
        is_next = step == 0 or (abs(step) == 1 and abs(rest_s) * rate < 2.0)
        if is_next and gain_db == row.gains_db[-1]:
            row.spans[-1] = (row.spans[-1][0], end)
            row.places[-1] = (row.places[-1][0], place[1])
            return True
        row.fades_s.append(max(CUT_FADE_S, one.over_s, clip.cross_s))
    row.spans.append((start, end))
    row.places.append(place)
    row.gains_db.append(gain_db)
    return True


def _end_fade(fade_s: float, rate_hz: int) -> int:
    return round(fade_s * rate_hz) if fade_s > CUT_FADE_S + _STEP_S else 0


def _tell_inner_fades(used: Sequence[_Heard], told: list[str]) -> None:
    """A clip's own fade where no other lies under it is a dip, which an edit has not."""
    for before, after in pairwise(used):
        crossed_s = max(CUT_FADE_S, after.over_s, after.clip.cross_s) + LEAST_REST_S
        longest_s = max(before.clip.fade_out_s, after.clip.fade_in_s)
        if longest_s > crossed_s:
            place_s = after.clip.at_s
            told.append(f"The fade of {longest_s:.1f} s at {place_s:.1f} s is not kept.")
