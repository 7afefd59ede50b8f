"""What clips that lie end to end lack of an edit: fades, tails and ends, as small files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml_core import audio_file
from ml_core.domain.edits import Edit
from ml_core.edits.render import fade_halves, render_blocks, tail_lengths
from ml_core.errors import UserError
from ml_core.export.names import make_folder
from ml_core.export.tools.clips import Clip, ClipTrack
from ml_core.units import db_to_gain

Audio = NDArray[np.float32]

TRACK = "Joins"


def residue_spans(edit: Edit, n_song_samples: int) -> list[tuple[int, int]]:
    """Where in the edit its sound is another than its clips', half-open, rising, in samples."""
    halves = fade_halves(edit, n_song_samples)
    tails = tail_lengths(edit, n_song_samples)
    spans = [(0, min(edit.fade_in, edit.n_samples))]
    spans += [
        (centre - half, centre + max(half, tail))
        for centre, half, tail in zip(edit.join_samples, halves, tails, strict=True)
    ]
    spans.append((max(0, edit.n_samples - edit.fade_out), edit.n_samples))
    merged: list[tuple[int, int]] = []
    for start, end in (span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def write_residues(
    edit: Edit, song: Path, n_song_samples: int, folder: Path, gain: float = 1.0
) -> ClipTrack:
    """Write a small file for each place where an edit is more than its clips.

    Args:
        edit: of the song.
        song: its file.
        n_song_samples: how long that is.
        folder: for the files; made if need be, nothing in it is replaced.
        gain: of the whole edit.

    Raises:
        UserError: if the song can't be read, or the folder can't be written.
    """
    header = audio_file.probe(song)
    spans = residue_spans(edit, n_song_samples)
    if not spans:
        return ClipTrack(TRACK, ())
    make_folder(folder)
    sound = _stretches(render_blocks(edit, song), spans)
    bare = _stretches(_clips_only(edit, song), spans)
    clips = []
    for number, ((start, end), heard, plain) in enumerate(
        zip(spans, sound, bare, strict=True), start=1
    ):
        file = folder / f"{folder.name} {number:02}.wav"
        audio_file.write_atomic(
            file,
            [(heard - plain) * np.float32(gain)],
            header.sample_rate_hz,
            header.n_channels,
            "wav",
            "FLOAT",
        )
        name = _residue_name(edit, start, end)
        clips.append(Clip(file.absolute(), end - start, 0, start, end - start, name))
    return ClipTrack(TRACK, tuple(clips))


def _residue_name(edit: Edit, start: int, end: int) -> str:
    """What of the edit sounds in a stretch of it: the joins there, else the fade at an end."""
    joins = [k for k, at in enumerate(edit.join_samples, start=1) if start <= at <= end]
    if joins:
        return f"Join {joins[0]}" if len(joins) == 1 else f"Joins {joins[0]} to {joins[-1]}"
    return "Fade in" if start == 0 else "Fade out"


def _clips_only(edit: Edit, song: Path) -> Iterator[Audio]:
    """The edit as its clips alone say it."""
    for (start, end), gain_db in zip(edit.spans, edit.gains_db, strict=True):
        bare = Edit(edit.sha256, edit.sample_rate_hz, ((start, end),))
        gain = np.float32(db_to_gain(gain_db))
        for block in render_blocks(bare, song):
            yield block if gain_db == 0.0 else block * gain


def _stretches(blocks: Iterable[Audio], spans: list[tuple[int, int]]) -> Iterator[Audio]:
    """The given stretches of a sound that comes in blocks; each is held alone."""
    waiting, position = iter(spans), 0
    span = next(waiting, None)
    held: list[Audio] = []
    for block in blocks:
        while span is not None and span[0] < position + len(block):
            start, end = span
            held.append(block[max(0, start - position) : end - position].copy())
            if end > position + len(block):
                break
            yield np.concatenate(held)
            held, span = [], next(waiting, None)
        position += len(block)
        if span is None:
            return
    if span is not None:
        raise UserError("The song is shorter than the edit that was made of it.")
