"""Sound of an edit: spans of the source, joined by fades, exact to the sample.

A fade takes correlation into account. With fade-in fi and fade-out fo at equal power and overlap
correlation r in 0..1, the sum is divided by sqrt(fi^2 + fo^2 + 2 r fi fo). So neither equal nor
unrelated sides swell or sag. A tail of what rang on the leaving side may lie under the entering
one, see `tails`. Of a stem all this is told from its song, so that stems that add up to the song
still do. Outside fades and tails the samples of a span at 0 dB are the source's, bit by
bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml_core import audio_file
from ml_core.domain.edits import Edit
from ml_core.edits.forward_reading import BLOCK_SAMPLES, ForwardReader
from ml_core.edits.joins.tails import decaying_residue, samples_before, tail_under, window_samples
from ml_core.errors import UserError
from ml_core.units import db_to_gain

Audio = NDArray[np.float32]
Read = Callable[[int, int], Audio]


def fade_halves(edit: Edit, n_source_samples: int) -> tuple[int, ...]:
    """Half the length in samples that each fade really has, (n_joins,).

    A fade asked for is shortened where the source ends, and to what its spans have room for: the
    two fades of a span never overlap.
    """
    halves = []
    for k, fade in enumerate(edit.fades):
        (left_start, left_end), (right_start, right_end) = edit.spans[k], edit.spans[k + 1]
        room = (left_end - left_start) // (2 if k > 0 else 1)
        room_right = (right_end - right_start) // (2 if k + 1 < edit.n_joins else 1)
        halves.append(
            max(0, min(fade // 2, n_source_samples - left_end, right_start, room, room_right))
        )
    return tuple(halves)


def tail_lengths(edit: Edit, n_source_samples: int) -> tuple[int, ...]:
    """Samples after each join's centre in which its tail really sounds, (n_joins,).

    A tail ends before the next fade begins, and is as short as the source after the leaving side
    makes it; 0 where it would end within the fade.
    """
    halves = (*fade_halves(edit, n_source_samples), 0)
    # Told from spectra, it needs a window's length of the source after it.
    window = window_samples(edit.sample_rate_hz)
    lengths = []
    for k, tail in enumerate(edit.tails):
        start, end = edit.spans[k + 1]
        room = end - start - max(halves[k + 1], window)
        left = n_source_samples - edit.spans[k][1] - window
        length = min(tail, room, left, BLOCK_SAMPLES)
        lengths.append(length if length > halves[k] else 0)
    return tuple(lengths)


def correlation(left: Audio, right: Audio) -> float:
    """How alike both sides of a fade are, 0..1."""
    power = float(np.vdot(left, left)) * float(np.vdot(right, right))
    r = float(np.vdot(left, right)) / np.sqrt(power) if power > 0 else 0.0
    return min(1.0, max(0.0, r))


def crossfade(left: Audio, right: Audio, r: float | None = None) -> Audio:
    """Both sides of a fade, (n, n_channels) each, blended; see the module's formula.

    Args:
        left, right: the sides.
        r: their `correlation`; told from them where none is given.
    """
    n = len(left)
    phase = (np.arange(n, dtype=np.float64) + 0.5) / n * (np.pi / 2)
    fade_in, fade_out = np.sin(phase), np.cos(phase)
    r = correlation(left, right) if r is None else r
    norm = np.sqrt(fade_in**2 + fade_out**2 + 2 * r * fade_in * fade_out)
    return np.asarray(
        left * (fade_out / norm)[:, None] + right * (fade_in / norm)[:, None], dtype=np.float32
    )


def _with_gain(audio: Audio, gain_db: float) -> Audio:
    return audio if gain_db == 0.0 else (audio * np.float32(db_to_gain(gain_db)))


def _pieces(
    edit: Edit, n_source_samples: int, read: Read, like: Read | None = None
) -> Iterator[Audio]:
    """The edit in blocks; `read(start, stop)` is asked in rising order of a forward edit.

    Of a stem `like` reads its song, in the same order.
    """
    halves = (0, *fade_halves(edit, n_source_samples), 0)
    tails = (0, *tail_lengths(edit, n_source_samples))
    for k, ((start, end), gain_db) in enumerate(zip(edit.spans, edit.gains_db, strict=True)):
        # The first samples of a span came with the join before it.
        position, stop = start + max(halves[k], tails[k]), end - halves[k + 1]
        while position < stop:
            until = min(stop, position + BLOCK_SAMPLES)
            yield _with_gain(read(position, until), gain_db)
            position = until
        if k < edit.n_joins and (halves[k + 1] > 0 or tails[k + 1] > 0):
            heard = _Around.join(edit, k, halves[k + 1], tails[k + 1], read)
            song = _Around.join(edit, k, halves[k + 1], tails[k + 1], like) if like else None
            yield _join(edit, k, heard, song)


@dataclass(frozen=True, slots=True)
class _Around:
    """What a join is made of, at the gains of its spans.

    Attributes:
        half: samples from the join's centre to its fade's ends.
        left: the leaving side over the fade.
        right: the entering side, from the fade's start to its end or the tail's.
        cut: where in `rings` the leaving side is left.
        rings: the sound that a tail is told from; None without a tail.
    """

    half: int
    left: Audio
    right: Audio
    cut: int
    rings: Audio | None

    @classmethod
    def join(cls, edit: Edit, k: int, half: int, tail: int, read: Read) -> _Around:
        leave, entry = edit.spans[k][1], edit.spans[k + 1][0]
        left = _with_gain(read(leave - half, leave + half), edit.gains_db[k])
        first = max(0, leave - samples_before(edit.sample_rate_hz))
        end = leave + tail + window_samples(edit.sample_rate_hz)
        rings = read(first, end) if tail else None
        right = _with_gain(read(entry - half, entry + max(half, tail)), edit.gains_db[k + 1])
        return cls(half, left, right, leave - first, rings)

    @property
    def fading(self) -> Audio:
        """The entering side over the fade."""
        return self.right[: 2 * self.half]

    @property
    def entering(self) -> Audio:
        """The entering side over the tail."""
        return self.right[self.half :]


def _join(edit: Edit, k: int, heard: _Around, song: _Around | None) -> Audio:
    """The fade of the k-th join, and what the tail after it lies under."""
    r = correlation(song.left, song.fading) if song is not None and heard.half else None
    faded = crossfade(heard.left, heard.fading, r) if heard.half else heard.right[:0]
    if heard.rings is None:
        return faded
    rest = _tail_residue(edit, k, heard, song)
    levels = (_tail_residue(edit, k, song), song.entering) if song is not None else None
    out = np.concatenate([faded, heard.right[2 * heard.half :]])
    out[heard.half :] += tail_under(rest, heard.entering, heard.half, levels)
    return out


def _tail_residue(edit: Edit, k: int, heard: _Around, song: _Around | None = None) -> Audio:
    assert heard.rings is not None
    like = song.rings if song is not None else None
    if like is not None and like.shape != heard.rings.shape:
        like = like.mean(axis=1, keepdims=True)
    n = len(heard.entering)
    residue = decaying_residue(heard.rings, heard.cut, n, edit.sample_rate_hz, like)
    return _with_gain(residue, edit.gains_db[k])


def _ramp(n: int, fade: int) -> NDArray[np.float32]:
    """Gains of the first n samples of a fade-in at equal power."""
    phase = (np.arange(n, dtype=np.float64) + 0.5) / fade * (np.pi / 2)
    return np.sin(phase).astype(np.float32)


def with_ends(pieces: Iterable[Audio], n: int, fade_in: int, fade_out: int) -> Iterator[Audio]:
    """The pieces, n samples in all, with fades of so many samples at their start and end."""
    fade_in, fade_out = min(fade_in, n), min(fade_out, n)
    rise = _ramp(fade_in, fade_in) if fade_in else np.zeros(0, np.float32)
    fall = _ramp(fade_out, fade_out)[::-1] if fade_out else np.zeros(0, np.float32)
    position = 0
    for piece in pieces:
        end = position + len(piece)
        rising = max(0, min(fade_in, end) - position)
        falling = max(0, end - max(position, n - fade_out))
        if rising or falling:
            faded = piece.copy()
            faded[:rising] *= rise[position : position + rising, None]
            first = len(piece) - falling
            from_fall = position + first - (n - fade_out)
            faded[first:] *= fall[from_fall : from_fall + falling, None]
            yield faded
        else:
            yield piece
        position = end


def _ended(edit: Edit, pieces: Iterable[Audio]) -> Iterator[Audio]:
    return with_ends(pieces, edit.n_samples, edit.fade_in, edit.fade_out)


def _check_length(edit: Edit, n_source_samples: int, name: str) -> None:
    if max(end for _, end in edit.spans) > n_source_samples:
        raise UserError(
            f"{name} is shorter than the edit that was made of it.",
            "Add the song again; it may have been changed or cut off.",
        )


def render(edit: Edit, source: Audio) -> Audio:
    """The edit's audio, float32 (edit.n_samples, n_channels).

    Args:
        edit: of this source, at its sample rate.
        source: the whole song, float32 (n_samples, n_channels).

    Raises:
        UserError: if the source is shorter than the edit.
    """
    _check_length(edit, len(source), "The song")
    pieces = _pieces(edit, len(source), lambda start, stop: source[start:stop])
    return np.concatenate([source[:0], *_ended(edit, pieces)])


def render_blocks(
    edit: Edit,
    path: str | Path,
    n_source_samples: int | None = None,
    song: str | Path | None = None,
    is_wide: bool = False,
) -> Iterator[Audio]:
    """The edit's audio in blocks of at most `BLOCK_SAMPLES`, read from the file as it goes.

    Bounded memory, one pass over the file for an edit that goes forward; the same samples as
    `render`.

    Args:
        edit: of this file, at its sample rate.
        path: the source.
        n_source_samples: the song's decoded length. Without it an edit that goes back needs one
            more pass over the file, to find how much room its fades have. One that goes forward
            never needs it, since the source goes on after each of its joins.
        song: that the source is a stem of, as long as it: joins are told from the song then.
        is_wide: whether blocks are float64, for sources of more bits than float32 holds.

    Raises:
        UserError: if the file can't be read or is shorter than the edit.
    """
    n = n_source_samples
    if n is None:
        forward = all(left[1] <= right[0] for left, right in pairwise(edit.spans))
        last = max(end for _, end in edit.spans)
        n = last + max(edit.fades, default=0) if forward else _decoded_length(path)
    _check_length(edit, n, Path(path).name)
    like = None if song is None else ForwardReader(song).read
    yield from _ended(edit, _pieces(edit, n, ForwardReader(path, is_wide).read, like))


def _decoded_length(path: str | Path) -> int:
    return sum(len(block) for block in audio_file.blocks(path, BLOCK_SAMPLES))
